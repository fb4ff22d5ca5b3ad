/** What PHP reads from a part's Content-Disposition. */
export type Disposition = { name: string | undefined; isFile: boolean }

const BLANK = /[ \t\n\v\f\r]/
const LEADING_BLANKS = /^[ \t\n\v\f\r]+/

/** Reads a Content-Disposition value as PHP does: quotes of both kinds, backslashes, last wins. */
export function readDisposition(value: string): Disposition {
  const read: Disposition = { name: undefined, isFile: false }
  let rest = value.replace(LEADING_BLANKS, '')
  while (rest !== '') {
    const parameter = cutWord(rest, ';')
    rest = parameter.rest.replace(LEADING_BLANKS, '')
    if (!parameter.word.includes('=')) continue
    const key = cutWord(parameter.word, '=')
    const name = key.word.toLowerCase()
    if (name === 'name') read.name = unquote(key.rest)
    else if (name === 'filename') read.isFile = true
  }
  return read
}

/** The text up to a stop outside of quotes, and what follows it; stops in a row count as one. */
function cutWord(text: string, stop: string): { word: string; rest: string } {
  let at = 0
  while (at < text.length && text[at] !== stop) {
    const char = text[at]
    at = char === '"' || char === "'" ? afterQuoted(text, at + 1, char) : at + 1
  }
  let next = at
  while (text[next] === stop) next++
  return { word: text.slice(0, at), rest: text.slice(next) }
}

function afterQuoted(text: string, start: number, quote: string): number {
  let at = start
  while (at < text.length && text[at] !== quote) {
    at += text[at] === '\\' && text[at + 1] === quote ? 2 : 1
  }
  return Math.min(at + 1, text.length)
}

/** A quoted word without its quotes and backslashes, or a bare one up to the first blank. */
function unquote(text: string): string {
  const trimmed = text.replace(LEADING_BLANKS, '')
  const quote = trimmed[0] === '"' || trimmed[0] === "'" ? trimmed[0] : undefined
  let word = ''
  for (let at = quote === undefined ? 0 : 1; at < trimmed.length; at++) {
    const char = trimmed.charAt(at)
    if (quote === undefined ? BLANK.test(char) : char === quote) break
    const next = trimmed[at + 1]
    const escapes = char === '\\' && (next === '\\' || (quote !== undefined && next === quote))
    if (escapes) at++
    word += trimmed.charAt(at)
  }
  return word
}
