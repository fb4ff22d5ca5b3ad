/** What a product may hold; names as in the vendor's docs. */
export type GoodFields = {
  readonly good_title?: string
  readonly good_sum?: number | string
  /** 1 or `real`: goes by post; 0 or `digital`. */
  readonly good_type?: 0 | 1 | 'real' | 'digital'
  readonly [name: `good_${string}`]: string | number | boolean | undefined
}

export type NewGood = GoodFields & {
  readonly good_name: string
  readonly good_title: string
  readonly good_sum: number | string
  readonly good_type: 0 | 1 | 'real' | 'digital'
  readonly parent_id?: number | string
}

export type GoodChange = GoodFields & { readonly good_name: string }

export type Good = {
  readonly good_id: number | string
  readonly good_name: string
  readonly good_title: string
  readonly good_sum: string
  /** 1: goes by post. Empty counts as 0. */
  readonly good_type: number | string
}
