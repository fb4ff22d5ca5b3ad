import { beforeEach, describe, expect, it } from 'vitest'
import { changeOrder } from '../../src/core/change-order.ts'
import { saveCustomers } from '../../src/core/customers.ts'
import { findOrder, historyOf } from '../../src/core/find-order.ts'
import { pageOfOrders } from '../../src/core/list-orders.ts'
import { type CheckoutCall, checkoutOf, placeCheckout } from '../../src/core/place-checkout.ts'
import { findCoupon, findVoucher, saveCoupons, saveVouchers } from '../../src/core/promotions.ts'
import { changeSession, rereadSession } from '../../src/core/sessions.ts'
import { shopOf } from '../../src/core/shop.ts'
import type { Account } from '../../src/model/account.ts'
import type { Checkout } from '../../src/model/checkout.ts'
import { useBook } from '../support/book.ts'
import { anAccount } from '../support/fixtures.ts'
import {
  aCheckout,
  ada,
  aSession,
  author,
  cartLine,
  edited,
  levelsOf,
  placed,
  planFor,
} from './checkouts.ts'

const book = useBook()

const goods = [
  { id: 3, code: 'mug', title: 'Mug', price: 100_000n, type: 'physical', stock: 50 },
] as const

let account: Account

beforeEach(async () => {
  account = (await anAccount(book().ctx, { goods })).account
  const gift = { code: 'GIFT', amount: 200_000n, balance: 200_000n, data: {}, enabled: true }
  await saveVouchers(book().ctx, account, [gift])
})

const mugs = (quantity: number) => ({ cart: [cartLine(3, quantity)] })
const orders = () => pageOfOrders(book().ctx, account, {}, { offset: 0, most: 100 })
const balance = async (code: string) => (await findVoucher(book().ctx, account, code))?.balance
const place = (call: Partial<CheckoutCall> = {}) =>
  placeCheckout(book().ctx, account, { author, ...call }, async (checkout) => {
    if (checkout.cart.length === 0) throw new Error('the cart is empty')
    return planFor(book().ctx, account, checkout)
  })
const session = (change: Partial<Checkout>) => aSession(book().ctx, account, aCheckout(change))

