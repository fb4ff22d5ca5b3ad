import { and, eq, sql } from 'drizzle-orm'
import type { Instant } from '../model/order.ts'
import type { Voucher } from '../model/promotions.ts'
import type { RowOutcome } from '../model/tally.ts'
import { shiftAllowances, startAllowances } from './allowances.ts'
import { inChunks } from './chunks.ts'
import { moneyText } from './columns.ts'
import type { Drizzle, HotSql } from './database.ts'
import { isListed } from './listed.ts'
import { orderlessJson } from './product-merge.ts'
import { vouchers } from './schema-checkout.ts'

/**
 * One that was bought counts only once its order is paid, not while that order is hidden, and not
 * after an edit has taken it out of the order.
 */
export async function readVoucher(
  sql: HotSql,
  accountId: number,
  code: string,
): Promise<Voucher | undefined> {
  const [row] = await sql<Voucher[]>`
    select v.code, coalesce(a.remaining, v.amount) as balance
    from vouchers v
    left join allowances a on a.account_id = v.account_id and a.kind = 'voucher' and a.key = v.code
    where v.account_id = ${accountId} and v.code = ${code} and v.enabled
      and (v.number is null or exists (
        select 1 from order_states s
        join order_lines l on l.account_id = s.account_id and l.number = s.number
        where s.account_id = v.account_id and s.number = v.number
          and s.payment = 'paid' and not s.hidden
          and l.product_id is null and l.options @>
            jsonb_build_array(jsonb_build_object('name', 'code', 'value', v.code))))`
  return row
}

export type WantedVoucher = {
  readonly code: string
  readonly amount: bigint
  /** What is left of it elsewhere; counts only where nothing of it has been used here. */
  readonly balance: bigint
  readonly data: Readonly<Record<string, string>>
  readonly enabled: boolean
}

/** Adds or changes vouchers by code, all or none; what has been used of them stays used. */
export async function upsertVouchers(
  db: Drizzle,
  accountId: number,
  wanted: readonly WantedVoucher[],
  at: Instant,
): Promise<RowOutcome[]> {
  const rows = [...new Map(wanted.map((one) => [one.code, one])).values()]
  return db.transaction(async (tx) => {
    const codes = rows.map(({ code }) => code)
    const found = await tx
      .select()
      .from(vouchers)
      .where(and(eq(vouchers.accountId, accountId), isListed(vouchers.code, codes)))
      .orderBy(vouchers.code)
      .for('update')
    const before = new Map(found.map((row) => [row.code, row]))
    const outcomes = rows.map((row) => outcomeOf(before.get(row.code), row))
    const changed = rows.filter((_, index) => outcomes[index] !== 'same')
    await inChunks(changed, (chunk) => writeChunk(tx, accountId, chunk, at))
    await shiftAllowances(
      tx,
      accountId,
      rows.map(({ code: key, amount }) => {
        const by = amount - (before.get(key)?.amount ?? amount)
        return { kind: 'voucher', key, by } as const
      }),
    )
    const begun = rows.filter(({ amount, balance }) => balance !== amount)
    await startAllowances(
      tx,
      accountId,
      begun.map(({ code: key, balance }) => ({ kind: 'voucher', key, remaining: balance })),
    )
    return outcomes
  })
}

async function writeChunk(
  tx: Drizzle,
  accountId: number,
  rows: readonly WantedVoucher[],
  at: Instant,
): Promise<void> {
  await tx
    .insert(vouchers)
    .values(
      rows.map(({ code, amount, data, enabled }) => ({
        accountId,
        code,
        amount,
        data,
        enabled,
        createdAt: at,
      })),
    )
    .onConflictDoUpdate({
      target: [vouchers.accountId, vouchers.code],
      set: {
        amount: sql`excluded.amount`,
        data: sql`excluded.data`,
        enabled: sql`excluded.enabled`,
      },
    })
}

type Standing = Pick<WantedVoucher, 'amount' | 'data' | 'enabled'>

function outcomeOf(before: Standing | undefined, after: Standing): RowOutcome {
  if (before === undefined) return 'added'
  return textOf(before) === textOf(after) ? 'same' : 'changed'
}

function textOf({ amount, data, enabled }: Standing): string {
  return orderlessJson([moneyText(amount), data, enabled])
}
