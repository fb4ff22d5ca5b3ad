import type { Account } from '../model/account.ts'
import type { Order } from '../model/order.ts'
import type { HotSql } from '../store/database.ts'
import {
  boundByCreation,
  eachOrder,
  eachOrderHead,
  type OrderCursor,
  type OrderFilter,
  type OrderPage,
  readOrders,
} from '../store/order-reads.ts'
import type { OrderHead } from '../store/order-rows.ts'
import type { Context } from './context.ts'

export type { OrderFilter } from '../store/order-reads.ts'
export type { OrderHead } from '../store/order-rows.ts'

export type Pages<Shown> = AsyncGenerator<readonly Shown[], void, void>

/** A short first page shows the caller early that an answer is on its way. */
const firstPageSize = 50
/** Enough to keep both sides busy. */
const pageSize = 400
/** What a page of texts may grow to, so that long orders make short pages and memory stays flat. */
const pageChars = 64_000

/** A list under way is worth waiting for: to give up would break off the answer. */
const laterPageMs = 15_000

/** One page of the visible orders that fit, by time of creation: `offset` of them passed over. */
export async function pageOfOrders(
  ctx: Context,
  account: Account,
  filter: OrderFilter,
  page: { readonly offset: number; readonly most: number },
): Promise<Order[]> {
  const { sql, inTime } = ctx.database
  return inTime(() => readOrders(sql, account.id, filter, { after: null, ...page }))
}

/** Every visible order that fits, by time of creation, page by page. */
export function listOrders(ctx: Context, account: Account, filter: OrderFilter): Pages<Order> {
  const weigh = () => pageChars / pageSize
  return pages(ctx, account, filter, eachOrder, { show: (order: Order) => order, weigh })
}

/** The same as texts: an order is let go as soon as its text is made, and memory stays flat. */
export function writeOrders(
  ctx: Context,
  account: Account,
  filter: OrderFilter,
  write: (order: Order) => string,
): Pages<string> {
  return pages(ctx, account, filter, eachOrder, { show: write, weigh: lengthOf })
}

/** The same, of orders without their lines: much faster. */
export function writeOrderHeads(
  ctx: Context,
  account: Account,
  filter: OrderFilter,
  write: (head: OrderHead) => string,
): Pages<string> {
  return pages(ctx, account, filter, eachOrderHead, { show: write, weigh: lengthOf })
}

const lengthOf = (text: string): number => text.length

type Each<Row> = (
  sql: HotSql,
  accountId: number,
  filter: OrderFilter,
  page: OrderPage,
  take: (row: Row) => void,
) => Promise<void>
type Look<Row, Shown> = {
  readonly show: (row: Row) => Shown
  readonly weigh: (shown: Shown) => number
}
type Read<Shown> = {
  readonly shown: readonly Shown[]
  /** The page after this one; null after the last. */
  readonly next: OrderPage | null
}

/** The next page is read while the caller has this one in hand; no further ahead than that. */
async function* pages<Row extends OrderCursor, Shown>(
  ctx: Context,
  { id }: Account,
  wanted: OrderFilter,
  each: Each<Row>,
  look: Look<Row, Shown>,
): Pages<Shown> {
  const { sql, inTime } = ctx.database
  const filter = isByPayment(wanted) ? await inTime(() => boundByCreation(sql, id, wanted)) : wanted
  const read = (page: OrderPage, deadline: { readonly deadlineMs?: number }) =>
    inTime(() => readPage((take) => each(sql, id, filter, page, take), look, page), deadline)
  let page = await read({ after: null, most: firstPageSize }, {})
  for (;;) {
    const next = page.next === null ? undefined : read(page.next, { deadlineMs: laterPageMs })
    // Heard below, unless the caller goes away first.
    next?.catch(() => undefined)
    if (page.shown.length > 0) yield page.shown
    if (next === undefined) return
    page = await next
  }
}

function isByPayment({ paidFrom, paidTo }: OrderFilter): boolean {
  return paidFrom !== undefined || paidTo !== undefined
}

async function readPage<Row extends OrderCursor, Shown>(
  each: (take: (row: Row) => void) => Promise<void>,
  { show, weigh }: Look<Row, Shown>,
  page: OrderPage,
): Promise<Read<Shown>> {
  const shown: Shown[] = []
  let rows = 0
  let weight = 0
  let after = page.after
  await each((row) => {
    rows += 1
    // The rest of a page that is full belongs to the next one.
    if (weight >= pageChars) return
    const one = show(row)
    shown.push(one)
    weight += weigh(one)
    after = { createdAt: row.createdAt, number: row.number }
  })
  if (rows < page.most && rows === shown.length) return { shown, next: null }
  const fitting = Math.floor(pageChars / (weight / shown.length))
  return { shown, next: { after, most: Math.max(1, Math.min(pageSize, fitting)) } }
}
