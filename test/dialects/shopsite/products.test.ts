import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  productsHead,
  productsTail,
  productXml,
  readFields,
} from '../../../src/dialects/shopsite/products-document.ts'
import type { Product } from '../../../src/model/product.ts'
import { names, parseXml, textAt } from './well-formed.ts'

const lamp: Product = {
  id: 17,
  code: 'lamp',
  sku: 'LAMP-01',
  model: null,
  article: 'LAMP-01',
  title: 'Lamp <brass> & shade',
  price: 12_345_000n,
  type: 'physical',
  enabled: true,
  stock: 4,
  fields: {},
}

const documentOf = (products: readonly string[]) =>
  parseXml(productsHead(1) + products.join('') + productsTail)

describe('the products document', () => {
  it('has the same response block as orders, then the products', () => {
    const root = documentOf([productXml(lamp), productXml({ ...lamp, id: 18 })])
    expect(root.name).toBe('ShopSiteProducts')
    expect(names(root)).toEqual(['Response', 'Products'])
    expect(root.children[0]?.text).toBe('1success')
    expect(root.children[1]?.children.map((one) => textAt(one, 'ProductID'))).toEqual(['17', '18'])
  })

  it('ends with its root', () => {
    expect(productsTail.endsWith('</ShopSiteProducts>')).toBe(true)
  })

  it('shows a product', () => {
    const { children } = parseXml(productXml(lamp))
    expect(children.map(({ name, text }) => [name, text])).toEqual([
      ['Name', 'Lamp <brass> & shade'],
      ['Price', '1234.50'],
      ['ProductDisabled', 'uncheck'],
      ['SKU', 'LAMP-01'],
      ['ProductType', 'Tangible'],
      ['QuantityOnHand', '4'],
      ['ProductID', '17'],
    ])
  })

  it('says what cannot be bought, what is sent by wire and what keeps no stock', () => {
    const xml = productXml({ ...lamp, enabled: false, type: 'digital', stock: null })
    expect(xml).toContain('<ProductDisabled>checked</ProductDisabled>')
    expect(xml).toContain('<ProductType>Download</ProductType>')
    expect(xml).toContain('<QuantityOnHand/>')
  })

  it.each<[string | undefined, readonly string[]]>([
    ['|SKU|Name|', ['Name', 'SKU']],
    ['|sku|', ['SKU']],
    ['|SKU|Unknown|', ['SKU']],
    ['|Unknown|', []],
  ])('shows the fields that %j asks for', (text, wanted) => {
    expect(names(parseXml(productXml(lamp, readFields(text))))).toEqual(wanted)
  })

  it.each([undefined, '', 'all', 'ALL', '||'])('shows all fields for %j', (text) => {
    expect(readFields(text).size).toBe(7)
  })

  it('is well-formed whatever a product is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        documentOf([productXml({ ...lamp, title: text, article: text, code: text })])
      }),
    )
  })
})
