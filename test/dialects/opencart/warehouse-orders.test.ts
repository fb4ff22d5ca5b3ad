import { beforeAll, describe, expect, it, vi } from 'vitest'
import { changeOrder } from '../../../src/core/change-order.ts'
import { addCredential } from '../../../src/core/credentials.ts'
import { commentsOf, findOrder, historyOf, takingsOf } from '../../../src/core/find-order.ts'
import type { Account } from '../../../src/model/account.ts'
import { Failure } from '../../../src/model/failure.ts'
import { anOrder } from '../../support/fixtures.ts'
import { useGateway } from '../../support/gateway.ts'
import { aLine } from '../mintsoft/an-order.ts'
import { aFeed, complete, confirm, type Feed, listFeed } from '../mintsoft/warehouse.ts'
import {
  anErpShop,
  type ErpClient,
  erpClient,
  moveOrder,
  placeOrderOf,
  recordedAt,
} from './erp-shop.ts'

const gateway = useGateway()
const parcel = { service: 'Post', tracking: 'A1', link: '' }
const operator = { via: 'operator', credentialId: null }

beforeAll(() => {
  gateway().clock.now = recordedAt + 90_000
})

async function aShop(settings: Readonly<Record<string, unknown>> = {}) {
  const { ctx, url } = gateway()
  const { account, credentialId } = await anErpShop(ctx, { settings })
  return { account, credentialId, erp: await erpClient(url, account) }
}

async function listed(erp: ErpClient, status: number): Promise<number[]> {
  const { error, orders } = await erp.call('orders', { status_id: String(status) })
  expect(error).toBe('')
  return orders.map(({ order_id: id }: { order_id: string }) => Number(id))
}

describe('the order list', () => {
  it.each([
    ['', []],
    ['0', []],
    ['00', []],
    ['99', []],
  ])('has no orders for the status %j', async (status, expected) => {
    const { erp } = await aShop()
    expect(await erp.call('orders', { status_id: status })).toEqual({ error: '', orders: expected })
    expect(await erp.call('orders')).toEqual({ error: '', orders: [] })
  })

  it.each(['Pending', '1 or 1=1', '1.5', '-1'])('refuses the status %j', async (status) => {
    const { erp } = await aShop()
    const { error, orders } = await erp.call('orders', { status_id: status })
    expect(error).toContain('status_id')
    expect(orders).toBeUndefined()
  })

  it('takes the status from the address, too', async () => {
    const { erp } = await aShop()
    const { orders } = await erp.call('orders&status_id=1')
    expect(orders).toHaveLength(1)
  })

  it('shows an order of another dialect with all columns as texts, escaped', async () => {
    const { account, erp } = await aShop()
    const number = await anOrder(gateway().ctx, account, {
      buyer: { email: 'ada@example.com', firstName: 'Ada', lastName: '<b>"O\'Hara" & Co' },
      billing: { line1: '9 Mill Lane', line2: 'B', line3: 'C', city: 'Alton', country: 'Ukraine' },
      lines: [{ code: 'tea', quantity: 1 }],
      comment: 'ring & wait',
    })
    const { orders } = await erp.call('orders', { status_id: '1' })
    const order = orders.find((one: { order_id: string }) => one.order_id === String(number))
    expect(Object.keys(order)).toHaveLength(62)
    expect(order).toMatchObject({
      lastname: "&lt;b&gt;&quot;O'Hara&quot; &amp; Co",
      payment_firstname: 'Ada',
      payment_address_1: '9 Mill Lane',
      payment_address_2: 'B, C',
      payment_country_id: '220',
      shipping_city: 'Alton',
      comment: 'ring &amp; wait',
      total: '155.5000',
      currency_code: 'UAH',
      _products_: [{ sku: 'CHAI-250', price: '155.5000', quantity: '1', _options_: [] }],
    })
    for (const [name, value] of Object.entries(order)) {
      if (name !== '_products_') expect([name, typeof value]).toEqual([name, 'string'])
    }
  })

  it('keeps lines without a product, options of one name, and articles as they are', async () => {
    const { account, erp } = await aShop()
    const options = [
      { name: 'Extra', value: 'A & B' },
      { name: 'Extra', value: 'C' },
      { name: '12', value: 'twelve' },
    ]
    await placeOrderOf(gateway().ctx, account, {
      lines: [
        aLine({ productId: null, code: 'voucher', article: 'voucher', title: 'Gift' }),
        aLine({ position: 2, article: 'C&D', options }),
      ],
      orderedCurrency: 'EUR',
      orderedRate: '0.61250000',
    })
    const { orders } = await erp.call('orders', { status_id: '1' })
    const order = orders.at(-1)
    expect(order).toMatchObject({ currency_code: 'EUR', currency_value: '0.61250000' })
    expect(order._products_).toMatchObject([
      { sku: 'voucher', name: 'Gift', _options_: [] },
      { sku: 'C&D', _options_: { Extra: 'A &amp; B, C', 12: 'twelve' } },
    ])
  })

  it('reaches as far back as the user’s setting says, and never shows hidden orders', async () => {
    const { ctx, clock } = gateway()
    const { account, erp } = await aShop({ days: 30 })
    const old = await placeOrderOf(ctx, account, { createdAt: clock.now - 31 * 86_400_000 }, 1)
    const young = await placeOrderOf(ctx, account, { createdAt: clock.now - 29 * 86_400_000 }, 1)
    const hidden = await placeOrderOf(ctx, account, {}, 1)
    const command = { kind: 'hide' } as const
    await changeOrder(ctx, account, { number: hidden, command, author: operator })
    expect((await listed(erp, 1)).sort()).toEqual([12, young].sort())
    const all = await addUser(account, { days: 0 })
    expect((await listed(all, 1)).sort()).toEqual([12, old, young].sort())
  })

  it('changes nothing: the same list again, and no taking', async () => {
    const { account, erp } = await aShop()
    const before = await historyOf(gateway().ctx, account, 12)
    expect(await listed(erp, 1)).toEqual(await listed(erp, 1))
    expect(await historyOf(gateway().ctx, account, 12)).toEqual(before)
    expect(await takingsOf(gateway().ctx, account, 12)).toEqual([])
  })
})

