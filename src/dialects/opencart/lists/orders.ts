import { findOrder } from '../../../core/find-order.ts'
import { pageOfOrders } from '../../../core/list-orders.ts'
import { shopOf } from '../../../core/shop.ts'
import { escapeHtml } from '../../../wire/html.ts'
import { asksLaterPage } from '../later-page.ts'
import { orderInfo } from '../order-info.ts'
import { orderParts, productsOf } from '../order-lines.ts'
import { intOf, queryOrField } from '../request.ts'
import type { Body, SessionCall } from '../route.ts'
import { orderFilterIn } from './order-filter.ts'
import { pageIn } from './paging.ts'

/**
 * `api/order`: orders as order/info has them, with lines and sums, oldest first. The page after
 * the last is empty (contract §9).
 */
export async function listOrders(call: SessionCall): Promise<Body> {
  const { ctx, account, request, settings } = call
  const { page, limit, offset } = pageIn(request)
  const filter = orderFilterIn(request, account.settings.timezone)
  if (filter === undefined) return { data: [], page, limit }
  const orders = await pageOfOrders(ctx, account, filter, { offset, most: limit })
  const [shop, catalogue] = await Promise.all([
    shopOf(ctx, account),
    productsOf(ctx, account, orders),
  ])
  const storeUrl = `${call.call.baseUrl}/`
  const terms = { shop, account, storeUrl, withFax: settings.version === '2.3' }
  const data = orders.map((order) => ({
    ...orderInfo(order, terms),
    ...orderParts(order, shop, catalogue),
  }))
  return { data, page, limit }
}

/** `api/order/products`: the lines of one order. It has one page. */
export async function listOrderProducts(call: SessionCall): Promise<Body> {
  const { ctx, account, request } = call
  const order = await findOrder(ctx, account, intOf(queryOrField(request, 'order_id')))
  const [shop, catalogue] = await Promise.all([
    shopOf(ctx, account),
    productsOf(ctx, account, [order]),
  ])
  const { products, totals, vouchers } = orderParts(order, shop, catalogue)
  const data = asksLaterPage(request) ? [] : products
  return { order_id: String(order.number), data, totals, vouchers }
}

/** `api/order/statuses`: the account's table. It has one page. */
export async function listOrderStatuses({ ctx, account, request }: SessionCall): Promise<Body> {
  const { statuses } = await shopOf(ctx, account)
  const { page, limit, offset } = pageIn(request)
  const data = statuses.map(({ id, name }) => ({
    order_status_id: String(id),
    name: escapeHtml(name),
  }))
  return { data: offset === 0 ? data : [], page, limit }
}
