import { priceCheckout } from '../../../core/price-checkout.ts'
import { shopOf } from '../../../core/shop.ts'
import type { Account } from '../../../model/account.ts'
import type { Checkout } from '../../../model/checkout.ts'
import { type Money, parseMoney } from '../../../model/money.ts'
import type { Shop } from '../../../model/shop.ts'
import { shownQuote } from '../../../model/tax.ts'
import { escapeHtml } from '../../../wire/html.ts'
import { readAddress } from '../buyer-form.ts'
import { asksLaterPage } from '../later-page.ts'
import { moneyText } from '../money-text.ts'
import {
  chooseShipping,
  type ShippingOffer,
  shippingOffers,
  withShippingOffers,
} from '../offers.ts'
import { noShippingText } from '../order-checks.ts'
import { field, fields } from '../request.ts'
import {
  type Body,
  inText,
  inWarning,
  type Routes,
  type SessionCall,
  withCheckout,
} from '../route.ts'
import { currencyInUse } from '../shown-cart.ts'
import { trims } from './trims.ts'

const addressSet = 'Success: Shipping address has been set!'
const addressRequired = 'Warning: Shipping address required!'
const methodSet = 'Success: Shipping method has been set!'

export const shippingRoutes: Routes = new Map([
  ['api/shipping/address', { says: inWarning, run: address }],
  ['api/shipping/methods', { says: inText, run: methods }],
  ['api/shipping/method', { says: inText, run: method }],
])

/** `[]`, and nothing stored, where nothing in the cart ships (contract §4.3). */
async function address(call: SessionCall): Promise<Body> {
  const { ctx, account, request, settings } = call
  const shop = await shopOf(ctx, account)
  const { errors, address: shippingAddress } = readAddress(
    (name) => field(request, name),
    fields(request, 'custom_field'),
    shop,
    { cityMost: settings.version === '2.3' ? 32 : 128, trims: trims(call) },
  )
  return withCheckout(call, async (checkout) => {
    if (!(await ships(call, shop, checkout))) return { checkout, answer: [] }
    const forgotten = { ...checkout, shippingOffers: null, shippingMethod: null }
    return errors.size === 0
      ? { checkout: { ...forgotten, shippingAddress }, answer: { success: addressSet } }
      : { checkout: { ...forgotten, shippingAddress: null }, answer: { error: errors } }
  })
}

/**
 * What is offered is remembered for the choice. Without a cart it is only shown, for a middleware
 * that reads the shop's ways to ship (contract §9).
 */
async function methods(call: SessionCall): Promise<Body> {
  if (asksLaterPage(call.request)) return { shipping_methods: [] }
  const { ctx, account } = call
  const shop = await shopOf(ctx, account)
  return withCheckout(call, async (checkout) => {
    const show = (amount: Money) => moneyText(amount, currencyInUse(account, shop, checkout))
    const offers = shippingOffers(shop, checkout)
    const answer = () => shownOffers(shop, checkout, offers, show)
    if (checkout.cart.length + checkout.vouchers.length === 0) return { checkout, answer: answer() }
    if (!(await ships(call, shop, checkout))) return { checkout, answer: { shipping_methods: [] } }
    if (checkout.shippingAddress === null) return { checkout, answer: inText(addressRequired) }
    return { checkout: withShippingOffers(checkout, offers), answer: answer() }
  })
}

async function method(call: SessionCall): Promise<Body> {
  const shop = await shopOf(call.ctx, call.account)
  return withCheckout(call, async (checkout) => {
    if (!(await ships(call, shop, checkout))) return { checkout, answer: [] }
    const choice = chooseShipping(checkout, field(call.request, 'shipping_method'))
    if ('error' in choice) return { checkout, answer: inText(choice.error) }
    const shippingMethod = choice.chosen
    return { checkout: { ...checkout, shippingMethod }, answer: { success: methodSet } }
  })
}

async function ships(
  { ctx, account }: { readonly ctx: SessionCall['ctx']; readonly account: Account },
  shop: Shop,
  checkout: Checkout,
): Promise<boolean> {
  return (await priceCheckout(ctx, account, shop, checkout)).basket.shippingRequired
}

function shownOffers(
  shop: Shop,
  checkout: Checkout,
  offers: readonly ShippingOffer[],
  show: (amount: Money) => string,
): Body {
  if (offers.length === 0) return { shipping_methods: [], error: noShippingText }
  const shown = offers.map(({ module, title, sortOrder, quotes }) => {
    const shownQuotes = quotes.map((quote) => {
      const { code, cost, taxClassId } = quote
      const amount = shownQuote(shop, checkout, { taxClassId, cost: parseMoney(cost) ?? 0n })
      const tax_class_id = String(taxClassId)
      const text = show(amount)
      return [
        code.slice(code.indexOf('.') + 1),
        { code, title: escapeHtml(quote.title), cost, tax_class_id, text },
      ] as const
    })
    const sort_order = String(sortOrder)
    const quote = new Map(shownQuotes)
    return [module, { title: escapeHtml(title), quote, sort_order, error: false }] as const
  })
  return { shipping_methods: new Map(shown) }
}
