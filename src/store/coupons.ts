import { and, eq, sql } from 'drizzle-orm'
import { allowanceOf } from '../model/allowance.ts'
import type { CouponTermsDocument } from '../model/promotions.ts'
import type { RowOutcome } from '../model/tally.ts'
import { shiftAllowances, startAllowances } from './allowances.ts'
import { inChunks } from './chunks.ts'
import type { Drizzle, HotSql } from './database.ts'
import { isListed } from './listed.ts'
import { orderlessJson } from './product-merge.ts'
import { coupons } from './schema-checkout.ts'

export type CouponRow = {
  readonly code: string
  readonly terms: Record<string, unknown>
  /** What is left in all and for this customer; null: nobody has used it. */
  readonly remaining: bigint | null
  readonly remainingOfCustomer: bigint | null
}

/** `customerKey`: of the allowance that counts one customer's uses. */
export async function readCoupon(
  sql: HotSql,
  accountId: number,
  codeFolded: string,
  customerKey: string | null,
): Promise<CouponRow | undefined> {
  const [row] = await sql<CouponRow[]>`
    select c.code, c.terms, a.remaining, b.remaining as "remainingOfCustomer"
    from coupons c
    left join allowances a on a.account_id = c.account_id and a.kind = 'coupon'
      and a.key = c.code_folded
    left join allowances b on b.account_id = c.account_id and b.kind = 'coupon-of'
      and b.key = ${customerKey}
    where c.account_id = ${accountId} and c.code_folded = ${codeFolded}`
  return row
}

export type WantedCoupon = {
  readonly codeFolded: string
  readonly code: string
  readonly terms: CouponTermsDocument
  /** How often it has been used elsewhere before; counts only where nothing is known here. */
  readonly used: number
}

/** Adds or changes coupons by code, all or none; what has been used of them stays used. */
export async function upsertCoupons(
  db: Drizzle,
  accountId: number,
  wanted: readonly WantedCoupon[],
): Promise<RowOutcome[]> {
  const rows = [...new Map(wanted.map((one) => [one.codeFolded, one])).values()]
  return db.transaction(async (tx) => {
    const found = await tx
      .select()
      .from(coupons)
      .where(
        and(
          eq(coupons.accountId, accountId),
          isListed(
            coupons.codeFolded,
            rows.map(({ codeFolded }) => codeFolded),
          ),
        ),
      )
      .orderBy(coupons.codeFolded)
      .for('update')
    const before = new Map(found.map((row) => [row.codeFolded, row]))
    const outcomes = rows.map((row) => outcomeOf(before.get(row.codeFolded), row))
    const changed = rows.filter((_, index) => outcomes[index] !== 'same')
    await inChunks(changed, (chunk) =>
      tx
        .insert(coupons)
        .values(
          chunk.map(({ codeFolded, code, terms }) => ({ accountId, codeFolded, code, terms })),
        )
        .onConflictDoUpdate({
          target: [coupons.accountId, coupons.codeFolded],
          set: { code: sql`excluded.code`, terms: sql`excluded.terms` },
        }),
    )
    await shiftAllowances(
      tx,
      accountId,
      rows.flatMap((row) => shiftsOf(before.get(row.codeFolded)?.terms, row)),
    )
    await startAllowances(tx, accountId, rows.flatMap(startOf))
    return outcomes
  })
}

function outcomeOf(
  before: (Pick<WantedCoupon, 'code'> & { readonly terms: object }) | undefined,
  { code, terms }: WantedCoupon,
): RowOutcome {
  if (before === undefined) return 'added'
  const same = orderlessJson([before.code, before.terms]) === orderlessJson([code, terms])
  return same ? 'same' : 'changed'
}

function shiftsOf(
  before: CouponTermsDocument | Record<string, unknown> | undefined,
  row: WantedCoupon,
) {
  if (before === undefined) return []
  const { codeFolded: key, terms } = row
  const by = (name: 'uses' | 'usesOfCustomer') => (terms[name] ?? 0) - Number(before[name] ?? 0)
  return [
    { kind: 'coupon', key, by: by('uses') } as const,
    { kind: 'coupon-of', key, by: by('usesOfCustomer') } as const,
  ]
}

/** Only a limit can be used up. */
function startOf({ codeFolded, terms: { uses = 0 }, used }: WantedCoupon) {
  if (used === 0 || uses === 0) return []
  return [{ kind: 'coupon', key: codeFolded, remaining: allowanceOf(uses - used) } as const]
}
