import { changedOptionArticles } from '../model/option-articles.ts'
import type { Instant } from '../model/order.ts'
import { articleOf, type Product, type ProductChange } from '../model/product.ts'
import type { ProductTermsDocument } from '../model/product-terms.ts'
import { moneyText } from './columns.ts'

export type ProductRow = Product & {
  readonly terms: ProductTermsDocument | null
  readonly deletedAt: Instant | null
}

/** A product after a change; what the change does not name stays. */
export function merged(
  before: ProductRow | undefined,
  change: ProductChange,
  id: number,
): ProductRow {
  const sku = (change.sku ?? before?.sku) || null
  const model = (change.model ?? before?.model) || null
  return {
    id,
    code: change.code,
    sku,
    model,
    article: articleOf({ code: change.code, sku, model }),
    title: change.title ?? before?.title ?? change.code,
    price: change.price ?? before?.price ?? 0n,
    type: change.type ?? before?.type ?? 'physical',
    enabled: change.enabled ?? before?.enabled ?? true,
    stock: change.stock ?? before?.stock ?? null,
    terms: mergedTerms(before?.terms ?? null, change),
    fields: { ...before?.fields, ...change.fields },
    deletedAt: null,
  }
}

/** An import of a shop's terms knows nothing of the articles that the operator has set. */
function mergedTerms(
  before: ProductTermsDocument | null,
  { terms, optionArticles: changes = [] }: ProductChange,
): ProductTermsDocument | null {
  const known = before?.optionArticles ?? []
  if (changes.length === 0 && known.length === 0) return terms ?? before
  const { optionArticles: _own, ...rest } = terms ?? before ?? {}
  const optionArticles = changedOptionArticles(known, changes)
  if (optionArticles.length === 0 && terms === undefined && Object.keys(rest).length === 0) {
    return null
  }
  return optionArticles.length === 0 ? rest : { ...rest, optionArticles }
}

export function isSame(before: ProductRow, after: ProductRow): boolean {
  const text = (row: ProductRow): string =>
    orderlessJson([
      [row.sku, row.model, row.article, row.title, moneyText(row.price), row.type, row.enabled],
      [row.stock, row.deletedAt, row.fields, row.terms],
    ])
  return text(before) === text(after)
}

/** JSON in which the order of an object's names does not show: the database changes it. */
export function orderlessJson(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
