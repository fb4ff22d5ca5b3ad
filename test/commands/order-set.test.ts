import { beforeAll, describe, expect, it } from 'vitest'
import { changeOrder } from '../../src/core/change-order.ts'
import { saveCustomers } from '../../src/core/customers.ts'
import { attentionOf, findOrder, historyOf } from '../../src/core/find-order.ts'
import { saveGoods } from '../../src/core/goods.ts'
import { findCoupon, saveCoupons } from '../../src/core/promotions.ts'
import type { Account } from '../../src/model/account.ts'
import { ada, levelsOf, placed } from '../core/checkouts.ts'
import { anAccount, anOrder } from '../support/fixtures.ts'
import { useConsole } from './console.ts'

const at = useConsole()
const author = { via: 'operator', credentialId: null }

let account: Account

beforeAll(async () => {
  account = (await anAccount(at().ctx, { login: 'mend' })).account
  const stocked = { code: 'mug', stock: 10 }
  await saveGoods(at().ctx, account, [stocked])
})

const order = (number: number) => findOrder(at().ctx, account, number)
const set = (number: number, ...texts: string[]) =>
  at().run(['order', 'set', 'mend', String(number), ...texts])
const mugs = (quantity: number) =>
  anOrder(at().ctx, account, { lines: [{ code: 'mug', quantity }], shippingCost: 50_000n })

