import type { Account } from '../model/account.ts'
import type { Order } from '../model/order.ts'
import { type OrderCursor, type OrderFilter, readOrders } from '../store/order-reads.ts'
import type { Context } from './context.ts'

export type { OrderFilter } from '../store/order-reads.ts'

/** Orders a page: enough to keep both sides busy, few enough to keep memory flat. */
const pageSize = 200

/** A list under way is worth waiting for: to give up would break off the answer. */
const laterPageMs = 15_000

/** Every visible order that fits, by time of creation, page by page; memory stays flat. */
export async function* listOrders(
  ctx: Context,
  account: Account,
  filter: OrderFilter,
): AsyncGenerator<readonly Order[], void, void> {
  let after: OrderCursor | null = null
  // A short first page shows the caller early that an answer is on its way.
  for (let most = 50; ; most = pageSize) {
    const cursor = { after, most }
    const page: readonly Order[] = await ctx.database.inTime(
      () => readOrders(ctx.database.sql, account.id, filter, cursor),
      after === null ? {} : { deadlineMs: laterPageMs },
    )
    if (page.length > 0) yield page
    if (page.length < most) return
    after = page.at(-1) ?? null
  }
}
