import type { TestDatabase } from './database.ts'

/** Holds tables so that every statement on them waits, as with a database that is silent. */
export async function whileSilent<T>(
  { sql }: TestDatabase,
  tables: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  return sql.begin(async (holder) => {
    await holder`lock table ${holder(tables)} in access exclusive mode`
    return work()
  }) as Promise<T>
}