describe('a checkout under way', () => {
  it('becomes one order, however many ask for it at once', async () => {
    const opened = await session(mugs(2))
    const calls = Array.from({ length: 20 }, () => place({ session: opened }))
    const outcomes = await Promise.allSettled(calls)
    const made = outcomes.filter(({ status }) => status === 'fulfilled')
    const refused = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
    expect(made).toHaveLength(1)
    expect(refused.map(String)).toEqual(Array(19).fill('Error: the cart is empty'))
    expect(await orders()).toHaveLength(1)
    expect(await levelsOf(book().ctx, account)).toEqual({ mug: 48 })
  })

  it('leaves the session as its plan says, and only once the order stands', async () => {
    const opened = await session({ ...mugs(2), coupon: 'TEN' })
    await place({ session: opened })
    const after = await rereadSession(book().ctx, account, opened)
    expect(checkoutOf(after.state)).toMatchObject({ cart: [], coupon: 'TEN' })
    expect(after.revision).toBe(opened.revision + 1)
  })

  it("is a customer's order by the e-mail of a guest, and stays so when it is edited", async () => {
    const known = { ...ada, groupId: 1, enabled: true, points: 0 }
    await saveCustomers(book().ctx, account, [known])
    const guest = (email: string) => ({ customer: { ...ada, id: 0, email } })
    const order = (number: number) => findOrder(book().ctx, account, number)
    const number = await placed(book().ctx, account, { ...mugs(1), ...guest(' ADA@example.com') })
    expect((await order(number)).customerId).toBe(7)
    await edited(book().ctx, account, number, {
      ...mugs(2),
      ...guest('ada@example.com'),
    })
    expect(await order(number)).toMatchObject({ customerId: 7, lines: [{ quantity: 2 }] })
    const other = await placed(book().ctx, account, { ...mugs(1), ...guest('bob@example.com') })
    expect((await order(other)).customerId).toBe(null)
  })

  it('is as it was where the plan refuses', async () => {
    const opened = await session({ cart: [] })
    await expect(place({ session: opened })).rejects.toThrow('the cart is empty')
    expect(await rereadSession(book().ctx, account, opened)).toEqual({
      ...opened,
      expiresAt: expect.any(Number),
    })
    expect(await orders()).toEqual([])
  })

  it('is planned anew where its session has moved on meanwhile', async () => {
    const opened = await session(mugs(2))
    await changeSession(book().ctx, account, opened, async (state) => ({
      state: { ...state, ...mugs(7) },
      answer: null,
    }))
    const { number } = await place({ session: opened })
    expect((await findOrder(book().ctx, account, number)).lines).toMatchObject([{ quantity: 7 }])
  })

  it('is no order where the session has ended meanwhile', async () => {
    const opened = await session(mugs(2))
    await book().database.sql`
      update dialect_sessions set expires_at = now() - interval '1 second'
      where account_id = ${account.id}`
    await expect(place({ session: opened })).rejects.toMatchObject({ code: 'proof-wrong' })
    expect(await orders()).toEqual([])
  })

  it('that stands alone is known again by its name and body', async () => {
    const opened = { plan: () => planFor(book().ctx, account, aCheckout(mugs(1))) }
    const call = { author, callBytes: { name: 'confirm', body: Buffer.from('a=1') } }
    const other = { author, callBytes: { name: 'confirm', body: Buffer.from('a=2') } }
    const first = await placeCheckout(book().ctx, account, call, opened.plan)
    expect(await placeCheckout(book().ctx, account, call, opened.plan)).toMatchObject({
      number: first.number,
      duplicate: true,
    })
    const third = await placeCheckout(book().ctx, account, other, opened.plan)
    expect(third).toMatchObject({ number: first.number + 1, duplicate: false })
    expect(await levelsOf(book().ctx, account)).toEqual({ mug: 48 })
  })
})

describe('what checkouts use up', () => {
  it('is never more of a voucher than it is worth, however many pay with it at once', async () => {
    const checkouts = Array.from({ length: 6 }, () => placed(book().ctx, account, paid))
    const numbers = await Promise.all(checkouts)
    const made = await Promise.all(numbers.map((number) => findOrder(book().ctx, account, number)))
    const used = made.map(({ discount }) => discount)
    expect(used.reduce((sum, one) => sum + one, 0n)).toBe(200_000n)
    expect(made.every(({ discount, total }) => discount + total === 150_000n)).toBe(true)
    expect(await balance('GIFT')).toBe(0n)
  })
  const paid = { ...mugs(1), voucher: 'GIFT' }

  it('is one use of a coupon, however many redeem it at once', async () => {
    const terms = { name: 'Ten', type: 'P', discount: '10', uses: 1 } as const
    await saveCoupons(book().ctx, account, [{ code: 'ONCE', terms, used: 0 }])
    const checkouts = Array.from({ length: 6 }, () =>
      placed(book().ctx, account, { ...mugs(1), coupon: 'ONCE' }),
    )
    await Promise.all(checkouts)
    const withCoupon = (await orders()).filter(({ coupon }) => coupon === 'ONCE')
    expect(withCoupon).toHaveLength(1)
    expect(withCoupon[0]?.discount).toBe(10_000n)
    expect((await findCoupon(book().ctx, account, 'ONCE', null))?.used).toBe(1)
  })

  it('is nothing for an order that is called off from the first, until it is reopened', async () => {
    const { statuses } = await shopOf(book().ctx, account)
    const cancelled = statuses.find(({ payment }) => payment === 'cancel')
    const number = await placed(book().ctx, account, paid, cancelled)
    expect((await findOrder(book().ctx, account, number)).payment).toBe('cancelled')
    expect(await balance('GIFT')).toBe(200_000n)
    expect(await levelsOf(book().ctx, account)).toEqual({ mug: 50 })
    await changeOrder(book().ctx, account, { number, author, command: { kind: 'reopen' } })
    expect(await balance('GIFT')).toBe(50_000n)
    expect(await levelsOf(book().ctx, account)).toEqual({ mug: 49 })
  })

  it('comes back once, however often the order is cancelled and reopened', async () => {
    const number = await placed(book().ctx, account, paid)
    for (const kind of ['cancel', 'cancel', 'reopen', 'cancel'] as const) {
      await changeOrder(book().ctx, account, { number, author, command: { kind } })
    }
    expect(await balance('GIFT')).toBe(200_000n)
  })
})

