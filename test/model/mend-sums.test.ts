import { describe, expect, it } from 'vitest'
import { mended, type OrderMend } from '../../src/model/mend-order.ts'
import type { LineMend } from '../../src/model/mend-sums.ts'
import type { Order, OrderTotal } from '../../src/model/order.ts'
import { aLine, anOrderOf } from '../dialects/mintsoft/an-order.ts'

const nothing: OrderMend = { buyer: {}, billing: {}, shipping: {}, texts: {}, lines: new Map() }
const mend = (order: Partial<Order>, change: Partial<OrderMend>) =>
  mended(anOrderOf(order), { ...nothing, ...change })
const lineOne = (change: LineMend) => ({ lines: new Map([[1, change]]) })

const row = (code: string, amount: bigint, sortOrder: number, title = code): OrderTotal => ({
  ...{ code, title, amount, sortOrder },
})
const amounts = (totals: readonly OrderTotal[]) => totals.map(({ code, amount }) => [code, amount])

describe('sums', () => {
  const sold: Partial<Order> = {
    lines: [
      aLine({ quantity: 2, unitPrice: 100_000n }),
      aLine({ position: 2, unitPrice: 50_000n }),
    ],
    shippingMethod: 'Flat',
    shippingCost: 30_000n,
    total: 280_000n,
  }
  const totals = [
    row('sub_total', 250_000n, 1),
    row('shipping', 30_000n, 3, 'Flat'),
    row('total', 280_000n, 9),
  ]

  it.each<[string, Partial<OrderMend>, bigint, [string, bigint][]]>([
    [
      'a price',
      lineOne({ price: 90_000n }),
      260_000n,
      [
        ['sub_total', 230_000n],
        ['shipping', 30_000n],
        ['total', 260_000n],
      ],
    ],
    [
      'a quantity',
      lineOne({ quantity: 3 }),
      380_000n,
      [
        ['sub_total', 350_000n],
        ['shipping', 30_000n],
        ['total', 380_000n],
      ],
    ],
    [
      'the shipping cost',
      { shippingCost: 0n },
      250_000n,
      [
        ['sub_total', 250_000n],
        ['shipping', 0n],
        ['total', 250_000n],
      ],
    ],
    [
      'all at once',
      { ...lineOne({ quantity: 1, price: 10_000n }), shippingCost: 40_000n },
      100_000n,
      [
        ['sub_total', 60_000n],
        ['shipping', 40_000n],
        ['total', 100_000n],
      ],
    ],
    [
      'a title',
      lineOne({ title: 'Cup', article: 'CUP' }),
      280_000n,
      [
        ['sub_total', 250_000n],
        ['shipping', 30_000n],
        ['total', 280_000n],
      ],
    ],
  ])('move with %s', (_what, change, total, rows) => {
    expect(mend(sold, change)).toMatchObject({ total, totals: [] })
    const after = mend({ ...sold, totals }, change)
    expect([after.total, amounts(after.totals)]).toEqual([total, rows])
  })

  it('name a new shipping method, and get a row for a cost that they had none for', () => {
    const renamed = mend({ ...sold, totals }, { texts: { shippingMethod: 'Post' } })
    expect(renamed.totals[1]).toMatchObject({ title: 'Post', amount: 30_000n })
    const free = { ...sold, shippingCost: 0n, total: 250_000n, shippingMethod: null }
    const without = [row('sub_total', 250_000n, 1), row('total', 250_000n, 9)]
    const after = mend({ ...free, totals: without }, { shippingCost: 10_000n })
    expect(amounts(after.totals)).toEqual([
      ['sub_total', 250_000n],
      ['shipping', 10_000n],
      ['total', 260_000n],
    ])
  })

  it('move their tax with the pieces, and with a tax that is said', () => {
    const taxed: Partial<Order> = {
      lines: [aLine({ quantity: 2, unitPrice: 100_000n, unitTax: 20_000n })],
      ...{ tax: 40_000n, total: 240_000n },
      totals: [row('sub_total', 200_000n, 1), row('tax', 40_000n, 5), row('total', 240_000n, 9)],
    }
    const more = mend(taxed, lineOne({ quantity: 3 }))
    expect([more.tax, more.total]).toEqual([60_000n, 360_000n])
    expect(amounts(more.totals)).toEqual([
      ['sub_total', 300_000n],
      ['tax', 60_000n],
      ['total', 360_000n],
    ])
    const other = mend(taxed, lineOne({ price: 50_000n, tax: 10_000n }))
    expect([other.tax, other.total]).toEqual([20_000n, 120_000n])
    expect(() => mend(taxed, lineOne({ price: 50_000n }))).toThrow('add line.1.tax=')
    expect(mend(taxed, { shippingCost: 0n }).total).toBe(240_000n)
  })

  const taxedLine = aLine({ quantity: 2, unitPrice: 100_000n, unitTax: 20_000n })
  const sub = row('sub_total', 200_000n, 1)
  const end = row('total', 240_000n, 9)
  const tax = row('tax', 40_000n, 5)
  it.each<[string, Partial<Order>, Partial<OrderMend>, string]>([
    [
      'a line that is not there',
      {},
      { lines: new Map([[3, { title: 'x' }]]) },
      'there is no line 3',
    ],
    [
      'a tax that a coupon lowers',
      {
        lines: [taxedLine],
        totals: [sub, row('coupon', -10_000n, 4), tax, end],
        tax: 40_000n,
        discount: 10_000n,
      },
      lineOne({ quantity: 1 }),
      'a discount lowers the tax',
    ],
    [
      'a tax that a discount lowers',
      { lines: [taxedLine], discount: 1n },
      lineOne({ quantity: 1 }),
      'a discount lowers the tax',
    ],
    [
      'a tax of two rates',
      { lines: [taxedLine], totals: [sub, tax, tax, end], tax: 80_000n, total: 240_000n },
      lineOne({ quantity: 1 }),
      '2 rows of the kind "tax"',
    ],
    [
      'a shipping cost with tax',
      { lines: [taxedLine], tax: 50_000n },
      { shippingCost: 1n },
      'carries tax',
    ],
    [
      'a sum without its goods',
      { totals: [end] },
      lineOne({ price: 1n }),
      'no row of the kind "sub_total"',
    ],
    [
      'the amount of a gift voucher',
      { lines: [aLine({ productId: null, code: 'voucher' })] },
      lineOne({ price: 1n }),
      'sells a gift voucher',
    ],
    [
      'less than nothing',
      { total: 5_000n, discount: 5_000n },
      lineOne({ price: 1_000n }),
      'the total would be -0.40',
    ],
    [
      'more than the book holds',
      {},
      lineOne({ price: 999_999_999_990_000n, quantity: 2 }),
      'amount-too-large',
    ],
  ])('refuse %s', (_what, order, change, reason) => {
    expect(() => mend(order, change)).toThrow(reason)
  })
})
