import type { Money } from '../../model/money.ts'
import type { OrderContent, OrderLine } from '../../model/order.ts'
import { shareOf, sumOf } from '../../model/proportion.ts'
import { toCents } from './cents.ts'

/** An order's tax in whole cents. */
export type TaxSum = {
  readonly name: string
  readonly amount: Money
  /** Per cent of what is taxed, worked out; a `Money` for its four decimals. */
  readonly rate: Money
  readonly onShipping: boolean
}

/** The parts of the total that tax comes from, exact. */
type Taxed = {
  readonly titles: readonly string[]
  readonly tax: Money
  readonly shipping: Money
  /** What is taken off before tax; zero or below. */
  readonly reduction: Money
}

/** Null where no tax is due. */
export function taxSum({ lines }: Pick<OrderContent, 'lines'>, taxed: Taxed): TaxSum | null {
  if (toCents(taxed.tax) === 0n) return null
  const { base, onShipping } = taxBase(lines, taxed)
  const names = [...new Set(taxed.titles.filter((title) => title !== ''))]
  return {
    name: names.join(', ') || 'Tax',
    amount: toCents(taxed.tax),
    rate: base > 0n ? shareOf(100n * 10_000n, taxed.tax, base) : 0n,
    onShipping,
  }
}

/** The book does not say whether shipping is taxed: it is if that explains the tax better. */
function taxBase(
  lines: readonly OrderLine[],
  { tax, shipping, reduction }: Taxed,
): { readonly base: Money; readonly onShipping: boolean } {
  const taxedLines = lines.filter(({ unitTax }) => unitTax !== 0n)
  const goods = priceOf(taxedLines)
  if (goods <= 0n) {
    const onShipping = shipping > 0n && tax <= shipping
    return { base: onShipping ? shipping : priceOf(lines) + reduction, onShipping }
  }
  const goodsTax = sumOf(taxedLines.map(({ unitTax, quantity }) => unitTax * BigInt(quantity)))
  const missedBy = (base: Money): Money => {
    const difference = tax - shareOf(goodsTax, base, goods)
    return difference < 0n ? -difference : difference
  }
  const without = goods + reduction
  const onShipping = shipping > 0n && missedBy(without + shipping) < missedBy(without)
  return { base: onShipping ? without + shipping : without, onShipping }
}

function priceOf(lines: readonly OrderLine[]): Money {
  return sumOf(lines.map(({ unitPrice, quantity }) => unitPrice * BigInt(quantity)))
}
