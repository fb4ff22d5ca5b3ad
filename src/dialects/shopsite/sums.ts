import type { Money } from '../../model/money.ts'
import type { OrderContent, OrderLine, OrderTotal } from '../../model/order.ts'
import { sumOf } from '../../model/proportion.ts'
import { toCents } from './cents.ts'
import { shown } from './document.ts'
import { type TaxSum, taxSum } from './tax-sum.ts'

/** An amount in whole cents, and what it stands for. */
export type Part = { readonly name: string; readonly amount: Money }

/** An order's amounts as printed: whole cents that add up (see `orderSums`). */
export type OrderSums = {
  readonly productTotal: Money
  /** Zero or below. */
  readonly discount: Part
  /** Below zero, each. */
  readonly coupons: readonly Part[]
  readonly subtotal: Money
  readonly tax: TaxSum | null
  readonly shipping: Part
  /** Zero or above. */
  readonly surcharge: Part
  readonly grandTotal: Money
  /** Used gift vouchers by code, above zero: they are part of the discount. */
  readonly giftCertificates: readonly Part[]
}

/** Totals with a place of their own; of all others, what is taken off is discount. */
const placed = new Set(['sub_total', 'total', 'shipping', 'tax'])

/**
 * The amounts of an order, so that
 * ProductTotal + Discount + Coupons + Tax + ShippingTotal + Surcharge = GrandTotal, and Subtotal is
 * the first three. Order managers check that sum and know no gift certificates: what a used one
 * pays is discount. Cents that rounding leaves are discount, or a surcharge where that would turn
 * the discount into its opposite.
 */
export function orderSums(order: OrderContent): OrderSums {
  const totals = order.totals.length > 0 ? order.totals : plainTotals(order)
  const off = totals.filter(({ code, amount }) => !placed.has(code) && amount < 0n)
  const added = totals.filter(({ code, amount }) => !placed.has(code) && amount > 0n)
  const coupons = partsOf(off.filter(isCoupon))
  const discounts = partsOf(off.filter((total) => !isCoupon(total)))
  const surcharges = partsOf(added)
  const shipping = partsOf(totals.filter(({ code }) => code === 'shipping'))
  const taxes = totals.filter(({ code }) => code === 'tax')
  const tax = taxSum(order, {
    titles: taxes.map(({ title }) => shown(title)),
    tax: sumOf(taxes.map(({ amount }) => amount)),
    shipping: amountOf(totals.filter(({ code }) => code === 'shipping')),
    reduction: amountOf(off.filter(({ code }) => code !== 'voucher')),
  })
  const productTotal = sumOf(order.lines.map(printedLine))
  const grandTotal = toCents(order.total)
  const settled = settle(discounts, surcharges, (said) =>
    sumOf([grandTotal, -productTotal, -(tax?.amount ?? 0n), -said, ...negated(coupons, shipping)]),
  )
  return {
    productTotal,
    ...settled,
    coupons: coupons.map((part) => couponNamed(part, order, coupons.length)),
    subtotal: productTotal + settled.discount.amount + amountOf(coupons),
    tax,
    shipping: { name: shippingName(order, shipping), amount: amountOf(shipping) },
    grandTotal,
    giftCertificates: partsOf(off.filter(({ code }) => code === 'voucher')).map(
      ({ name, amount }) => ({ name: inBrackets(name), amount: -amount }),
    ),
  }
}

/** One piece, before tax and with its options, in whole cents. */
export function printedPrice({ unitPrice }: OrderLine): Money {
  return toCents(unitPrice)
}

/** Clients work it out again from price and quantity, so it is not the exact amount's rounding. */
export function printedLine(line: OrderLine): Money {
  return printedPrice(line) * BigInt(line.quantity)
}

/** What goes where the parts do not make the total. */
function settle(
  discounts: readonly Part[],
  surcharges: readonly Part[],
  missing: (said: Money) => Money,
): Pick<OrderSums, 'discount' | 'surcharge'> {
  const discount = amountOf(discounts)
  const surcharge = amountOf(surcharges)
  const rest = missing(discount + surcharge)
  const isDiscount = discount + rest <= 0n
  const named = (parts: readonly Part[], isTheirs: boolean, amount: Money): Part => {
    const names = [...parts.map(({ name }) => name), ...(isTheirs ? ['Adjustment'] : [])]
    return { name: [...new Set(names.filter((name) => name !== ''))].join(', '), amount }
  }
  const takesRest = rest !== 0n && isDiscount
  return {
    discount: named(discounts, takesRest, takesRest ? discount + rest : discount),
    surcharge: named(
      surcharges,
      rest !== 0n && !isDiscount,
      isDiscount ? surcharge : surcharge + rest,
    ),
  }
}

/** What an order without a list of totals is made of. */
function plainTotals(order: OrderContent): readonly OrderTotal[] {
  const taxOfLines = sumOf(order.lines.map(({ unitTax, quantity }) => unitTax * BigInt(quantity)))
  const total = (code: string, title: string, amount: Money) => ({
    code,
    title,
    amount,
    sortOrder: 0,
  })
  return [
    total('shipping', shown(order.shippingMethod), order.shippingCost),
    total(order.coupon === null ? 'discount' : 'coupon', 'Discount', -order.discount),
    total('tax', 'Tax', order.tax === 0n ? taxOfLines : order.tax),
  ]
}

function couponNamed({ name, amount }: Part, { coupon }: OrderContent, count: number): Part {
  const code = shown(coupon)
  return { name: count === 1 && code !== '' ? code : inBrackets(name) || 'Coupon', amount }
}

function shippingName({ shippingMethod }: OrderContent, parts: readonly Part[]): string {
  return shown(shippingMethod) || (parts[0]?.name ?? '')
}

/** The code in `Gift Certificate (ABC)`; a title without brackets is its own. */
function inBrackets(title: string): string {
  return /\(([^()]*)\)\s*$/.exec(title)?.[1]?.trim() || title
}

function isCoupon({ code }: OrderTotal): boolean {
  return code === 'coupon'
}

function partsOf(totals: readonly OrderTotal[]): readonly Part[] {
  return totals.map(({ title, amount }) => ({ name: shown(title), amount: toCents(amount) }))
}

function amountOf(parts: readonly { readonly amount: Money }[]): Money {
  return sumOf(parts.map(({ amount }) => amount))
}

function negated(...lists: readonly (readonly Part[])[]): readonly Money[] {
  return lists.map((parts) => -amountOf(parts))
}
