import { asc, eq } from 'drizzle-orm'
import type { CheckoutProduct } from '../model/checkout-product.ts'
import type { Instant } from '../model/order.ts'
import type { Product } from '../model/product.ts'
import { type ProductTermsDocument, productTermsSchema } from '../model/product-terms.ts'
import { articleMatches } from './article-matches.ts'
import type { Drizzle, HotSql } from './database.ts'
import { jsonText } from './json-text.ts'
import { products } from './schema.ts'

type Row = Product & {
  readonly terms: ProductTermsDocument | null
  readonly categoryIds: readonly number[]
}

const columns = (sql: HotSql) => sql`p.id, p.code, p.sku, p.model, p.article, p.title, p.price,
  p.type, p.enabled, s.quantity as stock, p.fields, p.terms,
  (select coalesce(json_agg(c.category_id order by c.category_id), '[]')
    from product_categories c
    where c.account_id = p.account_id and c.product_id = p.id) as "categoryIds"
  from products p
  left join stock s on s.account_id = p.account_id and s.product_id = p.id`

/** The products behind ids, the deleted ones left out. */
export async function readCheckoutProducts(
  sql: HotSql,
  accountId: number,
  ids: readonly number[],
): Promise<CheckoutProduct[]> {
  const rows = await sql<Row[]>`
    select ${columns(sql)}
    where p.account_id = ${accountId} and p.deleted_at is null
      and p.id in (select json_array_elements_text(${JSON.stringify(ids)}::text::json)::int)`
  return rows.map(toCheckoutProduct)
}

/** All parts must hold at once. */
export type CatalogueFilter = {
  readonly enabledOnly: boolean
  readonly sku?: string
  readonly model?: string
  /** Articles as `foldArticle` gives them. */
  readonly articles?: readonly string[]
}

export type CataloguePage = CatalogueFilter & {
  readonly afterId: number
  readonly most: number
  /** How many products are passed over first. */
  readonly offset?: number
}

/** A page of the catalogue, by id. */
export async function readCataloguePage(
  sql: HotSql,
  accountId: number,
  page: CataloguePage,
): Promise<CheckoutProduct[]> {
  const { sku, model, articles } = page
  const rows = await sql<Row[]>`
    select ${columns(sql)}
    where p.account_id = ${accountId} and p.deleted_at is null and p.id > ${page.afterId}
      ${page.enabledOnly ? sql`and p.enabled` : sql``}
      ${sku === undefined ? sql`` : sql`and p.sku = ${sku}`}
      ${model === undefined ? sql`` : sql`and p.model = ${model}`}
      ${articles === undefined ? sql`` : sql`and p.article_folded in ${textsOf(sql, articles)}`}
    order by p.id
    limit ${page.most}
    ${page.offset === undefined ? sql`` : sql`offset ${page.offset}`}`
  return rows.map(toCheckoutProduct)
}

function textsOf(sql: HotSql, texts: readonly string[]) {
  return sql`(select json_array_elements_text(${jsonText(texts)}::text::json) collate "C")`
}

function toCheckoutProduct(row: Row): CheckoutProduct {
  return { ...row, terms: productTermsSchema.parse(row.terms ?? {}) }
}

/** Every article that is on sale or was taken off it, once, sorted. */
export async function readArticles(sql: HotSql, accountId: number): Promise<string[]> {
  const rows = await sql<{ article: string }[]>`
    select distinct article from products
    where account_id = ${accountId} and deleted_at is null
    order by article`
  return rows.map(({ article }) => article)
}

/** Who has which id, the deleted products too: neither id nor code is ever given away again. */
export async function readProductCodes(
  db: Drizzle,
  accountId: number,
): Promise<{ id: number; code: string; deletedAt: Instant | null }[]> {
  return db
    .select({ id: products.id, code: products.code, deletedAt: products.deletedAt })
    .from(products)
    .where(eq(products.accountId, accountId))
    .orderBy(asc(products.id))
}

export type ArticleText = {
  readonly article: string
  /** The article as `foldArticle` gives it. */
  readonly folded: string
  readonly value: string
}

/**
 * Sets prices (decimal texts) or titles in one statement, each by its exact article, else by the
 * only product that has it in other letters; of a product named twice the last counts. A price goes
 * to every product that has the article, a title to the first. Gives how many articles stand for
 * no product, or in other letters for several.
 */
export async function setByArticle(
  sql: HotSql,
  accountId: number,
  column: 'price' | 'title',
  texts: readonly ArticleText[],
  at: Instant,
): Promise<number> {
  const value = column === 'price' ? sql`c.value::numeric(19,4)` : sql`c.value`
  const [row] = await sql<{ unknown: number }[]>`
    with wanted as (
      select ordinality as n, j ->> 'article' as article, j ->> 'folded' as folded,
        j ->> 'value' as value
      from json_array_elements(${jsonText(texts)}::text::json) with ordinality as w(j)
    ), matches as (${articleMatches(sql, accountId)}
    ), fitting as (
      select n, id, value, row_number() over (partition by n order by id) as place
      from matches
      where fits
    ), chosen as (
      select distinct on (id) id, value from fitting
      ${column === 'title' ? sql`where place = 1` : sql``}
      order by id, n desc
    ), held as (
      -- Whoever writes the catalogue holds its counter, so that two writers wait for each other.
      select next from counters where account_id = ${accountId} and name = 'product' for update
    ), written as (
      update products p set ${sql(column)} = ${value}, changed_at = ${new Date(at).toISOString()}
      from chosen c, held
      where p.account_id = ${accountId} and p.id = c.id
        and p.${sql(column)} is distinct from ${value}
    )
    select (select count(*) from wanted)::int
      - (select count(distinct n) from fitting)::int as unknown`
  return row?.unknown ?? 0
}
