import { beforeEach, describe, expect, it } from 'vitest'
import { changeOrder } from '../../src/core/change-order.ts'
import type { ChangeCommand } from '../../src/core/commands.ts'
import { saveCustomers } from '../../src/core/customers.ts'
import { editOrder } from '../../src/core/edit-order.ts'
import { attentionOf, findOrder, historyOf } from '../../src/core/find-order.ts'
import {
  findCoupon,
  findVoucher,
  pointsOf,
  saveCoupons,
  saveVouchers,
} from '../../src/core/promotions.ts'
import type { Account } from '../../src/model/account.ts'
import type { Checkout } from '../../src/model/checkout.ts'
import { useBook } from '../support/book.ts'
import { anAccount, anOrder } from '../support/fixtures.ts'
import { aCheckout, ada, author, cartLine, edited, levelsOf, placed, planFor } from './checkouts.ts'

const book = useBook()

const goods = [
  { id: 3, code: 'mug', title: 'Mug', price: 100_000n, type: 'physical', stock: 10 },
  { id: 4, code: 'pen', title: 'Pen', price: 20_000n, type: 'physical', stock: 20 },
] as const

let account: Account

beforeEach(async () => {
  account = (await anAccount(book().ctx, { goods })).account
})

const place = (change: Partial<Checkout>) => placed(book().ctx, account, change)
const edit = (number: number, change: Partial<Checkout>) =>
  edited(book().ctx, account, number, change)
const order = (number: number) => findOrder(book().ctx, account, number)
const levels = () => levelsOf(book().ctx, account)
const run = (number: number, ...kinds: ('cancel' | 'reopen' | 'pay' | 'hide')[]) =>
  kinds.reduce(
    (before, kind) => before.then(() => change(number, { kind })),
    Promise.resolve<unknown>(undefined),
  )
const change = (number: number, command: ChangeCommand) =>
  changeOrder(book().ctx, account, { number, command, author })
const kindsOf = async (number: number) =>
  (await historyOf(book().ctx, account, number)).map(({ kind }) => kind)

const mugs = (quantity: number) => ({ cart: [cartLine(3, quantity)] })