describe('order set', () => {
  it('changes what is named and nothing else, by the operator, as one event', async () => {
    const number = await mugs(1)
    const before = await order(number)
    const { code, out } = await set(number, 'last-name=King', 'shipping.country=Франция', 'tag=')
    expect([code, out]).toEqual([0, `Order ${number} is changed (buyer, shipping).`])
    const { changedAt: _at, ...after } = await order(number)
    expect(after).toEqual({
      ...(({ changedAt: _before, ...rest }) => rest)(before),
      buyer: { ...before.buyer, lastName: 'King' },
      shipping: { ...before.billing, country: 'Франция', countryCode: 'FR' },
    })
    const history = await historyOf(at().ctx, account, number)
    expect(history.slice(1)).toMatchObject([
      {
        kind: 'edited',
        via: 'operator',
        credentialId: null,
        data: { fields: ['buyer', 'shipping'] },
      },
    ])
    expect((await set(number, 'last-name=King')).out).toBe(`Order ${number} is so already.`)
    expect(await historyOf(at().ctx, account, number)).toEqual(history)
  })

  it('finds the order by its new e-mail address, in whatever letters', async () => {
    const number = await mugs(1)
    await set(number, 'email=Bob@Example.com')
    const rows = await at().database.sql`
      select email_folded from orders where account_id = ${account.id} and number = ${number}`
    expect(rows).toMatchObject([{ email_folded: 'bob@example.com' }])
  })

  it('ties a guest to the customer whose e-mail address is set, and to nobody otherwise', async () => {
    const number = await mugs(1)
    const known = (email: string, id: number) => ({ ...ada, email, id, enabled: true, points: 0 })
    const customers = [known('ada@example.com', 7), known('grace@example.com', 8)]
    await saveCustomers(at().ctx, account, customers)
    await set(number, 'comment=soon')
    expect((await order(number)).customerId).toBeNull()
    await set(number, 'email=Grace@example.com')
    expect((await order(number)).customerId).toBe(8)
  })

  it('moves total and stock with the pieces', async () => {
    const number = await mugs(2)
    const { mug } = await levelsOf(at().ctx, account)
    const said = await at().runJson<Record<string, unknown>>([
      ...['order', 'set', 'mend', String(number), '--json'],
      ...['line.1.quantity=5', 'line.1.price=10', 'line.1.article=CUP', 'shipping-cost=1'],
    ])
    expect(said).toMatchObject({
      number,
      changed: true,
      fields: ['lines', 'shippingCost', 'total'],
      total: '51.00',
    })
    expect(await order(number)).toMatchObject({
      total: 510_000n,
      shippingCost: 10_000n,
      lines: [{ article: 'CUP', code: 'mug', quantity: 5, unitPrice: 100_000n }],
    })
    expect(await levelsOf(at().ctx, account)).toMatchObject({ mug: Number(mug) - 3 })
  })

  it('leaves what the order used of a coupon, called off or not', async () => {
    const coupon = {
      ...{ name: 'Ten', type: 'F' as const, discount: '1', uses: 5, usesOfCustomer: 0 },
    }
    await saveCoupons(at().ctx, account, [{ code: 'TEN', terms: coupon, used: 0 }])
    const [mug] = (
      await at().runJson<{ id: number; code: string }[]>('product list mend --json')
    ).filter(({ code }) => code === 'mug')
    const line = { id: 1, productId: mug?.id ?? 0, quantity: 1, options: {} }
    const number = await placed(at().ctx, account, { cart: [line], coupon: 'TEN' })
    const used = async () => (await findCoupon(at().ctx, account, 'TEN', null))?.used
    expect(await used()).toBe(1)
    await set(number, 'line.1.quantity=2', 'comment=soon')
    expect(await used()).toBe(1)
    const { totals, total, discount } = await order(number)
    expect([
      discount,
      totals.reduce((sum, one) => sum + (one.code === 'total' ? 0n : one.amount), 0n),
    ]).toEqual([10_000n, total])
    await at().run(`order cancel mend ${number}`)
    expect(await used()).toBe(0)
    await set(number, 'line.1.quantity=1')
    expect(await used()).toBe(0)
    await at().run(`order reopen mend ${number}`)
    expect(await used()).toBe(1)
  })

  it('makes an order that is paid at the door fit for fulfilment', async () => {
    const number = await mugs(1)
    const { out } = await set(number, 'payment-method=cod')
    expect(out).toMatch(/^Order \d+ is changed \(payment method\); released as no\. \d+\.$/)
  })

  it('loses nothing where two change one order at once', async () => {
    const number = await mugs(1)
    const wishes = ['comment=a', 'tag=b', 'phone=1', 'line.1.article=CUP', 'billing.city=C']
    const said = await Promise.all(wishes.map((text) => set(number, text)))
    expect(said.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0])
    expect(await order(number)).toMatchObject({
      ...{ comment: 'a', tag: 'b', buyer: { phone: '1' }, billing: { city: 'C' } },
      lines: [{ article: 'CUP' }],
    })
  })

  it('says that a warehouse which has the order must be told', async () => {
    const number = await mugs(1)
    const command = { kind: 'hand-over', asServed: true } as const
    await changeOrder(at().ctx, account, { number, command, author })
    expect((await set(number, 'comment=x')).out).toContain('A warehouse has it in hand')
    const reasons = await attentionOf(at().ctx, account, number)
    expect(reasons.map(({ reason }) => reason)).toEqual(['edited-after-hand-over'])
  })

  it('is refused once a parcel exists, in words, and leaves the order as it was', async () => {
    const number = await mugs(1)
    await at().run(`order send mend ${number} --tracking A1`)
    const before = await order(number)
    const { code, out, err } = await set(number, 'comment=late')
    expect([code, out]).toEqual([1, ''])
    expect(err).toBe('countersign: the order has a parcel: what was sent stays as it was sent')
    expect(await order(number)).toEqual(before)
  })

  it.each([
    ['an unknown field', 'colour=red', '"colour" cannot be set'],
    ['an unknown line', 'line.7.article=x', 'there is no line 7; the last one is 1'],
    ['an unknown country', 'billing.country=Atlantis', 'is no country that is known'],
    ['more than the book holds', 'shipping-cost=99999999999.9999', 'the amount is too large'],
  ])('refuses %s, and changes nothing', async (_what, text, reason) => {
    const number = await mugs(1)
    const before = await order(number)
    const { code, err } = await set(number, 'comment=x', text)
    expect(code).toBe(1)
    expect(err).toContain(reason)
    expect(await order(number)).toEqual(before)
    expect(await historyOf(at().ctx, account, number)).toHaveLength(1)
  })

  it('does not find a hidden order, nor one of another account', async () => {
    const hidden = await mugs(1)
    await at().run(`order hide mend ${hidden}`)
    const other = (await anAccount(at().ctx, { login: 'other' })).account
    const settings = await anOrder(at().ctx, other)
    for (const [login, number] of [
      ['mend', hidden],
      ['mend', 999],
      ['other', settings + 1],
    ] as const) {
      const { code, err } = await at().run(['order', 'set', login, String(number), 'comment=x'])
      expect([code, err]).toEqual([1, expect.stringContaining('there is no such order')])
    }
  })
})
