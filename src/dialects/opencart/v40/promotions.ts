import { priceCheckout } from '../../../core/price-checkout.ts'
import { pointsOf } from '../../../core/promotions.ts'
import { shopOf } from '../../../core/shop.ts'
import {
  type Applied,
  applyCoupon,
  applyReward,
  applyVoucher,
  couponApplied,
  rewardApplied,
  voucherApplied,
} from '../promo.ts'
import { intOf } from '../request.ts'
import { checkoutAt, inText, type Route, refusal, withCheckout } from '../route.ts'
import { said } from './said.ts'
import {
  affiliateNotFound,
  affiliateRemoved,
  couponRemoved,
  rewardRemoved,
  voucherRemoved,
  wrongVoucher,
} from './texts.ts'

/** `api/sale/coupon`: an empty code takes the coupon away (contract §5). */
export const coupon: Route = {
  says: inText,
  run: async (call) => {
    const code = said(call, 'coupon')
    return withCheckout(call, async (checkout) =>
      code === ''
        ? { checkout: { ...checkout, coupon: null }, answer: { success: couponRemoved } }
        : told(await applyCoupon(call.ctx, call.account, checkout, code), couponApplied),
    )
  },
}

/** `api/sale/voucher`: pays with a gift voucher; an empty code takes it away. */
export const voucher: Route = {
  says: inText,
  run: async (call) => {
    const code = said(call, 'voucher')
    return withCheckout(call, async (checkout) => {
      if (code === '') {
        return { checkout: { ...checkout, voucher: null }, answer: { success: voucherRemoved } }
      }
      const applied = await applyVoucher(call.ctx, call.account, checkout, code)
      // 4.0 writes the same text in other letters.
      const error = applied.error === undefined ? {} : { error: wrongVoucher }
      return told({ ...applied, ...error }, voucherApplied)
    })
  },
}

/** `api/sale/reward`: pays with points; none takes them away. */
export const reward: Route = {
  says: inText,
  run: async (call) => {
    const { ctx, account } = call
    const points = said(call, 'reward')
    const shop = await shopOf(ctx, account)
    return withCheckout(call, async (checkout) => {
      if (intOf(points) === 0) {
        return { checkout: { ...checkout, reward: 0 }, answer: { success: rewardRemoved } }
      }
      const priced = await priceCheckout(ctx, account, shop, checkout)
      return told(await applyReward(ctx, account, checkout, priced, points), rewardApplied)
    })
  },
}

export const rewardMaximum: Route = {
  says: inText,
  run: async (call) => {
    const { ctx, account } = call
    const shop = await shopOf(ctx, account)
    const { basket } = await priceCheckout(ctx, account, shop, checkoutAt(call))
    return { maximum: basket.rewardMaximum }
  },
}

/** `api/sale/reward.available`: a number, 0 for a guest. */
export const rewardAvailable: Route = {
  says: inText,
  run: async (call) => {
    const id = checkoutAt(call).customer?.id ?? 0
    return { points: id === 0 ? 0 : await pointsOf(call.ctx, call.account, id) }
  },
}

/** `api/sale/affiliate`: the gateway has none, so only taking one away can succeed. */
export const affiliate: Route = {
  says: inText,
  run: async (call) => {
    if (intOf(said(call, 'affiliate_id')) !== 0) throw refusal(affiliateNotFound)
    return withCheckout(call, async (checkout) => ({
      checkout: { ...checkout, affiliateId: 0 },
      answer: { success: affiliateRemoved },
    }))
  },
}

/** Unlike 3.0, 4.0 keeps what was applied before where it refuses something new. */
function told({ checkout, error }: Applied, success: string) {
  if (error !== undefined) throw refusal(error)
  return { checkout, answer: { success } }
}
