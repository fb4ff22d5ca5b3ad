// A binary string holds one byte a char (latin1): bytes of any charset stay as they are, compare
// exactly and serve as keys. Texts proper come from `charset.ts`.

/** The bytes as a binary string. */
export function toBinary(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

/** The bytes of a binary string. */
export function fromBinary(binary: string): Buffer {
  return Buffer.from(binary, 'latin1')
}

/** The UTF-8 bytes of a text as a binary string. */
export function textToBinary(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}
