import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Basket, basketOf } from '../../src/model/basket.ts'
import type { BasketInput } from '../../src/model/basket-input.ts'
import { formatMoney } from '../../src/model/money.ts'
import type { Shop } from '../../src/model/shop.ts'
import { aProduct } from './basket-products.ts'
import { aBasket, aCoupon, guest, recordedShop } from './basket-store.ts'

const amount = fc.oneof(
  fc.bigInt({ min: 0n, max: 20n }),
  fc.bigInt({ min: 0n, max: 10_000_000_000n }),
)
const text = amount.map((one) => formatMoney(one, 4))
const ids = [1, 2, 3]

const someProduct = fc.record({ price: text, points: fc.nat(500), physical: fc.boolean() })

const someCoupon = fc.option(
  fc
    .record({
      type: fc.constantFrom('P', 'F'),
      discount: text,
      minimum: fc.constantFrom('0', '50'),
      freeShipping: fc.boolean(),
      productIds: fc.subarray(ids),
    })
    .map((terms) => aCoupon(terms)),
)

const someRates = fc
  .array(fc.record({ type: fc.constantFrom('P' as const, 'F' as const), rate: amount }), {
    maxLength: 3,
  })
  .map(
    (rates): Shop => ({
      ...recordedShop,
      taxRates: rates.map((rate, id) => ({
        ...rate,
        id,
        name: `Rate ${id % 2}`,
        geoZoneId: null,
        customerGroupIds: [],
      })),
      taxRules: rates.map((_, taxRateId) => ({
        taxClassId: 9,
        taxRateId,
        basedOn: 'store' as const,
        priority: 1,
      })),
    }),
  )

const someInput: fc.Arbitrary<BasketInput> = fc
  .record({
    products: fc.tuple(someProduct, someProduct, someProduct),
    cart: fc.array(
      fc.record({
        productId: fc.constantFrom(...ids, 4),
        quantity: fc.integer({ min: -1, max: 3000 }),
      }),
      { maxLength: 6 },
    ),
    cost: fc.option(text),
    shop: someRates,
    coupon: someCoupon,
    voucher: fc.option(amount),
    reward: fc.nat(2000),
    points: fc.nat(2000),
  })
  .map(({ products, cart, cost, coupon, voucher, reward, ...rest }) =>
    aBasket(cart, {
      ...rest,
      products: new Map(
        products.map(({ price, points, physical }, at) => {
          const id = at + 1
          const type = physical ? 'physical' : 'digital'
          return [id, aProduct({ id, price, type, terms: { points, taxClassId: 9 } })]
        }),
      ),
      coupon,
      voucher: voucher === null ? null : { code: 'GIFT', balance: voucher },
      checkout: {
        customer: { ...guest, id: 7 },
        reward,
        shippingMethod:
          cost === null ? null : { code: 'flat.flat', title: 'Flat', cost, taxClassId: 9 },
      },
    }),
  )

const always = (name: string, check: (basket: Basket, input: BasketInput) => void) =>
  it(name, () => {
    fc.assert(
      fc.property(someInput, (input) => check(basketOf(input), input)),
      { numRuns: 500 },
    )
  })

const sum = (amounts: readonly bigint[]) => amounts.reduce((all, one) => all + one, 0n)

describe('any basket', () => {
  always('has totals that add up to its total exactly', (basket) => {
    const last = basket.totals.at(-1)
    expect(last?.code).toBe('total')
    expect(sum(basket.totals.slice(0, -1).map((one) => one.amount))).toBe(basket.total)
    expect(last?.amount).toBe(basket.total)
    const { subTotal, shippingCost, discount, tax, voucherUsed } = basket
    expect(subTotal + shippingCost - discount + tax - voucherUsed).toBe(basket.total)
  })

  always('keeps coupon and points below what they can be taken off', (basket, { coupon }) => {
    const freed = coupon?.freeShipping ? basket.shippingCost : 0n
    expect(basket.discount).toBeGreaterThanOrEqual(0n)
    expect(basket.discount).toBeLessThanOrEqual(basket.subTotal + freed)
  })

  always('has no tax below zero and never more than without a discount', (basket, input) => {
    const { checkout } = input
    const plain = basketOf({ ...input, coupon: null, checkout: { ...checkout, reward: 0 } })
    const taxes = basket.totals.filter((one) => one.code === 'tax').map((one) => one.amount)
    expect(taxes.every((one) => one > 0n)).toBe(true)
    expect(basket.tax).toBeLessThanOrEqual(plain.tax)
  })

  always('lets a voucher pay no more than it holds, and never below zero', (basket, input) => {
    expect(basket.total).toBeGreaterThanOrEqual(0n)
    expect(basket.voucherUsed).toBeGreaterThanOrEqual(0n)
    expect(basket.voucherUsed).toBeLessThanOrEqual(input.voucher?.balance ?? 0n)
  })

  always('shows its totals in their sort order, taxes by title', ({ totals }) => {
    const order = totals.map((one) => one.sortOrder)
    expect(order).toEqual(order.toSorted((one, other) => one - other))
    const titles = totals.filter((one) => one.code === 'tax').map((one) => one.title)
    expect(titles).toEqual(titles.toSorted())
  })
})
