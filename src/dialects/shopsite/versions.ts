/**
 * The shapes of the orders document. `7` has everything that 7.1 to 15.0 are known to have; `6.3`
 * has neither NameParts, Products, QBImport nor the newer ids (contract §4.2).
 */
export const formatVersions = ['6.3', '7'] as const

export type FormatVersion = (typeof formatVersions)[number]

/**
 * The shape for a call's `version`: the nearest known one below it, the oldest for what is older
 * still (contract §8); `fallback` where the call names none, or no number.
 */
export function readVersion(text: string | undefined, fallback: FormatVersion): FormatVersion {
  const [number] = /^\d{1,4}(\.\d{1,4})?/.exec(text?.trim() ?? '') ?? []
  if (number === undefined) return fallback
  return Number(number) >= 7 ? '7' : '6.3'
}
