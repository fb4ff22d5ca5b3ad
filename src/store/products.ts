import { and, asc, eq, gt, inArray, isNull, sql } from 'drizzle-orm'
import type { Instant } from '../model/order.ts'
import { foldArticle, type Product, type ProductChange } from '../model/product.ts'
import { drawNumber } from './accounts.ts'
import type { Drizzle, HotSql } from './database.ts'
import { isSame, merged, type ProductRow } from './product-merge.ts'
import { categories, productCategories, products, stock } from './schema.ts'

/** The products behind symbolic codes or numeric ids, the deleted ones left out. */
export async function findProducts(
  sql: HotSql,
  accountId: number,
  wanted: { readonly codes?: readonly string[]; readonly ids?: readonly number[] },
): Promise<Product[]> {
  return sql<Product[]>`
    select p.id, p.code, p.sku, p.model, p.article, p.title, p.price, p.type, p.enabled,
      s.quantity as stock, p.fields
    from products p
    left join stock s on s.account_id = p.account_id and s.product_id = p.id
    where p.account_id = ${accountId} and p.deleted_at is null
      and (p.code in (select json_array_elements_text(${JSON.stringify(wanted.codes ?? [])}::text::json))
        or p.id in (select json_array_elements_text(${JSON.stringify(wanted.ids ?? [])}::text::json)::int))`
}

/** A page of the catalogue, by id. */
export async function listProducts(
  db: Drizzle,
  accountId: number,
  page: { readonly afterId: number; readonly most: number },
): Promise<Product[]> {
  const rows = await db
    .select({ product: products, stock: stock.quantity })
    .from(products)
    .leftJoin(stock, and(eq(stock.accountId, products.accountId), eq(stock.productId, products.id)))
    .where(
      and(
        eq(products.accountId, accountId),
        isNull(products.deletedAt),
        gt(products.id, page.afterId),
      ),
    )
    .orderBy(asc(products.id))
    .limit(page.most)
  return rows.map(({ product, stock: quantity }) => ({ ...product, stock: quantity }))
}

/** What became of each product of a batch, in its order. */
export type ProductOutcome = 'added' | 'changed' | 'same' | 'id-taken' | 'exists'

/**
 * Adds or changes products by code, all in one transaction; what a change does not name stays.
 * A deleted product comes back under its old id. `id-taken`: another code stands under the id.
 * With `onlyNew` a product that is there stays as it is: `exists` where it would have changed.
 */
export async function upsertProducts(
  db: Drizzle,
  accountId: number,
  changes: readonly ProductChange[],
  at: Instant,
  { onlyNew = false } = {},
): Promise<ProductOutcome[]> {
  return db.transaction(async (tx) => {
    const codes = changes.map(({ code }) => code)
    const rows = await tx
      .select({ product: products, stock: stock.quantity })
      .from(products)
      .leftJoin(
        stock,
        and(eq(stock.accountId, products.accountId), eq(stock.productId, products.id)),
      )
      .where(and(eq(products.accountId, accountId), inArray(products.code, codes)))
      .for('update', { of: products })
    const known = new Map<string, ProductRow>(
      rows.map(({ product, stock: quantity }) => [product.code, { ...product, stock: quantity }]),
    )
    const outcomes: ProductOutcome[] = []
    for (const change of changes) {
      const kept = onlyNew ? keptAsItIs(known.get(change.code), change) : undefined
      outcomes.push(kept ?? (await upsertProduct(tx, accountId, known, change, at)))
    }
    return outcomes
  })
}

/** What to say of a product that must not change; undefined where there is none yet. */
function keptAsItIs(
  before: ProductRow | undefined,
  change: ProductChange,
): ProductOutcome | undefined {
  if (before === undefined || before.deletedAt !== null) return undefined
  return isSame(before, merged(before, change, before.id)) ? 'same' : 'exists'
}