/** Another user of the same shop, by name. */
async function addUser(
  account: Account,
  settings: Readonly<Record<string, unknown>>,
): Promise<ErpClient> {
  const { ctx, url } = gateway()
  const secret = ctx.newKey(40)
  const publicPart = `user-${ctx.newKey(6)}`
  await addCredential(ctx, account, {
    dialect: 'opencart',
    kind: 'key',
    publicPart,
    secret,
    settings,
  })
  return erpClient(url, account, { username: publicPart, key: secret })
}

describe('an order that the warehouse is faster with', () => {
  let account: Account
  let feed: Feed
  let holding: ErpClient
  let other: ErpClient
  let number: number

  beforeAll(async () => {
    const made = await aShop({ hold: 'on' })
    account = made.account
    holding = made.erp
    other = await addUser(account, {})
    feed = await aFeed(gateway(), account)
    number = await placeOrderOf(gateway().ctx, account, { paymentCode: 'cod' }, 1)
  })

  it('is confirmed without touching its status', async () => {
    expect((await listFeed(feed)).map((one) => one.OrderNumber)).toContain(String(number))
    await confirm(feed, String(number))
    expect(await findOrder(gateway().ctx, account, number)).toMatchObject({ label: 1 })
    expect(await listed(holding, 1)).toContain(number)
    expect(await listed(other, 1)).toContain(number)
  })

  it('stays where it was for a user who holds, and is sent for all others', async () => {
    await complete(feed, String(number), parcel)
    expect(await listed(holding, 1)).toContain(number)
    expect(await listed(holding, 3)).not.toContain(number)
    expect(await listed(other, 1)).not.toContain(number)
    expect(await listed(other, 3)).toContain(number)
    const { orders } = await holding.call('orders', { status_id: '1' })
    const row = orders.find((one: { order_id: string }) => one.order_id === String(number))
    expect(row.order_status_id).toBe('1')
  })

  it('moves once that user has moved it', async () => {
    expect(await holding.call('updateorder', { data: { [number]: '5' } })).toEqual({ error: '' })
    expect(await listed(holding, 1)).not.toContain(number)
    expect(await listed(holding, 5)).toContain(number)
    expect(await listed(other, 5)).toContain(number)
  })
})

