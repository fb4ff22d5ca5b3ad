import type { BasketInput } from './basket-input.ts'
import { type BasketLine, lineTotal, type RatesOfClass } from './basket-lines.ts'
import { amountOf, taxTotals, totalsOf } from './basket-totals.ts'
import type { BoughtVoucher, Checkout } from './checkout.ts'
import { couponFits, couponRefusal, couponShares } from './coupon-rules.ts'
import { isWithinMoneyLimit, type Money, parseMoney } from './money.ts'
import type { OrderTotal } from './order.ts'
import type { Coupon } from './promotions.ts'
import { atLeastZero, shareOf, sumOf } from './proportion.ts'

/** What the lines of a basket come to. */
export type BasketSums = {
  /** Lines before tax, and bought vouchers. */
  readonly subTotal: Money
  readonly totals: readonly OrderTotal[]
  readonly tax: Money
  readonly total: Money
  readonly shippingCost: Money
  /** What coupon and points take off; positive. */
  readonly discount: Money
  /** What a used gift voucher pays; positive. */
  readonly voucherUsed: Money
  /** True if the coupon takes something off. */
  readonly couponApplies: boolean
}

/** Whether all amounts of a basket are some that the book can hold. */
export function areWithinMoneyLimit({ totals, tax }: Pick<BasketSums, 'totals' | 'tax'>): boolean {
  return isWithinMoneyLimit(tax) && totals.every(({ amount }) => isWithinMoneyLimit(amount))
}

type Points = { readonly pointsUsed: number; readonly rewardMaximum: number }

/** Adds up priced lines with what is taken off them, shipping, tax and voucher. */
export function sumsOf(
  input: BasketInput,
  lines: readonly BasketLine[],
  points: Points,
  shippingRequired: boolean,
  ratesOf: RatesOfClass,
): BasketSums {
  const shipping = shippingOf(input.checkout, shippingRequired)
  const coupon = applyingCoupon(input, lines)
  const rewards = rewardShares(lines, points)
  const left = lines.map((line, at) => atLeastZero(lineTotal(line)) - (rewards[at] ?? 0n))
  const coupons = coupon === null ? [] : couponShares(coupon, lines, left)
  const discounts = rewards.map((reward, at) => reward + (coupons[at] ?? 0n))
  const free = coupon?.freeShipping ?? false
  const totals = totalsOf({
    subTotal: sumOf([...lines.map(lineTotal), ...input.checkout.vouchers.map(priceOf)]),
    reward: { points: points.pointsUsed, amount: sumOf(rewards) },
    shipping,
    coupon: {
      code: coupon?.code ?? '',
      amount: sumOf(coupons) + (free ? atLeastZero(shipping?.cost ?? 0n) : 0n),
    },
    taxes: taxTotals(lines, discounts, shipping && { ...shipping, free }, ratesOf),
    voucher: input.voucher ?? { code: '', balance: 0n },
  })
  return {
    subTotal: amountOf(totals, 'sub_total'),
    totals,
    tax: amountOf(totals, 'tax'),
    total: amountOf(totals, 'total'),
    shippingCost: amountOf(totals, 'shipping'),
    discount: -amountOf(totals, 'coupon') - amountOf(totals, 'reward'),
    voucherUsed: -amountOf(totals, 'voucher'),
    couponApplies: amountOf(totals, 'coupon') !== 0n,
  }
}

function shippingOf(checkout: Checkout, shippingRequired: boolean) {
  const method = checkout.shippingMethod
  if (method === null || !shippingRequired) return null
  const { title, taxClassId } = method
  return { title, taxClassId, cost: parseMoney(method.cost) ?? 0n }
}

function applyingCoupon(input: BasketInput, lines: readonly BasketLine[]): Coupon | null {
  const { coupon, today, checkout } = input
  if (coupon === null) return null
  const refusal = couponRefusal(coupon, { today, customerId: checkout.customer?.id ?? 0 })
  return refusal === null && couponFits(coupon, lines) ? coupon : null
}

/** What points take off each line: its price in the proportion of used points to usable ones. */
function rewardShares(
  lines: readonly BasketLine[],
  { pointsUsed, rewardMaximum }: Points,
): readonly Money[] {
  return lines.map((line) =>
    pointsUsed === 0 || line.points === 0
      ? 0n
      : shareOf(atLeastZero(lineTotal(line)), BigInt(pointsUsed), BigInt(rewardMaximum)),
  )
}

function priceOf(voucher: BoughtVoucher): Money {
  return parseMoney(voucher.amount) ?? 0n
}
