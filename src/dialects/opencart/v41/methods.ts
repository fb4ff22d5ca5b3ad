import {
  paymentMethodRequired,
  paymentOffers,
  shippingMethodRequired,
  shippingOffers,
} from '../offers.ts'
import { inText, refusal } from '../route.ts'
import { shownPayment } from '../v40/payment-method.ts'
import { shownShipping } from '../v40/shipping-method.ts'
import {
  nothingShips,
  paymentMethodSet,
  shippingAddressRequired,
  shippingMethodSet,
} from '../v40/texts.ts'
import { type Priced, priceIn, shownPriced } from './priced.ts'
import { readCheckout } from './read-checkout.ts'
import type { SignedRoute } from './signed-call.ts'
import { productsRequired } from './texts.ts'
import { textVerdict } from './verdict.ts'

export const shippingMethods: SignedRoute = {
  says: inText,
  run: async (call) => {
    const { account, shop } = call
    const { checkout, priced } = await priceIn(call, (await readCheckout(call)).checkout)
    const lacking = lackingToShip(checkout, priced)
    if (lacking !== undefined) throw refusal(lacking)
    return shownShipping(account, shop, checkout, shippingOffers(shop, checkout))
  },
}

/** `shipping_method`: the caller's own name and cost (contract §6.4). */
export const shippingMethod: SignedRoute = {
  says: inText,
  run: async (call) => {
    const read = await priceIn(call, (await readCheckout(call)).checkout)
    const { checkout, priced } = read
    const missing = checkout.shippingMethod === null ? shippingMethodRequired : undefined
    const lacking = lackingToShip(checkout, priced) ?? missing
    return { ...textVerdict(lacking, shippingMethodSet), ...shownPriced(call, read) }
  },
}

export const paymentMethods: SignedRoute = {
  says: inText,
  run: async (call) => {
    const { checkout, priced } = await priceIn(call, (await readCheckout(call)).checkout)
    const lacking = lackingToPay(checkout, priced)
    if (lacking !== undefined) throw refusal(lacking)
    return shownPayment(paymentOffers(call.shop, checkout, priced))
  },
}

/** `payment_method`: nothing is checked against the list (contract §6.4). */
export const paymentMethod: SignedRoute = {
  says: inText,
  run: async (call) => {
    const read = await priceIn(call, (await readCheckout(call)).checkout)
    const { checkout, priced } = read
    const missing = checkout.paymentMethod === null ? paymentMethodRequired : undefined
    const lacking = lackingToPay(checkout, priced) ?? missing
    return { ...textVerdict(lacking, paymentMethodSet), ...shownPriced(call, read) }
  },
}

function lackingToShip(
  { shippingAddress }: Priced['checkout'],
  { basket }: Priced['priced'],
): string | undefined {
  if (!basket.shippingRequired) return nothingShips
  return shippingAddress === null ? shippingAddressRequired : undefined
}

function lackingToPay(checkout: Priced['checkout'], priced: Priced['priced']): string | undefined {
  if (priced.basket.lines.length === 0) return productsRequired
  if (!priced.basket.shippingRequired) return undefined
  const missing = checkout.shippingMethod === null ? shippingMethodRequired : undefined
  return lackingToShip(checkout, priced) ?? missing
}
