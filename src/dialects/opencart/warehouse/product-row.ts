import type { CheckoutProduct } from '../../../model/checkout-product.ts'
import { formatMoney } from '../../../model/money.ts'

/** OpenCart's numbers of a default install (contract of the API, §8). */
const weightClasses: ReadonlyMap<string, string> = new Map([
  ['kg', '1'],
  ['g', '2'],
  ['lb', '5'],
  ['oz', '6'],
])

/** What an accounting system sent beside what the book knows stands under this name. */
export const extraField = 'zstore'

/**
 * A product of `getproducts` (contract A.4); undefined for one without a SKU. What was sent beside
 * comes back, too, but never in place of what the book says.
 */
export function productRow(
  product: CheckoutProduct,
  { withMaster }: { readonly withMaster: boolean },
): ReadonlyMap<string, unknown> | undefined {
  const { sku, price, title, terms, categoryIds, stock, fields } = product
  if (sku === null || sku === '') return undefined
  const row = new Map<string, unknown>([
    ['sku', sku],
    ['price', formatMoney(price, 4)],
    ['image', terms.image ?? ''],
    ['name', shownName(title)],
    ['weight', eightDecimals(terms.weight)],
    ['weight_class_id', weightClasses.get(terms.weightUnit.trim().toLowerCase()) ?? '0'],
    ['manufacturer', terms.manufacturer === null ? null : shownName(terms.manufacturer)],
    ['cat_id', String(Math.max(0, ...categoryIds))],
    ['quantity', String(stock ?? 0)],
    ...(withMaster ? [['master_id', '0'] as const] : []),
  ])
  for (const [name, value] of Object.entries(Object(fields[extraField]))) {
    if (!row.has(name)) row.set(name, value)
  }
  return row
}

/**
 * A name as the accounting system takes it back: of the entities it knows the quotation mark's
 * alone, and would keep and send back any other as a part of the name (contract A.7, A.10).
 */
export function shownName(title: string): string {
  return title.replaceAll('"', '&quot;')
}

function eightDecimals(decimal: string): string {
  const [whole = '0', fraction = ''] = decimal.split('.')
  return `${whole}.${fraction.padEnd(8, '0')}`
}
