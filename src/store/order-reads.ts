import type postgres from 'postgres'
import type { Instant, Order } from '../model/order.ts'
import { importDialect } from './arrivals.ts'
import type { HotSql } from './database.ts'
import { type OrderKey, orderKey } from './order-locks.ts'
import {
  columns,
  type HeadRow,
  lines,
  type OrderHead,
  type OrderRow,
  toHead,
  toOrder,
} from './order-rows.ts'
import { numbersOf, type StatusFilter, shownStatus } from './order-status-filter.ts'

/** Which orders a list holds; all parts must hold at once. Hidden orders never show. */
export type OrderFilter = {
  readonly numbers?: readonly number[]
  readonly createdFrom?: Instant
  /** Inclusive. */
  readonly createdTo?: Instant
  readonly paidFrom?: Instant
  readonly paidTo?: Instant
  readonly payment?: readonly Order['payment'][]
  readonly email?: string
  /** Only orders with a line of one of these products. */
  readonly productIds?: readonly number[]
  readonly productCodes?: readonly string[]
  readonly withHidden?: boolean
  readonly changedFrom?: Instant
  readonly changedTo?: Instant
  readonly customerId?: number
  /** Only orders that show one of these numeric statuses. */
  readonly status?: StatusFilter
  /** True: without imported orders that nobody has released here, or put a status on. */
  readonly forHere?: boolean
}

/** Where a page begins: after this order, in order of creation. */
export type OrderCursor = { readonly createdAt: Instant; readonly number: number }

export type OrderPage = {
  readonly after: OrderCursor | null
  readonly most: number
  /** How many orders are passed over first. */
  readonly offset?: number
}

/** One page of orders with lines and parcels, by time of creation, then number. */
export async function readOrders(
  sql: HotSql,
  accountId: number,
  filter: OrderFilter,
  page: OrderPage,
): Promise<Order[]> {
  const orders: Order[] = []
  await eachOrder(sql, accountId, filter, page, (order) => orders.push(order))
  return orders
}

/** Orders of any accounts by `orderKey`, hidden ones too, as they stand in this transaction. */
export async function readContents(
  sql: HotSql,
  keys: readonly OrderKey[],
): Promise<ReadonlyMap<string, Order>> {
  if (keys.length === 0) return new Map()
  const rows = await sql<(OrderRow & { accountId: number })[]>`
    select o.account_id as "accountId", ${columns(sql)}, ${lines(sql)} as lines
    from json_to_recordset(${JSON.stringify(keys)}::text::json) as k("accountId" int, number int)
    join orders o on o.account_id = k."accountId" and o.number = k.number
    join order_states s on s.account_id = o.account_id and s.number = o.number`
  return new Map(
    rows.map(({ accountId, ...row }) => [orderKey({ accountId, ...row }), toOrder(row)]),
  )
}

/** The same, each order handed over as its row arrives: nobody holds a page of them. */
export async function eachOrder(
  sql: HotSql,
  accountId: number,
  filter: OrderFilter,
  page: OrderPage,
  take: (order: Order) => void,
): Promise<void> {
  const query = sql<OrderRow[]>`
    select ${columns(sql)}, ${lines(sql)} as lines
    ${chosen(sql, accountId, filter, page)}`
  await eachRow(query, (row) => take(toOrder(row)))
}

/** The same without lines. */
export async function eachOrderHead(
  sql: HotSql,
  accountId: number,
  filter: OrderFilter,
  page: OrderPage,
  take: (head: OrderHead) => void,
): Promise<void> {
  const query = sql<HeadRow[]>`
    select ${columns(sql)}
    ${chosen(sql, accountId, filter, page)}`
  await eachRow(query, (row) => take(toHead(row)))
}

/**
 * Hands rows over as they arrive, then lets go of `take`: the driver's query stays in memory
 * until the next full collection, and would keep all that was made of its rows.
 */
async function eachRow<Row extends object>(
  query: postgres.PendingQuery<Row[]>,
  take: (row: Row) => void,
): Promise<void> {
  let wanted: typeof take | undefined = take
  try {
    await query.forEach((row) => {
      wanted?.(row as Row)
    })
  } finally {
    wanted = undefined
  }
}

