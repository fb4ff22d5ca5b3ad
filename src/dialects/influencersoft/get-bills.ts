import { z } from 'zod'
import { listOrders } from '../../core/list-orders.ts'
import { foldEmail, type Order, type PaymentAxis } from '../../model/order.ts'
import { type ApiFunction, typed } from './api-function.ts'
import { text } from './fields.ts'

const schema = z.object({
  email: text.refine((email) => email.trim() !== ''),
  pay_status: z.enum(['', 'paid', 'waiting', 'cancel']).default(''),
})

const axes: Record<string, readonly PaymentAxis[]> = {
  paid: ['paid'],
  waiting: ['waiting'],
  // A refunded order reads `cancel` everywhere.
  cancel: ['cancelled', 'refunded'],
}

/** Contract §5.7: a buyer's orders as a map of maps; JavaScript keeps number-like keys ascending. */
export const getBills: ApiFunction = {
  name: 'GetBills',
  writes: false,
  async run({ ctx, account, params }) {
    const { email, pay_status } = typed(schema, params)
    const payment = axes[pay_status]
    const filter = { email: foldEmail(email), ...(payment === undefined ? {} : { payment }) }
    const bills: Record<string, object> = {}
    for await (const page of listOrders(ctx, account, filter)) {
      for (const order of page) bills[order.number] = productsOf(order)
    }
    return Object.keys(bills).length === 0
      ? { words: { code: 400, text: 'Order not found' } }
      : { result: bills }
  },
}

/** By numeric product id; 0 for a line that no product stands behind. */
function productsOf({ lines }: Order): Record<string, object> {
  const products: Record<string, object> = {}
  for (const { productId, code, title } of lines) {
    products[productId ?? 0] = { good_name: code, good_title: title }
  }
  return products
}
