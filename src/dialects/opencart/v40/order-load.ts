import { findCheckoutProducts } from '../../../core/catalogue.ts'
import { usesOfOrder } from '../../../core/edit-order.ts'
import { findOrder } from '../../../core/find-order.ts'
import { shopOf } from '../../../core/shop.ts'
import type { Order } from '../../../model/order.ts'
import { intOf, queryOrField } from '../request.ts'
import { inText, type Route, refusal, type SessionCall, withCheckout } from '../route.ts'
import { ordersModified } from '../words.ts'
import { type LoadedLines, loadedCheckout, loadedLines } from './loaded-checkout.ts'
import { notLoadable } from './texts.ts'

/**
 * `api/sale/order.load`: the session's checkout becomes the order's, so that the next confirm edits
 * it. What the session held before is replaced: a repeated load adds nothing (contract §5).
 */
export const orderLoad: Route = {
  says: inText,
  run: async (call) => {
    const { ctx, account, request } = call
    const order = await findOrder(ctx, account, intOf(queryOrField(request, 'order_id')))
    const [shop, uses] = await Promise.all([
      shopOf(ctx, account),
      usesOfOrder(ctx, account, order.number),
    ])
    return withCheckout(call, async (checkout) => {
      const lines = await linesFor(call, order, checkout.nextLineId)
      return {
        checkout: loadedCheckout(checkout, order, { lines, uses, shop }),
        answer: { success: ordersModified },
      }
    })
  },
}

/** Refused where lines would be lost: the next confirm would take them out of the order. */
async function linesFor(
  { ctx, account }: SessionCall,
  order: Order,
  nextLineId: number,
): Promise<LoadedLines> {
  const lines = loadedLines(order, nextLineId)
  if (lines === undefined) throw refusal(notLoadable)
  const ids = lines.cart.map(({ productId }) => productId)
  const products = await findCheckoutProducts(ctx, account, ids)
  if (!ids.every((id) => products.get(id)?.enabled === true)) throw refusal(notLoadable)
  return lines
}
