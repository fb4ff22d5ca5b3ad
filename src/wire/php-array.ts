/**
 * A PHP array: keys and texts are binary strings (one char per byte), in PHP's order. PHP never
 * holds both the integer 5 and the text "5" as keys, so the key's text alone names it; a key that
 * passes `isIntegerKey` is an integer in PHP. A Map keeps order and has no prototype to reach.
 */
export type PhpArray = Map<string, PhpValue>
export type PhpValue = string | PhpArray

export const MAX_INTEGER = 2n ** 63n - 1n
const MIN_INTEGER = -(2n ** 63n)

const SHORT_INTEGER = /^(?:0|-?[1-9]\d{0,17})$/
const LONG_INTEGER = /^-?[1-9]\d{18}$/

/** Whether PHP keeps this key as a 64-bit integer: `-5` is one; `08`, `-0` and `1e3` are texts. */
export function isIntegerKey(key: string): boolean {
  if (SHORT_INTEGER.test(key)) return true
  if (!LONG_INTEGER.test(key)) return false
  const value = BigInt(key)
  return value >= MIN_INTEGER && value <= MAX_INTEGER
}
