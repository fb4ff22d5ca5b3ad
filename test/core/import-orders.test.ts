import { describe, expect, it } from 'vitest'
import { downloadOrders } from '../../src/core/download-orders.ts'
import { importOrders } from '../../src/core/import-orders.ts'
import { listOrders } from '../../src/core/list-orders.ts'
import { releaseImported } from '../../src/core/release-imported.ts'
import type { Account } from '../../src/model/account.ts'
import type { ArrivingOrder } from '../../src/model/arrival.ts'
import { newOrderState, type OrderState } from '../../src/model/order.ts'
import { useBook } from '../support/book.ts'
import { anOrder } from '../support/fixtures.ts'
import { anEndpoint, toldOf } from './endpoints-told.ts'
import { warehouseOf } from './warehouse.ts'

const book = useBook()
const { aShop, aTaker, change } = warehouseOf(() => book().ctx)

const made = Date.parse('2024-05-01T10:00:00Z')
const paid = { payment: 'paid', paidAt: made } as const

const arriving = (number: number, state: Partial<OrderState> = {}): ArrivingOrder => ({
  number,
  createdAt: made,
  state: { ...newOrderState(made), ...state },
  buyer: { email: 'ada@example.com' },
  billing: { city: 'Alton' },
  shipping: null,
  lines: [{ code: 'mug', title: 'Mug', quantity: 2, unitPrice: 5n, cataloguePrice: 5n }],
  orderedCurrency: null,
  orderedRate: null,
  coupon: null,
  discount: 0n,
  shippingMethod: null,
  shippingCode: null,
  shippingCost: 0n,
  tax: 0n,
  total: 10n,
  paymentMethod: null,
  paymentCode: null,
  comment: null,
  tag: null,
  ip: null,
  utm: {},
  payDomain: null,
  link: null,
  fields: {},
})

async function bring(account: Account, ...orders: readonly ArrivingOrder[]): Promise<string[]> {
  const rows = async function* () {
    for (const order of orders) yield { place: null, order }
  }
  const kinds: string[] = []
  for await (const outcomes of importOrders(book().ctx, account, rows())) {
    kinds.push(...outcomes.map(({ outcome }) => outcome.kind))
  }
  return kinds
}

async function downloaded(account: Account, by: 'release' | 'number'): Promise<number[]> {
  const author = { via: 'shopsite', credentialId: await aTaker(account) }
  const found: number[] = []
  for await (const page of downloadOrders(book().ctx, account, author, { by })) {
    found.push(...page.map(({ order }) => order.number))
  }
  return found
}

async function listed(account: Account, filter: object): Promise<number[]> {
  const found: number[] = []
  for await (const page of listOrders(book().ctx, account, filter)) {
    found.push(...page.map(({ number }) => number))
  }
  return found
}

describe('an order of an old system', () => {
  it('is in no download until somebody releases it', async () => {
    const account = await aShop()
    await bring(account, arriving(1, paid), arriving(2), arriving(3, paid))
    const own = await anOrder(book().ctx, account)
    expect(await downloaded(account, 'release')).toEqual([])
    expect(await downloaded(account, 'number')).toEqual([own])
    expect(await releaseImported(book().ctx, account, [3, 3])).toBe(1)
    expect(await downloaded(account, 'release')).toEqual([3])
    expect(await downloaded(account, 'number')).toEqual([3, own])
  })

  it('is in no list of what is to be booked until it is released or has a status', async () => {
    const account = await aShop()
    await bring(account, arriving(1, paid), arriving(2), arriving(3, paid))
    expect(await listed(account, {})).toEqual([1, 2, 3])
    expect(await listed(account, { forHere: true })).toEqual([])
    await change(account, 2, { kind: 'pay' })
    await change(account, 3, {
      kind: 'set-status',
      status: 1,
      effect: { payment: 'none', fulfilment: 'none' },
      releases: false,
    })
    expect(await listed(account, { forHere: true })).toEqual([2, 3])
  })

  it('is released only while it is fit for fulfilment', async () => {
    const account = await aShop()
    const cash = { ...arriving(5), paymentMethod: 'cod' }
    const sent = { fulfilment: 'sent', sentAt: made } as const
    await bring(account, arriving(1, paid), arriving(2), arriving(3, { ...paid, ...sent }), cash)
    const own = await anOrder(book().ctx, account)
    await change(account, 1, { kind: 'cancel' })
    expect(await releaseImported(book().ctx, account, [1, 2, 3, 5, 77, own])).toBe(1)
    expect(await downloaded(account, 'release')).toEqual([5])
  })

  it('is told of to no endpoint, and what happens to it later is', async () => {
    const account = await aShop()
    await anEndpoint(book(), account)
    await bring(account, arriving(1, paid))
    expect(await toldOf(book(), account)).toEqual([])
    await change(account, 1, { kind: 'cancel' })
    expect((await toldOf(book(), account)).map(({ type }) => type)).toEqual(['order.cancelled'])
  })

  it('stays as it is where its buyer is forgotten', async () => {
    const account = await aShop()
    await bring(account, arriving(1))
    const { sql } = book().database
    await sql`update orders set fields = '{}', buyer = '{}' where account_id = ${account.id}`
    expect(await bring(account, arriving(1), arriving(1, paid))).toEqual(['same', 'same'])
  })

  it('comes in beside others, many at once, whoever of two brings it', async () => {
    const account = await aShop()
    const many = Array.from({ length: 300 }, (_, at) => arriving(50 + at))
    const runs = await Promise.all([bring(account, ...many), bring(account, ...many.toReversed())])
    const kinds = runs.flat()
    expect(kinds.filter((kind) => kind === 'added')).toHaveLength(300)
    expect(kinds.filter((kind) => kind === 'same')).toHaveLength(300)
    expect(await anOrder(book().ctx, account)).toBe(100_000)
  })
})
