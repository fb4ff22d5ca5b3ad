import { formatMoney } from '../../model/money.ts'
import type { Product } from '../../model/product.ts'
import { textElement, xmlDeclaration } from '../../wire/xml.ts'
import { block, type ResponseCode, responseXml, success } from './document.ts'

/** All of a products document before its first product (contract §6). */
export function productsHead(code: ResponseCode, description: string = success): string {
  return `${xmlDeclaration}\n<ShopSiteProducts>\n${responseXml(code, description)}\n<Products>\n`
}

export const productsTail = '</Products>\n</ShopSiteProducts>'

/** What a product is asked for by, in the order it is written. */
const fields: Readonly<Record<string, (product: Product) => string>> = {
  Name: ({ title, code }) => title.trim() || code,
  Price: ({ price }) => formatMoney(price),
  // ShopSite's own words for a ticked box and one that is not.
  ProductDisabled: ({ enabled }) => (enabled ? 'uncheck' : 'checked'),
  SKU: ({ article }) => article,
  ProductType: ({ type }) => (type === 'physical' ? 'Tangible' : 'Download'),
  QuantityOnHand: ({ stock }) => (stock === null ? '' : String(stock)),
  ProductID: ({ id }) => String(id),
}

/** The fields of a call: names between bars (`|Name|SKU|`) in any case; `all`, or none: all. */
export function readFields(text: string | undefined): ReadonlySet<string> {
  const wanted = (text ?? '')
    .toLowerCase()
    .split('|')
    .map((name) => name.trim())
  const named = Object.keys(fields).filter((name) => wanted.includes(name.toLowerCase()))
  const isAll = wanted.every((name) => name === '' || name === 'all')
  return new Set(isAll ? Object.keys(fields) : named)
}

/** One `Product` with a line end; a field that has no value is self-closed. */
export function productXml(product: Product, wanted = readFields('all')): string {
  const children = Object.entries(fields)
    .filter(([name]) => wanted.has(name))
    .map(([name, read]) => textElement(name, read(product)))
  return `${block('Product', ...children)}\n`
}
