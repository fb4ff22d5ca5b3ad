import type { Instant } from '../model/order.ts'
import { articleMatches } from './article-matches.ts'
import type { BatchSql } from './batch-lane.ts'
import type { HotSql } from './database.ts'

export type StockLevel = {
  readonly article: string
  /** The article as `foldArticle` gives it. */
  readonly folded: string
  readonly quantity: number
}

/** How many products an article stands for, and whether their level was set. */
export type StockResult = { readonly found: number; readonly set: boolean }

/**
 * Sets absolute levels in one statement, each by its exact article, else by the only product that
 * has it in other letters; of a product named twice the last level counts. Gives how many products
 * each article stands for: 0 for an unknown one; above 1 in other letters only, and then nothing
 * was set.
 */
export async function setStockLevels(
  sql: HotSql | BatchSql,
  accountId: number,
  levels: readonly StockLevel[],
  by: string,
  at: Instant,
): Promise<StockResult[]> {
  const rows = await sql<{ found: number; set: boolean }[]>`
    with wanted as (
      select ordinality as n, j ->> 'article' as article, j ->> 'folded' as folded,
        (j ->> 'quantity')::int as value
      from json_array_elements(${JSON.stringify(levels)}::text::json) with ordinality as w(j)
    ), matches as (${articleMatches(sql, accountId)}
    ), chosen as (
      select distinct on (id) id, n, value
      from matches
      where fits
      order by id, n desc
    ), written as (
      insert into stock (account_id, product_id, quantity, set_by, changed_at)
      select ${accountId}, id, value, ${by}, ${new Date(at).toISOString()} from chosen
      on conflict (account_id, product_id) do update
      set quantity = excluded.quantity, set_by = excluded.set_by, changed_at = excluded.changed_at
    )
    select coalesce(max(found), 0)::int as found,
      coalesce(bool_or(fits), false) as set
    from (
      select n, found, fits from matches
      union all select n, null, null from wanted) w
    group by n
    order by n`
  return rows.map(({ found, set }) => ({ found, set }))
}
