import { couponApplied, rewardApplied } from '../promo.ts'
import { intOf, queryValue } from '../request.ts'
import { inText, refusal } from '../route.ts'
import { said } from '../v40/said.ts'
import { affiliateNotFound, affiliateRemoved, couponRemoved, rewardRemoved } from '../v40/texts.ts'
import { priceIn, shownPriced } from './priced.ts'
import { readCheckout } from './read-checkout.ts'
import type { SignedRoute } from './signed-call.ts'
import { productsRequired } from './texts.ts'
import { textVerdict } from './verdict.ts'

const successes = {
  coupon: { applied: couponApplied, removed: couponRemoved },
  reward: { applied: rewardApplied, removed: rewardRemoved },
} as const

/** `extension&code=`: whether coupon or points count; another extension is passed over. */
export const extension: SignedRoute = {
  says: inText,
  run: async (call) => {
    const read = await priceIn(call, (await readCheckout(call)).checkout)
    const code = queryValue(call.request, 'code')?.trim()
    const shown = shownPriced(call, read)
    if (code !== 'coupon' && code !== 'reward') return shown
    if (read.priced.basket.lines.length === 0) return { error: productsRequired, ...shown }
    const isSaid = code === 'coupon' ? said(call, code) !== '' : intOf(said(call, code)) !== 0
    const success = successes[code][isSaid ? 'applied' : 'removed']
    return { ...textVerdict(read.refused[code], success), ...shown }
  },
}

/** `affiliate`: the gateway has none, so only taking one away can succeed. */
export const affiliate: SignedRoute = {
  says: inText,
  run: async (call) => {
    if (intOf(said(call, 'affiliate_id')) !== 0) throw refusal(affiliateNotFound)
    return { success: affiliateRemoved }
  },
}
