import { z } from 'zod'
import { writeOrders } from '../../core/list-orders.ts'
import type { Order } from '../../model/order.ts'
import { type ApiFunction, typed } from './api-function.ts'
import { readDateRange } from './date-range.ts'
import { flag, text, texts } from './fields.ts'
import { filterByGoods, filterByTime } from './list-of-orders.ts'
import { joinedObject, orderBasics, orderExtras, orderItems } from './order-object.ts'

const schema = z.object({ begin_date: text, end_date: text, paid: flag, goods: texts })

/** Contract §5.6: at most a month of orders with their items, on the account's own calendar. */
export const getOrdersWithGoods: ApiFunction = {
  name: 'getOrdersWithGoods',
  writes: false,
  async run({ ctx, account, params }) {
    const { begin_date, end_date, paid, goods } = typed(schema, params)
    const { timezone } = account.settings
    const range = readDateRange({ begin: begin_date, end: end_date }, timezone, ctx.now())
    const filter = { ...filterByTime(range, paid), ...filterByGoods(goods) }
    const write = (order: Order) => orderWithGoods(order, account.login)
    return { pages: writeOrders(ctx, account, filter, write) }
  },
}

function orderWithGoods(order: Order, login: string): string {
  return joinedObject(orderBasics(order, login), orderExtras(order), {
    // A JSON false: the text would be true to a PHP client.
    is_recurrent: false,
    items: orderItems(order, { withPincode: false }),
  })
}
