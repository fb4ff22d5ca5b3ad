import { and, asc, eq, sql } from 'drizzle-orm'
import { type Category, type CategoryClash, categoryClashes } from '../model/category.ts'
import type { RowOutcome } from '../model/tally.ts'
import { inChunks } from './chunks.ts'
import type { Drizzle } from './database.ts'
import { isListed } from './listed.ts'
import { categories, counters } from './schema.ts'

export async function readCategories(db: Drizzle, accountId: number): Promise<Category[]> {
  return db
    .select({ id: categories.id, parentId: categories.parentId, name: categories.name })
    .from(categories)
    .where(eq(categories.accountId, accountId))
    .orderBy(asc(categories.id))
}

/**
 * Adds or changes categories by id, all or none; of an id given twice the last counts. Where some
 * cannot stand beside the others, gives those, and writes nothing.
 */
export async function upsertCategories(
  db: Drizzle,
  accountId: number,
  wanted: readonly Category[],
): Promise<{ readonly clashes: readonly CategoryClash[] } | { readonly outcomes: RowOutcome[] }> {
  const rows = [...new Map(wanted.map((one) => [one.id, one])).values()]
  return db.transaction(async (tx) => {
    // Product imports make categories, too, and hold this counter meanwhile.
    await tx
      .select({ next: counters.next })
      .from(counters)
      .where(and(eq(counters.accountId, accountId), eq(counters.name, 'product')))
      .for('update')
    const existing = await readCategories(tx, accountId)
    const clashes = categoryClashes(existing, rows)
    if (clashes.length > 0) return { clashes }
    const before = new Map(existing.map((one) => [one.id, one]))
    const outcomes = rows.map((row) => outcomeOf(before.get(row.id), row))
    const changed = rows.filter((_, index) => outcomes[index] !== 'same')
    await setAside(
      tx,
      accountId,
      changed.map(({ id }) => id).filter((id) => before.has(id)),
    )
    await inChunks(changed, (chunk) =>
      tx
        .insert(categories)
        .values(chunk.map((row) => ({ ...row, accountId })))
        .onConflictDoUpdate({
          target: [categories.accountId, categories.id],
          set: { parentId: sql`excluded.parent_id`, name: sql`excluded.name` },
        }),
    )
    return { outcomes }
  })
}

/** Frees the names of categories that change: two of them may be about to swap theirs. */
async function setAside(tx: Drizzle, accountId: number, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return
  await tx
    .update(categories)
    .set({ parentId: sql`-${categories.id}` })
    .where(and(eq(categories.accountId, accountId), isListed(categories.id, ids)))
}

function outcomeOf(before: Category | undefined, after: Category): RowOutcome {
  if (before === undefined) return 'added'
  return before.parentId === after.parentId && before.name === after.name ? 'same' : 'changed'
}
