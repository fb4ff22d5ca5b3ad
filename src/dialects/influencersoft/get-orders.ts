import { z } from 'zod'
import { type OrderHead, writeOrderHeads } from '../../core/list-orders.ts'
import { type ApiFunction, typed } from './api-function.ts'
import { flag, texts, unixTime } from './fields.ts'
import { filterByGoods, filterByTime } from './list-of-orders.ts'
import { orderBasics } from './order-object.ts'

const schema = z.object({ date_s: unixTime, date_e: unixTime, paid: flag, goods: texts })

/** Contract §5.5: deprecated, without bounds of its own; a reduced set of fields. */
export const getOrders: ApiFunction = {
  name: 'GetOrders',
  writes: false,
  async run({ ctx, account, params }) {
    const { date_s, date_e, paid, goods } = typed(schema, params)
    // The last second counts whole.
    const to = date_e === undefined ? undefined : date_e + 999
    const filter = { ...filterByTime({ from: date_s, to }, paid), ...filterByGoods(goods) }
    const write = (head: OrderHead) => JSON.stringify(orderBasics(head, account.login))
    return { pages: writeOrderHeads(ctx, account, filter, write) }
  },
}