describe('a gift voucher that is bought', () => {
  const voucher = {
    code: 'V-1',
    codeIsNumber: false,
    description: '$25.00 Gift Certificate for Ada',
    fromName: 'Bob',
    fromEmail: 'bob@example.com',
    toName: 'Ada',
    toEmail: 'ada@example.com',
    themeId: '8',
    message: '',
    amount: '25',
  }

  it('is worth its amount once its order is paid, and not while it is called off', async () => {
    const number = await placed(book().ctx, account, { vouchers: [voucher] })
    const order = await findOrder(book().ctx, account, number)
    expect(order).toMatchObject({
      total: 250_000n,
      shipping: null,
      lines: [{ productId: null, code: 'voucher', unitPrice: 250_000n }],
    })
    const run = (kind: 'pay' | 'cancel') =>
      changeOrder(book().ctx, account, { number, author, command: { kind } })
    expect(await balance('V-1')).toBeUndefined()
    await run('pay')
    expect(await balance('V-1')).toBe(250_000n)
    await run('cancel')
    expect(await balance('V-1')).toBeUndefined()
  })

  it('belongs to the first order that sells its code, and leaves it with an edit', async () => {
    const change = { vouchers: [voucher, voucher] }
    const first = await placed(book().ctx, account, change)
    const second = await placed(book().ctx, account, { vouchers: [{ ...voucher, amount: '99' }] })
    for (const number of [first, second]) {
      await changeOrder(book().ctx, account, { number, author, command: { kind: 'pay' } })
    }
    expect(await balance('V-1')).toBe(250_000n)
    await edited(book().ctx, account, first, { vouchers: [{ ...voucher, amount: '10' }] })
    expect(await balance('V-1')).toBe(100_000n)
    await edited(book().ctx, account, first, mugs(1))
    expect(await balance('V-1')).toBeUndefined()
  })

  it('keeps what has been paid with it, when an edit sells it for another amount', async () => {
    const { ctx } = book()
    const first = await placed(ctx, account, { vouchers: [voucher] })
    await changeOrder(ctx, account, { number: first, author, command: { kind: 'pay' } })
    await placed(ctx, account, { ...mugs(1), voucher: 'V-1' })
    expect(await balance('V-1')).toBe(100_000n)
    await edited(ctx, account, first, { vouchers: [{ ...voucher, amount: '40' }] })
    expect(await balance('V-1')).toBe(250_000n)
    await edited(ctx, account, first, { vouchers: [{ ...voucher, amount: '16' }] })
    expect(await balance('V-1')).toBe(10_000n)
    const other = await placed(ctx, account, { vouchers: [voucher] })
    await edited(ctx, account, other, { vouchers: [{ ...voucher, amount: '99' }] })
    expect(await balance('V-1')).toBe(10_000n)
  })

  it('is put on the status that is asked for in the same step', async () => {
    const { statuses } = await shopOf(book().ctx, account)
    const processed = statuses.find(({ id }) => id === 15)
    const number = await placed(book().ctx, account, { vouchers: [voucher] }, processed)
    expect(await findOrder(book().ctx, account, number)).toMatchObject({
      payment: 'paid',
      label: 15,
    })
    const kinds = (await historyOf(book().ctx, account, number)).map(({ kind }) => kind)
    expect(kinds).toEqual(['placed', 'paid', 'status-set', 'released'])
    expect(await balance('V-1')).toBe(250_000n)
  })
})
