import type { Account } from '../model/account.ts'
import type { Instant, Order } from '../model/order.ts'
import { type Downloadable, noteTaken, readDownloadable, readTaken } from '../store/downloads.ts'
import { readOrders } from '../store/order-reads.ts'
import type { Author } from './commands.ts'
import type { Context } from './context.ts'

export type DownloadFilter = {
  /**
   * `release`: orders fit for fulfilment by their release number, so that one that is paid late is
   * not passed over; `number`: every order as soon as it is placed, by its own number.
   */
  readonly by: 'release' | 'number'
  /** Inclusive, as are all bounds. */
  readonly from?: number
  readonly to?: number
  readonly createdFrom?: Instant
  readonly createdTo?: Instant
  /** At most so many orders, the lowest numbers first. */
  readonly most?: number
}

/** An order as it is handed out: `shown` is the number that the caller remembers it by. */
export type Download = { readonly shown: number; readonly order: Order }

const pageSize = 200

/** A download under way is worth waiting for: to give up would break off the answer. */
const pageDeadline = { deadlineMs: 15_000 }

/**
 * Orders for somebody who remembers the highest number that he has seen, page by page, ascending.
 * Hidden orders are left out, and those that were cancelled or refunded before he had them. Who
 * downloads an order has it in hand: that is noted before it is given, so that whatever happens to
 * the order afterwards needs attention. An order that had left already is history, and no hand-over.
 * Throws `busy` and `outcome-unknown`.
 */
export async function* downloadOrders(
  ctx: Context,
  account: Account,
  author: Author & { readonly credentialId: number },
  filter: DownloadFilter,
): AsyncGenerator<readonly Download[], void, void> {
  const { sql, inTime } = ctx.database
  const { by, to, createdFrom, createdTo } = filter
  let left = filter.most ?? Number.POSITIVE_INFINITY
  for (let after = (filter.from ?? 0) - 1; left > 0; ) {
    const most = Math.min(pageSize, left)
    const page = { by, after, most, credentialId: author.credentialId }
    const bounds = {
      ...(to === undefined ? {} : { to }),
      ...(createdFrom === undefined ? {} : { createdFrom }),
      ...(createdTo === undefined ? {} : { createdTo }),
    }
    const found = await inTime(
      () => readDownloadable(sql, account.id, { ...page, ...bounds }),
      pageDeadline,
    )
    const taken = await take(ctx, account, author, found)
    const orders = await withOrders(ctx, account, taken)
    if (orders.length > 0) yield orders
    if (found.length < most) return
    left -= orders.length
    after = found.at(-1)?.shown ?? after
  }
}

/** Notes that he has them; leaves out what was called off or hidden a moment ago. */
async function take(
  ctx: Context,
  account: Account,
  author: Author & { readonly credentialId: number },
  found: readonly Downloadable[],
): Promise<readonly Downloadable[]> {
  const { sql, inTime } = ctx.database
  const { credentialId } = author
  const numbers = found.map(({ number }) => number)
  const known = await inTime(() => readTaken(sql, account.id, credentialId, numbers), pageDeadline)
  const history = found.filter(({ number, sent }) => sent && !known.has(number))
  const sentNumbers = history.map(({ number }) => number)
  await inTime(() => noteTaken(sql, account.id, credentialId, sentNumbers, ctx.now()), pageDeadline)
  const kept = await Promise.all(
    found.map(async (one) => {
      if (one.sent || known.has(one.number)) return [one]
      const { state, found: visible } = await ctx.committer.change(account.id, {
        number: one.number,
        command: { kind: 'hand-over', asServed: true },
        author,
        takenBy: credentialId,
        takers: [credentialId],
      })
      return visible && state.payment !== 'cancelled' && state.payment !== 'refunded' ? [one] : []
    }),
  )
  return kept.flat()
}

async function withOrders(
  ctx: Context,
  account: Account,
  taken: readonly Downloadable[],
): Promise<Download[]> {
  if (taken.length === 0) return []
  const numbers = taken.map(({ number }) => number)
  const page = { after: null, most: numbers.length }
  const orders = await ctx.database.inTime(
    () => readOrders(ctx.database.sql, account.id, { numbers }, page),
    pageDeadline,
  )
  const byNumber = new Map(orders.map((order) => [order.number, order]))
  return taken.flatMap(({ shown, number }) => {
    const order = byNumber.get(number)
    return order === undefined ? [] : [{ shown, order }]
  })
}
