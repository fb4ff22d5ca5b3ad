import { toBinary } from '../../wire/binary.ts'
import { readText, toText } from '../../wire/charset.ts'
import { mediaType } from '../../wire/form.ts'
import { countPieces } from '../../wire/form-pairs.ts'
import { readBoundary, readMultipart } from '../../wire/multipart.ts'
import { decodeForm } from '../../wire/percent.ts'
import { MAX_PAIRS } from '../../wire/php-form.ts'

const known = new Set([
  'apikey',
  'action',
  'ordernumber',
  'courierservice',
  'tracking',
  'trackinglink',
  'sku',
  'stocklevel',
])

export type Parameter = {
  readonly text: string
  /** Read so that a raw plus sign is one and no blank. */
  readonly withPlus: string
}

export type Parameters = {
  /** By name in lower case. */
  readonly values: ReadonlyMap<string, Parameter>
  /** Known names that came with two values that contradict each other, or as an array. */
  readonly conflicts: ReadonlySet<string>
  readonly nul: boolean
  /** Why nothing was read, for the operator. */
  readonly problem?: string
}

type Pair = { readonly name: string; readonly value: string; readonly withPlus: string }

/**
 * Parameters of query and form body together, as PHP's `$_REQUEST` has them, names in any case
 * (contract B.5). `query` is raw, one char per byte. Never throws on input.
 */
export function readParameters(
  query: string,
  body: Uint8Array,
  contentType: string | undefined,
): Parameters {
  const inBody = bodyPairs(body, contentType)
  if (inBody === 'unreadable' || countPieces(query) > MAX_PAIRS) {
    const problem = 'over 1,000 pairs, or a NUL in the head of a part'
    return { values: new Map(), conflicts: new Set(), nul: false, problem }
  }
  const values = new Map<string, Parameter>()
  const conflicts = new Set<string>()
  let nul = false
  for (const pair of [...formPairs(query), ...inBody]) {
    const name = nameOf(pair.name)
    // PHP has an array there, which is none of the values that there are.
    const [start = ''] = name.split('[', 1)
    if (start !== name && known.has(start)) conflicts.add(start)
    const { text, nul: hasNul } = readText(pair.value)
    nul ||= hasNul
    const before = values.get(name)
    if (before !== undefined && before.text !== text && known.has(name)) conflicts.add(name)
    values.set(name, { text, withPlus: toText(pair.withPlus) })
  }
  return { values, conflicts, nul }
}

/** The text under a name, trimmed; empty where there is none. */
export function textOf({ values }: Parameters, name: string): string {
  return values.get(name)?.text.trim() ?? ''
}

function bodyPairs(body: Uint8Array, contentType: string | undefined): Pair[] | 'unreadable' {
  const type = mediaType(contentType)
  const raw = toBinary(body)
  if (type === 'multipart/form-data') {
    const boundary = readBoundary(contentType ?? '')
    if (boundary === undefined) return []
    const read = readMultipart(raw, boundary, MAX_PAIRS)
    if (!read.ok) return 'unreadable'
    return read.fields.map(({ name, value }) => ({ name, value, withPlus: value }))
  }
  // A body of no declared type is taken for the form that it must be.
  if (type !== 'application/x-www-form-urlencoded' && type !== '') return []
  return countPieces(raw) > MAX_PAIRS ? 'unreadable' : formPairs(raw)
}

function formPairs(raw: string): Pair[] {
  return withLinkTail(raw.split('&'))
    .filter(({ name }) => name !== '')
    .map(({ name, value, hasTail }) => {
      const withPlus = decodeForm(value.replaceAll('+', '%2B'))
      const read = hasTail ? decodeLink(value) : decodeForm(value)
      return { name: decodeForm(name), value: read, withPlus }
    })
}

/**
 * A link that was not encoded has its plus signs as they are meant, and so it has the signs that
 * it encoded itself: `%26` in a value of it is no end of that value.
 */
function decodeLink(value: string): string {
  const kept = value.replace(/%(?=2[3-46BCF]|3[ABDF]|40)/gi, '%25')
  return decodeForm(kept.replaceAll('+', '%2B'))
}

type RawPair = { readonly name: string; readonly value: string; readonly hasTail: boolean }

/**
 * A `trackinglink` that was not encoded falls apart at its ampersands; where it comes last, what
 * stands behind it is put back (contract B.5). A name that was given before belongs to the link
 * too, but for the key, which must not get into one.
 */
function withLinkTail(pieces: readonly string[]): RawPair[] {
  const pairs = pieces.map(cutPiece)
  const at = pairs.findIndex(({ name }) => isLink(name))
  if (at === -1) return pairs
  const before = new Set(pairs.slice(0, at).map(({ name }) => nameOf(decodeForm(name))))
  const tail = pairs.slice(at + 1).map(({ name }) => nameOf(decodeForm(name)))
  const isForeign = (name: string) => !known.has(name) || (before.has(name) && name !== 'apikey')
  const link = pairs[at]
  if (link === undefined || tail.length === 0 || !tail.every(isForeign)) return pairs
  // A link that was encoded is whole, and what follows is a parameter that we do not know.
  if (/^\s*https?%3a/i.test(link.value)) return pairs
  const value = [link.value, ...pieces.slice(at + 1)].join('&')
  return [...pairs.slice(0, at), { name: link.name, value, hasTail: true }]
}

function cutPiece(piece: string): RawPair {
  const equals = piece.indexOf('=')
  return equals === -1
    ? { name: piece, value: '', hasTail: false }
    : { name: piece.slice(0, equals), value: piece.slice(equals + 1), hasTail: false }
}

function isLink(name: string): boolean {
  return nameOf(decodeForm(name)) === 'trackinglink'
}

function nameOf(binary: string): string {
  return toText(binary).trim().toLowerCase()
}
