import { z } from 'zod'
import { findOrder } from '../../core/find-order.ts'
import type { Order } from '../../model/order.ts'
import { type ApiFunction, typed } from './api-function.ts'
import { flag, orderNumberOf, text } from './fields.ts'
import { type OrderObject, orderBasics, orderExtras, orderItems } from './order-object.ts'
import type { OwnWords } from './words.ts'

const schema = z.object({
  bill_id: text.refine((billId) => billId.trim() !== ''),
  good_info: flag,
})

const notFound: OwnWords = { 'order-not-found': { code: 400, text: 'Order not found' } }

/** Contract §5.3: one object with its items. */
export const getOrderDetails: ApiFunction = {
  name: 'getOrderDetails',
  writes: false,
  words: notFound,
  async run({ ctx, account, params }) {
    const { bill_id, good_info } = typed(schema, params)
    const order = await findOrder(ctx, account, orderNumberOf(bill_id))
    return {
      result: {
        ...orderBasics(order, account.login),
        ...orderExtras(order),
        items: orderItems(order, { withPincode: true }),
        ...(good_info ? goodInfo(order) : {}),
      },
    }
  },
}

/** Contract §5.4: the same without items; deprecated, and used by nobody known. */
export const getOrderInfo: ApiFunction = {
  name: 'GetOrderInfo',
  writes: false,
  words: notFound,
  async run({ ctx, account, params }) {
    const { bill_id } = typed(schema, params)
    const order = await findOrder(ctx, account, orderNumberOf(bill_id))
    return { result: { ...orderBasics(order, account.login), ...orderExtras(order) } }
  },
}

function goodInfo({ lines }: Order): OrderObject {
  const ids = lines.map(({ productId }) => productId).filter((id) => id !== null)
  return { good_ids: [...new Set(ids)], prepayment_enabled: 0, prepayment_minsum: '0.00' }
}
