import type { BatchSql } from './batch-lane.ts'
import type { HotSql } from './database.ts'
import { jsonText } from './json-text.ts'

/**
 * The select of a part `matches` over a part `wanted (n, article, folded, value)`: each product that
 * has a wanted article in any letters, and whether the article stands for it (`fits`): those with
 * the exact article, else the only one that has it in other letters. `found` counts all of them;
 * `folded` is the article as `foldArticle` gives it.
 */
export function articleMatches(sql: HotSql | BatchSql, accountId: number) {
  // Windows, and look-ups by key: before statistics know of many new rows, a join compares all
  // with all.
  return sql`
    select n, id, code, value, found, exact or (exactly = 0 and found = 1) as fits
    from (
      select n, id, code, value, exact, count(*) over w as found,
        count(*) filter (where exact) over w as exactly
      from (
        select w.n, p.id, p.code, w.value, p.article = w.article collate "C" as exact
        from wanted w
        cross join lateral (
          select id, code, article from products
          where account_id = ${accountId} and article_folded = w.folded collate "C"
            and deleted_at is null
          offset 0) p) m
      window w as (partition by n)) counted`
}

export type ArticleMatch = {
  /** The place of the wanted article, from 0. */
  readonly at: number
  readonly code: string
}

/** The products that articles stand for, by id; see `articleMatches`. */
export async function matchArticles(
  sql: HotSql,
  accountId: number,
  wanted: readonly { readonly article: string; readonly folded: string }[],
): Promise<ArticleMatch[]> {
  return sql<ArticleMatch[]>`
    with wanted as (
      select ordinality as n, j ->> 'article' as article, j ->> 'folded' as folded, null as value
      from json_array_elements(${jsonText(wanted)}::text::json) with ordinality as w(j)
    ), matches as (${articleMatches(sql, accountId)})
    select (n - 1)::int as at, code from matches
    where fits
    order by id`
}

/** The places of those codes that belong to a product with another article, letter by letter. */
export async function readTakenCodes(
  sql: HotSql,
  accountId: number,
  wanted: readonly { readonly article: string; readonly code: string }[],
): Promise<Set<number>> {
  const rows = await sql<{ at: number }[]>`
    select (ordinality - 1)::int as at
    from json_array_elements(${jsonText(wanted)}::text::json) with ordinality as w(j)
    cross join lateral (
      select article from products
      where account_id = ${accountId} and code = (w.j ->> 'code') collate "C"
        and deleted_at is null
      offset 0) p
    where p.article is distinct from (w.j ->> 'article') collate "C"`
  return new Set(rows.map(({ at }) => at))
}
