import { beforeAll, describe, expect, it } from 'vitest'
import { changeOrder } from '../../../src/core/change-order.ts'
import { commentsOf, findOrder, historyOf } from '../../../src/core/find-order.ts'
import { saveGoods } from '../../../src/core/goods.ts'
import { pageOfOrders } from '../../../src/core/list-orders.ts'
import { statusOf } from '../../../src/model/order-statuses.ts'
import { anOrder } from '../../support/fixtures.ts'
import { useGateway } from '../../support/gateway.ts'
import { anOrderShop, aShopper, cartLine, type OrderShop, ready } from './order-shop.ts'

const gateway = useGateway()
let shop: OrderShop

beforeAll(async () => {
  shop = await anOrderShop(gateway())
  await saveGoods(gateway().ctx, shop.account, [{ code: 'mug', stock: 1000 }])
})

const modified = { success: 'Success: You have modified orders!' }
const notFound = { error: 'Warning: Order could not be found!' }

const operator = { via: 'operator', credentialId: null }
const aParcel = {
  kind: 'send',
  parcel: { service: 'Post', tracking: 'T1', link: '' },
  via: 'operator',
  replaces: false,
} as const

const orderOf = (number: number) => findOrder(gateway().ctx, shop.account, number)
const shopper = (...args: Parameters<typeof ready>) => aShopper(gateway(), shop, ready(...args))

async function orderCount(): Promise<number> {
  const page = { offset: 0, most: 1000 }
  return (await pageOfOrders(gateway().ctx, shop.account, {}, page)).length
}

describe('order.confirm', () => {
  it('makes one order of calls at the same time', async () => {
    const before = await orderCount()
    const { post, checkout } = await shopper()
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => post('api/sale/order.confirm', { order_status_id: 1 })),
    )
    expect(new Set(answers.map((answer) => answer.order_id)).size).toBe(1)
    expect(answers.map((answer) => answer.success)).toEqual(Array(5).fill(modified.success))
    expect(await orderCount()).toBe(before + 1)
    expect((await checkout()).orderNumber).toBe(answers[0].order_id)
  })

  it('edits the same order in the same session, and keeps the cart', async () => {
    const { post, checkout } = await shopper()
    const first = await post('api/sale/order.confirm')
    const [line] = (await checkout()).cart
    await post('api/sale/cart.edit', { key: line?.id ?? 0, quantity: 3 })
    await post('api/sale/shipping_method')
    await post('api/sale/shipping_method.save', { shipping_method: 'flat.flat' })
    await post('api/sale/payment_method')
    await post('api/sale/payment_method.save', { payment_method: 'cod.cod' })
    const second = await post('api/sale/order.confirm', { order_status_id: 2 })
    expect(second.order_id).toBe(first.order_id)
    const order = await orderOf(first.order_id)
    expect(order.lines.map(({ quantity }) => quantity)).toEqual([3])
    expect(order.paymentCode).toBe('cod')
    expect(statusOf(order)).toBe(2)
    expect((await checkout()).cart).toHaveLength(1)
  })

  it('leaves an edited order on its status where none is named', async () => {
    const { post } = await shopper()
    const { order_id } = await post('api/sale/order.confirm', { order_status_id: 2 })
    await post('api/sale/order.confirm', { order_status_id: '' })
    await post('api/sale/order.confirm', { order_status_id: 777 })
    expect(statusOf(await orderOf(order_id))).toBe(2)
  })

  it('names every part that is missing, and makes no order', async () => {
    const before = await orderCount()
    const { post, checkout } = await shopper({
      cart: [cartLine(4, 99), cartLine(5, 1, 2)],
      customer: null,
      shippingAddress: null,
      paymentAddress: null,
      shippingMethod: null,
      paymentMethod: null,
    })
    const { error } = await post('api/sale/order.confirm')
    expect(Object.keys(error).toSorted()).toEqual([
      'customer',
      'minimum',
      'payment_method',
      'shipping_address',
      'shipping_method',
      'stock',
    ])
    expect(error.customer).toBe('Warning: Customer details required!')
    expect(await orderCount()).toBe(before)
    expect((await checkout()).orderNumber).toBeNull()
  })

  it('refuses to edit an order that is despatched', async () => {
    const { post } = await shopper()
    const { order_id: number } = await post('api/sale/order.confirm')
    const { ctx } = gateway()
    await changeOrder(ctx, shop.account, { number, author: operator, command: aParcel })
    const events = (await historyOf(ctx, shop.account, number)).length
    expect(await post('api/sale/order.confirm', { order_status_id: 7 })).toEqual({
      error: { warning: 'Warning: The order is despatched and cannot be edited!' },
    })
    expect(await historyOf(ctx, shop.account, number)).toHaveLength(events)
  })

  it('makes a new order once the session has deleted its own', async () => {
    const { post } = await shopper()
    const first = await post('api/sale/order.confirm')
    await post('api/sale/order.delete', {}, { order_id: first.order_id })
    const second = await post('api/sale/order.confirm')
    expect(second.order_id).toBeGreaterThan(first.order_id)
  })

  it('refuses where somebody else has deleted the order', async () => {
    const { post } = await shopper()
    const { order_id } = await post('api/sale/order.confirm')
    const before = await orderCount()
    const other = await shopper()
    await other.post('api/sale/order.delete', { 'selected[]': order_id })
    expect(await post('api/sale/order.confirm')).toEqual({ error: { warning: notFound.error } })
    expect(await orderCount()).toBe(before - 1)
  })
})

