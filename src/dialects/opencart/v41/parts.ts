import { inWarning } from '../route.ts'
import {
  customersModified,
  nothingShips,
  paymentAddressSet,
  shippingAddressSet,
} from '../v40/texts.ts'
import { cartModified } from '../words.ts'
import { priceIn, shownPriced } from './priced.ts'
import { addProduct } from './read-cart.ts'
import { readCheckout } from './read-checkout.ts'
import type { SignedRoute } from './signed-call.ts'
import { verdictOf } from './verdict.ts'

/** `cart`: what the products of the call come to; wrong ones are named and left out. */
export const cart: SignedRoute = {
  says: inWarning,
  run: async (call) => {
    const { checkout, errors } = await readCheckout(call)
    const verdict = verdictOf(errors.cart, cartModified)
    return { ...verdict, ...shownPriced(call, await priceIn(call, checkout)) }
  },
}

/** `product_add`: the same with one product more. */
export const productAdd: SignedRoute = {
  says: inWarning,
  run: async (call) => {
    const { checkout, errors } = await readCheckout(call)
    const added = await addProduct(call, checkout)
    const verdict = verdictOf(new Map([...errors.cart, ...added.errors]), cartModified)
    return { ...verdict, ...shownPriced(call, await priceIn(call, added.checkout)) }
  },
}

export const customer: SignedRoute = {
  says: inWarning,
  run: async (call) => {
    const { errors } = await readCheckout(call)
    return verdictOf(errors.customer, customersModified)
  },
}

export const paymentAddress: SignedRoute = {
  says: inWarning,
  run: async (call) => {
    const { errors } = await readCheckout(call)
    return verdictOf(errors.payment, paymentAddressSet)
  },
}

/** `shipping_address`: refused for a cart of which nothing ships. */
export const shippingAddress: SignedRoute = {
  says: inWarning,
  run: async (call) => {
    const { checkout, errors } = await readCheckout(call)
    const { priced } = await priceIn(call, checkout)
    if (!priced.basket.shippingRequired) return inWarning(nothingShips)
    return verdictOf(errors.shipping, shippingAddressSet)
  },
}
