/** Encodings within encodings that are looked through. */
const deepest = 3

/**
 * Whether a text says one of the words (in small letters), plainly or behind the encodings that
 * calls have: percent signs, JSON's escapes, HTML's ampersands, base64.
 */
export function mentions(text: string, words: readonly string[], depth = 0): boolean {
  const folded = text.toLowerCase()
  if (words.some((word) => folded.includes(word))) return true
  if (depth === deepest) return false
  return decoded(text).some((one) => one !== text && mentions(one, words, depth + 1))
}

/** The same of every text within a value, names of fields among them. */
export function mentionsDeep(value: unknown, words: readonly string[]): boolean {
  if (typeof value === 'string') return mentions(value, words)
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(
    ([name, inner]) => mentions(name, words) || mentionsDeep(inner, words),
  )
}

function decoded(text: string): string[] {
  const found: string[] = []
  if (/%[0-9a-f]{2}/i.test(text)) {
    found.push(
      text
        .replaceAll('+', ' ')
        .replace(/(?:%[0-9a-f]{2})+/gi, (run) =>
          Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'),
        ),
    )
  }
  if (text.includes('\\')) {
    found.push(
      text
        .replace(/\\u([0-9a-f]{4})/gi, (_all, hex: string) =>
          String.fromCharCode(Number.parseInt(hex, 16)),
        )
        .replace(/\\(["\\/])/g, '$1'),
    )
  }
  if (/&#\d+;/.test(text)) {
    found.push(
      text.replace(/&#(\d{1,7});/g, (_all, code: string) =>
        String.fromCodePoint(Math.min(Number(code), 0x10ffff)),
      ),
    )
  }
  for (const [run] of text.matchAll(/[A-Za-z0-9+/_-]{12,}={0,2}/g)) {
    found.push(Buffer.from(run, 'base64').toString('utf8'))
  }
  return found
}