/** Which orders, where from, and in which order. */
function chosen(sql: HotSql, accountId: number, filter: OrderFilter, page: OrderPage) {
  return sql`from orders o
    join order_states s on s.account_id = o.account_id and s.number = o.number
    where o.account_id = ${accountId} and s.account_id = ${accountId}
      ${filter.withHidden ? sql`` : sql`and not s.hidden`}
      ${filter.numbers === undefined ? sql`` : sql`and o.number in ${sql([...filter.numbers])}`}
      ${filter.createdFrom === undefined ? sql`` : sql`and o.created_at >= ${time(filter.createdFrom)}`}
      ${filter.createdTo === undefined ? sql`` : sql`and o.created_at <= ${time(filter.createdTo)}`}
      ${paidTime(sql, filter)}
      ${filter.payment === undefined ? sql`` : sql`and s.payment in ${sql([...filter.payment])}`}
      ${filter.email === undefined ? sql`` : sql`and o.email_folded = ${filter.email}`}
      ${filter.changedFrom === undefined ? sql`` : sql`and s.changed_at >= ${time(filter.changedFrom)}`}
      ${filter.changedTo === undefined ? sql`` : sql`and s.changed_at <= ${time(filter.changedTo)}`}
      ${filter.customerId === undefined ? sql`` : sql`and o.customer_id = ${filter.customerId}`}
      ${filter.status === undefined ? sql`` : sql`and ${shownStatus(sql, filter.status)} in ${numbersOf(sql, filter.status.ids)}`}
      ${filter.forHere ? sql`and ${isForHere(sql)}` : sql``}
      ${withProduct(sql, filter)}
      ${
        page.after === null
          ? sql``
          : sql`and (o.created_at, o.number) > (${time(page.after.createdAt)}, ${page.after.number})`
      }
    order by o.created_at, o.number
    limit ${page.most}
    ${page.offset === undefined ? sql`` : sql`offset ${page.offset}`}`
}

/** Of `orders o` and `order_states s`: what another system took is its business until released. */
export function isForHere(sql: HotSql) {
  return sql`(o.dialect <> ${importDialect} or s.release_number is not null or s.label is not null)`
}

/** With more orders paid than this, to look for the oldest of them takes longer than it saves. */
const mostPaid = 100_000

/**
 * A filter by time of payment, and with it between which times the orders that fit were made:
 * pages are read in order of creation, and would otherwise begin at the book's first order.
 */
export async function boundByCreation(
  sql: HotSql,
  accountId: number,
  filter: OrderFilter,
): Promise<OrderFilter> {
  const [span] = await sql<{ paid: number; first: Instant | null; last: Instant | null }[]>`
    with paid as materialized (
      select number from order_states s where s.account_id = ${accountId} ${paidTime(sql, filter)}
      limit ${sql.unsafe(String(mostPaid))})
    select count(*)::int as paid, min(o.created_at) as first, max(o.created_at) as last
    from paid join orders o on o.account_id = ${accountId} and o.number = paid.number`
  if (span === undefined || span.paid === mostPaid) return filter
  // Where none was paid, any one moment does: nothing fits.
  const { first, last } = { first: span.first ?? 0, last: span.last ?? 0 }
  return {
    ...filter,
    createdFrom: Math.max(first, filter.createdFrom ?? first),
    createdTo: Math.min(last, filter.createdTo ?? last),
  }
}

function paidTime(sql: HotSql, { paidFrom, paidTo }: OrderFilter) {
  return sql`
    ${paidFrom === undefined ? sql`` : sql`and s.paid_at >= ${time(paidFrom)}`}
    ${paidTo === undefined ? sql`` : sql`and s.paid_at <= ${time(paidTo)}`}`
}

function withProduct(sql: HotSql, { productIds, productCodes }: OrderFilter) {
  return productIds === undefined && productCodes === undefined
    ? sql``
    : sql`and exists (select 1 from order_lines l
        where l.account_id = o.account_id and l.number = o.number
          and (l.product_id in ${sql([-1, ...(productIds ?? [])])}
            or l.code in ${sql(['', ...(productCodes ?? [])])}))`
}

/** Times are sent as ISO text: the driver must not guess a type from a number. */
function time(ms: Instant): string {
  return new Date(ms).toISOString()
}
