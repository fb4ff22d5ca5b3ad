const ESCAPED_OR_PLUS = /[%+]/
const ONLY_BARE = /^[A-Za-z0-9\-._]*$/
const HEX_DIGITS = Buffer.from('0123456789ABCDEF', 'latin1')
const PERCENT = 0x25
const PLUS = 0x2b
const SPACE = 0x20

function hexValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const letter = code | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

function isBare(code: number): boolean {
  const letter = code | 0x20
  return (
    (letter >= 0x61 && letter <= 0x7a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x2d ||
    code === 0x2e ||
    code === 0x5f
  )
}

/** Decodes `+` and `%XX` as PHP does; a `%` without two hex digits stays. Binary string to same. */
export function decodeForm(text: string): string {
  if (!ESCAPED_OR_PLUS.test(text)) return text
  const bytes = Buffer.allocUnsafe(text.length)
  let length = 0
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i)
    if (code === PLUS) code = SPACE
    else if (code === PERCENT && i + 2 < text.length) {
      const high = hexValue(text.charCodeAt(i + 1))
      const low = hexValue(text.charCodeAt(i + 2))
      if (high >= 0 && low >= 0) {
        code = high * 16 + low
        i += 2
      }
    }
    bytes[length++] = code
  }
  return bytes.toString('latin1', 0, length)
}

/** Encodes a binary string as PHP's `urlencode`: RFC 1738, upper-case hex, `A-Za-z0-9-._` bare. */
export function encodeForm(text: string): string {
  if (ONLY_BARE.test(text)) return text
  const bytes = Buffer.allocUnsafe(text.length * 3)
  let length = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (isBare(code)) bytes[length++] = code
    else if (code === SPACE) bytes[length++] = PLUS
    else {
      bytes[length++] = PERCENT
      bytes[length++] = HEX_DIGITS[code >> 4] ?? 0
      bytes[length++] = HEX_DIGITS[code & 15] ?? 0
    }
  }
  return bytes.toString('latin1', 0, length)
}
