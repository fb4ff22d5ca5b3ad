import { isWithinMoneyLimit, parseMoney } from '../model/money.ts'
import { highestOrderNumber } from '../model/order.ts'
import type { ProductChange } from '../model/product.ts'
import type { ProductField, ProductRow } from './product-rows.ts'

export type RowProblem = { readonly where: string; readonly reason: string }
export type GoodRow = { readonly where: string; readonly change: ProductChange }

const longestText = 1000
const longestCode = 255

type Draft = { -readonly [K in keyof ProductChange]: ProductChange[K] }
type Take = (draft: Draft, value: string) => string | undefined

/**
 * How each field is read; an empty one leaves the product as it is. The type is `1` or `0` in
 * GetAllGoods and empty for digital goods (contract §7), where the field stands at all.
 */
const takes: Readonly<Record<ProductField, Take>> = {
  id(draft, value) {
    if (!isNumber(value, 1, highestOrderNumber - 1)) return 'the id is no whole number from 1 on'
    draft.id = Number(value)
    return undefined
  },
  code(draft, value) {
    if (value.length > longestCode) return `the code is longer than ${longestCode} characters`
    draft.code = value
    return undefined
  },
  title(draft, value) {
    if (value.length > longestText) return `the title is longer than ${longestText} characters`
    draft.title = value
    return undefined
  },
  price(draft, value) {
    const price = parseMoney(value)
    if (price === undefined || price < 0n || !isWithinMoneyLimit(price)) {
      return `the price "${shown(value)}" is no amount; write 1500 or 12.90`
    }
    draft.price = price
    return undefined
  },
  type(draft, value) {
    const type = types.get(value.toLowerCase())
    if (type === undefined) return `the type "${shown(value)}" is neither physical nor digital`
    draft.type = type
    return undefined
  },
  stock(draft, value) {
    if (!isNumber(value, -highestOrderNumber, highestOrderNumber)) {
      return `the stock "${shown(value)}" is no whole number`
    }
    draft.stock = Number(value)
    return undefined
  },
  category(draft, value) {
    draft.categories = value
      .split('|')
      .map((name) => name.trim())
      .filter((name) => name !== '')
    return draft.categories.some((name) => name.length > longestText)
      ? 'the category is too long'
      : undefined
  },
  sku: (draft, value) => takeKey(draft, 'sku', value),
  model: (draft, value) => takeKey(draft, 'model', value),
  enabled(draft, value) {
    const enabled = switches.get(value.toLowerCase())
    if (enabled === undefined) return `enabled is "${shown(value)}"; write yes or no`
    draft.enabled = enabled
    return undefined
  },
}

const types = new Map<string, 'physical' | 'digital'>([
  ['physical', 'physical'],
  ['real', 'physical'],
  ['1', 'physical'],
  ['digital', 'digital'],
  ['0', 'digital'],
])

const switches = new Map([
  ...['1', 'yes', 'true', 'on'].map((word) => [word, true] as const),
  ...['0', 'no', 'false', 'off'].map((word) => [word, false] as const),
])

function takeKey(draft: Draft, name: 'sku' | 'model', value: string): string | undefined {
  if (value.length > longestCode) return `the ${name} is longer than ${longestCode} characters`
  draft[name] = value
  return undefined
}

/** Understands one row, or says everything that is wrong with it. */
export function readProductRow(row: ProductRow): GoodRow | RowProblem {
  const { where, values } = row
  const draft: Draft = { code: '' }
  const reasons: string[] = values.get('code') ? [] : ['it has no code']
  for (const [field, value] of values) {
    if (value.includes('\0')) reasons.push(`the ${field} holds a NUL`)
    else if (value !== '') {
      const reason = takes[field](draft, value)
      if (reason !== undefined) reasons.push(reason)
    }
  }
  return reasons.length === 0 ? { where, change: draft } : { where, reason: reasons.join('; ') }
}

function isNumber(text: string, least: number, most: number): boolean {
  return /^-?\d{1,10}$/.test(text) && Number(text) >= least && Number(text) <= most
}

function shown(value: string): string {
  return value.length > 40 ? `${value.slice(0, 40)}…` : value
}
