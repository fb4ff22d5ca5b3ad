import type { Instant } from '../model/order.ts'
import type { HotSql } from './database.ts'

export type EventRow = {
  readonly seq: number
  readonly at: Instant
  readonly kind: string
  readonly via: string
  readonly credentialId: number | null
  readonly data: Record<string, unknown> | null
}

/** The words that people wrote about an order, by the number of the event that they stand beside. */
export async function readComments(
  sql: HotSql,
  accountId: number,
  number: number,
): Promise<ReadonlyMap<number, string>> {
  const rows = await sql<{ seq: number; text: string }[]>`
    select seq, text from order_comments
    where account_id = ${accountId} and number = ${number}`
  return new Map(rows.map(({ seq, text }) => [seq, text]))
}

/** The number of an order's last event; undefined for an unknown order. */
export async function readEventSeq(
  sql: HotSql,
  accountId: number,
  number: number,
): Promise<number | undefined> {
  const [row] = await sql<{ seq: number }[]>`
    select event_seq as seq from order_states
    where account_id = ${accountId} and number = ${number}`
  return row?.seq
}

/** An order's history, from the beginning. */
export async function readEvents(
  sql: HotSql,
  accountId: number,
  number: number,
): Promise<EventRow[]> {
  return sql<EventRow[]>`
    select seq, at, kind, via, credential_id as "credentialId", data
    from order_events
    where account_id = ${accountId} and number = ${number}
    order by seq`
}

/** Waiting orders whose timer has run out. Crosses accounts: the gateway's own housekeeping. */
export async function readDueTimers(
  sql: HotSql,
  now: Instant,
  most: number,
): Promise<{ accountId: number; number: number }[]> {
  return sql<{ accountId: number; number: number }[]>`
    select account_id as "accountId", number from order_timers
    where due_at <= ${new Date(now).toISOString()} order by due_at limit ${most}`
}

/** Forgets fingerprints older than `before`, a few at a time; gives back how many. */
export async function pruneFingerprints(
  sql: HotSql,
  accountId: number,
  before: Instant,
): Promise<number> {
  const rows = await sql`
    delete from order_fingerprints f using (
      select account_id, digest, number from order_fingerprints
      where account_id = ${accountId} and made_at < ${new Date(before).toISOString()}
      limit 5000 for update skip locked) old
    where f.account_id = old.account_id and f.digest = old.digest and f.number = old.number
    returning 1`
  return rows.length
}