async function upsertProduct(
  tx: Drizzle,
  accountId: number,
  known: Map<string, ProductRow>,
  change: ProductChange,
  at: Instant,
): Promise<ProductOutcome> {
  const before = known.get(change.code)
  const id = before?.id ?? (await freeId(tx, accountId, change.id))
  if (id === undefined || (before !== undefined && change.id !== undefined && change.id !== id)) {
    return 'id-taken'
  }
  const after = merged(before, change, id)
  known.set(change.code, after)
  const sorted = change.categories !== undefined
  if (before !== undefined && !sorted && isSame(before, after)) return 'same'
  const { stock: quantity, deletedAt: _deletedAt, ...columns } = after
  const values = { ...columns, articleFolded: foldArticle(after.article), deletedAt: null }
  await tx
    .insert(products)
    .values({ ...values, accountId, createdAt: at, changedAt: at })
    .onConflictDoUpdate({
      target: [products.accountId, products.id],
      set: { ...values, changedAt: at },
    })
  if (quantity !== null && quantity !== before?.stock) {
    const level = { quantity, setBy: 'import', changedAt: at }
    await tx
      .insert(stock)
      .values({ ...level, accountId, productId: id })
      .onConflictDoUpdate({ target: [stock.accountId, stock.productId], set: level })
  }
  if (change.categories !== undefined) {
    await putInCategories(tx, accountId, id, change.categories)
  }
  return before === undefined || before.deletedAt !== null ? 'added' : 'changed'
}

/** The id asked for, if no other code has it, and the counter moved beyond; else the next one. */
async function freeId(
  tx: Drizzle,
  accountId: number,
  wanted: number | undefined,
): Promise<number | undefined> {
  if (wanted === undefined) return drawNumber(tx, accountId, 'product')
  const [taken] = await tx
    .select({ id: products.id })
    .from(products)
    .where(and(eq(products.accountId, accountId), eq(products.id, wanted)))
  if (taken !== undefined) return undefined
  await tx.execute(sql`
    update counters set next = greatest(next, ${wanted + 1})
    where account_id = ${accountId} and name = 'product'`)
  return wanted
}

async function putInCategories(
  tx: Drizzle,
  accountId: number,
  productId: number,
  names: readonly string[],
): Promise<void> {
  await tx
    .delete(productCategories)
    .where(
      and(eq(productCategories.accountId, accountId), eq(productCategories.productId, productId)),
    )
  for (const name of new Set(names)) {
    const categoryId = await categoryNamed(tx, accountId, name)
    await tx.insert(productCategories).values({ accountId, productId, categoryId })
  }
}

async function categoryNamed(tx: Drizzle, accountId: number, name: string): Promise<number> {
  const find = () =>
    tx
      .select({ id: categories.id })
      .from(categories)
      .where(
        and(
          eq(categories.accountId, accountId),
          isNull(categories.parentId),
          eq(categories.name, name),
        ),
      )
  const [found] = await find()
  if (found !== undefined) return found.id
  // The account's product counter doubles as the lock, so that two imports agree on one id.
  await tx.execute(sql`
    select 1 from counters where account_id = ${accountId} and name = 'product' for update`)
  const [since] = await find()
  if (since !== undefined) return since.id
  const [made] = await tx
    .insert(categories)
    .values({
      accountId,
      name,
      id: sql`(select coalesce(max(id), 0) + 1 from categories where account_id = ${accountId})`,
    })
    .returning({ id: categories.id })
  if (made === undefined) throw new Error('the category was not written')
  return made.id
}

/** Hides a product from the catalogue; old orders keep their lines. False: there is none. */
export async function deleteProduct(
  db: Drizzle,
  accountId: number,
  code: string,
  at: Instant,
): Promise<boolean> {
  const rows = await db
    .update(products)
    .set({ deletedAt: at, changedAt: at })
    .where(
      and(eq(products.accountId, accountId), eq(products.code, code), isNull(products.deletedAt)),
    )
    .returning({ id: products.id })
  return rows.length === 1
}
