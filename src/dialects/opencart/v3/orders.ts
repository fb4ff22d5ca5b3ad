import { changeOrder } from '../../../core/change-order.ts'
import { editOrder } from '../../../core/edit-order.ts'
import { findOrder } from '../../../core/find-order.ts'
import { placeCheckout } from '../../../core/place-checkout.ts'
import { setOrderStatus } from '../../../core/set-order-status.ts'
import { shopOf } from '../../../core/shop.ts'
import type { Checkout } from '../../../model/checkout.ts'
import type { Shop } from '../../../model/shop.ts'
import { asEdit } from '../kept-fields.ts'
import { orderHistories } from '../order-histories.ts'
import { orderInfo } from '../order-info.ts'
import { orderParts, productsOf } from '../order-lines.ts'
import { planOf } from '../plan.ts'
import { fieldOrQuery, flagOf, intOf, queryOrField } from '../request.ts'
import { type Body, checkoutAt, inText, type Routes, type SessionCall } from '../route.ts'
import { ordersModified } from '../words.ts'
import { checkedOrder, withOrderFields } from './checked-order.ts'

/** Orders of 2.3 and 3.0 (contract §4.7). */
export const ordersOf3: Routes = new Map([
  ['api/order/add', { says: inText, run: add }],
  ['api/order/edit', { says: inText, run: edit }],
  ['api/order/delete', { says: inText, run: remove }],
  ['api/order/info', { says: inText, run: info }],
  ['api/order/history', { says: inText, run: history }],
])

async function add(call: SessionCall): Promise<Body> {
  const { ctx, account, author, session } = call
  const shop = await shopOf(ctx, account)
  const statusId = knownStatus(shop, call) ?? shop.firstStatus
  const { number } = await placeCheckout(ctx, account, { author, session }, async (checkout) => {
    const checked = await checkedOrder(call, shop, withOrderFields(call, checkout))
    return planOf(call, checked, { statusId, next: () => emptied(checkout) })
  })
  return { success: ordersModified, order_id: number }
}

/** As in 3.0, for 2.3 too, whose kept cart makes an order twice (contract §4.7). */
function emptied(checkout: Checkout): Checkout {
  return { ...checkout, cart: [], vouchers: [] }
}

async function edit(call: SessionCall): Promise<Body> {
  const { ctx, account, author } = call
  const shop = await shopOf(ctx, account)
  const number = orderNumber(call)
  await editOrder(ctx, account, { number, author }, async (order, ownUses) => {
    const before = { ...checkoutAt(call), comment: order.comment ?? '' }
    const wanted = withOrderFields(call, before)
    const checked = await checkedOrder(call, shop, wanted, { ownUses, held: order })
    const plan = planOf(call, checked, { statusId: 0, next: () => wanted })
    return asEdit(plan, order)
  })
  const status = knownStatus(shop, call)
  const comment = commentOf(call)
  if (status !== undefined || comment !== '') {
    await setOrderStatus(ctx, account, shop, { number, status, comment, author })
  }
  return { success: ordersModified }
}

/** Hides the order: later calls say that there is none (contract §9). */
async function remove(call: SessionCall): Promise<Body> {
  const { ctx, account, author } = call
  const number = orderNumber(call)
  await changeOrder(ctx, account, { number, author, command: { kind: 'hide' } })
  return { success: ordersModified }
}

/** The order as it stands; 4.0, which has no such call, gets it too. */
export async function info(call: SessionCall): Promise<Body> {
  const { ctx, account, settings } = call
  const order = await findOrder(ctx, account, orderNumber(call))
  const shop = await shopOf(ctx, account)
  const [catalogue, histories] = await Promise.all([
    productsOf(ctx, account, [order]),
    orderHistories(ctx, account, shop, order.number),
  ])
  const storeUrl = `${call.call.baseUrl}/`
  const terms = { shop, account, storeUrl, withFax: settings.version === '2.3' }
  return {
    order: { ...orderInfo(order, terms), ...orderParts(order, shop, catalogue), histories },
    success: ordersModified,
  }
}

/** An unknown or missing status keeps the one that stands, with the same text (contract §9). */
async function history(call: SessionCall): Promise<Body> {
  const { ctx, account, author } = call
  const number = orderNumber(call)
  const status = intOf(fieldOrQuery(call.request, 'order_status_id'))
  const notify = flagOf(fieldOrQuery(call.request, 'notify'))
  const shop = await shopOf(ctx, account)
  const comment = commentOf(call)
  await setOrderStatus(ctx, account, shop, { number, status, comment, notify, author })
  return { success: ordersModified }
}

/** 0, which no order has, for what is no number. */
function orderNumber({ request }: SessionCall): number {
  return intOf(queryOrField(request, 'order_id'))
}

function knownStatus(shop: Shop, { request }: SessionCall): number | undefined {
  const wanted = intOf(fieldOrQuery(request, 'order_status_id'))
  return shop.statuses.find(({ id }) => id === wanted)?.id
}

function commentOf({ request }: SessionCall): string {
  return fieldOrQuery(request, 'comment') ?? ''
}
