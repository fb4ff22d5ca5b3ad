import type { Account } from '../model/account.ts'
import { countOf, couponOfCustomer, foldCoupon } from '../model/allowance.ts'
import { type Basket, basketOf } from '../model/basket.ts'
import type { Checkout } from '../model/checkout.ts'
import type { CheckoutProduct } from '../model/checkout-product.ts'
import { toLocalTime } from '../model/local-time.ts'
import type { Order } from '../model/order.ts'
import type { Coupon, Voucher } from '../model/promotions.ts'
import type { Shop } from '../model/shop.ts'
import { isCalledOff } from '../model/step.ts'
import type { Use } from '../store/checkout-locks.ts'
import { findCheckoutProducts } from './catalogue.ts'
import type { Context } from './context.ts'
import { findCoupon, findVoucher, pointsOf } from './promotions.ts'

export type PricedCheckout = {
  readonly basket: Basket
  readonly coupon: Coupon | null
  readonly voucher: Voucher | null
  /** The customer's points before the order. */
  readonly points: number
}

export type PriceOptions = {
  /** False: special prices do not count, as in OpenCart 4.1. */
  readonly specials?: boolean
  /** What the order that is being edited has used up: it may use that again. */
  readonly ownUses?: readonly Use[]
  /** The order that is being edited: what it holds of the stock, it may sell again. */
  readonly held?: Pick<Order, 'lines' | 'payment'>
}

/** Prices a checkout from the catalogue as it is now. */
export async function priceCheckout(
  ctx: Context,
  account: Account,
  shop: Shop,
  checkout: Checkout,
  { specials = true, ownUses = [], held }: PriceOptions = {},
): Promise<PricedCheckout> {
  const customerId = checkout.customer?.id || null
  const ids = [...new Set(checkout.cart.map(({ productId }) => productId))]
  const [found, coupon, voucher, points] = await Promise.all([
    findCheckoutProducts(ctx, account, ids),
    checkout.coupon === null ? null : findCoupon(ctx, account, checkout.coupon, customerId),
    checkout.voucher === null ? null : findVoucher(ctx, account, checkout.voucher),
    customerId === null ? 0 : pointsOf(ctx, account, customerId),
  ])
  const own = (kind: Use['kind'], key: string): bigint =>
    ownUses.find((use) => use.kind === kind && use.key === key)?.amount ?? 0n
  const couponNow = coupon && {
    ...coupon,
    used: coupon.used - countOf(own('coupon', foldCoupon(coupon.code))),
    usedByCustomer:
      customerId === null
        ? coupon.usedByCustomer
        : coupon.usedByCustomer -
          countOf(own('coupon-of', couponOfCustomer(coupon.code, customerId))),
  }
  const voucherNow = voucher && {
    ...voucher,
    balance: voucher.balance + own('voucher', voucher.code),
  }
  const pointsNow = points + countOf(own('points', String(customerId)))
  const basket = basketOf({
    checkout,
    products: new Map(
      [...found]
        .filter(([, { enabled }]) => enabled)
        .map(([id, product]) => [id, withHeld(product, held)]),
    ),
    shop,
    coupon: couponNow,
    voucher: voucherNow,
    points: pointsNow,
    specials,
    today: todayIn(account, ctx.now()),
  })
  return { basket, coupon: couponNow, voucher: voucherNow, points: pointsNow }
}

/**
 * The product with the pieces that `held` has taken of it, as an order may keep them when it is
 * edited. One that is called off has given back what it held.
 */
export function withHeld(product: CheckoutProduct, held: PriceOptions['held']): CheckoutProduct {
  if (held === undefined || product.stock === null || isCalledOff(held)) return product
  const pieces = held.lines
    .filter(({ productId }) => productId === product.id)
    .reduce((sum, { quantity }) => sum + quantity, 0)
  return { ...product, stock: product.stock + pieces }
}

/** `2026-11-22`, as the account's clock shows it. */
export function todayIn({ settings: { timezone } }: Account, now: number): string {
  const { year, month, day } = toLocalTime(now, timezone)
  const two = (count: number): string => String(count).padStart(2, '0')
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`
}