describe('order.addHistory', () => {
  it('notes the wish that the buyer be told, also where nothing else is new', async () => {
    const { ctx } = gateway()
    const { post } = await shopper()
    const { order_id } = await post('api/sale/order.confirm', { order_status_id: 2 })
    const asked: Record<string, string | number>[] = [
      { order_status_id: 3, notify: 1 },
      { order_status_id: 3, notify: 0, comment: 'a word' },
      { order_status_id: 3, notify: ' 1 ' },
    ]
    for (const fields of asked) {
      expect(await post('api/sale/order.addHistory', { order_id, ...fields })).toEqual(modified)
    }
    const events = (await historyOf(ctx, shop.account, order_id)).slice(-3)
    expect(events.map(({ kind, data }) => [kind, data?.notify])).toEqual([
      ['status-set', 1],
      ['commented', undefined],
      ['commented', 1],
    ])
  })
})

describe('order.load', () => {
  it('fills the session, once however often it is called', async () => {
    const before = {
      cart: [cartLine(3, 2), cartLine(4, 1, 2)],
      comment: 'at the door',
      currency: 'EUR',
    }
    const { post, checkout } = await shopper(before)
    const { order_id } = await post('api/sale/order.confirm')
    const wanted = await checkout()
    const other = await shopper({ cart: [cartLine(5, 3)], customer: null, nextLineId: 7 })
    for (let times = 0; times < 2; times += 1) {
      expect(await other.post('api/sale/order.load', {}, { order_id })).toEqual(modified)
    }
    const loaded = await other.checkout()
    expect(loaded.cart.map(({ productId, quantity }) => [productId, quantity])).toEqual([
      [3, 2],
      [4, 1],
    ])
    const { cart, nextLineId, ...rest } = wanted
    expect(loaded).toMatchObject({ ...rest, shippingOffers: null, paymentOffers: null })
    expect(loaded.cart.every(({ id }) => id >= 7)).toBe(true)
  })

  it('lets the next confirm edit that order', async () => {
    const { post } = await shopper()
    const { order_id } = await post('api/sale/order.confirm')
    const before = await orderCount()
    const other = await shopper()
    await other.post('api/sale/order.load', {}, { order_id })
    await other.post('api/sale/order.comment', { comment: 'ring twice' })
    expect((await other.post('api/sale/order.confirm')).order_id).toBe(order_id)
    const order = await orderOf(order_id)
    expect(order.comment).toBe('ring twice')
    expect(order.lines.map(({ productId, quantity }) => [productId, quantity])).toEqual([[3, 2]])
    expect(await orderCount()).toBe(before)
  })

  it('keeps bought gift vouchers', async () => {
    const { post } = await shopper()
    const gift = { from_name: 'Bob', from_email: 'bob@shop.example', to_name: 'Ada' }
    await post('api/sale/voucher.add', { ...gift, to_email: 'ada@shop.example', amount: 25 })
    const { order_id } = await post('api/sale/order.confirm')
    const before = await orderOf(order_id)
    const other = await shopper()
    await other.post('api/sale/order.load', {}, { order_id })
    await other.post('api/sale/order.confirm')
    const after = await orderOf(order_id)
    expect(after.lines).toEqual(before.lines)
    expect(after.total).toBe(before.total)
  })

  it.each([
    ['unknown', { order_id: 99_999 }],
    ['not named', {}],
    ['no number', { order_id: 'abc' }],
  ])('refuses an order that is %s, and the session stays', async (_title, query) => {
    const { post, checkout } = await shopper()
    const before = await checkout()
    expect(await post('api/sale/order.load', {}, query)).toEqual(notFound)
    expect(await checkout()).toEqual(before)
  })

  it('refuses an order of products that a cart cannot hold, and the session stays', async () => {
    const { ctx } = gateway()
    await saveGoods(ctx, shop.account, [{ code: 'cup', title: 'Cup', price: 10_000n }])
    const number = await anOrder(ctx, shop.account, { lines: [{ code: 'cup', quantity: 1 }] })
    await saveGoods(ctx, shop.account, [{ code: 'cup', enabled: false }])
    const { post, checkout } = await shopper()
    const before = await checkout()
    expect(await post('api/sale/order.load', {}, { order_id: number })).toEqual({
      error: 'Warning: The order has products that are not in the catalogue!',
    })
    expect(await checkout()).toEqual(before)
  })
})

