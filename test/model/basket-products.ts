import type { CheckoutProduct } from '../../src/model/checkout-product.ts'
import { parseMoney } from '../../src/model/money.ts'
import { productTermsSchema } from '../../src/model/product-terms.ts'

type RecordedValue = {
  product_option_value_id: number
  option_value_id: number
  name: string
  quantity: number
  subtract_stock: boolean
  price: string
  price_prefix: '+' | '-'
  points: number
  points_prefix: '+' | '-'
}
export type RecordedProduct = {
  product_id: number
  name: string
  model: string
  price: string
  quantity: number
  minimum: number
  requires_shipping: boolean
  tax_class_id: number
  points_to_buy: number
  reward_points_earned: number
  categories: number[]
  special_prices: { priority: number; price: string; customer_group_id: number }[]
  quantity_discounts: {
    from_quantity: number
    priority: number
    price: string
    customer_group_id: number
  }[]
  options: {
    product_option_id: number
    option_id: number
    name: string
    type: string
    required: boolean
    values: RecordedValue[]
  }[]
}

export function money(text: string): bigint {
  const amount = parseMoney(text)
  if (amount === undefined) throw new Error(`no amount: ${text}`)
  return amount
}

/** A product that costs 10.00, keeps no stock and has no terms of its own. */
export function aProduct({
  terms = {},
  price = '10',
  ...rest
}: Partial<Omit<CheckoutProduct, 'terms' | 'price'>> & {
  terms?: Record<string, unknown>
  price?: string
}): CheckoutProduct {
  return {
    id: 1,
    code: 'mug',
    sku: null,
    model: null,
    article: 'mug',
    title: 'Mug',
    type: 'physical',
    enabled: true,
    stock: null,
    fields: {},
    categoryIds: [],
    ...rest,
    price: money(price),
    terms: productTermsSchema.parse(terms),
  }
}

/** A product of the recorded store. */
export function productOf(one: RecordedProduct): CheckoutProduct {
  return aProduct({
    id: one.product_id,
    code: one.model,
    model: one.model,
    title: one.name,
    price: one.price,
    type: one.requires_shipping ? 'physical' : 'digital',
    stock: one.quantity,
    categoryIds: one.categories,
    terms: termsOf(one),
  })
}

function termsOf(one: RecordedProduct) {
  return {
    taxClassId: one.tax_class_id,
    minimum: one.minimum,
    points: one.points_to_buy,
    reward: one.reward_points_earned,
    specials: one.special_prices.map(({ customer_group_id, ...special }) => ({
      ...special,
      customerGroupId: customer_group_id,
    })),
    discounts: one.quantity_discounts.map((discount) => ({
      fromQuantity: discount.from_quantity,
      priority: discount.priority,
      price: discount.price,
      customerGroupId: discount.customer_group_id,
    })),
    options: one.options.map((option) => ({
      id: option.product_option_id,
      optionId: option.option_id,
      name: option.name,
      type: option.type,
      required: option.required,
      values: option.values.map(optionValueOf),
    })),
  }
}

function optionValueOf(value: RecordedValue) {
  return {
    id: value.product_option_value_id,
    optionValueId: value.option_value_id,
    name: value.name,
    quantity: value.quantity,
    subtract: value.subtract_stock,
    price: value.price,
    pricePrefix: value.price_prefix,
    points: value.points,
    pointsPrefix: value.points_prefix,
  }
}
