const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN = new Set([0x5b, 0x7b])
const CLOSE = new Set([0x5d, 0x7d])
const beforeValue = /(?:\u00ef\u00bb\u00bf|\ufeff)?[ \t\r\n]*/y

/** Where the list or object ends that begins in a text, and how deep it goes. */
export type JsonExtent = {
  readonly start: number
  /** Behind its last bracket. */
  readonly end: number
  readonly depth: number
}

/**
 * The extent of the list or object at `at`, behind a byte order mark and blanks: `none` where no
 * bracket stands there, `open` where it never closes. Counts brackets outside of strings and proves
 * nothing else. Takes a text or a binary string; the time is linear.
 */
export function jsonExtent(text: string, at = 0): JsonExtent | 'none' | 'open' {
  beforeValue.lastIndex = at
  const start = at + (beforeValue.exec(text)?.[0].length ?? 0)
  if (!OPEN.has(text.charCodeAt(start))) return 'none'
  let open = 0
  let depth = 0
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === QUOTE) i = closingQuote(text, i)
    else if (OPEN.has(code)) depth = Math.max(depth, ++open)
    else if (CLOSE.has(code) && --open === 0) return { start, end: i + 1, depth }
  }
  return 'open'
}

/** The place of the quote that closes the string at `at`, or the text's end. */
function closingQuote(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === BACKSLASH) i++
    else if (code === QUOTE) return i
  }
  return text.length
}
