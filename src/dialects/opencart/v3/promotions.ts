import { priceCheckout } from '../../../core/price-checkout.ts'
import { pointsOf } from '../../../core/promotions.ts'
import { shopOf } from '../../../core/shop.ts'
import {
  type Applied,
  applyCoupon,
  applyCurrency,
  applyReward,
  applyVoucher,
  couponApplied,
  currencyChanged,
  rewardApplied,
  voucherApplied,
} from '../promo.ts'
import { field } from '../request.ts'
import {
  type Body,
  checkoutAt,
  inText,
  type Routes,
  type SessionCall,
  withCheckout,
} from '../route.ts'

export const promotionRoutes: Routes = new Map([
  ['api/coupon', { says: inText, run: coupon }],
  ['api/voucher', { says: inText, run: voucher }],
  ['api/reward', { says: inText, run: reward }],
  ['api/reward/maximum', { says: inText, run: maximum }],
  ['api/reward/available', { says: inText, run: available }],
  ['api/currency', { says: inText, run: currency }],
])

async function coupon(call: SessionCall): Promise<Body> {
  const { ctx, account, request } = call
  return withCheckout(call, async (checkout) => {
    const applied = await applyCoupon(ctx, account, checkout, field(request, 'coupon'))
    return answered(applied, couponApplied)
  })
}

async function voucher(call: SessionCall): Promise<Body> {
  const { ctx, account, request } = call
  return withCheckout(call, async (checkout) => {
    const applied = await applyVoucher(ctx, account, checkout, field(request, 'voucher'))
    return answered(applied, voucherApplied)
  })
}

async function reward(call: SessionCall): Promise<Body> {
  const { ctx, account, request } = call
  const shop = await shopOf(ctx, account)
  return withCheckout(call, async (checkout) => {
    const priced = await priceCheckout(ctx, account, shop, checkout)
    const applied = await applyReward(ctx, account, checkout, priced, field(request, 'reward'))
    return answered(applied, rewardApplied)
  })
}

async function maximum(call: SessionCall): Promise<Body> {
  const { ctx, account } = call
  const priced = await priceCheckout(ctx, account, await shopOf(ctx, account), checkoutAt(call))
  return { maximum: priced.basket.rewardMaximum }
}

/** Null for a guest. */
async function available(call: SessionCall): Promise<Body> {
  const { ctx, account } = call
  const customerId = checkoutAt(call).customer?.id ?? 0
  const points = customerId === 0 ? null : await pointsOf(ctx, account, customerId)
  return { points: points === null ? null : String(points) }
}

async function currency(call: SessionCall): Promise<Body> {
  const { ctx, account, request } = call
  const shop = await shopOf(ctx, account)
  return withCheckout(call, async (checkout) => {
    const applied = applyCurrency(shop, account, checkout, field(request, 'currency'))
    return answered(applied, currencyChanged)
  })
}

function answered({ checkout, error }: Applied, success: string) {
  return { checkout, answer: error === undefined ? { success } : inText(error) }
}
