import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { Drizzle } from './database.ts'
import { categories, productCategories } from './schema.ts'

/** The names of each product's categories, sorted, one a line; absent where it has none. */
export async function categoriesOf(
  tx: Drizzle,
  accountId: number,
  productIds: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  if (productIds.length === 0) return new Map()
  const rows = await tx
    .select({ productId: productCategories.productId, name: categories.name })
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
        inArray(productCategories.productId, [...productIds]),
      ),
    )
  const names = new Map<number, string[]>()
  for (const { productId, name } of rows) {
    names.set(productId, [...(names.get(productId) ?? []), name])
  }
  return new Map([...names].map(([id, list]) => [id, list.sort().join('\n')]))
}

/** Puts products into top-level categories by name, and out of all others; makes missing ones. */
export async function putInCategories(
  tx: Drizzle,
  accountId: number,
  wanted: ReadonlyMap<number, readonly string[]>,
): Promise<void> {
  if (wanted.size === 0) return
  const names = [...new Set([...wanted.values()].flat())]
  const ids = await categoryIds(tx, accountId, names)
  await tx
    .delete(productCategories)
    .where(
      and(
        eq(productCategories.accountId, accountId),
        inArray(productCategories.productId, [...wanted.keys()]),
      ),
    )
  const rows = [...wanted].flatMap(([productId, list]) =>
    [...new Set(list)].map((name) => ({
      accountId,
      productId,
      categoryId: ids.get(name) as number,
    })),
  )
  if (rows.length > 0) await tx.insert(productCategories).values(rows)
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
        inArray(categories.name, [...names]),
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
  await tx.insert(categories).values(made)
  for (const { id, name } of made) ids.set(name, id)
  return ids
}
