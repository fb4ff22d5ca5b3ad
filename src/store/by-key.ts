import type postgres from 'postgres'
import type { HotSql, HotTypes } from './database.ts'

/**
 * For statements that touch a few rows by key in tables of any size, and stay prepared. The planner
 * takes every list of keys for 100 rows, and while a table is small would settle for reading all of
 * it, for as long as the connection lives.
 */
export const lookUpByKey = ['seqscan', 'hashjoin', 'mergejoin']
  .map((way) => `set local enable_${way} = off;`)
  .join(' ')

/**
 * Runs one statement so, and does not wait for its flush: for what may be done twice, as a crash of
 * the server would have it.
 */
export async function unflushed<Row extends object>(
  sql: HotSql,
  text: string,
  parameters: readonly (string | null)[],
): Promise<Row[]> {
  const rows = await sql.begin(async (tx: postgres.TransactionSql<HotTypes>) => {
    // Sent along: the statement does not wait for their answer.
    const set = tx.unsafe(`${lookUpByKey} set local synchronous_commit = off`).simple().execute()
    const found = tx.unsafe<Row[]>(text, [...parameters], { prepare: true })
    return (await Promise.all([found, set]))[0]
  })
  return [...rows] as Row[]
}
