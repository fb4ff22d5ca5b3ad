import { formatMoney, type Money, multiplyRate } from '../../model/money.ts'
import type { Currency } from '../../model/shop.ts'

const THOUSANDS = /\B(?=(?:\d{3})+$)/g

/**
 * An amount of the book as OpenCart shows it in a currency (contract §1): `$1,000.00`, `$-30.20`,
 * `95.72€`. Rounded once, half away from zero, to the currency's decimals.
 */
export function moneyText(amount: Money, currency: Currency): string {
  const { decimals, rate, symbolLeft, symbolRight } = currency
  const digits = formatMoney(multiplyRate(amount, rate, decimals), decimals)
  const [whole = '', fraction] = digits.split('.')
  const grouped = whole.replace(THOUSANDS, ',')
  return symbolLeft + (fraction === undefined ? grouped : `${grouped}.${fraction}`) + symbolRight
}
