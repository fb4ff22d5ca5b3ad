import type { HotSql } from './database.ts'

/** The order that one of these keys of an old system leads to; the first that is known counts. */
export async function readOrderLink(
  sql: HotSql,
  accountId: number,
  keys: readonly string[],
): Promise<number | undefined> {
  const [row] = await sql<{ number: number }[]>`
    select l.number
    from json_array_elements_text(${JSON.stringify(keys)}::text::json) with ordinality as k(key, at)
    join order_links l on l.account_id = ${accountId} and l.key = k.key collate "C"
    order by k.at limit 1`
  return row?.number
}
