import type { Money } from './money.ts'
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
  /** All its terms, as `productTermsSchema` takes them: checked by whoever brings them. */
  readonly terms?: ProductTermsDocument
  readonly fields?: Readonly<Record<string, unknown>>
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
