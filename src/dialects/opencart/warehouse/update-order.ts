import { setOrderStatus } from '../../../core/set-order-status.ts'
import { shopOf } from '../../../core/shop.ts'
import { Failure, isFailure } from '../../../model/failure.ts'
import type { Shop } from '../../../model/shop.ts'
import { refusal, type SessionCall } from '../route.ts'
import { done, formOf, jsonIn, moduleRoute, rowsOf } from './module-route.ts'
import { readComments, readStatuses, type StatusRow } from './read-batch.ts'

/** Far below what the committer's queue holds; a chunk shares a few transactions. */
const chunkOrders = 256

/** How many unknown orders the log names. */
const mostNamed = 20

/**
 * Puts orders on statuses (contract A.4, A.10). An unknown status refuses the whole call; an
 * unknown order is passed over. Whoever moves an order has it in hand from then on.
 */
export const updateOrder = moduleRoute(async (visit) => {
  const { ctx, account } = visit
  const form = formOf(visit)
  const rows = rowsOf(readStatuses(jsonIn(visit, form.data)))
  const said = form.comments === undefined ? [] : jsonIn(visit, form.comments)
  const comments = new Map(rowsOf(readComments(said)).map(({ order, text }) => [order, text]))
  const shop = await shopOf(ctx, account)
  checkStatuses(shop, rows)
  const statusIds = new Map(rows.map(({ order, statusId }) => [order, statusId]))
  const wanted = [...new Set([...statusIds.keys(), ...comments.keys()])]
  const unknown: number[] = []
  for (let from = 0; from < wanted.length; from += chunkOrders) {
    const chunk = wanted.slice(from, from + chunkOrders).map((number) => ({
      number,
      status: statusIds.get(number),
      comment: comments.get(number) ?? '',
    }))
    unknown.push(...(await moveOrders(visit, shop, chunk, from > 0)))
  }
  noteUnknownOrders(visit, unknown)
  return done
})

function checkStatuses({ statuses }: Shop, rows: readonly StatusRow[]): void {
  const known = new Set(statuses.map(({ id }) => id))
  const bad = rows.find(({ statusId }) => !known.has(statusId))
  if (bad === undefined) return
  throw refusal(
    `The shop has no status ${bad.statusId}, which is sent for order ${bad.order}; ` +
      'choose one that the call statuses lists. No order was changed.',
  )
}

type Wish = {
  readonly number: number
  readonly status: number | undefined
  readonly comment: string
}

/**
 * Gives the orders that there are not. All are waited for: a caller who hears "repeat" must not
 * have commands under way any more. `begun`: others of the call are moved already, so that "busy",
 * which says that nothing was done, would be wrong.
 */
async function moveOrders(
  { ctx, account, author, credential }: SessionCall,
  shop: Shop,
  wishes: readonly Wish[],
  begun: boolean,
): Promise<number[]> {
  const settled = await Promise.allSettled(
    wishes.map((wish) => {
      const taken = wish.status === undefined ? {} : { takenBy: credential.id }
      return setOrderStatus(ctx, account, shop, { ...wish, author, ...taken })
    }),
  )
  const unknown: number[] = []
  const isPartly = begun || settled.some(({ status }) => status === 'fulfilled')
  for (const [at, outcome] of settled.entries()) {
    if (outcome.status === 'fulfilled') continue
    const { reason } = outcome
    if (isPartly && isFailure(reason, 'busy')) throw new Failure('outcome-unknown', reason.detail)
    if (!isFailure(reason, 'order-not-found')) throw reason
    unknown.push(wishes[at]?.number ?? 0)
  }
  return unknown
}

function noteUnknownOrders({ log, account }: SessionCall, unknown: readonly number[]): void {
  if (unknown.length === 0) return
  const named = { count: unknown.length, orders: unknown.slice(0, mostNamed) }
  log.warn({ account: account.login, ...named }, 'statuses of orders that the shop does not have')
}