describe('an edited order', () => {
  it('has the lines, sums and buyer of the new checkout, and stays the order that it was', async () => {
    const number = await place({ cart: [cartLine(3, 1), cartLine(4, 2)] })
    const before = await order(number)
    await edit(number, { ...mugs(3), customer: { ...ada, lastName: 'King' }, comment: 'soon' })
    const after = await order(number)
    expect(after.lines).toMatchObject([{ position: 1, article: 'mug', quantity: 3 }])
    expect(after).toMatchObject({
      total: 350_000n,
      comment: 'soon',
      buyer: { lastName: 'King' },
      payKey: before.payKey,
      createdAt: before.createdAt,
      payment: 'waiting',
    })
    expect(after.totals.at(-1)).toMatchObject({ code: 'total', amount: 350_000n })
    const [last] = (await historyOf(book().ctx, account, number)).slice(-1)
    expect(last?.kind).toBe('edited')
    expect(last?.data).toEqual({ fields: ['buyer', 'comment', 'lines', 'total', 'totals'] })
  })

  it('keeps what another dialect sent with it', async () => {
    const number = await anOrder(book().ctx, account, {
      lines: [{ code: 'mug', quantity: 1 }],
      ip: '203.0.113.9',
      tag: 'spring',
      utm: { source: 'mail' },
      payDomain: 'pay.example.com',
      fields: { partner: 'p7' },
    })
    await edit(number, mugs(2))
    expect(await order(number)).toMatchObject({
      dialect: 'operator',
      ip: '203.0.113.9',
      tag: 'spring',
      utm: { source: 'mail' },
      payDomain: 'pay.example.com',
      fields: { partner: 'p7', opencart: { store_id: 0 } },
      lines: [{ quantity: 2 }],
    })
  })

  it('gives its old pieces back and takes the new ones', async () => {
    const number = await place({ cart: [cartLine(3, 4), cartLine(4, 2)] })
    expect(await levels()).toEqual({ mug: 6, pen: 18 })
    await edit(number, mugs(9))
    expect(await levels()).toEqual({ mug: 1, pen: 20 })
    await run(number, 'cancel')
    expect(await levels()).toEqual({ mug: 10, pen: 20 })
  })

  it('counts what it holds itself as in stock', async () => {
    const number = await place(mugs(10))
    const held = await order(number)
    const { content } = await planFor(book().ctx, account, aCheckout(mugs(10)), { held })
    expect(content.lines).toHaveLength(1)
    await edit(number, mugs(10))
    expect(await levels()).toMatchObject({ mug: 0 })
  })

  it('tells nothing where nothing is new', async () => {
    const number = await place(mugs(2))
    const before = await order(number)
    await edit(number, mugs(2))
    expect(await order(number)).toEqual(before)
    expect(await kindsOf(number)).toEqual(['placed'])
    expect(await levels()).toMatchObject({ mug: 8 })
  })

  it('moves no stock while it is cancelled, and takes that of its new lines when it comes back', async () => {
    const number = await place(mugs(2))
    await run(number, 'cancel')
    await edit(number, { cart: [cartLine(4, 5)] })
    expect(await levels()).toEqual({ mug: 10, pen: 20 })
    await run(number, 'reopen')
    expect(await levels()).toEqual({ mug: 10, pen: 15 })
  })

  it('needs attention where a warehouse has it in hand already', async () => {
    const number = await place(mugs(1))
    await change(number, { kind: 'hand-over', asServed: true })
    await edit(number, mugs(2))
    const reasons = await attentionOf(book().ctx, account, number)
    expect(reasons.map(({ reason }) => reason)).toEqual(['edited-after-hand-over'])
  })

  it('is released where it is to be paid at the door from now on', async () => {
    const number = await place(mugs(1))
    expect((await order(number)).releaseNumber).toBeNull()
    await edit(number, { ...mugs(1), paymentMethod: { code: 'cod', title: 'Cash On Delivery' } })
    expect((await order(number)).releaseNumber).not.toBeNull()
  })

  it('is refused once a parcel exists, and is as it was', async () => {
    const number = await place(mugs(2))
    const parcel = { service: 'Post', tracking: 'A1', link: '' }
    await change(number, { kind: 'send', parcel, via: 'operator', replaces: false })
    const before = await order(number)
    await expect(edit(number, mugs(5))).rejects.toMatchObject({ code: 'order-shipped' })
    expect(await order(number)).toEqual(before)
    expect(await levels()).toMatchObject({ mug: 8 })
  })

  it('is not found while it is hidden, nor where there is none', async () => {
    const number = await place(mugs(1))
    await run(number, 'hide')
    for (const unknown of [number, number + 1, 0, 2 ** 31]) {
      await expect(edit(unknown, mugs(2))).rejects.toMatchObject({ code: 'order-not-found' })
    }
    expect(await levels()).toMatchObject({ mug: 9 })
  })

  it('is planned anew where somebody was faster, so that lines and sums belong together', async () => {
    const number = await place(mugs(1))
    let tries = 0
    await editOrder(book().ctx, account, { number, author }, async (held, ownUses) => {
      tries += 1
      if (tries === 1) await edit(number, mugs(4))
      const checkout = aCheckout({ ...mugs(1), comment: `try ${tries}` })
      return planFor(book().ctx, account, checkout, { held, ownUses })
    })
    expect(tries).toBe(2)
    expect(await order(number)).toMatchObject({
      comment: 'try 2',
      total: 150_000n,
      lines: [{ quantity: 1 }],
    })
    expect(await levels()).toMatchObject({ mug: 9 })
  })

  it('ends as one of ten edits at once would have it', async () => {
    const number = await place(mugs(1))
    const wanted = Array.from({ length: 10 }, (_, at) => at + 1)
    await Promise.all(wanted.map((quantity) => edit(number, mugs(quantity))))
    const { lines, total } = await order(number)
    const quantity = lines[0]?.quantity ?? 0
    expect(total).toBe(BigInt(quantity) * 100_000n + 50_000n)
    expect(await levels()).toMatchObject({ mug: 10 - quantity })
  })
})

