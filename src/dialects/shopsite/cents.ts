import type { Money } from '../../model/money.ts'

/** Rounded to two decimals, half away from zero, as amounts are printed. */
export function toCents(amount: Money): Money {
  const cent = 100n
  const size = amount < 0n ? -amount : amount
  const rounded = ((size + cent / 2n) / cent) * cent
  return amount < 0n ? -rounded : rounded
}
