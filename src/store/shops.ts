import { eq } from 'drizzle-orm'
import type { Instant } from '../model/order.ts'
import type { Drizzle, HotSql } from './database.ts'
import { shops } from './schema-checkout.ts'

export type ShopTerms = Record<string, unknown>

/** `terms` is null where the shop is the one that the reader knows already. */
export type StoredShop = { readonly changedAt: Instant; readonly terms: ShopTerms | null }

/**
 * The account's shop as it is stored; undefined where none is. `known`: when the shop that the
 * reader remembers was changed.
 */
export async function readShop(
  sql: HotSql,
  accountId: number,
  known: Instant | undefined,
): Promise<StoredShop | undefined> {
  const at = new Date(known ?? 0).toISOString()
  const [row] = await sql<StoredShop[]>`
    select changed_at as "changedAt", case when changed_at = ${at} then null else terms end as terms
    from shops where account_id = ${accountId}`
  return row
}

/** Changes the stored shop; `change` gets what stands, and its throwing leaves all as it was. */
export async function updateShop(
  db: Drizzle,
  accountId: number,
  change: (terms: ShopTerms) => ShopTerms,
  at: Instant,
): Promise<void> {
  await db.transaction(async (tx) => {
    const blank = { accountId, terms: {}, changedAt: 0 }
    await tx.insert(shops).values(blank).onConflictDoNothing()
    const [row] = await tx
      .select({ terms: shops.terms, changedAt: shops.changedAt })
      .from(shops)
      .where(eq(shops.accountId, accountId))
      .for('update')
    await tx
      .update(shops)
      // Readers know a shop again by this time: it must differ even where the clock stands.
      .set({ terms: change(row?.terms ?? {}), changedAt: Math.max(at, (row?.changedAt ?? 0) + 1) })
      .where(eq(shops.accountId, accountId))
  })
}

/** True once the account has ever had an order, a hidden one too. */
export async function hasOrders(sql: HotSql, accountId: number): Promise<boolean> {
  const [row] = await sql<{ has: boolean }[]>`
    select exists (select 1 from orders where account_id = ${accountId}) as has`
  return row?.has === true
}
