import type { HotSql } from './database.ts'

/** The first `most` orders that credentials for tests placed, by number, without hidden ones. */
export async function readTestOrders(
  sql: HotSql,
  accountId: number,
  most: number,
): Promise<number[]> {
  const rows = await sql<{ number: number }[]>`
    select e.number
    from credentials c
    join order_events e on e.account_id = c.account_id and e.credential_id = c.id
    join order_states s on s.account_id = e.account_id and s.number = e.number
    where c.account_id = ${accountId} and c.test and e.kind = 'placed' and not s.hidden
    order by e.number limit ${String(most)}::text::int`
  return rows.map(({ number }) => number)
}
