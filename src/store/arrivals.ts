import type { Instant } from '../model/order.ts'
import type { BatchSql } from './batch-lane.ts'
import type { HotSql } from './database.ts'
import { type OrderKey, orderKey } from './order-locks.ts'

/** What stands under a number that an order of an old system wants. */
export type KnownOrder = {
  /** False: it was placed here. */
  readonly imported: boolean
  /** What `checkOf` said of it as it arrived; null: its buyer is forgotten. */
  readonly check: string | null
  /** When it was placed or imported. */
  readonly since: Instant
}

export type Arriving = OrderKey & { readonly link: string | null }

/** Orders by `orderKey`, and whose the pay links are, by `linkKey`. */
export type KnownArrivals = {
  readonly orders: Map<string, KnownOrder>
  readonly links: Map<string, number>
}

/** Whose orders came from another system, as `orders.dialect` says. */
export const importDialect = 'import'

/** The member of an imported order's free fields that says what was imported. */
export const checkField = 'import_check'

export function linkKey(accountId: number, link: string): string {
  return `${accountId}/${link}`
}

export function nothingKnown(): KnownArrivals {
  return { orders: new Map(), links: new Map() }
}

/**
 * Which of the wanted numbers and pay links are taken. Only with the counter's lock for certain.
 * `offset 0` keeps each a look-up by key: joined, and before statistics know of ten thousand new
 * orders, all of them were compared with all that are wanted.
 */
export async function readKnown(
  sql: HotSql | BatchSql,
  wanted: readonly Arriving[],
): Promise<KnownArrivals> {
  if (wanted.length === 0) return nothingKnown()
  const [orders, links] = await Promise.all([
    readOrdersOf(sql, wanted),
    readLinksOf(
      sql,
      wanted.filter(({ link }) => link !== null),
    ),
  ])
  return { orders, links }
}

async function readOrdersOf(
  sql: HotSql | BatchSql,
  wanted: readonly OrderKey[],
): Promise<Map<string, KnownOrder>> {
  const keys = JSON.stringify(wanted.map(({ accountId, number }) => ({ accountId, number })))
  const rows = await sql<(OrderKey & Omit<KnownOrder, 'imported'> & { dialect: string })[]>`
    select k."accountId", k.number, o.dialect, e.at as since,
      o.fields ->> ${checkField}::text as check
    from json_to_recordset(${keys}::text::json) as k("accountId" int, number int)
    cross join lateral (
      select dialect, fields from orders
      where account_id = k."accountId" and number = k.number offset 0) o
    cross join lateral (
      select at from order_events
      where account_id = k."accountId" and number = k.number and seq = 1 offset 0) e`
  return new Map(
    rows.map(({ dialect, check, since, ...key }) => [
      orderKey(key),
      { imported: dialect === importDialect, check, since },
    ]),
  )
}

async function readLinksOf(
  sql: HotSql | BatchSql,
  wanted: readonly Arriving[],
): Promise<Map<string, number>> {
  if (wanted.length === 0) return new Map()
  const keys = JSON.stringify(wanted.map(({ accountId, link }) => ({ accountId, link })))
  const rows = await sql<(OrderKey & { link: string })[]>`
    select k."accountId", k.link, l.number
    from json_to_recordset(${keys}::text::json) as k("accountId" int, link text)
    cross join lateral (
      select number from order_links
      where account_id = k."accountId" and key = k.link collate "C" offset 0) l`
  return new Map(rows.map(({ accountId, link, number }) => [linkKey(accountId, link), number]))
}
