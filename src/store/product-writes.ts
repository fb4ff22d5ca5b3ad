import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Instant } from '../model/order.ts'
import { foldArticle, type ProductChange } from '../model/product.ts'
import type { Drizzle } from './database.ts'
import { categoriesOf, putInCategories } from './product-categories.ts'
import { isSame, merged, type ProductRow } from './product-merge.ts'
import { counters, products, stock } from './schema.ts'

/** What became of each product of a batch, in its order. */
export type ProductOutcome = 'added' | 'changed' | 'same' | 'id-taken' | 'exists'

/** What is known while a batch is decided: by code, and which ids are gone. */
type Catalogue = {
  readonly byCode: Map<string, ProductRow>
  readonly takenIds: Set<number>
  readonly categories: ReadonlyMap<number, string>
  nextId: number
}

/**
 * Adds or changes products by code, all in one transaction and a few statements; what a change
 * does not name stays. A deleted product comes back under its old id. `id-taken`: another code
 * stands under the id. With `onlyNew` a product that is there stays as it is: `exists` where it
 * would have changed.
 */
export async function upsertProducts(
  db: Drizzle,
  accountId: number,
  changes: readonly ProductChange[],
  at: Instant,
  { onlyNew = false } = {},
): Promise<ProductOutcome[]> {
  if (changes.length === 0) return []
  return db.transaction(async (tx) => {
    const catalogue = await readCatalogue(tx, accountId, changes)
    const firstId = catalogue.nextId
    const written = new Map<string, ProductRow>()
    const stocked = new Map<number, number>()
    const sorted = new Map<number, readonly string[]>()
    const outcomes = changes.map((change) => {
      const before = catalogue.byCode.get(change.code)
      const decided = decideChange(catalogue, before, change, onlyNew)
      if (typeof decided === 'string') return decided
      catalogue.byCode.set(change.code, decided)
      written.set(change.code, decided)
      if (decided.stock !== null && decided.stock !== before?.stock) {
        stocked.set(decided.id, decided.stock)
      }
      if (change.categories !== undefined) sorted.set(decided.id, change.categories)
      return before === undefined || before.deletedAt !== null ? 'added' : 'changed'
    })
    await writeProducts(tx, accountId, [...written.values()], at)
    await writeStock(tx, accountId, stocked, at)
    await putInCategories(tx, accountId, sorted)
    if (catalogue.nextId !== firstId) {
      await tx
        .update(counters)
        .set({ next: catalogue.nextId })
        .where(and(eq(counters.accountId, accountId), eq(counters.name, 'product')))
    }
    return outcomes
  })
}

/** The product as it will stand, or why nothing is written. Draws ids. */
function decideChange(
  catalogue: Catalogue,
  before: ProductRow | undefined,
  change: ProductChange,
  onlyNew: boolean,
): ProductRow | ProductOutcome {
  const isThere = before !== undefined && before.deletedAt === null
  if (before !== undefined && change.id !== undefined && change.id !== before.id) return 'id-taken'
  const same =
    isThere &&
    isSame(before, merged(before, change, before.id)) &&
    sameCategories(catalogue.categories.get(before.id), change.categories)
  if (same) return 'same'
  if (isThere && onlyNew) return 'exists'
  const id = before?.id ?? freeId(catalogue, change.id)
  return id === undefined ? 'id-taken' : merged(before, change, id)
}

function freeId(catalogue: Catalogue, wanted: number | undefined): number | undefined {
  const id = wanted ?? catalogue.nextId
  if (catalogue.takenIds.has(id)) return undefined
  catalogue.takenIds.add(id)
  catalogue.nextId = Math.max(catalogue.nextId, id + 1)
  return id
}

function sameCategories(before: string | undefined, wanted: readonly string[] | undefined) {
  return wanted === undefined || (before ?? '') === [...new Set(wanted)].sort().join('\n')
}

async function readCatalogue(
  tx: Drizzle,
  accountId: number,
  changes: readonly ProductChange[],
): Promise<Catalogue> {
  // Whoever writes the catalogue holds its counter, so that two imports wait for each other.
  const [counter] = await tx
    .select({ next: counters.next })
    .from(counters)
    .where(and(eq(counters.accountId, accountId), eq(counters.name, 'product')))
    .for('update')
  if (counter === undefined) throw new Error(`account ${accountId} has no product counter`)
  const codes = changes.map(({ code }) => code)
  const rows = await tx
    .select({ product: products, stock: stock.quantity })
    .from(products)
    .leftJoin(stock, and(eq(stock.accountId, products.accountId), eq(stock.productId, products.id)))
    .where(and(eq(products.accountId, accountId), inArray(products.code, codes)))
  const ids = changes.map(({ id }) => id).filter((id) => id !== undefined)
  const taken = await tx
    .select({ id: products.id })
    .from(products)
    .where(and(eq(products.accountId, accountId), inArray(products.id, [-1, ...ids])))
  const known = rows.map(({ product, stock: quantity }) => ({ ...product, stock: quantity }))
  return {
    byCode: new Map(known.map((product) => [product.code, product])),
    takenIds: new Set(taken.map(({ id }) => id)),
    categories: await categoriesOf(
      tx,
      accountId,
      known.map(({ id }) => id),
    ),
    nextId: counter.next,
  }
}

async function writeProducts(
  tx: Drizzle,
  accountId: number,
  rows: readonly ProductRow[],
  at: Instant,
): Promise<void> {
  if (rows.length === 0) return
  const values = rows.map(({ stock: _stock, ...columns }) => ({
    ...columns,
    accountId,
    articleFolded: foldArticle(columns.article),
    deletedAt: null,
    createdAt: at,
    changedAt: at,
  }))
  await tx
    .insert(products)
    .values(values)
    .onConflictDoUpdate({
      target: [products.accountId, products.id],
      set: {
        sku: sql`excluded.sku`,
        model: sql`excluded.model`,
        article: sql`excluded.article`,
        articleFolded: sql`excluded.article_folded`,
        title: sql`excluded.title`,
        price: sql`excluded.price`,
        type: sql`excluded.type`,
        enabled: sql`excluded.enabled`,
        deletedAt: sql`excluded.deleted_at`,
        fields: sql`excluded.fields`,
        changedAt: sql`excluded.changed_at`,
      },
    })
}

async function writeStock(
  tx: Drizzle,
  accountId: number,
  levels: ReadonlyMap<number, number>,
  at: Instant,
): Promise<void> {
  if (levels.size === 0) return
  await tx
    .insert(stock)
    .values(
      // Sorted, as all locks are: orders take stock meanwhile.
      [...levels]
        .sort(([a], [b]) => a - b)
        .map(([productId, quantity]) => ({
          accountId,
          productId,
          quantity,
          setBy: 'import',
          changedAt: at,
        })),
    )
    .onConflictDoUpdate({
      target: [stock.accountId, stock.productId],
      set: {
        quantity: sql`excluded.quantity`,
        setBy: sql`excluded.set_by`,
        changedAt: sql`excluded.changed_at`,
      },
    })
}
