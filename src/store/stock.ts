import type { Instant } from '../model/order.ts'
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
        (j ->> 'quantity')::int as quantity
      from json_array_elements(${JSON.stringify(levels)}::text::json) with ordinality as w(j)
    ), matches as (
      -- Windows, and look-ups by key: before statistics know of many new rows, a join compares
      -- all with all.
      select n, id, quantity, exact, count(*) over w as found,
        count(*) filter (where exact) over w as exactly
      from (
        select w.n, p.id, w.quantity, p.article = w.article collate "C" as exact
        from wanted w
        cross join lateral (
          select id, article from products
          where account_id = ${accountId} and article_folded = w.folded collate "C"
            and deleted_at is null
          offset 0) p) m
      window w as (partition by n)
    ), chosen as (
      select distinct on (id) id, n, quantity
      from matches
      where exact or (exactly = 0 and found = 1)
      order by id, n desc
    ), written as (
      insert into stock (account_id, product_id, quantity, set_by, changed_at)
      select ${accountId}, id, quantity, ${by}, ${new Date(at).toISOString()} from chosen
      on conflict (account_id, product_id) do update
      set quantity = excluded.quantity, set_by = excluded.set_by, changed_at = excluded.changed_at
    )
    select coalesce(max(found), 0)::int as found,
      coalesce(bool_or(exactly > 0 or found = 1), false) as set
    from (
      select n, found, exactly from matches
      union all select n, null, null from wanted) w
    group by n
    order by n`
  return rows.map(({ found, set }) => ({ found, set }))
}
