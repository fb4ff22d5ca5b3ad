import { priceCheckout } from '../../../core/price-checkout.ts'
import { shopOf } from '../../../core/shop.ts'
import { escapeHtml } from '../../../wire/html.ts'
import { readAddress } from '../buyer-form.ts'
import { asksLaterPage } from '../later-page.ts'
import { choosePayment, type PaymentOffer, paymentOffers, withPaymentOffers } from '../offers.ts'
import { noPaymentText } from '../order-checks.ts'
import { field, fields } from '../request.ts'
import {
  type Body,
  inText,
  inWarning,
  type Routes,
  type SessionCall,
  withCheckout,
} from '../route.ts'
import { trims } from './trims.ts'

const addressSet = 'Success: Payment address has been set!'
const addressRequired = 'Warning: Payment address required!'
const methodSet = 'Success: Payment method has been set!'
const cityMost = 32

export const paymentRoutes: Routes = new Map([
  ['api/payment/address', { says: inWarning, run: address }],
  ['api/payment/methods', { says: inText, run: methods }],
  ['api/payment/method', { says: inText, run: method }],
])

async function address(call: SessionCall): Promise<Body> {
  const { ctx, account, request } = call
  const { errors, address: paymentAddress } = readAddress(
    (name) => field(request, name),
    fields(request, 'custom_field'),
    await shopOf(ctx, account),
    { cityMost, trims: trims(call) },
  )
  return withCheckout(call, async (checkout) => {
    const forgotten = { ...checkout, paymentOffers: null, paymentMethod: null }
    return errors.size === 0
      ? { checkout: { ...forgotten, paymentAddress }, answer: { success: addressSet } }
      : { checkout: { ...forgotten, paymentAddress: null }, answer: { error: errors } }
  })
}

async function methods(call: SessionCall): Promise<Body> {
  if (asksLaterPage(call.request)) return { payment_methods: [] }
  const { ctx, account } = call
  const shop = await shopOf(ctx, account)
  return withCheckout(call, async (checkout) => {
    if (checkout.paymentAddress === null) return { checkout, answer: inText(addressRequired) }
    const priced = await priceCheckout(ctx, account, shop, checkout)
    const offers = paymentOffers(shop, checkout, priced)
    return { checkout: withPaymentOffers(checkout, offers), answer: shownOffers(offers) }
  })
}

async function method(call: SessionCall): Promise<Body> {
  return withCheckout(call, async (checkout) => {
    const choice = choosePayment(checkout, field(call.request, 'payment_method'))
    if ('error' in choice) return { checkout, answer: inText(choice.error) }
    const paymentMethod = choice.chosen
    return { checkout: { ...checkout, paymentMethod }, answer: { success: methodSet } }
  })
}

function shownOffers(offers: readonly PaymentOffer[]): Body {
  if (offers.length === 0) return { payment_methods: [], error: noPaymentText }
  const shown = offers.map(
    ({ code, title, terms, sortOrder }) =>
      [
        code,
        { code, title: escapeHtml(title), terms: escapeHtml(terms), sort_order: String(sortOrder) },
      ] as const,
  )
  return { payment_methods: new Map(shown) }
}