describe('what an edited order uses up', () => {
  const gift = (code: string, amount: bigint) => ({
    code,
    amount,
    balance: amount,
    data: {},
    enabled: true,
  })
  const balance = async (code: string) =>
    (await findVoucher(book().ctx, account, code))?.balance ?? null

  beforeEach(async () => {
    await saveVouchers(book().ctx, account, [gift('GIFT', 300_000n), gift('SMALL', 30_000n)])
  })

  it('goes up and down with the sum that a voucher pays', async () => {
    const number = await place({ ...mugs(1), voucher: 'GIFT' })
    expect(await balance('GIFT')).toBe(150_000n)
    await edit(number, { ...mugs(2), voucher: 'GIFT' })
    expect(await balance('GIFT')).toBe(50_000n)
    expect((await order(number)).total).toBe(0n)
    await edit(number, { ...mugs(9), voucher: 'GIFT' })
    expect(await balance('GIFT')).toBe(0n)
    expect((await order(number)).total).toBe(650_000n)
    await edit(number, { cart: [cartLine(4, 1)], voucher: 'GIFT' })
    expect(await balance('GIFT')).toBe(230_000n)
    await edit(number, mugs(1))
    expect(await balance('GIFT')).toBe(300_000n)
    await run(number, 'cancel', 'reopen')
    expect(await balance('GIFT')).toBe(300_000n)
  })

  it('is given back by a cancellation, as the edit left it', async () => {
    const number = await place({ ...mugs(1), voucher: 'GIFT' })
    await edit(number, { ...mugs(2), voucher: 'GIFT' })
    await run(number, 'cancel')
    expect(await balance('GIFT')).toBe(300_000n)
    await run(number, 'reopen')
    expect(await balance('GIFT')).toBe(50_000n)
  })

  it('is another voucher’s where another one is used, and no more than that one is worth', async () => {
    const number = await place({ ...mugs(1), voucher: 'GIFT' })
    await edit(number, { ...mugs(1), voucher: 'SMALL' })
    expect([await balance('GIFT'), await balance('SMALL')]).toEqual([300_000n, 0n])
    expect((await order(number)).total).toBe(120_000n)
  })

  it('stays free while the order is cancelled, and is taken when it comes back', async () => {
    const number = await place({ ...mugs(2), voucher: 'GIFT' })
    await run(number, 'cancel')
    await edit(number, { ...mugs(1), voucher: 'GIFT' })
    expect(await balance('GIFT')).toBe(300_000n)
    await run(number, 'reopen')
    expect(await balance('GIFT')).toBe(150_000n)
  })

  it('comes back whole where edits and a cancellation arrive together', async () => {
    const number = await place({ ...mugs(1), voucher: 'GIFT' })
    await Promise.all([
      edit(number, { ...mugs(2), voucher: 'GIFT' }),
      edit(number, { ...mugs(1), voucher: 'SMALL' }),
      run(number, 'cancel'),
      edit(number, { ...mugs(1), voucher: 'GIFT', comment: 'again' }),
    ])
    expect((await order(number)).payment).toBe('cancelled')
    expect([await balance('GIFT'), await balance('SMALL')]).toEqual([300_000n, 30_000n])
    expect(await levels()).toMatchObject({ mug: 10 })
  })

  it('comes back once, however many edits let go of it in one batch', async () => {
    const number = await place({ ...mugs(1), voucher: 'GIFT' })
    expect(await balance('GIFT')).toBe(150_000n)
    const letGo = (comment: string) =>
      book().ctx.committer.change(account.id, {
        number,
        author,
        command: { kind: 'edit', content: { comment } },
        rider: { uses: [], vouchers: [] },
      })
    await Promise.all(['one', 'two', 'three'].map(letGo))
    expect(await balance('GIFT')).toBe(300_000n)
  })

  it('can be let go of, even where less than nothing is left', async () => {
    const withSmall = { ...mugs(1), voucher: 'SMALL' }
    const numbers: number[] = []
    for (const _turn of [1, 2, 3]) {
      const number = await place(withSmall)
      await run(number, 'cancel')
      numbers.push(number)
    }
    for (const number of numbers) await run(number, 'reopen')
    expect(await balance('SMALL')).toBe(-60_000n)
    for (const number of numbers) await edit(number, mugs(2))
    expect(await balance('SMALL')).toBe(30_000n)
  })

  it('is its own use of a coupon, which it does not need twice', async () => {
    const terms = { name: 'Ten', type: 'P', discount: '10', uses: 1, usesOfCustomer: 1 } as const
    const coupons = ['ONCE', 'OTHER'].map((code) => ({ code, terms, used: 0 }))
    await saveCoupons(book().ctx, account, coupons)
    const used = async (code: string) => {
      const coupon = await findCoupon(book().ctx, account, code, ada.id)
      return [coupon?.used, coupon?.usedByCustomer]
    }
    const number = await place({ ...mugs(1), coupon: 'once' })
    expect(await used('ONCE')).toEqual([1, 1])
    await edit(number, { ...mugs(2), coupon: 'ONCE' })
    expect(await order(number)).toMatchObject({ coupon: 'ONCE', discount: 20_000n })
    expect(await used('ONCE')).toEqual([1, 1])

    await place({ ...mugs(1), coupon: 'OTHER' })
    await edit(number, { ...mugs(2), coupon: 'OTHER' })
    expect(await order(number)).toMatchObject({ coupon: null, discount: 0n })
    expect([await used('ONCE'), await used('OTHER')]).toEqual([
      [0, 0],
      [1, 1],
    ])
  })

  it('is its customer’s points', async () => {
    const goodsForPoints = { ...goods[0], terms: { points: 50 } }
    account = (await anAccount(book().ctx, { goods: [goodsForPoints] })).account
    const { id, groupId, email, firstName, lastName, telephone } = ada
    const customer = { id, groupId, email, firstName, lastName, telephone }
    await saveCustomers(book().ctx, account, [{ ...customer, enabled: true, points: 80 }])
    const number = await place({ ...mugs(1), reward: 50 })
    expect(await pointsOf(book().ctx, account, ada.id)).toBe(30)
    await edit(number, { ...mugs(2), reward: 70 })
    expect(await pointsOf(book().ctx, account, ada.id)).toBe(10)
    await run(number, 'cancel')
    expect(await pointsOf(book().ctx, account, ada.id)).toBe(80)
  })
})
