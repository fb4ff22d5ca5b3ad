import { type BasketLine, lineTotal, type RatesOfClass } from './basket-lines.ts'
import type { Money } from './money.ts'
import type { OrderTotal } from './order.ts'
import { shareOf, sumOf } from './proportion.ts'
import { type TaxRate, taxByRate } from './tax.ts'

/** What a basket comes to, part by part; what is taken off is positive. */
export type Amounts = {
  readonly subTotal: Money
  readonly reward: { readonly points: number; readonly amount: Money }
  /** Null: nothing ships, or no method is chosen. */
  readonly shipping: { readonly title: string; readonly cost: Money } | null
  readonly coupon: { readonly code: string; readonly amount: Money }
  readonly taxes: readonly TaxTotal[]
  readonly voucher: { readonly code: string; readonly balance: Money }
}

export type TaxTotal = { readonly title: string; readonly amount: Money }

/** Sort orders of a default OpenCart install; the lines of one order stand by title. */
const sortOrders = {
  sub_total: 1,
  reward: 2,
  shipping: 3,
  coupon: 4,
  tax: 5,
  voucher: 8,
  total: 9,
} as const

/** Tax of the lines, and of shipping, one amount a rate; amounts of zero are left out. */
export function taxTotals(
  lines: readonly BasketLine[],
  discounts: readonly Money[],
  shipping: { readonly cost: Money; readonly taxClassId: number; readonly free: boolean } | null,
  ratesOf: RatesOfClass,
): readonly TaxTotal[] {
  const amounts = new Map<TaxRate, Money>()
  const add = (rate: TaxRate, amount: Money) =>
    amounts.set(rate, (amounts.get(rate) ?? 0n) + amount)
  for (const [at, line] of lines.entries()) {
    for (const rate of ratesOf(line.product.terms.taxClassId)) {
      add(rate, lineTax(rate, line, discounts[at] ?? 0n))
    }
  }
  for (const rate of shipping === null ? [] : ratesOf(shipping.taxClassId)) {
    // A fixed tax is owed for what is given away, too.
    if (shipping !== null && !(shipping.free && rate.type === 'P')) {
      add(rate, taxByRate(rate, shipping.cost))
    }
  }
  return [...amounts]
    .map(([rate, amount]) => ({ title: rate.name, amount }))
    .filter(({ amount }) => amount !== 0n)
    .toSorted((one, other) => (one.title < other.title ? -1 : Number(one.title > other.title)))
}

/** The lines of the sum as the buyer sees them; the last one is the sum of all before it. */
export function totalsOf(amounts: Amounts): readonly OrderTotal[] {
  const { reward, shipping, coupon, voucher } = amounts
  const before = [
    total('sub_total', 'Sub-Total', amounts.subTotal),
    // Recorded: the number of points carries the sign of the amount.
    ...unlessZero(total('reward', `Reward Points (${-reward.points})`, -reward.amount)),
    ...(shipping === null ? [] : [total('shipping', shipping.title, shipping.cost)]),
    ...unlessZero(total('coupon', `Coupon (${coupon.code})`, -coupon.amount)),
    ...amounts.taxes.map((tax) => total('tax', tax.title, tax.amount)),
  ]
  const due = sumOf(before.map(({ amount }) => amount))
  const used = voucherUse(voucher.balance, due)
  return [
    ...before,
    ...unlessZero(total('voucher', `Gift Certificate (${voucher.code})`, -used)),
    total('total', 'Total', due - used),
  ]
}

/** The amount of all totals of one code. */
export function amountOf(totals: readonly OrderTotal[], code: keyof typeof sortOrders): Money {
  return sumOf(totals.filter((one) => one.code === code).map(({ amount }) => amount))
}

/** Fixed amounts are owed for each piece, percentages fall with what is taken off the line. */
function lineTax(rate: TaxRate, line: BasketLine, discount: Money): Money {
  const full = taxByRate(rate, line.unitPrice) * BigInt(line.quantity)
  const goods = lineTotal(line)
  if (rate.type === 'F' || goods === 0n) return full
  return full - shareOf(full, discount, goods)
}

function voucherUse(balance: Money, due: Money): Money {
  if (balance <= 0n || due <= 0n) return 0n
  return balance < due ? balance : due
}

function total(code: keyof typeof sortOrders, title: string, amount: Money): OrderTotal {
  return { code, title, amount, sortOrder: sortOrders[code] }
}

function unlessZero(one: OrderTotal): readonly OrderTotal[] {
  return one.amount === 0n ? [] : [one]
}
