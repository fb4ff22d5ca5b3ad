import type { BasketInput } from './basket-input.ts'
import {
  type BasketLine,
  type BelowMinimum,
  linesOf,
  productsBelowMinimum,
  type RatesOfClass,
} from './basket-lines.ts'
import { type BasketSums, sumsOf } from './basket-sums.ts'
import type { BoughtVoucher, Checkout } from './checkout.ts'
import type { Shop } from './shop.ts'
import { customerGroupOf, type TaxRate, taxRatesOf } from './tax.ts'

/** A checkout's cart with its prices, all in the account's currency. */
export type Basket = BasketSums & {
  readonly lines: readonly BasketLine[]
  /** Gift vouchers that are being bought. */
  readonly vouchers: readonly BoughtVoucher[]
  readonly shippingRequired: boolean
  /** True where the shop sells beyond its stock, too. */
  readonly inStock: boolean
  readonly belowMinimum: readonly BelowMinimum[]
  /** Points that could be used at most. */
  readonly rewardMaximum: number
  /** Points that are used. */
  readonly pointsUsed: number
  /** Points that the order earns. */
  readonly earned: number
}

/** Prices a checkout (recordings: "how the totals come about"). Limits are checked elsewhere. */
export function basketOf(input: BasketInput): Basket {
  const { checkout, shop, specials } = input
  const ratesOf = ratesFor(shop, checkout)
  const customerGroupId = customerGroupOf(shop, checkout)
  const lines = linesOf(checkout.cart, input.products, { customerGroupId, specials }, ratesOf)
  const rewardMaximum = countOf(lines.map((line) => line.points))
  const pointsUsed = Math.max(0, Math.min(checkout.reward, input.points, rewardMaximum))
  const shippingRequired = lines.some((line) => line.product.type === 'physical')
  const summed = sumsOf(input, lines, { pointsUsed, rewardMaximum }, shippingRequired, ratesOf)
  return {
    lines,
    vouchers: checkout.vouchers,
    shippingRequired,
    inStock: shop.sellsBeyondStock || lines.every((line) => line.inStock),
    belowMinimum: productsBelowMinimum(lines),
    rewardMaximum,
    pointsUsed,
    ...summed,
    earned: countOf(lines.map((line) => line.reward)),
  }
}

function ratesFor(shop: Shop, checkout: Checkout): RatesOfClass {
  const known = new Map<number, readonly TaxRate[]>()
  return (taxClassId) => {
    const rates = known.get(taxClassId) ?? taxRatesOf(shop, checkout, taxClassId)
    known.set(taxClassId, rates)
    return rates
  }
}

function countOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0)
}
