import { z } from 'zod'
import { optionArticleSchema } from './option-articles.ts'
import { amountText } from './texts.ts'

const id = z.number().int().min(0).max(2_147_483_647)
const count = z.number().int().min(0).max(2_147_483_647)
const sign = z.enum(['+', '-', '='])
const decimal = z.string().regex(/^-?\d{1,11}(\.\d{1,8})?$/)

const optionValue = z.object({
  /** OpenCart's `product_option_value_id`: what a caller chooses. */
  id,
  /** OpenCart's `option_value_id`: the same value on other products. */
  optionValueId: id,
  name: z.string(),
  /** Pieces of this variant; counts only with `subtract`. */
  quantity: z.number().int().default(0),
  subtract: z.boolean().default(false),
  price: amountText.default(0n),
  pricePrefix: sign.default('+'),
  points: count.default(0),
  pointsPrefix: sign.default('+'),
  weight: decimal.default('0'),
  weightPrefix: sign.default('+'),
})

const option = z.object({
  /** OpenCart's `product_option_id`. */
  id,
  optionId: id,
  name: z.string(),
  /** `select`, `radio` and `checkbox` take a value's id, every other type takes text. */
  type: z.string(),
  required: z.boolean().default(false),
  values: z.array(optionValue).default([]),
})

/** What a checkout asks of a product besides name and price; each part with a default. */
export const productTermsSchema = z.object({
  taxClassId: id.default(0),
  minimum: count.min(1).default(1),
  /** Points that buy one piece; 0: points cannot buy it. */
  points: count.default(0),
  /** Points that one piece earns. */
  reward: count.default(0),
  weight: decimal.default('0'),
  weightUnit: z.string().default('kg'),
  manufacturer: z.string().nullable().default(null),
  /** Below the address of images. */
  image: z.string().nullable().default(null),
  stockStatusId: id.default(0),
  /** The lowest priority number counts, and replaces the price. */
  specials: z
    .array(z.object({ priority: z.number().int(), price: amountText, customerGroupId: id }))
    .default([]),
  discounts: z
    .array(
      z.object({
        fromQuantity: count,
        priority: z.number().int(),
        price: amountText,
        customerGroupId: id,
      }),
    )
    .default([]),
  options: z.array(option).default([]),
  /** Articles of its variants; set by the operator alone. */
  optionArticles: z.array(optionArticleSchema).default([]),
})

export type ProductTerms = z.output<typeof productTermsSchema>
export type ProductTermsDocument = z.input<typeof productTermsSchema>
export type ProductOption = ProductTerms['options'][number]
export type ProductOptionValue = ProductOption['values'][number]

export function takesValueId(option: Pick<ProductOption, 'type'>): boolean {
  return ['select', 'radio', 'checkbox'].includes(option.type)
}
