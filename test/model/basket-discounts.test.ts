import { describe, expect, it } from 'vitest'
import { basketOf } from '../../src/model/basket.ts'
import { couponRefusal } from '../../src/model/coupon-rules.ts'
import type { Coupon } from '../../src/model/promotions.ts'
import { aProduct, money } from './basket-products.ts'
import { aBasket, aCoupon, flatShipping, guest } from './basket-store.ts'

const twoProducts = [
  { productId: 40, quantity: 2 },
  { productId: 28, quantity: 1 },
]

describe('couponRefusal', () => {
  const dated = { from: '2026-11-01', until: '2026-12-01' }

  it.each<[string, Coupon, string, number, string | null]>([
    ['lets an open coupon pass', aCoupon({}), '2026-11-22', 0, null],
    ['refuses one that is off', aCoupon({ enabled: false }), '2026-11-22', 0, 'disabled'],
    ['refuses it before its first day', aCoupon(dated), '2026-10-31', 0, 'early'],
    ['lets it pass on its first day', aCoupon(dated), '2026-11-01', 0, null],
    ['lets it pass on the day before its last', aCoupon(dated), '2026-11-30', 0, null],
    ['refuses it on its last day', aCoupon(dated), '2026-12-01', 0, 'late'],
    ['lets the last use pass', aCoupon({ uses: 10, used: 9 }), '2026-11-22', 0, null],
    ['refuses it when used up', aCoupon({ uses: 10, used: 10 }), '2026-11-22', 0, 'used up'],
    [
      'refuses it when used up by the customer',
      aCoupon({ usesOfCustomer: 1, usedByCustomer: 1 }),
      '2026-11-22',
      7,
      'used up',
    ],
    ['refuses it to a guest', aCoupon({ loginNeeded: true }), '2026-11-22', 0, 'login needed'],
    ['lets a customer pass', aCoupon({ loginNeeded: true }), '2026-11-22', 7, null],
    ['asks for no minimum', aCoupon({ minimum: '1000' }), '2026-11-22', 0, null],
  ])('%s', (_promise, coupon, today, customerId, refusal) => {
    expect(couponRefusal(coupon, { today, customerId })).toBe(refusal)
  })
})

describe('a coupon in a basket', () => {
  it.each<[string, Record<string, unknown>, string, string]>([
    ['takes per cent of the goods', { type: 'P', discount: '10' }, '30.20', '60.36'],
    [
      'takes an amount, and percentage taxes fall with it',
      { type: 'F', discount: '30.20' },
      '30.20',
      '60.36',
    ],
    ['takes no more than the goods', { type: 'F', discount: '5000' }, '302', '6'],
    ['takes no more than all per cent', { type: 'P', discount: '250' }, '302', '6'],
    ['takes nothing below its minimum', { minimum: '302.0001' }, '0', '66.40'],
    ['takes it from its minimum on', { minimum: '302' }, '30.20', '60.36'],
    ['takes it of its products only', { productIds: [28] }, '10', '64.40'],
    [
      'takes an amount of its products only',
      { type: 'F', discount: '500', productIds: [28] },
      '100',
      '46.40',
    ],
    ['takes it of its categories only', { categoryIds: [24] }, '30.20', '60.36'],
    ['takes nothing where none of its products is there', { productIds: [43] }, '0', '66.40'],
    ['takes nothing where it may not be applied', { enabled: false }, '0', '66.40'],
    ['never adds to the sum', { discount: '-10' }, '0', '66.40'],
  ])('%s', (_promise, terms, taken, tax) => {
    const basket = basketOf(aBasket(twoProducts, { coupon: aCoupon(terms) }))
    expect(basket.discount).toBe(money(taken))
    expect(basket.tax).toBe(money(tax))
    expect(basket.couponApplies).toBe(taken !== '0')
    expect(basket.totals.some((total) => total.code === 'coupon')).toBe(taken !== '0')
    expect(basket.total).toBe(money('302') - money(taken) + money(tax))
  })

  it('takes the cost of shipping, its percentage tax too and its fixed one not', () => {
    const coupon = aCoupon({ code: 'FREE', discount: '0', freeShipping: true })
    const checkout = { shippingMethod: flatShipping }
    const basket = basketOf(aBasket(twoProducts, { coupon, checkout }))
    expect(basket).toMatchObject({ shippingCost: money('5'), discount: money('5') })
    expect(basket.tax).toBe(money('60.40') + money('8'))
    expect(basket.totals.map((total) => total.title)).toContain('Coupon (FREE)')
  })

  it('spreads an amount so that nothing of it is lost', () => {
    const products = new Map(
      [1, 2, 3].map((id) => [id, aProduct({ id, price: '1', terms: { taxClassId: 9 } })]),
    )
    const cart = [1, 2, 3].map((productId) => ({ productId, quantity: 1 }))
    const coupon = aCoupon({ type: 'F', discount: '1' })
    expect(basketOf(aBasket(cart, { products, coupon })).discount).toBe(money('1'))
  })

  it('does not count bought vouchers as goods', () => {
    const voucher = {
      code: '1',
      codeIsNumber: true,
      description: '',
      fromName: '',
      fromEmail: '',
      toName: '',
      toEmail: '',
      themeId: '',
      message: '',
      amount: '25',
    }
    const checkout = { vouchers: [voucher] }
    const coupon = aCoupon({ minimum: '303' })
    const basket = basketOf(aBasket(twoProducts, { checkout, coupon }))
    expect(basket).toMatchObject({ subTotal: money('327'), couponApplies: false, discount: 0n })
    expect(basket.vouchers).toEqual([voucher])
    const onlyVoucher = basketOf(aBasket([], { checkout, coupon: aCoupon({}) }))
    expect(onlyVoucher).toMatchObject({ couponApplies: false, total: money('25'), tax: 0n })
  })
})

describe('points in a basket', () => {
  const customer = { ...guest, id: 7 }

  it.each<[string, number, number, number, string]>([
    ['take off their share of what points can buy', 50, 300, 50, '25'],
    ['take off no more than the customer has', 50, 20, 20, '10'],
    ['take off no more than can be bought', 250, 300, 200, '100'],
    ['take nothing where there are none', 50, 0, 0, '0'],
  ])('%s', (_promise, reward, points, used, taken) => {
    const checkout = { customer, reward }
    const basket = basketOf(aBasket(twoProducts, { checkout, points }))
    expect(basket.pointsUsed).toBe(used)
    expect(basket.discount).toBe(money(taken))
    expect(basket.tax).toBe(money('66.40') - money(taken) / 5n)
  })

  it('and a coupon together never take more than a line costs', () => {
    const checkout = { customer, reward: 200 }
    const coupon = aCoupon({ productIds: [28] })
    const basket = basketOf(aBasket(twoProducts, { checkout, coupon, points: 200 }))
    expect(basket.discount).toBe(money('100'))
    expect(basket.couponApplies).toBe(false)
  })
})

describe('a gift voucher', () => {
  it.each([
    ['pays what is left on it', '100', '100', '268.40'],
    ['pays no more than is due', '1000', '368.40', '0'],
    ['pays nothing when it is used up', '0', '0', '368.40'],
  ])('%s', (_promise, balance, used, total) => {
    const voucher = { code: 'GIFT100', balance: money(balance) }
    const basket = basketOf(aBasket(twoProducts, { voucher }))
    expect(basket.voucherUsed).toBe(money(used))
    expect(basket.total).toBe(money(total))
    expect(basket.totals.some((one) => one.code === 'voucher')).toBe(used !== '0')
  })
})
