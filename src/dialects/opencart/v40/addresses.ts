import { priceCheckout } from '../../../core/price-checkout.ts'
import { shopOf } from '../../../core/shop.ts'
import type { CheckoutAddress } from '../../../model/checkout.ts'
import type { Shop } from '../../../model/shop.ts'
import { readAddress } from '../buyer-form.ts'
import { fields } from '../request.ts'
import {
  inText,
  inWarning,
  Refusal,
  type Route,
  refusalOf,
  type SessionCall,
  withCheckout,
} from '../route.ts'
import { noPermission } from '../words.ts'
import { saidIn } from './said.ts'
import { nothingShips, paymentAddressSet, shippingAddressSet } from './texts.ts'

/** `api/sale/payment_address`: a missing `payment_address_id` is 0 (contract §5). */
export const paymentAddress: Route = {
  says: inWarning,
  stranger: inText(noPermission),
  run: async (call) => {
    const address = addressIn(call, await shopOf(call.ctx, call.account))
    return withCheckout(call, async (checkout) => ({
      checkout: { ...checkout, paymentAddress: address, paymentOffers: null, paymentMethod: null },
      answer: { success: paymentAddressSet },
    }))
  },
}

/** `api/sale/shipping_address`: refused for a cart of which nothing ships. */
export const shippingAddress: Route = {
  says: inWarning,
  stranger: inText(noPermission),
  run: async (call) => {
    const { ctx, account } = call
    const shop = await shopOf(ctx, account)
    return withCheckout(call, async (checkout) => {
      const { basket } = await priceCheckout(ctx, account, shop, checkout)
      if (!basket.shippingRequired) throw new Refusal(inWarning(nothingShips))
      return {
        checkout: {
          ...checkout,
          shippingAddress: addressIn(call, shop),
          shippingOffers: null,
          shippingMethod: null,
        },
        answer: { success: shippingAddressSet },
      }
    })
  },
}

function addressIn(call: SessionCall, shop: Shop): CheckoutAddress {
  const custom = fields(call.request, 'custom_field')
  const rules = { cityMost: 128, trims: true }
  const { errors, address } = readAddress(saidIn(call.request), custom, shop, rules)
  if (errors.size > 0) throw refusalOf(errors)
  return address
}
