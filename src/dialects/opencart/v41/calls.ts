import { setOrderStatus } from '../../../core/set-order-status.ts'
import { flagOf, intOf } from '../request.ts'
import { inText } from '../route.ts'
import { said, saidOrAsked } from '../v40/said.ts'
import { ordersModified } from '../words.ts'
import { confirm } from './confirm.ts'
import { affiliate, extension } from './extension.ts'
import { paymentMethod, paymentMethods, shippingMethod, shippingMethods } from './methods.ts'
import { cart, customer, paymentAddress, productAdd, shippingAddress } from './parts.ts'
import type { SignedRoute } from './signed-call.ts'

/** `history_add`: without a status of the table the order stays on its own (contract §9). */
const historyAdd: SignedRoute = {
  says: inText,
  writes: true,
  unsigned: (request) => String(intOf(saidOrAsked({ request }, 'order_id'))),
  run: async (call) => {
    const { ctx, account, shop, author } = call
    await setOrderStatus(ctx, account, shop, {
      number: intOf(saidOrAsked(call, 'order_id')),
      status: intOf(said(call, 'order_status_id')),
      comment: said(call, 'comment'),
      notify: flagOf(said(call, 'notify')),
      author,
    })
    return { success: ordersModified }
  },
}

/** What a signed call may ask for by its `call` (contract §6.4). */
export const signedCalls: ReadonlyMap<string, SignedRoute> = new Map([
  ['customer', customer],
  ['cart', cart],
  ['product_add', productAdd],
  ['payment_address', paymentAddress],
  ['shipping_address', shippingAddress],
  ['shipping_methods', shippingMethods],
  ['shipping_method', shippingMethod],
  ['payment_methods', paymentMethods],
  ['payment_method', paymentMethod],
  ['extension', extension],
  ['affiliate', affiliate],
  ['confirm', confirm],
  ['history_add', historyAdd],
])
