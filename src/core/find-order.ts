import type { Account } from '../model/account.ts'
import { Failure } from '../model/failure.ts'
import type { Order } from '../model/order.ts'
import { type AttentionRow, readAttention } from '../store/attention.ts'
import { type EventRow, readComments, readEvents } from '../store/order-history.ts'
import { readOrders } from '../store/order-reads.ts'
import { readTakings, type Taking } from '../store/takings.ts'
import { isOrderNumber } from './change-order.ts'
import type { Context } from './context.ts'

/** One visible order. Throws `order-not-found`. */
export async function findOrder(
  ctx: Context,
  account: Account,
  number: number,
  { withHidden = false } = {},
): Promise<Order> {
  if (!isOrderNumber(number)) throw new Failure('order-not-found')
  const filter = { numbers: [number], withHidden }
  const [order] = await ctx.database.inTime(() =>
    readOrders(ctx.database.sql, account.id, filter, { after: null, most: 1 }),
  )
  if (order === undefined) throw new Failure('order-not-found')
  return order
}

/** What happened to an order, from the beginning. */
export async function historyOf(
  ctx: Context,
  account: Account,
  number: number,
): Promise<EventRow[]> {
  return readEvents(ctx.database.sql, account.id, number)
}

/** The words that people wrote about an order, by the number of their event. */
export async function commentsOf(
  ctx: Context,
  account: Account,
  number: number,
): Promise<ReadonlyMap<number, string>> {
  return readComments(ctx.database.sql, account.id, number)
}

/** Why a person must look at an order, or had to. */
export async function attentionOf(
  ctx: Context,
  account: Account,
  number: number,
): Promise<AttentionRow[]> {
  return readAttention(ctx.database.sql, account.id, number)
}

/** Which credentials were shown an order, and which have it in hand. */
export async function takingsOf(ctx: Context, account: Account, number: number): Promise<Taking[]> {
  return readTakings(ctx.database.sql, account.id, number)
}
