import { z } from 'zod'
import { type Category, categoryClashes } from '../model/category.ts'
import { parseMoney } from '../model/money.ts'
import { highestOrderNumber } from '../model/order.ts'
import type { ProductChange } from '../model/product.ts'
import { type ProductTermsDocument, productTermsSchema } from '../model/product-terms.ts'
import { type Findings, issuesOf, readRows } from './import-rows.ts'
import { amount, decimal, flag, keyText, someKey, someText, text, whole } from './import-values.ts'

const sign = z.enum(['+', '-', '='])
const pieces = whole(-highestOrderNumber)

const optionValue = z
  .object({
    product_option_value_id: whole(1),
    option_value_id: whole(),
    name: text,
    quantity: pieces.default(0),
    subtract_stock: flag.default(false),
    price: amount.default('0.0000'),
    price_prefix: sign.default('+'),
    points: whole().default(0),
    points_prefix: sign.default('+'),
    weight: decimal.default('0'),
    weight_prefix: sign.default('+'),
  })
  .transform((row) => ({
    id: row.product_option_value_id,
    optionValueId: row.option_value_id,
    name: row.name,
    quantity: row.quantity,
    subtract: row.subtract_stock,
    price: row.price,
    pricePrefix: row.price_prefix,
    points: row.points,
    pointsPrefix: row.points_prefix,
    weight: row.weight,
    weightPrefix: row.weight_prefix,
  }))

const option = z
  .object({
    product_option_id: whole(1),
    option_id: whole(),
    name: text,
    type: someText,
    required: flag.default(false),
    values: z.array(optionValue).default([]),
  })
  .transform(({ product_option_id: id, option_id: optionId, ...row }) => ({ id, optionId, ...row }))

const special = z
  .object({ priority: whole(-1_000_000).default(1), price: amount, customer_group_id: whole() })
  .transform(({ customer_group_id: customerGroupId, ...row }) => ({ ...row, customerGroupId }))

const discount = z
  .object({
    from_quantity: whole(),
    priority: whole(-1_000_000).default(1),
    price: amount,
    customer_group_id: whole(),
  })
  .transform((row) => ({
    fromQuantity: row.from_quantity,
    priority: row.priority,
    price: row.price,
    customerGroupId: row.customer_group_id,
  }))

const product = z
  .object({
    product_id: whole(1, highestOrderNumber - 1),
    name: someText,
    model: keyText.default(''),
    sku: keyText.default(''),
    price: amount,
    quantity: pieces.optional(),
    minimum: whole().default(1),
    subtract_stock: flag.default(true),
    requires_shipping: flag.default(true),
    tax_class_id: whole().default(0),
    weight: decimal.default('0'),
    weight_unit: text.default('kg'),
    points_to_buy: whole().default(0),
    reward_points_earned: whole().default(0),
    status: flag.default(true),
    stock_status_id: whole().default(0),
    manufacturer: text.optional(),
    image: text.optional(),
    categories: z.array(whole(1)).optional(),
    special_prices: z.array(special).default([]),
    quantity_discounts: z.array(discount).default([]),
    options: z.array(option).default([]),
  })
  .transform((row) => ({ id: row.product_id, row, terms: termsOf(row) }))

export type ImportedProduct = z.output<typeof product>

function termsOf(row: {
  readonly minimum: number
  readonly tax_class_id: number
  readonly weight: string
  readonly weight_unit: string
  readonly points_to_buy: number
  readonly reward_points_earned: number
  readonly stock_status_id: number
  readonly manufacturer?: string | undefined
  readonly image?: string | undefined
  readonly special_prices: z.output<typeof special>[]
  readonly quantity_discounts: z.output<typeof discount>[]
  readonly options: z.output<typeof option>[]
}): ProductTermsDocument {
  return {
    taxClassId: row.tax_class_id,
    minimum: Math.max(1, row.minimum),
    points: row.points_to_buy,
    reward: row.reward_points_earned,
    weight: row.weight,
    weightUnit: row.weight_unit,
    manufacturer: row.manufacturer ?? null,
    image: row.image ?? null,
    stockStatusId: row.stock_status_id,
    specials: row.special_prices,
    discounts: row.quantity_discounts,
    options: row.options,
  }
}

export function readProducts(findings: Findings, list: unknown): ImportedProduct[] | undefined {
  return readRows(findings, 'products', list, {
    schema: product,
    keyOf: ({ id }) => id,
    refuse: ({ terms }) => {
      const parsed = productTermsSchema.safeParse(terms)
      return parsed.success ? undefined : issuesOf(parsed.error)
    },
  })?.map(({ row }) => row)
}

/** What the account knows of the products already. */
export type KnownProduct = {
  readonly code: string
  readonly deleted: boolean
  /** Pieces left of each option value, by `product_option_value_id`. */
  readonly pieces: ReadonlyMap<number, number>
}

/**
 * The changes that bring the products in under their ids. Levels of products that are there stay,
 * and those of their option values: orders have taken from them meanwhile. `withStock` sets them.
 */
export function toChanges(
  products: readonly ImportedProduct[],
  known: ReadonlyMap<number, KnownProduct>,
  withStock: boolean,
): ProductChange[] {
  const taken = new Set([...known.values()].map(({ code }) => code))
  return products.map(({ id, row, terms }) => {
    const before = known.get(id)
    const code =
      before?.code ?? freeCode(row.sku.trim() || row.model.trim() || `product-${id}`, id, taken)
    taken.add(code)
    const keepsStock = row.subtract_stock && row.quantity !== undefined
    const isNew = before === undefined || before.deleted
    const levels = before === undefined || isNew || withStock ? undefined : before.pieces
    return {
      id,
      code,
      title: row.name,
      price: parseMoney(row.price) ?? 0n,
      type: row.requires_shipping ? 'physical' : 'digital',
      sku: row.sku.trim(),
      model: row.model.trim(),
      enabled: row.status,
      ...(row.categories === undefined ? {} : { categoryIds: row.categories }),
      ...(keepsStock && (isNew || withStock) ? { stock: row.quantity ?? 0 } : {}),
      terms: levels === undefined ? terms : keepingPieces(terms, levels),
    }
  })
}

function freeCode(wanted: string, id: number, taken: ReadonlySet<string>): string {
  let code = wanted
  while (taken.has(code)) code = `${code}-${id}`
  return code
}

function keepingPieces(
  terms: ProductTermsDocument,
  levels: ReadonlyMap<number, number>,
): ProductTermsDocument {
  return {
    ...terms,
    options: (terms.options ?? []).map((one) => ({
      ...one,
      values: (one.values ?? []).map((each) => ({
        ...each,
        quantity: levels.get(each.id) ?? each.quantity ?? 0,
      })),
    })),
  }
}

const category = z
  .object({ category_id: whole(1), parent_id: whole().default(0), name: someKey })
  .transform(
    (row): Category => ({
      id: row.category_id,
      parentId: row.parent_id === 0 ? null : row.parent_id,
      name: row.name,
    }),
  )

export function readCategories(
  findings: Findings,
  list: unknown,
  existing: readonly Category[],
): Category[] | undefined {
  const rows = readRows(findings, 'categories', list, { schema: category, keyOf: ({ id }) => id })
  if (rows === undefined) return undefined
  const wanted = rows.map(({ row }) => row)
  for (const { id, reason } of categoryClashes(existing, wanted)) {
    const item = rows.find(({ row }) => row.id === id)?.item ?? 0
    findings.bad.push({ part: 'categories', item, reason })
  }
  return wanted
}
