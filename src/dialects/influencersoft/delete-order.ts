import { z } from 'zod'
import { changeOrder } from '../../core/change-order.ts'
import { type ApiFunction, typed } from './api-function.ts'
import { orderNumberOf, text } from './fields.ts'

const schema = z.object({ bill_id: text })

/** Contract §5.8: hides the order, which the operator can undo. */
export const deleteOrder: ApiFunction = {
  name: 'DeleteOrder',
  writes: true,
  words: { 'order-not-found': { code: 302, text: 'Nonexistent order' } },
  async run({ ctx, account, author, params }) {
    const { bill_id } = typed(schema, params)
    if (bill_id.trim() === '') return { words: { code: 203, text: 'Order number is empty' } }
    await changeOrder(ctx, account, {
      number: orderNumberOf(bill_id),
      command: { kind: 'hide' },
      author,
    })
    return { words: { code: 0, text: 'Order deleted' } }
  },
}
