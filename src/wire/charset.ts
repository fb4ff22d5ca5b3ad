import { isUtf8 } from 'node:buffer'
import { fromBinary, toBinary } from './binary.ts'

/** A text read from bytes: `nul` tells that U+0000, which no database text can hold, is inside. */
export type ReadText = { text: string; charset: 'utf-8' | 'windows-1251'; nul: boolean }

const NON_ASCII = /[\x80-\xff]/
const CYRILLIC_A = 0x0410

// Windows-1251 from 0x80 to 0xBF; from 0xC0 on it is U+0410 and up. Written out since a Node
// built with small ICU has no decoder for it. 0x98 is unassigned and stays a control character.
const UPPER_HALF =
  'ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—\u0098™љ›њќћџ' + '\u00a0ЎўЈ¤Ґ¦§Ё©Є«¬\u00ad®Ї°±Ііґµ¶·ё№є»јЅѕї'

/** A binary string as text: UTF-8 where it is valid, else windows-1251 (contract §11 #17). */
export function readText(binary: string): ReadText {
  const nul = binary.includes('\0')
  if (!NON_ASCII.test(binary)) return { text: binary, charset: 'utf-8', nul }
  const bytes = fromBinary(binary)
  if (isUtf8(bytes)) return { text: bytes.toString('utf8'), charset: 'utf-8', nul }
  return { text: fromWindows1251(binary), charset: 'windows-1251', nul }
}

/** Only the text of `readText`; a NUL stays in it. */
export function toText(binary: string): string {
  return readText(binary).text
}

/** Bytes as text, by the rule of `readText`. A byte order mark stays. */
export function decodeBytes(bytes: Uint8Array): string {
  return toText(toBinary(bytes))
}

/** A binary string, read as windows-1251 whatever it is. */
export function fromWindows1251(binary: string): string {
  return binary.replace(/[\x80-\xff]/g, (char) => {
    const code = char.charCodeAt(0)
    return code < 0xc0
      ? UPPER_HALF.charAt(code - 0x80)
      : String.fromCharCode(CYRILLIC_A + code - 0xc0)
  })
}

/** The windows-1251 bytes of a text as a binary string; undefined where it has no sign for one. */
export function toWindows1251(text: string): string | undefined {
  let binary = ''
  for (const sign of text) {
    const code = sign.charCodeAt(0)
    const upper = UPPER_HALF.indexOf(sign)
    const isLetter = code >= CYRILLIC_A && code < CYRILLIC_A + 64
    if (code >= 0x80 && upper < 0 && !isLetter) return undefined
    const byte = code < 0x80 ? code : isLetter ? code - CYRILLIC_A + 0xc0 : upper + 0x80
    binary += String.fromCharCode(byte)
  }
  return binary
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controls = /[\u0000-\u001f\u007f-\u009f]/

/** Whether a text has control characters: a line end that came along with a pasted key, say. */
export function hasControls(text: string): boolean {
  return controls.test(text)
}
