import { describe, expect, it } from 'vitest'
import { loadedLines } from '../../../src/dialects/opencart/v40/loaded-checkout.ts'
import type { LineOption, Order, OrderLine } from '../../../src/model/order.ts'

const line = (change: Partial<OrderLine>): OrderLine => ({
  position: 1,
  productId: 42,
  code: 'cinema',
  article: 'cinema',
  title: 'Cinema',
  productType: 'physical',
  quantity: 2,
  unitPrice: 900_000n,
  unitTax: 0n,
  cataloguePrice: 1_000_000n,
  options: [],
  ...change,
})

const loaded = (...lines: OrderLine[]) => loadedLines({ lines } as unknown as Order, 5)

const select: LineOption = { name: 'Select', value: 'Red', optionId: 217, valueId: 4 }
const text: LineOption = { name: 'Text', value: 'hi', optionId: 208 }
const boxes: LineOption[] = [
  { name: 'Checkbox', value: 'Checkbox 1', optionId: 223, valueId: 8 },
  { name: 'Checkbox', value: 'Checkbox 2', optionId: 223, valueId: 9 },
]

describe('the lines of an order in a cart', () => {
  it.each<readonly [title: string, options: readonly LineOption[], choices: unknown]>([
    ['a value is its number', [select], { 217: '4' }],
    ['a text is itself', [text], { 208: 'hi' }],
    ['several values are a list', boxes, { 223: ['8', '9'] }],
    ['nothing chosen is nothing', [], {}],
  ])('have their options: %s', (_title, options, choices) => {
    expect(loaded(line({ options }))?.cart).toEqual([
      { id: 5, productId: 42, quantity: 2, options: choices },
    ])
  })

  it('count on where the session stands', () => {
    const found = loaded(line({}), line({ position: 2, productId: 43 }))
    expect(found?.cart.map(({ id }) => id)).toEqual([5, 6])
    expect(found?.nextLineId).toBe(7)
  })

  it('have bought gift vouchers apart from them', () => {
    const options = [{ name: 'code', value: '123' }]
    const voucher = line({ productId: null, code: 'voucher', title: '$25.00', options })
    const found = loaded(line({}), voucher)
    expect(found?.cart).toHaveLength(1)
    expect(found?.vouchers).toMatchObject([
      { code: '123', description: '$25.00', amount: '90.0000' },
    ])
  })

  it.each<readonly [title: string, lines: readonly OrderLine[]]>([
    ['no product stands behind one', [line({}), line({ productId: null })]],
    ['an option has no number', [line({ options: [{ name: 'Size', value: 'XL' }] })]],
  ])('are none at all where %s', (_title, lines) => {
    expect(loaded(...lines)).toBeUndefined()
  })
})
