import type { AttentionReason } from '../model/command.ts'
import type { Instant } from '../model/order.ts'
import type { HotSql } from './database.ts'

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