it('loads an order of another dialect', async () => {
  const { ctx } = gateway()
  const number = await anOrder(ctx, shop.account, {
    lines: [{ code: 'mug', quantity: 4 }],
    paymentMethod: 'Bank Transfer',
  })
  const { post, checkout } = await shopper()
  expect(await post('api/sale/order.load', {}, { order_id: number })).toEqual(modified)
  const loaded = await checkout()
  expect(loaded.cart).toMatchObject([{ productId: 3, quantity: 4, options: {} }])
  expect(loaded.customer).toMatchObject({ id: 0, firstName: 'Ada', email: 'ada@example.com' })
  expect(loaded.shippingAddress).toMatchObject({ city: 'Alton', countryId: 'United States' })
  expect(loaded.paymentMethod).toEqual({ code: '', title: 'Bank Transfer' })
})

describe('order.delete', () => {
  it('hides all orders that are selected, and those not there are a success', async () => {
    const [one, other] = [await shopper(), await shopper()]
    const first = (await one.post('api/sale/order.confirm')).order_id
    const second = (await other.post('api/sale/order.confirm')).order_id
    const kept = (await (await shopper()).post('api/sale/order.confirm')).order_id
    const fields = { 'selected[0]': first, 'selected[1]': 99_999, 'selected[2]': 'x' }
    expect(await one.post('api/sale/order.delete', fields, { order_id: second })).toEqual(modified)
    await expect(orderOf(first)).rejects.toThrow()
    await expect(orderOf(second)).rejects.toThrow()
    expect((await orderOf(kept)).hidden).toBe(false)
    expect(await one.post('api/sale/order.delete', fields)).toEqual(modified)
  })
})

describe('order.addHistory', () => {
  it.each([
    ['in the body', (order_id: number) => [{ order_id }, {}]],
    ['in the query', (order_id: number) => [{}, { order_id }]],
  ] as const)('finds the order %s', async (_title, place) => {
    const { post } = await shopper()
    const { order_id } = await post('api/sale/order.confirm')
    const [fields, query] = place(order_id)
    const entry = { ...fields, order_status_id: 3, comment: ' on its way ' }
    expect(await post('api/sale/order.addHistory', entry, query)).toEqual(modified)
    expect(statusOf(await orderOf(order_id))).toBe(3)
    const comments = await commentsOf(gateway().ctx, shop.account, order_id)
    expect([...comments.values()]).toEqual(['on its way'])
  })

  it.each([
    ['none', {}],
    ['an empty one', { order_status_id: '' }],
    ['one that the table does not have', { order_status_id: 777 }],
  ])('leaves the status for %s', async (_title, fields) => {
    const { post } = await shopper()
    const { order_id } = await post('api/sale/order.confirm', { order_status_id: 2 })
    expect(await post('api/sale/order.addHistory', { order_id, ...fields })).toEqual(modified)
    expect(statusOf(await orderOf(order_id))).toBe(2)
  })
})

describe('order.comment', () => {
  it('goes into the order', async () => {
    const { post } = await shopper()
    await post('api/sale/order.comment', { comment: ' leave at the door ' })
    const { order_id } = await post('api/sale/order.confirm')
    expect((await orderOf(order_id)).comment).toBe('leave at the door')
  })
})

it('shows the order as 3.0 does under order.info', async () => {
  const { post } = await shopper()
  const { order_id } = await post('api/sale/order.confirm')
  const answer = await post('api/sale/order.info', {}, { order_id })
  expect(answer).toEqual(await post('api/order/info', {}, { order_id }))
  expect(answer.order.order_id).toBe(String(order_id))
})
