import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { orderXml } from '../../../src/dialects/shopsite/order-xml.ts'
import type { FormatVersion } from '../../../src/dialects/shopsite/versions.ts'
import { formatMoney } from '../../../src/model/money.ts'
import type { Order } from '../../../src/model/order.ts'
import { money } from '../../model/basket-products.ts'
import { aBasket, aCoupon, flatShipping, tenPercent } from '../../model/basket-store.ts'
import { aLine, anOrderOf } from '../mintsoft/an-order.ts'
import { account, buyerOfStore, exampleOrder, orderOfBasket } from './some-orders.ts'
import { child, names, parseXml, textAt, type XmlElement } from './well-formed.ts'

const shownAs = (order: Order, version: FormatVersion = '7'): XmlElement =>
  parseXml(orderXml(order, { number: 1, transactionId: '1' }, { account, version }))

const shopping = [
  { productId: 40, quantity: 2 },
  { productId: 28, quantity: 1 },
]

const shipped = { ...buyerOfStore, shippingMethod: flatShipping }

/** An amount as an order manager reads it, in cents: what is not there is nothing. */
function read(order: XmlElement, path: string): bigint {
  const [name = '', ...rest] = path.split('/')
  const found = order.children.filter((one) => one.name === name)
  if (found.length === 0) return 0n
  if (rest.length > 0) return found.reduce((sum, one) => sum + read(one, rest.join('/')), 0n)
  return found.reduce((sum, one) => {
    if (!/^(-?\d+\.\d\d)?$/.test(one.text)) throw new Error(`no amount: ${one.text}`)
    return sum + BigInt(one.text.replace('.', ''))
  }, 0n)
}

/** What an order manager adds up, and checks against what the document says of it. */
function expectToAddUp(order: Order, version: FormatVersion = '7'): void {
  const shown = shownAs(order, version)
  const products = child(shown, 'Shipping').children.flatMap((one) =>
    one.name === 'Products' ? one.children : one.name === 'Product' ? [one] : [],
  )
  let goods = 0n
  for (const product of products) {
    const total = read(product, 'ItemPrice') * BigInt(textAt(product, 'Quantity'))
    expect(read(product, 'Total')).toBe(total)
    goods += total
  }
  const discount = read(shown, 'Totals/Discount/Amount')
  const coupons = read(shown, 'Coupon/Total')
  const surcharge = read(shown, 'Totals/Surcharge/Total')
  const subtotal = goods + discount + coupons
  expect(read(shown, 'Totals/ProductTotal')).toBe(goods)
  expect(read(shown, 'Totals/Subtotal')).toBe(subtotal)
  const others = read(shown, 'Totals/Tax/TaxAmount') + read(shown, 'Totals/ShippingTotal/Total')
  expect(subtotal + others + surcharge).toBe(read(shown, 'Totals/GrandTotal'))
  expect(textAt(shown, 'Totals/GrandTotal')).toBe(formatMoney(order.total))
  expect(discount <= 0n && coupons <= 0n && surcharge >= 0n).toBe(true)
}

