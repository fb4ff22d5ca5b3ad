import { toText } from './charset.ts'

/** Where two texts part, and a piece of each around that, the differing part in brackets. */
export type Difference = {
  /** Bytes before it, in both. */
  readonly at: number
  readonly ours: string
  readonly theirs: string
}

type Span = { readonly from: number; readonly to: number }

const around = 60
const longest = 160

/**
 * The first difference of two binary strings, undefined where there is none. `separator` says what
 * parts the pieces of which one is put in brackets: `/&|::/g`.
 */
export function firstDifference(
  ours: string,
  theirs: string,
  separator: RegExp,
): Difference | undefined {
  if (ours === theirs) return undefined
  let at = 0
  while (at < ours.length && ours.charCodeAt(at) === theirs.charCodeAt(at)) at += 1
  const [mine, other] = [pieceAt(ours, at, separator), pieceAt(theirs, at, separator)]
  const from = Math.min(mine.from, other.from)
  return {
    at,
    ours: excerpt(ours, { ...mine, from }, at),
    theirs: excerpt(theirs, { ...other, from }, at),
  }
}

/** The piece in which the position lies; a separator there belongs to what follows it. */
function pieceAt(text: string, at: number, separator: RegExp): Span {
  let from = 0
  for (const { index, 0: found } of text.matchAll(separator)) {
    const end = index + found.length
    if (index > at) return { from, to: index }
    from = end > at ? index : end
  }
  return { from, to: text.length }
}

function excerpt(text: string, piece: Span, at: number): string {
  // A long piece is cut around the difference.
  const from = at - piece.from > longest / 2 ? whole(text, at - longest / 2) : piece.from
  const to = piece.to - from > longest ? whole(text, from + longest) : piece.to
  const before = whole(text, Math.max(0, from - around))
  const after = whole(text, Math.min(text.length, to + around))
  return [
    before > 0 ? '…' : '',
    toText(text.slice(before, from)),
    '[',
    toText(text.slice(from, to)),
    ']',
    toText(text.slice(to, after)),
    after < text.length ? '…' : '',
  ].join('')
}

/** Not in the middle of a UTF-8 character, nor of an escape such as `%D0`. */
function whole(text: string, at: number): number {
  let start = at
  while (start > 0 && (text.charCodeAt(start) & 0xc0) === 0x80) start -= 1
  const percent = text.lastIndexOf('%', start - 1)
  return percent >= 0 && start - percent < 3 ? percent : start
}

export type LineDifference = {
  /** From 1 on. */
  readonly line: number
  readonly ours: string
  readonly theirs: string
}

/**
 * The first line (each ended by a line feed) in which a binary string differs from that of ours
 * which comes closest, written as JSON; undefined where it is one of ours but for what ends it.
 */
export function firstDifferentLine(
  ours: readonly string[],
  theirs: string,
): LineDifference | undefined {
  let nearest: LineDifference | undefined
  const sent = theirs.split('\n')
  for (const text of ours) {
    const lines = text.split('\n')
    const at = lines.findIndex((line, index) => line !== (sent[index] ?? ''))
    const isLonger = at === -1 && sent.slice(lines.length).some((line) => line !== '')
    if (at === -1 && !isLonger) return undefined
    const line = isLonger ? lines.length : at
    if (nearest !== undefined && nearest.line >= line + 1) continue
    nearest = { line: line + 1, ours: quoted(lines[line]), theirs: quoted(sent[line]) }
  }
  return nearest
}

function quoted(line = ''): string {
  const text = toText(line)
  return JSON.stringify(text.length > longest ? `${text.slice(0, longest)}…` : text)
}
