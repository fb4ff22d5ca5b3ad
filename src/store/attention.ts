import type { AttentionReason } from '../model/command.ts'
import type { Instant } from '../model/order.ts'
import type { HotSql } from './database.ts'
import { jsonText } from './json-text.ts'
import type { OrderKey } from './order-locks.ts'

export type AttentionRow = {
  /** The event that raised it. */
  readonly seq: number
  readonly reason: AttentionReason
  readonly raisedAt: Instant
  readonly acknowledgedAt: Instant | null
}

/** Why a person must look at an order, or had to, from the beginning. */
export async function readAttention(
  sql: HotSql,
  accountId: number,
  number: number,
): Promise<AttentionRow[]> {
  return sql<AttentionRow[]>`
    select seq, reason, raised_at as "raisedAt", acknowledged_at as "acknowledgedAt"
    from attention
    where account_id = ${accountId} and number = ${number}
    order by seq, reason`
}

export type AttentionKey = Pick<OrderKey, 'number'> & Pick<AttentionRow, 'seq' | 'reason'>

export type AttentionItem = AttentionKey & Pick<AttentionRow, 'raisedAt' | 'acknowledgedAt'>

/** A page of what a person must look at, or with `withAcknowledged` ever had to, oldest first. */
export async function readAttentionPage(
  sql: HotSql,
  accountId: number,
  page: {
    readonly withAcknowledged: boolean
    readonly after: AttentionItem | null
    readonly most: number
  },
): Promise<AttentionItem[]> {
  const { withAcknowledged, after, most } = page
  const from = after && new Date(after.raisedAt).toISOString()
  return sql<AttentionItem[]>`
    select number, seq, reason, raised_at as "raisedAt", acknowledged_at as "acknowledgedAt"
    from attention
    where account_id = ${accountId}
      ${withAcknowledged ? sql`` : sql`and acknowledged_at is null`}
      ${
        after === null
          ? sql``
          : sql`and (raised_at, number, seq, reason)
              > (${from}::timestamptz, ${after.number}, ${after.seq}, ${after.reason})`
      }
    order by raised_at, number, seq, reason
    limit ${most}`
}

/** Acknowledges exactly these; gives how many a person had not seen before. */
export async function acknowledgeAttention(
  sql: HotSql,
  accountId: number,
  keys: readonly AttentionKey[],
  at: Instant,
): Promise<number> {
  const wanted = keys.map(({ number, seq, reason }) => ({ number, seq, reason }))
  const rows = await sql`
    update attention a set acknowledged_at = ${new Date(at).toISOString()}
    from json_to_recordset(${jsonText(wanted)}::text::json) as k(number int, seq int, reason text)
    where a.account_id = ${accountId} and a.number = k.number and a.seq = k.seq
      and a.reason = k.reason collate "C" and a.acknowledged_at is null
    returning 1`
  return rows.length
}
