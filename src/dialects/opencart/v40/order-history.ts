import { setOrderStatus } from '../../../core/set-order-status.ts'
import { shopOf } from '../../../core/shop.ts'
import { flagOf, intOf } from '../request.ts'
import { inText, type Route } from '../route.ts'
import { ordersModified } from '../words.ts'
import { said, saidOrAsked } from './said.ts'

/**
 * `api/sale/order.addHistory`: the order is named in the body; in the query, too, as clients of 3.0
 * do. Without a status of the table the order stays on its own (contract §9).
 */
export const orderHistory: Route = {
  says: inText,
  run: async (call) => {
    const { ctx, account, author } = call
    const shop = await shopOf(ctx, account)
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
