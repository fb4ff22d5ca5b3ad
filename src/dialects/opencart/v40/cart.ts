import { priceCheckout } from '../../../core/price-checkout.ts'
import { shopOf } from '../../../core/shop.ts'
import type { Checkout } from '../../../model/checkout.ts'
import {
  addLine,
  afterCartChange,
  dropLine,
  readSingleLine,
  setQuantity,
  type WantedLine,
} from '../cart-lines.ts'
import { asksLaterPage } from '../later-page.ts'
import { intOf } from '../request.ts'
import {
  type Body,
  checkoutAt,
  inText,
  inWarning,
  Refusal,
  type Route,
  refusalOf,
  type SessionCall,
  withCheckout,
} from '../route.ts'
import { shownCart } from '../shown-cart.ts'
import { missingOptions, numbered, productFor } from '../wanted-product.ts'
import { cartModified, noPermission } from '../words.ts'
import { said, saidIn } from './said.ts'
import { productNotFound } from './texts.ts'

/** `api/sale/cart`. */
export const cart: Route = {
  says: inText,
  run: async (call) => {
    const { ctx, account, request } = call
    if (asksLaterPage(request)) {
      return { products: [], vouchers: [], totals: [], shipping_required: false }
    }
    const checkout = checkoutAt(call)
    const shop = await shopOf(ctx, account)
    const priced = await priceCheckout(ctx, account, shop, checkout)
    return shownCart(shop, account, checkout, priced, '4.0')
  },
}

/** `api/sale/cart.add`: one product; options that are missing are named by their number. */
export const addToCart: Route = {
  says: inWarning,
  stranger: inText(noPermission),
  run: async (call) => {
    const line = readSingleLine(call.request)
    if (line === undefined) throw new Refusal(inWarning(productNotFound))
    const wanted = await numbered(call, trimmed(line))
    const product = await productFor(call, wanted)
    if (product === undefined) throw new Refusal(inWarning(productNotFound))
    const missing = missingOptions(product, wanted.options)
    if (missing.size > 0) {
      throw refusalOf(new Map([...missing].map(([id, text]) => [`option_${id}`, text])))
    }
    return changeCart(call, (checkout) => addLine(checkout, wanted))
  },
}

/** `api/sale/cart.edit`: an unknown key is a success; without a quantity a line stays as it is. */
export const editCart: Route = {
  says: inText,
  run: async (call) => {
    const quantity = said(call, 'quantity')
    const lineId = intOf(said(call, 'key'))
    return changeCart(call, (checkout) => ({
      ...(quantity === '' ? checkout : setQuantity(checkout, lineId, intOf(quantity))),
      reward: 0,
    }))
  },
}

/** `api/sale/cart.remove`: a missing key is 0, which no line has. */
export const removeFromCart: Route = {
  says: inText,
  run: async (call) => {
    const key = saidIn(call.request)('key') ?? '0'
    return changeCart(call, (checkout) => ({
      ...dropLine(checkout, key),
      // Bought vouchers have a call of their own, and are named by their place there.
      vouchers: checkout.vouchers,
      reward: 0,
    }))
  },
}

function changeCart(call: SessionCall, change: (checkout: Checkout) => Checkout): Promise<Body> {
  return withCheckout(call, async (checkout) => ({
    checkout: afterCartChange(change(checkout)),
    answer: { success: cartModified },
  }))
}

function trimmed(line: WantedLine): WantedLine {
  const options = Object.entries(line.options).map(([id, value]) => {
    return [id, typeof value === 'string' ? value.trim() : value.map((one) => one.trim())] as const
  })
  return { ...line, options: Object.fromEntries(options) }
}
