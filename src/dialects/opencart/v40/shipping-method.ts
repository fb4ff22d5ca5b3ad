import { priceCheckout } from '../../../core/price-checkout.ts'
import { shopOf } from '../../../core/shop.ts'
import type { Account } from '../../../model/account.ts'
import type { Checkout, ShippingChoice } from '../../../model/checkout.ts'
import { parseMoney } from '../../../model/money.ts'
import type { Shop } from '../../../model/shop.ts'
import { shownQuote } from '../../../model/tax.ts'
import { escapeHtml } from '../../../wire/html.ts'
import { asksLaterPage } from '../later-page.ts'
import { moneyText } from '../money-text.ts'
import {
  chooseShipping,
  type ShippingOffer,
  shippingMethodRequired,
  shippingOffers,
  withShippingOffers,
} from '../offers.ts'
import { noShippingText } from '../order-checks.ts'
import { type Body, inText, type Route, refusal, withCheckout } from '../route.ts'
import { currencyInUse } from '../shown-cart.ts'
import { said } from './said.ts'
import { nothingShips, shippingAddressRequired, shippingMethodSet } from './texts.ts'

/** `api/sale/shipping_method`: before anything is in the cart, too, it says what there is (§9). */
export const shippingMethods: Route = {
  says: inText,
  run: async (call) => {
    const { ctx, account, request } = call
    if (asksLaterPage(request)) return { shipping_methods: [] }
    const shop = await shopOf(ctx, account)
    return withCheckout(call, async (checkout) => {
      const { basket } = await priceCheckout(ctx, account, shop, checkout)
      const isEmpty = basket.lines.length + basket.vouchers.length === 0
      if (!isEmpty && !basket.shippingRequired) throw refusal(nothingShips)
      if (!isEmpty && checkout.shippingAddress === null) throw refusal(shippingAddressRequired)
      const offers = shippingOffers(shop, checkout)
      return {
        checkout: withShippingOffers(checkout, offers),
        answer: shownShipping(account, shop, checkout, offers),
      }
    })
  },
}

/** `api/sale/shipping_method.save`: `<module>.<quote>` of the list that was asked for. */
export const saveShippingMethod: Route = {
  says: inText,
  run: async (call) => {
    const { ctx, account } = call
    const shop = await shopOf(ctx, account)
    return withCheckout(call, async (checkout) => {
      const { basket } = await priceCheckout(ctx, account, shop, checkout)
      if (!basket.shippingRequired) throw refusal(nothingShips)
      const choice = chooseShipping(checkout, said(call, 'shipping_method'))
      // The list not asked for is told with the same text (recordings: method save, before list).
      if ('error' in choice) throw refusal(shippingMethodRequired)
      return {
        checkout: { ...checkout, shippingMethod: choice.chosen },
        answer: { success: shippingMethodSet },
      }
    })
  },
}

/** The ways to ship as 4.0 and 4.1 list them. */
export function shownShipping(
  account: Account,
  shop: Shop,
  checkout: Checkout,
  offers: readonly ShippingOffer[],
): Body {
  if (offers.length === 0) return inText(noShippingText)
  const currency = currencyInUse(account, shop, checkout)
  const textOf = ({ cost, taxClassId }: ShippingChoice): string =>
    moneyText(shownQuote(shop, checkout, { cost: parseMoney(cost) ?? 0n, taxClassId }), currency)
  return {
    shipping_methods: new Map(
      offers.map((offer) => [
        offer.module,
        {
          code: escapeHtml(offer.module),
          name: escapeHtml(offer.title),
          quote: new Map(
            offer.quotes.map((quote) => [
              quote.code.slice(quote.code.indexOf('.') + 1),
              {
                code: escapeHtml(quote.code),
                name: escapeHtml(quote.title),
                cost: quote.cost,
                tax_class_id: String(quote.taxClassId),
                text: textOf(quote),
              },
            ]),
          ),
          sort_order: String(offer.sortOrder),
          error: false,
        },
      ]),
    ),
  }
}
