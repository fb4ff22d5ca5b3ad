import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import { inChunks } from './chunks.ts'
import type { Drizzle } from './database.ts'
import { isListed } from './listed.ts'
import { categories, productCategories } from './schema.ts'

/** A product's categories, each list sorted. */
export type ProductCategories = {
  readonly names: readonly string[]
  readonly ids: readonly number[]
}

/** Where a product is to stand; with both, in all of them. */
export type WantedCategories = {
  /** Of the top level; missing ones are made. */
  readonly names?: readonly string[] | undefined
  /** Those that there are not are left out. */
  readonly ids?: readonly number[] | undefined
}

/** The categories of each product; absent where it has none. */
export async function categoriesOf(
  tx: Drizzle,
  accountId: number,
  productIds: readonly number[],
): Promise<ReadonlyMap<number, ProductCategories>> {
  if (productIds.length === 0) return new Map()
  const rows = await tx
    .select({
      productId: productCategories.productId,
      id: productCategories.categoryId,
      name: categories.name,
    })
    .from(productCategories)
    .innerJoin(
      categories,
      and(
        eq(categories.accountId, productCategories.accountId),
        eq(categories.id, productCategories.categoryId),
      ),
    )
    .where(
      and(
        eq(productCategories.accountId, accountId),
        isListed(productCategories.productId, productIds),
      ),
    )
    .orderBy(asc(productCategories.productId), asc(productCategories.categoryId))
  const found = new Map<number, { names: string[]; ids: number[] }>()
  for (const { productId, id, name } of rows) {
    const known = found.get(productId) ?? { names: [], ids: [] }
    known.names.push(name)
    known.ids.push(id)
    found.set(productId, known)
  }
  for (const { names } of found.values()) names.sort()
  return found
}

/** Those of the ids that are categories of the account. */
export async function existingCategories(
  tx: Drizzle,
  accountId: number,
  ids: readonly number[],
): Promise<ReadonlySet<number>> {
  if (ids.length === 0) return new Set()
  const rows = await tx
    .select({ id: categories.id })
    .from(categories)
    .where(and(eq(categories.accountId, accountId), isListed(categories.id, [...new Set(ids)])))
  return new Set(rows.map(({ id }) => id))
}

/** Puts products into their categories, and out of all others. */
export async function putInCategories(
  tx: Drizzle,
  accountId: number,
  wanted: ReadonlyMap<number, WantedCategories>,
  existing: ReadonlySet<number>,
): Promise<void> {
  if (wanted.size === 0) return
  const names = [...new Set([...wanted.values()].flatMap((one) => one.names ?? []))]
  const byName = await categoryIds(tx, accountId, names)
  await tx
    .delete(productCategories)
    .where(
      and(
        eq(productCategories.accountId, accountId),
        isListed(productCategories.productId, [...wanted.keys()]),
      ),
    )
  const rows = [...wanted].flatMap(([productId, one]) => {
    const named = (one.names ?? []).map((name) => byName.get(name) as number)
    const numbered = (one.ids ?? []).filter((id) => existing.has(id))
    return [...new Set([...named, ...numbered])].map((categoryId) => ({
      accountId,
      productId,
      categoryId,
    }))
  })
  await inChunks(rows, (chunk) => tx.insert(productCategories).values([...chunk]))
}

/** Called while the product counter is locked, so that two imports agree on one id a name. */
async function categoryIds(
  tx: Drizzle,
  accountId: number,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (names.length === 0) return new Map()
  const rows = await tx
    .select({ id: categories.id, name: categories.name })
    .from(categories)
    .where(
      and(
        eq(categories.accountId, accountId),
        isNull(categories.parentId),
        isListed(categories.name, names),
      ),
    )
  const ids = new Map(rows.map(({ id, name }) => [name, id]))
  const missing = names.filter((name) => !ids.has(name))
  if (missing.length === 0) return ids
  const [highest] = await tx
    .select({ id: sql<number>`coalesce(max(${categories.id}), 0)` })
    .from(categories)
    .where(eq(categories.accountId, accountId))
  const made = missing.map((name, at) => ({ accountId, name, id: (highest?.id ?? 0) + at + 1 }))
  await inChunks(made, (chunk) => tx.insert(categories).values([...chunk]))
  for (const { id, name } of made) ids.set(name, id)
  return ids
}
