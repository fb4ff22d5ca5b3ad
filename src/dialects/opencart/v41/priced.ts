import type { PricedCheckout } from '../../../core/price-checkout.ts'
import { type PriceOptions, priceCheckout, todayIn } from '../../../core/price-checkout.ts'
import type { Checkout } from '../../../model/checkout.ts'
import { couponFits, couponRefusal } from '../../../model/coupon-rules.ts'
import { escapeHtml } from '../../../wire/html.ts'
import { moneyText } from '../money-text.ts'
import { rewardRefusal } from '../promo.ts'
import type { Body } from '../route.ts'
import { currencyInUse } from '../shown-cart.ts'
import { numberOf, productRecord } from './product-record.ts'
import type { SignedCall } from './signed-call.ts'
import { wrongCoupon } from './texts.ts'

/** A checkout with its prices, and why coupon or points of the call do not count. */
export type Priced = {
  readonly checkout: Checkout
  readonly priced: PricedCheckout
  readonly refused: { readonly coupon?: string; readonly reward?: string }
}

/**
 * Prices what a call describes; special prices do not count in 4.1. A coupon or points that do not
 * count are left out. `of`: what the order that the call edits has in hand.
 */
export async function priceIn(
  { ctx, account, shop }: SignedCall,
  checkout: Checkout,
  of: Pick<PriceOptions, 'ownUses' | 'held'> = {},
): Promise<Priced> {
  const options = { specials: false, ...of }
  const priced = await priceCheckout(ctx, account, shop, checkout, options)
  const customerId = checkout.customer?.id ?? 0
  const { coupon, basket, points } = priced
  // The cart comes with the same call, so that all of a coupon's terms can be asked at once.
  const fits =
    coupon !== null &&
    couponRefusal(coupon, { today: todayIn(account, ctx.now()), customerId }) === null &&
    couponFits(coupon, basket.lines)
  const reward = checkout.reward === 0 ? undefined : rewardRefusal(checkout.reward, basket, points)
  const refused = {
    ...(checkout.coupon === null || fits ? {} : { coupon: wrongCoupon }),
    ...(reward === undefined ? {} : { reward }),
  }
  if (Object.keys(refused).length === 0) return { checkout, priced, refused }
  const rest = {
    ...checkout,
    coupon: refused.coupon === undefined ? checkout.coupon : null,
    reward: refused.reward === undefined ? checkout.reward : 0,
  }
  const again = await priceCheckout(ctx, account, shop, rest, options)
  return { checkout: rest, priced: again, refused }
}

/** What calls with a cart answer below their verdict (contract §6.4). */
export function shownPriced(
  { account, shop }: SignedCall,
  { checkout, priced: { basket } }: Pick<Priced, 'checkout' | 'priced'>,
): Readonly<Record<string, Body>> {
  const currency = currencyInUse(account, shop, checkout)
  return {
    products: basket.lines.map((line) => productRecord(account, shop, checkout, line)),
    totals: basket.totals.map(({ code, title, amount, sortOrder }) => ({
      text: moneyText(amount, currency),
      extension: 'opencart',
      code,
      title: escapeHtml(title),
      value: numberOf(amount),
      sort_order: sortOrder,
    })),
    shipping_required: basket.shippingRequired,
  }
}
