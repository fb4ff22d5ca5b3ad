import { priceCheckout } from '../../../core/price-checkout.ts'
import { shopOf } from '../../../core/shop.ts'
import type { Checkout } from '../../../model/checkout.ts'
import {
  addLine,
  afterCartChange,
  dropLine,
  readProductList,
  readSingleLine,
  setQuantity,
  type WantedLine,
} from '../cart-lines.ts'
import { asksLaterPage } from '../later-page.ts'
import { field, intOf } from '../request.ts'
import {
  type Body,
  checkoutAt,
  inText,
  inWarning,
  type Routes,
  refusalOf,
  type SessionCall,
  withCheckout,
} from '../route.ts'
import { shownCart } from '../shown-cart.ts'
import { missingOptions, numbered, productFor } from '../wanted-product.ts'
import { cartModified } from '../words.ts'

const notSold = 'Product can not be bought from the store you have choosen!'

export const cartRoutes: Routes = new Map([
  ['api/cart/add', { says: inWarning, run: add }],
  ['api/cart/edit', { says: inText, run: edit }],
  ['api/cart/remove', { says: inText, run: remove }],
  ['api/cart/products', { says: inWarning, run: products }],
])

/** Two forms; a list empties the cart first, and nothing of it is checked (contract §4.1). */
async function add(call: SessionCall): Promise<Body> {
  const list = readProductList(call.request)
  if (list !== undefined) {
    const lines = await Promise.all(list.map((line) => numbered(call, line)))
    return changeCart(call, (checkout) => lines.reduce(addLine, { ...checkout, cart: [] }))
  }
  const line = readSingleLine(call.request)
  if (line === undefined) return []
  const wanted = await numbered(call, line)
  await checkSold(call, wanted)
  return changeCart(call, (checkout) => addLine(checkout, wanted))
}

/** Unknown lines are nobody's mistake; without a quantity a line stays as it is. */
async function edit(call: SessionCall): Promise<Body> {
  const quantity = field(call.request, 'quantity')?.trim() ?? ''
  const lineId = intOf(field(call.request, 'key'))
  return changeCart(call, (checkout) => ({
    ...(quantity === '' ? checkout : setQuantity(checkout, lineId, intOf(quantity))),
    reward: 0,
  }))
}

async function remove(call: SessionCall): Promise<Body> {
  const key = field(call.request, 'key')
  if (key === undefined) return []
  return changeCart(call, (checkout) => ({ ...dropLine(checkout, key), reward: 0 }))
}

async function products(call: SessionCall): Promise<Body> {
  if (asksLaterPage(call.request)) return { products: [], vouchers: [], totals: [] }
  const { ctx, account } = call
  const checkout = checkoutAt(call)
  const shop = await shopOf(ctx, account)
  const priced = await priceCheckout(ctx, account, shop, checkout)
  return shownCart(shop, account, checkout, priced, '3.0')
}

async function changeCart(
  call: SessionCall,
  change: (checkout: Checkout) => Checkout,
): Promise<Body> {
  return withCheckout(call, async (checkout) => ({
    checkout: afterCartChange(change(checkout)),
    answer: { success: cartModified },
  }))
}

async function checkSold(call: SessionCall, wanted: WantedLine): Promise<void> {
  const product = await productFor(call, wanted)
  if (product === undefined) throw refusalOf(new Map([['store', notSold]]))
  const missing = missingOptions(product, wanted.options)
  if (missing.size > 0) throw refusalOf(new Map([['option', missing]]))
}
