import type { Money } from './money.ts'
import type { ProductType } from './order.ts'

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
  readonly sku?: string
  readonly model?: string
  readonly stock?: number
  readonly enabled?: boolean
  readonly categories?: readonly string[]
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
