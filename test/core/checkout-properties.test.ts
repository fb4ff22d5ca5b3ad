import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changeOrder } from '../../src/core/change-order.ts'
import { saveCustomers } from '../../src/core/customers.ts'
import { usesOfOrder } from '../../src/core/edit-order.ts'
import { pageOfOrders } from '../../src/core/list-orders.ts'
import { putOn } from '../../src/core/place-checkout.ts'
import { saveCoupons, saveVouchers } from '../../src/core/promotions.ts'
import { shopOf } from '../../src/core/shop.ts'
import type { Account } from '../../src/model/account.ts'
import { allowanceOf } from '../../src/model/allowance.ts'
import { Failure } from '../../src/model/failure.ts'
import type { Order } from '../../src/model/order.ts'
import { awaitsShipment, isCalledOff } from '../../src/model/step.ts'
import { useBook } from '../support/book.ts'
import { anAccount } from '../support/fixtures.ts'
import { ada, author, cartLine, edited, levelsOf, placed } from './checkouts.ts'

const book = useBook()

const goods = [
  { id: 3, code: 'mug', title: 'Mug', price: 100_000n, type: 'physical', terms: { points: 50 } },
  { id: 4, code: 'pen', title: 'Pen', price: 20_000n, type: 'physical' },
] as const
const stock = 50

const there = new Map([
  ['voucher/GIFT', allowanceOf(30)],
  ['voucher/SMALL', allowanceOf(3)],
  ['coupon/once', allowanceOf(1)],
  ['coupon/thrice', allowanceOf(3)],
  ['coupon-of/thrice/7', allowanceOf(2)],
  ['points/7', allowanceOf(150)],
])

