import { describe, expect, it } from 'vitest'
import { readNewProducts } from '../../../src/dialects/opencart/warehouse/read-new-products.ts'

describe('a new product', () => {
  it('is read with what was sent and nothing else', () => {
    const rows = [
      {
        name: ' Tea ',
        sku: ' T-1 ',
        quantity: '3.000',
        price: '10.50',
        description: 'Black',
        ean: '4',
      },
      { name: 'Mug', sku: 4006381333931, quantity: '', price: null },
    ]
    expect(readNewProducts(rows)).toEqual([
      {
        sku: 'T-1',
        name: 'Tea',
        quantity: 3,
        price: 105_000n,
        description: 'Black',
        extra: { ean: '4' },
      },
      { sku: '4006381333931', name: 'Mug', extra: {} },
    ])
  })

  it('is read from an object of rows, too, and the last of two with one sku counts', () => {
    const rows = { '0': { name: 'A', sku: 'x' }, '2': { name: 'B', sku: 'x' } }
    expect(readNewProducts(rows)).toEqual([{ sku: 'x', name: 'B', extra: {} }])
  })

  it.each([
    [{ name: 'Mug' }, 'Row 2 has no sku; give the product a code and send the batch again.'],
    [
      { name: 'Mug', sku: ' ' },
      'Row 2 has no sku; give the product a code and send the batch again.',
    ],
    [
      { name: 'Mug', sku: 2 ** 60 },
      'Row 2 has the sku 1152921504606847000; send it as a text in quotes.',
    ],
    [{ name: 'Mug', sku: ['x'] }, 'Row 2 has the sku a list; send it as a text in quotes.'],
    [{ sku: 'x' }, 'Row 2 (sku "x") has no name; name the product and send the batch again.'],
    [{ sku: 'x', name: [] }, 'Row 2 (sku "x") has the name a list; send a text.'],
    [
      { sku: 'x', name: 'X', quantity: 'many' },
      'Row 2 (sku "x") has the quantity "many"; send a number such as 12.',
    ],
    [
      { sku: 'x', name: 'X', price: -1 },
      'Row 2 (sku "x") has the price -1; send an amount that is not negative, such as 12.50.',
    ],
    [
      { sku: 'x', name: 'X', description: {} },
      'Row 2 (sku "x") has the description an object; send a text.',
    ],
    ['x', 'Row 2 is "x"; send an object with name, sku, quantity and price.'],
    [null, 'Row 2 is null; send an object with name, sku, quantity and price.'],
    [[], 'Row 2 is a list; send an object with name, sku, quantity and price.'],
  ])('%j is refused with its row', (row, problem) => {
    expect(readNewProducts([{ name: 'Good', sku: 'g' }, row])).toEqual({ problem })
  })

  it('comes with 50,000 others in one batch', () => {
    const rows = Array.from({ length: 50_000 }, (_, i) => ({
      name: `N${i}`,
      sku: `S${i}`,
      price: '1',
    }))
    expect(readNewProducts(rows)).toHaveLength(50_000)
  })
})
