/** An exact amount: integer ten-thousandths of a currency unit. */
export type Money = bigint

export const moneyScale = 4
const unit = 10_000n

/** Amounts stay below 10^11 units, on either side of zero. */
export const moneyLimit: Money = 100_000_000_000n * unit

const pattern = /^([+-]?)(\d{0,30})(?:\.(\d{0,30}))?$/
const ratePattern = /^(\d{1,30})(?:\.(\d{1,30}))?$/

/**
 * Reads a decimal text (`1500`, `1500.5`, `.5`, `-3.00`; a comma counts as the point).
 * More than four decimals are rounded half away from zero.
 * Returns undefined for what is no number, and for amounts of 10^11 units or more.
 */
export function parseMoney(text: string): Money | undefined {
  const match = pattern.exec(text.trim().replace(',', '.'))
  if (match === null) return undefined
  const [, sign = '', whole = '', fraction = ''] = match
  if (whole === '' && fraction === '') return undefined
  const kept = fraction.slice(0, moneyScale).padEnd(moneyScale, '0')
  const roundsUp = (fraction[moneyScale] ?? '0') >= '5' ? 1n : 0n
  const size = BigInt(whole === '' ? '0' : whole) * unit + BigInt(kept) + roundsUp
  if (size >= moneyLimit) return undefined
  return sign === '-' ? -size : size
}

export function isWithinMoneyLimit(amount: Money): boolean {
  return amount < moneyLimit && amount > -moneyLimit
}

/**
 * An amount times a rate (a decimal text such as `0.61250000`, never negative), rounded once, half
 * away from zero, to `decimals` places (0 to 4). May lie beyond the limit. Throws a RangeError for
 * a text that is no rate.
 */
export function multiplyRate(amount: Money, rate: string, decimals = moneyScale): Money {
  const [, whole, fraction = ''] = ratePattern.exec(rate) ?? []
  if (whole === undefined) throw new RangeError('not a rate')
  const step = 10n ** BigInt(moneyScale - decimals)
  const divisor = 10n ** BigInt(fraction.length) * step
  const product = (amount < 0n ? -amount : amount) * BigInt(whole + fraction)
  const rounded = ((product + divisor / 2n) / divisor) * step
  return amount < 0n ? -rounded : rounded
}

/** Writes an amount with `decimals` places (0 to 4), rounded half away from zero: `1500.00`. */
export function formatMoney(amount: Money, decimals = 2): string {
  const step = 10n ** BigInt(moneyScale - decimals)
  const size = amount < 0n ? -amount : amount
  const rounded = (size + step / 2n) / step
  const digits = rounded.toString().padStart(decimals + 1, '0')
  const sign = amount < 0n && rounded > 0n ? '-' : ''
  if (decimals === 0) return sign + digits
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}

/** All four decimals that the book keeps, but no empty ones beyond the second: `12.90`. */
export function exactMoney(amount: Money): string {
  return formatMoney(amount, moneyScale).replace(/0{1,2}$/, '')
}