const basket = fc.record({
  cart: fc
    .array(fc.tuple(fc.constantFrom(3, 4), fc.integer({ min: 1, max: 4 })), {
      minLength: 1,
      maxLength: 3,
    })
    .map((lines) => lines.map(([id, quantity], at) => cartLine(id, quantity, at + 1))),
  voucher: fc.constantFrom(null, 'GIFT', 'SMALL'),
  coupon: fc.constantFrom(null, 'ONCE', 'THRICE'),
  reward: fc.constantFrom(0, 20, 60),
})
const kinds = ['cancel', 'reopen', 'pay', 'refund', 'expire', 'release', 'hide', 'unhide'] as const
const at = fc.nat(3)
const step = fc.oneof(
  fc.record({ does: fc.constant('place' as const), basket, status: fc.constantFrom(0, 2, 7, 15) }),
  fc.record({ does: fc.constant('edit' as const), at, basket }),
  fc.record({ does: fc.constant('run' as const), at, kind: fc.constantFrom(...kinds) }),
  fc.record({ does: fc.constant('put' as const), at, status: fc.constantFrom(1, 2, 7, 9, 11, 15) }),
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

let account: Account

/** An account of its own, with all that is there to be used up. */
async function prepare(): Promise<void> {
  const { ctx } = book()
  account = (await anAccount(ctx, { goods: goods.map((one) => ({ ...one, stock })) })).account
  const left = (key: string) => there.get(key) ?? 0n
  const vouchers = ['GIFT', 'SMALL'].map((code) => {
    const amount = left(`voucher/${code}`)
    return { code, amount, balance: amount, data: {}, enabled: true }
  })
  await saveVouchers(ctx, account, vouchers)
  const terms = { name: 'Ten', type: 'P', discount: '10' } as const
  await saveCoupons(ctx, account, [
    { code: 'ONCE', terms: { ...terms, uses: 1 }, used: 0 },
    { code: 'THRICE', terms: { ...terms, uses: 3, usesOfCustomer: 2 }, used: 0 },
  ])
  const { id, groupId, email, firstName, lastName, telephone } = ada
  const customer = { id, groupId, email, firstName, lastName, telephone }
  await saveCustomers(ctx, account, [{ ...customer, enabled: true, points: 150 }])
}

/** Carries a step out on one of the orders; a refusal by the rules is as good. */
async function take(numbers: number[], known: readonly number[], one: Step): Promise<void> {
  const { ctx } = book()
  const { statuses } = await shopOf(ctx, account)
  const statusOf = (wanted: number) => statuses.find(({ id }) => id === wanted)
  if (one.does === 'place') {
    numbers.push(await placed(ctx, account, one.basket, statusOf(one.status)))
    return
  }
  const number = known[one.at % known.length] ?? 0
  try {
    if (one.does === 'edit') await edited(ctx, account, number, one.basket)
    else {
      const status = one.does === 'put' ? statusOf(one.status) : undefined
      const command = one.does === 'run' ? { kind: one.kind } : status && putOn(status)
      if (command !== undefined) await changeOrder(ctx, account, { number, author, command })
    }
  } catch (error) {
    const refusals = ['order-not-found', 'order-not-paid', 'order-refunded', 'invalid-input']
    if (!(error instanceof Failure) || !refusals.includes(error.code)) throw error
  }
}

const ordersNow = () =>
  pageOfOrders(book().ctx, account, { withHidden: true }, { offset: 0, most: 500 })

async function expectAllCounted(orders: readonly Order[]): Promise<void> {
  const { ctx, database } = book()
  const holding = orders.filter((order) => !isCalledOff(order))
  const pieces = (productId: number) =>
    holding
      .flatMap(({ lines }) => lines.filter((line) => line.productId === productId))
      .reduce((sum, { quantity }) => sum + quantity, 0)
  const levels = await levelsOf(ctx, account)
  for (const { id, code } of goods) {
    expect([code, (levels[code] ?? 0) + pieces(id)]).toEqual([code, stock])
  }
  const used = new Map<string, bigint>()
  for (const { number } of holding) {
    for (const { kind, key, amount } of await usesOfOrder(ctx, account, number)) {
      used.set(`${kind}/${key}`, (used.get(`${kind}/${key}`) ?? 0n) + amount)
    }
  }
  const rows = await database.sql<{ key: string; left: string }[]>`
    select kind || '/' || key as key, (remaining * 10000)::bigint::text as left from allowances
    where account_id = ${account.id}`
  for (const { key, left } of rows) {
    expect([key, BigInt(left) + (used.get(key) ?? 0n)]).toEqual([key, there.get(key)])
  }
  const awaited = await database.sql<{ number: number }[]>`
    select number from awaiting_shipment where account_id = ${account.id} order by number`
  const expected = orders.filter(awaitsShipment).map(({ number }) => number)
  expect(awaited.map(({ number }) => number)).toEqual(expected.sort((one, other) => one - other))
}

function expectSumsToAddUp({ lines, totals, total, ...order }: Order): void {
  const sumOf = (amounts: bigint[]) => amounts.reduce((sum, amount) => sum + amount, 0n)
  expect(sumOf(totals.slice(0, -1).map(({ amount }) => amount))).toBe(total)
  expect(totals.at(-1)).toMatchObject({ code: 'total', amount: total })
  const goodsSum = sumOf(lines.map(({ unitPrice, quantity }) => unitPrice * BigInt(quantity)))
  expect(goodsSum + order.shippingCost + order.tax - order.discount).toBe(total)
}

describe('whatever becomes of orders, one after the other and at once', () => {
  it('leaves stock, vouchers, coupons and points with those that are not called off', async () => {
    const steps = fc.array(fc.array(step, { minLength: 1, maxLength: 8 }), {
      minLength: 1,
      maxLength: 5,
      size: 'max',
    })
    await fc.assert(
      fc
        .asyncProperty(steps, async (groups) => {
          const { ctx } = book()
          const numbers = [
            await placed(ctx, account, { cart: [cartLine(3, 1)] }),
            await placed(ctx, account, { cart: [cartLine(4, 1)], voucher: 'GIFT' }),
          ]
          for (const group of groups) {
            const known = [...numbers]
            await Promise.all(group.map((one) => take(numbers, known, one)))
            const orders = await ordersNow()
            await expectAllCounted(orders)
            for (const order of orders) expectSumsToAddUp(order)
          }
        })
        .beforeEach(prepare),
      { numRuns: 15 },
    )
  })
})
