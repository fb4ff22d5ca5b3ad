import {
  type PricedCheckout,
  type PriceOptions,
  priceCheckout,
} from '../../../core/price-checkout.ts'
import type { Checkout } from '../../../model/checkout.ts'
import type { Shop } from '../../../model/shop.ts'
import { choosePayment, chooseShipping } from '../offers.ts'
import { lastProblemText, orderProblems, type RefusedMethod } from '../order-checks.ts'
import { fieldOrQuery, intOf } from '../request.ts'
import { refusal, type SessionCall } from '../route.ts'

/** The checkout with what a call says of the order itself; empty texts say nothing. */
export function withOrderFields({ request }: SessionCall, checkout: Checkout): Checkout {
  const said = (name: string) => fieldOrQuery(request, name) ?? ''
  return {
    ...checkout,
    comment: said('comment') === '' ? checkout.comment : said('comment'),
    // Kept with the order, and of no effect: the gateway has no affiliates.
    affiliateId: said('affiliate_id') === '' ? checkout.affiliateId : intOf(said('affiliate_id')),
  }
}

/**
 * The checkout, with the methods that the call names itself, and what it comes to. Throws the text
 * of the last check that fails (contract §4.7).
 */
export async function checkedOrder(
  { ctx, account, request }: SessionCall,
  shop: Shop,
  checkout: Checkout,
  options: PriceOptions = {},
): Promise<{ shop: Shop; checkout: Checkout; priced: PricedCheckout }> {
  const refused: RefusedMethod[] = []
  let chosen = checkout
  const shipping = fieldOrQuery(request, 'shipping_method') ?? ''
  if (shipping !== '') {
    const choice = chooseShipping(checkout, shipping)
    if ('error' in choice) refused.push('shipping_method')
    else chosen = { ...chosen, shippingMethod: choice.chosen }
  }
  const payment = fieldOrQuery(request, 'payment_method') ?? ''
  if (payment !== '') {
    const choice = choosePayment(checkout, payment)
    if ('error' in choice) refused.push('payment_method')
    else chosen = { ...chosen, paymentMethod: choice.chosen }
  }
  const priced = await priceCheckout(ctx, account, shop, chosen, options)
  const text = lastProblemText(orderProblems(chosen, priced.basket, refused))
  if (text !== undefined) throw refusal(text)
  return { shop, checkout: chosen, priced }
}
