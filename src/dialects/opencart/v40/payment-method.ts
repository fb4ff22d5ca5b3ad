import { priceCheckout } from '../../../core/price-checkout.ts'
import { shopOf } from '../../../core/shop.ts'
import { escapeHtml } from '../../../wire/html.ts'
import { asksLaterPage } from '../later-page.ts'
import {
  choosePayment,
  type PaymentOffer,
  paymentMethodRequired,
  paymentOffers,
  withPaymentOffers,
} from '../offers.ts'
import { type Body, inText, type Route, refusal, withCheckout } from '../route.ts'
import { said } from './said.ts'
import { noPayment, paymentMethodSet } from './texts.ts'

/** `api/sale/payment_method`: needs no address, as a default install has it (contract §5). */
export const paymentMethods: Route = {
  says: inText,
  run: async (call) => {
    const { ctx, account, request } = call
    if (asksLaterPage(request)) return { payment_methods: [] }
    const shop = await shopOf(ctx, account)
    return withCheckout(call, async (checkout) => {
      const priced = await priceCheckout(ctx, account, shop, checkout)
      const offers = paymentOffers(shop, checkout, priced)
      return { checkout: withPaymentOffers(checkout, offers), answer: shownPayment(offers) }
    })
  },
}

/** `api/sale/payment_method.save`: `cod.cod`, of the list that the session has asked for. */
export const savePaymentMethod: Route = {
  says: inText,
  run: async (call) => {
    const code = bareCode(said(call, 'payment_method'))
    return withCheckout(call, async (checkout) => {
      const choice = choosePayment(checkout, code)
      // The list not asked for is told with the same text (recordings: method save, before list).
      if ('error' in choice) throw refusal(paymentMethodRequired)
      return {
        checkout: { ...checkout, paymentMethod: choice.chosen },
        answer: { success: paymentMethodSet },
      }
    })
  },
}

/** Each method has one option, of its own name. */
function bareCode(said: string): string | undefined {
  const [code = '', option, ...more] = said.split('.', 3)
  return code === option && more.length === 0 ? code : undefined
}

/** The ways to pay as 4.0 and 4.1 list them. */
export function shownPayment(offers: readonly PaymentOffer[]): Body {
  if (offers.length === 0) return inText(noPayment)
  return { payment_methods: new Map(offers.map((offer) => [offer.code, shownOffer(offer)])) }
}

function shownOffer(offer: PaymentOffer): Body {
  const code = escapeHtml(offer.code)
  const name = escapeHtml(offer.title)
  return {
    code,
    name,
    option: new Map([[offer.code, { code: `${code}.${code}`, name }]]),
    sort_order: String(offer.sortOrder),
  }
}
