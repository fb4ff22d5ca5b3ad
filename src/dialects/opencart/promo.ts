import type { Context } from '../../core/context.ts'
import { type PricedCheckout, todayIn } from '../../core/price-checkout.ts'
import { findCoupon, findVoucher, pointsOf } from '../../core/promotions.ts'
import type { Account } from '../../model/account.ts'
import type { Checkout } from '../../model/checkout.ts'
import { couponRefusal } from '../../model/coupon-rules.ts'
import { currencyOf, type Shop } from '../../model/shop.ts'
import { intOf } from './request.ts'

/**
 * What becomes of a checkout by applying something, and the text of a refusal. A refusal has
 * forgotten the old value all the same (contract §4.0): keep `checkout` in either case.
 */
export type Applied = { readonly checkout: Checkout; readonly error?: string }

export const couponApplied = 'Success: Your coupon discount has been applied!'
export const voucherApplied = 'Success: Your gift voucher discount has been applied!'
export const rewardApplied = 'Success: Your reward points discount has been applied!'
export const currencyChanged = 'Success: Your currency has been changed!'
const wrongCoupon = "Warning: Coupon is either invalid, expired or reached it's usage limit!"
const wrongVoucher = 'Warning: Gift Voucher is either invalid or the balance has been used up!'
const noReward = 'Warning: Please enter the amount of reward points to use!'
const wrongCurrency = 'Warning: Currency code is invalid!'

/**
 * Applies a coupon. What the cart must hold for it is asked when an order is made (contract §9): a
 * caller may name the coupon first and fill the cart afterwards.
 */
export async function applyCoupon(
  ctx: Context,
  account: Account,
  checkout: Checkout,
  code: string | undefined,
): Promise<Applied> {
  const customerId = checkout.customer?.id ?? 0
  const coupon = await findCoupon(ctx, account, code?.trim() ?? '', customerId || null)
  const today = todayIn(account, ctx.now())
  if (coupon === null || couponRefusal(coupon, { today, customerId }) !== null) {
    return { checkout: { ...checkout, coupon: null }, error: wrongCoupon }
  }
  return { checkout: { ...checkout, coupon: coupon.code } }
}

/** Applies a gift voucher that something is left of. */
export async function applyVoucher(
  ctx: Context,
  account: Account,
  checkout: Checkout,
  code: string | undefined,
): Promise<Applied> {
  const voucher = await findVoucher(ctx, account, code?.trim() ?? '')
  if (voucher === null || voucher.balance <= 0n) {
    return { checkout: { ...checkout, voucher: null }, error: wrongVoucher }
  }
  return { checkout: { ...checkout, voucher: voucher.code } }
}

/** Pays with points; a number below zero counts without its sign (contract §4.6). */
export async function applyReward(
  ctx: Context,
  account: Account,
  checkout: Checkout,
  { basket }: PricedCheckout,
  said: string | undefined,
): Promise<Applied> {
  const points = Math.abs(intOf(said))
  const forgotten = { ...checkout, reward: 0 }
  if (points === 0) return { checkout: forgotten, error: noReward }
  const customerId = checkout.customer?.id ?? 0
  const own = customerId === 0 ? 0 : await pointsOf(ctx, account, customerId)
  const error = rewardRefusal(points, basket, own)
  if (error !== undefined) return { checkout: forgotten, error }
  return { checkout: { ...checkout, reward: points } }
}

/** Why so many points cannot be used: by this cart, or by whoever has `own` of them. */
export function rewardRefusal(
  points: number,
  { rewardMaximum: most }: Pick<PricedCheckout['basket'], 'rewardMaximum'>,
  own: number,
): string | undefined {
  if (points > most) return `Warning: The maximum number of points that can be applied is ${most}!`
  return points > own ? `Warning: You don't have ${points} reward points!` : undefined
}

/** Chooses the currency; how it ships has to be asked and chosen anew (contract §4.0). */
export function applyCurrency(
  shop: Shop,
  account: Account,
  checkout: Checkout,
  code: string | undefined,
): Applied {
  const wanted = code?.trim().toUpperCase() ?? ''
  const currency = currencyOf(shop, wanted, account.settings.currency)
  if (currency === undefined) return { checkout, error: wrongCurrency }
  return {
    checkout: {
      ...checkout,
      currency: currency.code,
      shippingOffers: null,
      shippingMethod: null,
    },
  }
}
