import { type BasketLine, lineTotal } from './basket-lines.ts'
import type { CheckoutProduct } from './checkout-product.ts'
import type { Money } from './money.ts'
import type { Coupon } from './promotions.ts'
import { atLeastZero, atMost, shareOf, sumOf } from './proportion.ts'

export type CouponRefusal = 'disabled' | 'early' | 'late' | 'used up' | 'login needed'

export type CouponUser = {
  /** `2026-11-22` in the account's time zone. */
  readonly today: string
  /** 0: a guest. */
  readonly customerId: number
}

/**
 * Why a coupon may not be applied at all; null: it may. What the cart holds is not asked here
 * (contract §9): a coupon with a minimum can be set first and the goods put in afterwards.
 */
export function couponRefusal(coupon: Coupon, user: CouponUser): CouponRefusal | null {
  if (!coupon.enabled) return 'disabled'
  if (coupon.from !== null && user.today < coupon.from) return 'early'
  if (coupon.until !== null && user.today >= coupon.until) return 'late'
  if (coupon.uses > 0 && coupon.used >= coupon.uses) return 'used up'
  if (coupon.usesOfCustomer > 0 && coupon.usedByCustomer >= coupon.usesOfCustomer) return 'used up'
  if (coupon.loginNeeded && user.customerId === 0) return 'login needed'
  return null
}

/** True if the goods come to the coupon's minimum and one of its products is among them. */
export function couponFits(coupon: Coupon, lines: readonly BasketLine[]): boolean {
  const goods = sumOf(lines.map(lineTotal))
  return goods >= coupon.minimum && lines.some((line) => concerns(coupon, line.product))
}

/**
 * What a coupon takes off each line before tax, in the order of the lines. `left` is what each
 * line still costs; no line goes below zero.
 */
export function couponShares(
  coupon: Coupon,
  lines: readonly BasketLine[],
  left: readonly Money[],
): readonly Money[] {
  const bases = lines.map((line) =>
    concerns(coupon, line.product) ? atLeastZero(lineTotal(line)) : 0n,
  )
  const shares =
    coupon.type === 'P'
      ? bases.map((base) => shareOf(base, atLeastZero(coupon.discount), 1_000_000n))
      : spread(atLeastZero(coupon.discount), bases)
  return shares.map((share, at) => atMost(share, left[at] ?? 0n))
}

function concerns(coupon: Coupon, product: CheckoutProduct): boolean {
  const { productIds, categoryIds } = coupon
  if (productIds.length === 0 && categoryIds.length === 0) return true
  return (
    productIds.includes(product.id) || product.categoryIds.some((id) => categoryIds.includes(id))
  )
}

/** Spreads an amount in proportion, so that the parts add up to it and none exceeds its base. */
function spread(amount: Money, bases: readonly Money[]): readonly Money[] {
  const whole = sumOf(bases)
  if (whole === 0n) return bases
  const wanted = atMost(amount, whole)
  let passed = 0n
  let given = 0n
  return bases.map((base) => {
    passed += base
    const part = (wanted * passed) / whole - given
    given += part
    return part
  })
}
