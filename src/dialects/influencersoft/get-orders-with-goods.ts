import { z } from 'zod'
import { type ApiFunction, typed } from './api-function.ts'
import { readDateRange } from './date-range.ts'
import { flag, text, texts } from './fields.ts'
import { filterByGoods, filterByTime, orderList } from './list-of-orders.ts'
import { orderBasics, orderExtras, orderItems } from './order-object.ts'

const schema = z.object({ begin_date: text, end_date: text, paid: flag, goods: texts })

/** Contract §5.6: at most a month of orders with their items, on the account's own calendar. */
export const getOrdersWithGoods: ApiFunction = {
  name: 'getOrdersWithGoods',
  async run(input) {
    const { begin_date, end_date, paid, goods } = typed(schema, input.params)
    const { timezone } = input.account.settings
    const range = readDateRange({ begin: begin_date, end: end_date }, timezone, input.ctx.now())
    const filter = { ...filterByTime(range, paid), ...filterByGoods(goods) }
    return orderList(input, filter, (order) => ({
      ...orderBasics(order),
      ...orderExtras(order),
      // A JSON false: the text would be true to a PHP client.
      is_recurrent: false,
      items: orderItems(order, { withPincode: false }),
    }))
  },
}
