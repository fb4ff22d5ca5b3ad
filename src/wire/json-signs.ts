/** What JSON is held together by, as bytes of any charset that keeps ASCII as it is. */
export const signs = {
  ...{ quote: 0x22, backslash: 0x5c, comma: 0x2c, colon: 0x3a, newLine: 0x0a },
  ...{ openList: 0x5b, closeList: 0x5d, openObject: 0x7b, closeObject: 0x7d },
} as const

/** A byte order mark counts as one, wherever files were put together. */
export function isBlank(byte: number): boolean {
  return byte <= 0x20 || byte === 0xef || byte === 0xbb || byte === 0xbf
}

export function isDelimiter(byte: number): boolean {
  return (
    isBlank(byte) || byte === signs.comma || byte === signs.closeList || byte === signs.closeObject
  )
}