describe('updateorder', () => {
  it('moves nothing at all where one status is not there, and names it', async () => {
    const { account, erp } = await aShop()
    const second = await placeOrderOf(gateway().ctx, account, {}, 1)
    const { error } = await erp.call('updateorder', { data: { 12: '5', [second]: '77' } })
    expect(error).toContain('77')
    expect(await listed(erp, 1)).toEqual([12, second])
    expect(await takingsOf(gateway().ctx, account, 12)).toEqual([])
  })

  it.each([
    ['a list', '["5"]'],
    ['no JSON', '{"12":'],
    ['no field', undefined],
    ['a bad order', '{"12":"5","x":"5"}'],
    ['a bad status', '{"12":"five"}'],
    ['status 0', '{"12":0}'],
  ])('refuses %s in words, and moves nothing', async (_name, data) => {
    const { erp } = await aShop()
    const fields = data === undefined ? { other: '1' } : { data }
    const answer = await erp.call('updateorder', fields)
    expect(answer.error).not.toBe('')
    expect(Object.keys(answer)).toEqual(['error'])
    expect(await listed(erp, 1)).toEqual([12])
  })

  it('refuses a comment that is none, and moves nothing', async () => {
    const { erp } = await aShop()
    const { error } = await erp.call('updateorder', { data: { 12: '5' }, comments: '{"12":[]}' })
    expect(error).toContain('comment')
    expect(await listed(erp, 1)).toEqual([12])
  })

  it('passes over orders that are not there, hidden or another account’s', async () => {
    const { ctx } = gateway()
    const { account, erp } = await aShop()
    const stranger = await aShop()
    const hidden = await placeOrderOf(ctx, account, {}, 1)
    const theirs = await placeOrderOf(ctx, stranger.account, {}, 1)
    const further = await placeOrderOf(ctx, stranger.account, {}, 1)
    await changeOrder(ctx, account, {
      number: hidden,
      command: { kind: 'hide' },
      author: operator,
    })
    const data = { 12: '3', [hidden]: '3', [theirs]: '3', [further]: '3', 2147483647: '3' }
    expect(await erp.call('updateorder', { data })).toEqual({ error: '' })
    expect(await listed(erp, 3)).toEqual([12])
    expect(await listed(stranger.erp, 1)).toEqual([12, theirs, further])
    const unseen = await findOrder(ctx, account, hidden, { withHidden: true })
    expect(unseen).toMatchObject({ label: 1, fulfilment: 'open' })
  })

  it('is no news the second time, and keeps the words said with it', async () => {
    const { ctx } = gateway()
    const { account, erp } = await aShop()
    const wish = { data: { 12: '2' }, comments: { 12: 'Waybill & 7' } }
    await erp.call('updateorder', wish)
    const events = await historyOf(ctx, account, 12)
    expect(await erp.call('updateorder', { data: wish.data })).toEqual({ error: '' })
    expect(await historyOf(ctx, account, 12)).toEqual(events)
    expect([...(await commentsOf(ctx, account, 12)).values()]).toEqual(['Waybill & 7'])
    expect(await findOrder(ctx, account, 12)).toMatchObject({ label: 2 })
  })

  it('keeps words about an order that it does not move', async () => {
    const { ctx } = gateway()
    const { account, erp } = await aShop()
    await erp.call('updateorder', { data: [], comments: { 12: 'Call first' } })
    expect([...(await commentsOf(ctx, account, 12)).values()]).toEqual(['Call first'])
    expect(await listed(erp, 1)).toEqual([12])
    expect(await takingsOf(ctx, account, 12)).toEqual([])
  })

  it('never says that nothing was done after some orders were moved', async () => {
    const { ctx } = gateway()
    const { account, erp } = await aShop()
    const second = await placeOrderOf(ctx, account, {}, 1)
    const { change: real } = ctx.committer
    const change = vi.spyOn(ctx.committer, 'change')
    change.mockImplementation((accountId, command) =>
      command.number === second ? Promise.reject(new Failure('busy')) : real(accountId, command),
    )
    const data = { 12: '5', [second]: '5' }
    const half = await erp.call('updateorder', { data })
    const none = await erp.call('updateorder', { data: { [second]: '5' } })
    change.mockRestore()
    expect(half.error).toContain('The outcome is unknown, repeat')
    expect(none.error).toContain('cannot answer now, repeat')
    expect(await listed(erp, 5)).toEqual([12])
    expect(await erp.call('updateorder', { data })).toEqual({ error: '' })
    expect(await listed(erp, 5)).toEqual([12, second])
  })

  it('leaves an axis alone that the rules do not let move, and puts the label on', async () => {
    const { ctx } = gateway()
    const { account, erp } = await aShop()
    await moveOrder(ctx, account, 12, 3)
    expect(await erp.call('updateorder', { data: { 12: '1' } })).toEqual({ error: '' })
    expect(await findOrder(ctx, account, 12)).toMatchObject({ label: 1, fulfilment: 'sent' })
  })
})