describe('the totals', () => {
  it('stand in the strict order, empty ones self-closed', () => {
    const totals = child(shownAs(anOrderOf()), 'Totals')
    expect(names(totals)).toEqual([
      'ProductTotal',
      'Discount',
      'Subtotal',
      'Tax',
      'GrandTotal',
      'ShippingTotal',
      'Surcharge',
    ])
    const xml = orderXml(anOrderOf(), { number: 1, transactionId: '1' }, { account, version: '7' })
    expect(xml).toContain('<Discount/>')
    expect(xml).toContain('<Tax/>')
    expect(xml).toContain('<Surcharge/>')
    expect(xml).not.toContain('Coupon')
  })

  it('show the example of the contract', () => {
    const order = exampleOrder()
    expectToAddUp(order)
    const shown = shownAs(order)
    const amounts = [
      'ProductTotal',
      'Discount',
      'Subtotal',
      'Tax/TaxName',
      'Tax/TaxRate',
      'Tax/TaxAmount',
      'Tax/TaxShipping',
      'GrandTotal',
      'ShippingTotal/Total',
      'ShippingTotal/Description',
    ].map((path) => textAt(shown, `Totals/${path}`))
    expect(amounts).toEqual(
      '43.00||38.00|MO sales tax|5.00|1.90|No|46.85|6.95|UPS Ground'.split('|'),
    )
    const coupon = child(shown, 'Coupon').children.map(({ name, text }) => `${name} ${text}`)
    expect(coupon).toEqual(['Name SPRING5', 'Status Applied', 'Total -5.00', 'ApplyCoupon Pre'])
  })

  it.each<[string, Parameters<typeof aBasket>]>([
    ['nothing but goods', [shopping, { checkout: buyerOfStore }]],
    ['shipping and tax', [shopping, { checkout: shipped }]],
    ['a coupon', [shopping, { checkout: shipped, coupon: tenPercent }]],
    [
      'a coupon that ships for nothing',
      [shopping, { checkout: shipped, coupon: aCoupon({ freeShipping: true }) }],
    ],
    [
      'a used gift voucher',
      [shopping, { checkout: shipped, voucher: { code: 'GIFT', balance: money('12.34') } }],
    ],
    [
      'all that takes something off',
      [
        shopping,
        {
          checkout: { ...shipped, reward: 100 },
          coupon: tenPercent,
          voucher: { code: 'GIFT', balance: money('5000') },
          points: 1000,
        },
      ],
    ],
  ])('add up for a checkout with %s', (_what, basket) => {
    const order = orderOfBasket(aBasket(...basket))
    expect(order.totals.length).toBeGreaterThan(1)
    expectToAddUp(order)
    expectToAddUp(order, '6.3')
  })

  it('say the tax of a checkout with its rate, and that shipping is taxed', () => {
    const shown = shownAs(orderOfBasket(aBasket(shopping, { checkout: shipped })))
    expect(textAt(shown, 'Totals/Tax/TaxShipping')).toBe('Yes')
    expect(textAt(shown, 'Totals/Tax/TaxName')).toMatch(/VAT/)
  })

  it('book a coupon and a used voucher once, each in its place', () => {
    const voucher = { code: 'GIFT', balance: money('10') }
    const basket = aBasket(shopping, { checkout: shipped, coupon: tenPercent, voucher })
    const shown = shownAs(orderOfBasket(basket))
    expect(textAt(shown, 'Coupon/Name')).toBe('2222')
    expect(textAt(shown, 'Coupon/Total')).toBe('-30.20')
    expect(textAt(shown, 'Totals/Discount/Amount')).toBe('-10.00')
    const gift = child(shown, 'GiftCertificate').children.map(({ name, text }) => [name, text])
    expect(gift).toEqual([
      ['ID', 'GIFT'],
      ['AmountUsed', '10.00'],
      ['AmountRemaining', ''],
    ])
    expect(names(shownAs(orderOfBasket(basket), '6.3'))).not.toContain('GiftCertificate')
  })

  it('add up for an order without a list of totals', () => {
    const lines = [aLine({ unitPrice: 199_900n, quantity: 3 }), aLine({ unitPrice: 0n })]
    const order = anOrderOf({ lines, shippingCost: 50_000n, total: 649_700n })
    expectToAddUp(order)
    expect(textAt(shownAs(order), 'Totals/Discount')).toBe('')
  })

  it('give the discount of such an order to its coupon, else to Discount', () => {
    const order = anOrderOf({ discount: 2_500n, total: 7_500n })
    expect(textAt(shownAs(order), 'Totals/Discount/Amount')).toBe('-0.25')
    const withCoupon = shownAs({ ...order, coupon: 'SAVE' })
    expect(textAt(withCoupon, 'Coupon/Total')).toBe('-0.25')
    expect(textAt(withCoupon, 'Coupon/Name')).toBe('SAVE')
    expect(textAt(withCoupon, 'Totals/Discount')).toBe('')
  })

  it('book what a shop adds of its own as a surcharge', () => {
    const totals = [
      { code: 'sub_total', title: 'Sub-Total', amount: 10_000n, sortOrder: 1 },
      { code: 'handling', title: 'Handling Fee', amount: 20_000n, sortOrder: 4 },
      { code: 'low_order_fee', title: 'Low Order Fee', amount: 5_000n, sortOrder: 5 },
      { code: 'total', title: 'Total', amount: 35_000n, sortOrder: 9 },
    ]
    const order = anOrderOf({ totals, total: 35_000n })
    expectToAddUp(order)
    expect(textAt(shownAs(order), 'Totals/Surcharge/Total')).toBe('2.50')
    expect(textAt(shownAs(order), 'Totals/Surcharge/Description')).toBe(
      'Handling Fee, Low Order Fee',
    )
  })

  it.each<[string, Partial<Order>, string, string]>([
    ['above', { total: 9_900n }, '-0.01', ''],
    ['below', { total: 10_100n }, '', '0.01'],
    ['below a discount', { total: 9_100n, discount: 1_000n }, '-0.09', ''],
    ['of many cheap pieces', { lines: [aLine({ unitPrice: 33n, quantity: 300 })] }, '', '1.00'],
  ])(
    'put what rounding leaves %s where it keeps its sign',
    (_what, change, discount, surcharge) => {
      const order = anOrderOf(change)
      expectToAddUp(order)
      const shown = shownAs(order)
      expect(formatOrNothing(read(shown, 'Totals/Discount/Amount'))).toBe(discount)
      expect(formatOrNothing(read(shown, 'Totals/Surcharge/Total'))).toBe(surcharge)
    },
  )

  it('write no thousands separators', () => {
    const order = anOrderOf({
      lines: [aLine({ unitPrice: 99_999_999_999_999n, quantity: 9 })],
      total: 899_999_999_999_991n,
    })
    expectToAddUp(order)
    expect(textAt(shownAs(order), 'Totals/GrandTotal')).toBe('90000000000.00')
  })

  it('add up whatever the amounts are', () => {
    const amount = fc.bigInt({ min: -1_000_000_000n, max: 1_000_000_000_000n })
    const line = fc.record({
      unitPrice: amount,
      unitTax: fc.bigInt({ min: 0n, max: 1_000_000n }),
      quantity: fc.integer({ min: 1, max: 3000 }),
    })
    const total = fc.record({
      code: fc.constantFrom('sub_total', 'shipping', 'coupon', 'tax', 'voucher', 'reward', 'fee'),
      title: fc.constantFrom('', 'One', 'Two (A)'),
      amount,
      sortOrder: fc.constant(0),
    })
    const order = fc.record({
      lines: fc.array(line.map(aLine), { maxLength: 4 }),
      totals: fc.array(total, { maxLength: 6 }),
      coupon: fc.constantFrom(null, 'SAVE'),
      discount: amount,
      shippingCost: amount,
      tax: amount,
      total: amount,
    })
    fc.assert(
      fc.property(order, fc.constantFrom('6.3', '7'), (change, version) =>
        expectToAddUp(anOrderOf(change), version),
      ),
      { numRuns: 300 },
    )
  })
})

function formatOrNothing(amount: bigint): string {
  return amount === 0n ? '' : formatMoney(amount * 100n)
}
