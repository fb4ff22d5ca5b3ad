import { sql } from 'drizzle-orm'
import { allowanceOf } from '../model/allowance.ts'
import { moneyText } from './columns.ts'
import type { Drizzle } from './database.ts'
import { jsonText } from './json-text.ts'
import { allowances } from './schema-checkout.ts'

export type AllowanceRow = {
  readonly kind: (typeof allowances.$inferSelect)['kind']
  readonly key: string
  readonly remaining: bigint
}

/** Makes allowances of which something is used up already; those that stand stay as they are. */
export async function startAllowances(
  tx: Drizzle,
  accountId: number,
  rows: readonly AllowanceRow[],
): Promise<void> {
  if (rows.length === 0) return
  await tx
    .insert(allowances)
    .values(rows.map((row) => ({ ...row, accountId })))
    .onConflictDoNothing()
}

/**
 * What a limit has been changed by, so that what is used up stays used up. An allowance that
 * nobody has used yet has no row, and needs none.
 */
export type Shift =
  | { readonly kind: 'coupon' | 'coupon-of' | 'points'; readonly key: string; readonly by: number }
  | { readonly kind: 'voucher'; readonly key: string; readonly by: bigint }

/** A shift of kind `coupon-of` names the coupon, and moves what every customer has left of it. */
export async function shiftAllowances(
  tx: Drizzle,
  accountId: number,
  shifts: readonly Shift[],
): Promise<void> {
  const moves = shifts
    .map(({ kind, key, by }) => ({ kind, key, by: typeof by === 'bigint' ? by : allowanceOf(by) }))
    .filter(({ by }) => by !== 0n)
    .map((move) => ({ ...move, by: moneyText(move.by) }))
  if (moves.length === 0) return
  // Locked in the committer's order first: orders use allowances up meanwhile. Looked up by key:
  // a join of thousands of customers with their points may compare all with all.
  await tx.execute(sql`
    with moves as (
      select kind, key, by from json_to_recordset(${jsonText(moves)}::text::json)
        as m(kind text, key text, by numeric)
    ), concerned as (
      select kind, key, by from moves where kind <> 'coupon-of'
      union all
      select m.kind, a.key, m.by
      from moves m
      join allowances a on a.kind = 'coupon-of' and a.key ~ '/[0-9]+$'
        and regexp_replace(a.key, '/[0-9]+$', '') = m.key
      where m.kind = 'coupon-of' and a.account_id = ${accountId}
    ), locked as (
      select l.kind, l.key, c.by
      from (select * from concerned order by kind collate "C", key collate "C") c
      cross join lateral (
        select a.kind, a.key from allowances a
        where a.account_id = ${accountId} and a.kind = c.kind collate "C"
          and a.key = c.key collate "C"
        for update) l
    )
    update allowances a set remaining = a.remaining + l.by
    from locked l
    where a.account_id = ${accountId} and a.kind = l.kind and a.key = l.key`)
}
