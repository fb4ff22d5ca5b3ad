import type { Money } from './money.ts'
import type { NoticeType } from './notice.ts'
import type { OptionArticleChange } from './option-articles.ts'
import type { ProductType } from './order.ts'
import type { ProductTermsDocument } from './product-terms.ts'

export type Product = {
  /** Counts up per account. */
  readonly id: number
  /** The symbolic name that orders use. */
  readonly code: string
  readonly sku: string | null
  readonly model: string | null
  /** What a warehouse calls it: SKU, else model, else code. */
  readonly article: string
  readonly title: string
  readonly price: Money
  readonly type: ProductType
  readonly enabled: boolean
  /** Null: this product keeps no stock. */
  readonly stock: number | null
  readonly fields: Readonly<Record<string, unknown>>
}

/** What a product import or a goods call says; what is absent stays as it is. */
export type ProductChange = {
  readonly id?: number
  readonly code: string
  readonly title?: string
  readonly price?: Money
  readonly type?: ProductType
  /** An empty one is taken away. */
  readonly sku?: string
  readonly model?: string
  readonly stock?: number
  readonly enabled?: boolean
  /** Top-level categories by name; missing ones are made. */
  readonly categories?: readonly string[]
  /** Categories by id; those that there are not are left out. */
  readonly categoryIds?: readonly number[]
  /**
   * All its terms but `optionArticles`, as `productTermsSchema` takes them: checked by whoever
   * brings them.
   */
  readonly terms?: ProductTermsDocument
  /** What changes of its variants' articles; the others stay. */
  readonly optionArticles?: readonly OptionArticleChange[]
  readonly fields?: Readonly<Record<string, unknown>>
  /** Where events of its orders are told; types that are not named stay with whom they are. */
  readonly endpoints?: readonly ProductEndpoint[]
}

/** One URL for these types of notices, in one format. */
export type ProductEndpoint = {
  readonly format: string
  readonly types: readonly NoticeType[]
  /** Null: nobody is told of them any more. */
  readonly url: string | null
}

export function articleOf(product: {
  readonly code: string
  readonly sku: string | null
  readonly model: string | null
}): string {
  return product.sku || product.model || product.code
}

export function foldArticle(article: string): string {
  return article.trim().toLowerCase()
}
