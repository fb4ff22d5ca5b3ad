import type { HotSql } from './database.ts'
import { jsonText } from './json-text.ts'

export type ArticleMatch = {
  /** The place of the wanted article, from 0. */
  readonly at: number
  readonly code: string
}

/**
 * The products that articles stand for, by id: those that have the exact article, else the only
 * one that has it in other letters; none where several have it in other letters only. `folded` is
 * the article as `foldArticle` gives it.
 */
export async function matchArticles(
  sql: HotSql,
  accountId: number,
  wanted: readonly { readonly article: string; readonly folded: string }[],
): Promise<ArticleMatch[]> {
  return sql<ArticleMatch[]>`
    with wanted as (
      select ordinality as n, j ->> 'article' as article, j ->> 'folded' as folded
      from json_array_elements(${jsonText(wanted)}::text::json) with ordinality as w(j)
    ), matches as (
      select n, id, code, exact, count(*) over w as found,
        count(*) filter (where exact) over w as exactly
      from (
        -- Looked up by key: before statistics know of many new rows, a join compares all with all.
        select w.n, p.id, p.code, p.article = w.article collate "C" as exact
        from wanted w
        cross join lateral (
          select id, code, article from products
          where account_id = ${accountId} and article_folded = w.folded collate "C"
            and deleted_at is null
          offset 0) p) m
      window w as (partition by n)
    )
    select (n - 1)::int as at, code from matches
    where exact or (exactly = 0 and found = 1)
    order by id`
}

/** Those of the codes that products on sale, or taken off it, have. */
export async function readTakenCodes(
  sql: HotSql,
  accountId: number,
  codes: readonly string[],
): Promise<Set<string>> {
  const rows = await sql<{ code: string }[]>`
    select p.code from json_array_elements_text(${jsonText(codes)}::text::json) as w(code)
    cross join lateral (
      select code from products
      where account_id = ${accountId} and code = w.code collate "C" and deleted_at is null
      offset 0) p`
  return new Set(rows.map(({ code }) => code))
}
