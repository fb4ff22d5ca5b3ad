import { type OrderFilter, writeOrders } from '../../../core/list-orders.ts'
import { shopOf } from '../../../core/shop.ts'
import type { Shop } from '../../../model/shop.ts'
import { phpJson } from '../../../wire/php-json.ts'
import { refusal, type SessionCall } from '../route.ts'
import { answerList } from './answer-list.ts'
import { idOf } from './batch-values.ts'
import { formOf, moduleRoute } from './module-route.ts'
import { orderRows } from './order-row.ts'

const dayMs = 86_400_000

/**
 * The orders of a status, whatever dialect they came through (contract A.4). Reading changes
 * nothing: the same list is read again and again until somebody moves the orders (contract A.10).
 */
export const orders = moduleRoute(async (visit) => {
  const said = formOf(visit).statusId ?? ''
  const statusId = said === '' ? 0 : idOf(said)
  if (statusId === undefined) {
    throw refusal('The field status_id holds no number; send the id of a status, such as 1.')
  }
  // Status 0 is OpenCart's for checkouts that were never finished; the book has none.
  if (statusId === 0) return { error: '', orders: [] }
  const { ctx, account, call } = visit
  const shop = await shopOf(ctx, account)
  const rowOf = orderRows({
    shop,
    statusId,
    timezone: account.settings.timezone,
    storeUrl: `${call.baseUrl}/`,
  })
  const filter = filterOf(visit, shop, statusId)
  const pages = writeOrders(ctx, account, filter, (order) => phpJson(rowOf(order)))
  return answerList(visit, 'orders', pages)
})

function filterOf(
  { ctx, settings, credential }: SessionCall,
  { statuses }: Shop,
  statusId: number,
): OrderFilter {
  const sending = statuses.filter(({ fulfilment }) => fulfilment === 'send').map(({ id }) => id)
  const held = { credentialId: credential.id, sending }
  return {
    // A list of what is to be booked: old orders were, where they came from.
    forHere: true,
    status: { ids: [statusId], ...(settings.hold === 'on' ? { held } : {}) },
    ...(settings.days === 0 ? {} : { createdFrom: ctx.now() - settings.days * dayMs }),
  }
}
