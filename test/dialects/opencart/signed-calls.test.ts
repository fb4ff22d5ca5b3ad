import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { findCheckoutProducts } from '../../../src/core/catalogue.ts'
import { changeOrder } from '../../../src/core/change-order.ts'
import { commentsOf, findOrder, historyOf } from '../../../src/core/find-order.ts'
import { saveGoods } from '../../../src/core/goods.ts'
import { pageOfOrders } from '../../../src/core/list-orders.ts'
import { pointsOf } from '../../../src/core/promotions.ts'
import type { Account } from '../../../src/model/account.ts'
import { statusOf } from '../../../src/model/order-statuses.ts'
import { useGateway } from '../../support/gateway.ts'
import { aRecordedStore } from './recorded-store.ts'
import { aSignedClient } from './signed-client.ts'

const gateway = useGateway()
let account: Account

beforeAll(async () => {
  account = await aRecordedStore(gateway().ctx, 'calls-41', { version: 'auto' })
})

const guest = {
  customer_id: '0',
  firstname: 'Ada',
  lastname: 'Lovelace',
  email: 'ada.guest@example.com',
  telephone: '5551234',
}
const two = { 'product[0][product_id]': '40', 'product[0][quantity]': '2' }
const to = (side: 'payment' | 'shipping') => ({
  [`${side}_firstname`]: 'Ada',
  [`${side}_lastname`]: 'Lovelace',
  [`${side}_address_1`]: '12 St James Sq',
  [`${side}_postcode`]: 'SW1Y 4JH',
  [`${side}_city`]: 'London',
  [`${side}_zone_id`]: '3563',
  [`${side}_country_id`]: '222',
})
const flat = {
  'shipping_method[name]': 'Flat Shipping Rate',
  'shipping_method[code]': 'flat.flat',
  'shipping_method[cost]': '5.00',
  'shipping_method[tax_class_id]': '9',
}
const cod = { 'payment_method[name]': 'Cash On Delivery', 'payment_method[code]': 'cod.cod' }

type Fields = Readonly<Record<string, string>>
const whole: Fields = { ...guest, ...two, ...to('payment'), ...to('shipping'), ...flat, ...cod }

/** The whole checkout with a comment of its own, so that it repeats no other call. */
function anOrder(change: Fields = {}): Fields {
  return { ...whole, comment: randomBytes(6).toString('hex'), ...change }
}

// biome-ignore lint/suspicious/noExplicitAny: each test knows what its call gives back
async function ask(call: string, fields: Fields = {}, sent: object = {}): Promise<any> {
  const client = aSignedClient(gateway(), '/opencart/calls-41/')
  const body = new URLSearchParams(fields).toString()
  const { status, json } = await client.send({ call, body, ...sent })
  expect(status).toBe(200)
  return json
}

const orderOf = (number: number) => findOrder(gateway().ctx, account, number)

async function orderCount(): Promise<number> {
  return (await pageOfOrders(gateway().ctx, account, {}, { offset: 0, most: 1000 })).length
}

async function stockOf(id: number): Promise<number | null | undefined> {
  return (await findCheckoutProducts(gateway().ctx, account, [id])).get(id)?.stock
}

describe('confirm', () => {
  it('makes an order of all that the call says', async () => {
    const { order_id, success } = await ask('confirm', anOrder({ comment: ' leave it ' }))
    expect(success).toBe('Success: You have modified orders!')
    const order = await orderOf(order_id)
    expect(order).toMatchObject({
      dialect: 'opencart',
      buyer: { email: 'ada.guest@example.com', firstName: 'Ada', phone: '5551234' },
      shipping: { line1: '12 St James Sq', countryCode: 'GB', region: 'Lancashire' },
      shippingCode: 'flat.flat',
      paymentCode: 'cod',
      comment: 'leave it',
      total: 2_544_000n,
    })
    expect(statusOf(order)).toBe(1)
  })

  it('makes no second order of the identical call, also of many at once', async () => {
    const fields = anOrder()
    const [before, stock] = [await orderCount(), await stockOf(40)]
    const first = await ask('confirm', fields)
    expect(await ask('confirm', fields)).toMatchObject({ ...first, products: expect.anything() })
    const more = await Promise.all([1, 2, 3, 4].map(() => ask('confirm', fields)))
    expect(more.map(({ order_id }) => order_id)).toEqual(Array(4).fill(first.order_id))
    expect(await orderCount()).toBe(before + 1)
    expect(await stockOf(40)).toBe((stock ?? 0) - 2)
  })

  it('makes one order of identical calls at the same time', async () => {
    const before = await orderCount()
    const fields = anOrder()
    const answers = await Promise.all([1, 2, 3].map(() => ask('confirm', fields)))
    expect(new Set(answers.map(({ order_id }) => order_id)).size).toBe(1)
    expect(await orderCount()).toBe(before + 1)
  })

  it('gives the first order where that took the last piece', async () => {
    await saveGoods(gateway().ctx, account, [
      { id: 901, code: 'last', title: 'Last one', price: 10_000n, stock: 1, type: 'physical' },
    ])
    const fields = anOrder({ 'product[0][product_id]': '901', 'product[0][quantity]': '1' })
    const first = await ask('confirm', fields)
    expect(await ask('confirm', fields)).toMatchObject({ order_id: first.order_id })
    const other = { ...fields, comment: 'another' }
    expect((await ask('confirm', other)).error).toHaveProperty('product_0_product')
    expect(await stockOf(901)).toBe(0)
  })

  it('makes another order of the same call in another currency, and after ten minutes', async () => {
    const fields = anOrder()
    const first = await ask('confirm', fields)
    const inEuro = await ask('confirm', fields, { currency: 'EUR' })
    gateway().clock.now += 600_001
    const later = await ask('confirm', fields)
    expect(new Set([first, inEuro, later].map(({ order_id }) => order_id)).size).toBe(3)
  })

  it.each([
    ['no customer', { email: '' }, ['customer']],
    ['an unknown customer', { customer_id: '9999' }, ['customer']],
    ['no shipping address', { shipping_city: '' }, ['shipping_address']],
    ['half a payment address', { payment_city: '' }, ['payment_address']],
    ['no shipping method', { 'shipping_method[code]': '' }, ['shipping_method']],
    ['a cost below zero', { 'shipping_method[cost]': '-5' }, ['shipping_method']],
    ['no payment method', { 'payment_method[name]': '' }, ['payment_method']],
    ['an unknown product', { 'product[0][product_id]': '99999' }, ['product_0_product']],
    ['too many pieces', { 'product[0][quantity]': '99999' }, ['product_0_product']],
    ['no pieces', { 'product[0][quantity]': '0' }, ['product_0_product']],
    ['a bad coupon', { coupon: 'NOPE' }, ['coupon']],
    ['points of a guest', { reward: '10' }, ['reward']],
  ])('is refused with %s, and stores nothing', async (_what, change, parts) => {
    const before = await orderCount()
    const { error, products, success, order_id } = await ask('confirm', anOrder(change))
    expect(Object.keys(error)).toEqual(expect.arrayContaining(parts))
    expect({ success, order_id }).toEqual({ success: undefined, order_id: undefined })
    expect(products).toBeInstanceOf(Array)
    expect(await orderCount()).toBe(before)
  })

  it('refuses a product of which too few are ordered', async () => {
    await saveGoods(gateway().ctx, account, [
      { id: 902, code: 'dozen', title: 'Eggs & <more>', price: 1_0000n, terms: { minimum: 12 } },
    ])
    const fields = anOrder({ 'product[0][product_id]': '902' })
    expect((await ask('confirm', fields)).error).toEqual({
      minimum: 'Warning: Minimum order amount for Eggs &amp; &lt;more&gt; is 12!',
    })
  })

  it.each(['', '0', '777', 'abc'])('keeps to the first status with "%s"', async (status) => {
    const { order_id } = await ask('confirm', anOrder({ order_status_id: status }))
    expect(statusOf(await orderOf(order_id))).toBe(1)
  })

  it('uses up points and coupon once', async () => {
    const { ctx } = gateway()
    const fields = anOrder({
      customer_id: '7',
      'product[1][product_id]': '28',
      reward: '50',
      coupon: '2222',
    })
    const { order_id, points } = await ask('confirm', fields)
    expect(points).toBe(400)
    await ask('confirm', fields)
    expect(await pointsOf(ctx, account, 7)).toBe(250)
    expect(await orderOf(order_id)).toMatchObject({ customerId: 7, coupon: '2222' })
  })
})

describe('confirm with an order', () => {
  it('puts the new content in the place of the old, and gives stock back', async () => {
    const { order_id } = await ask('confirm', anOrder())
    const [before, stock] = [await orderCount(), await stockOf(40)]
    const change = { order_id: String(order_id), 'product[0][quantity]': '1', order_status_id: '2' }
    expect(await ask('confirm', anOrder(change))).toMatchObject({ order_id })
    const order = await orderOf(order_id)
    expect(order.lines).toMatchObject([{ productId: 40, quantity: 1 }])
    expect(statusOf(order)).toBe(2)
    expect(await orderCount()).toBe(before)
    expect(await stockOf(40)).toBe((stock ?? 0) + 1)
  })

  it('keeps the status where none is named', async () => {
    const { order_id } = await ask('confirm', anOrder({ order_status_id: '2' }))
    await ask('confirm', anOrder({ order_id: String(order_id) }))
    expect(statusOf(await orderOf(order_id))).toBe(2)
  })

  it.each(['99999', 'abc', '-1', '1.5'])('refuses the order "%s", and makes none', async (id) => {
    const before = await orderCount()
    expect(await ask('confirm', anOrder({ order_id: id }))).toEqual({
      error: { warning: 'Warning: Order could not be found!' },
    })
    expect(await orderCount()).toBe(before)
  })

  it('refuses an order that is despatched, and leaves it as it is', async () => {
    const { order_id } = await ask('confirm', anOrder())
    const parcel = { service: 'Post', tracking: 'T1', link: '' }
    await changeOrder(gateway().ctx, account, {
      number: order_id,
      command: { kind: 'send', parcel, via: 'operator', replaces: false },
      author: { via: 'operator', credentialId: null },
    })
    const change = { order_id: String(order_id), 'product[0][quantity]': '1' }
    expect(await ask('confirm', anOrder(change))).toEqual({
      error: { warning: 'Warning: The order is despatched and cannot be edited!' },
    })
    expect((await orderOf(order_id)).lines).toMatchObject([{ quantity: 2 }])
  })

  it('may keep the last pieces, which it has itself', async () => {
    await saveGoods(gateway().ctx, account, [
      { id: 950, code: 'two-left', title: 'Two left', price: 10_000n, stock: 2, type: 'physical' },
    ])
    const fields = anOrder({ 'product[0][product_id]': '950', 'product[0][quantity]': '2' })
    const { order_id } = await ask('confirm', fields)
    const again = { ...fields, order_id: String(order_id) }
    expect(await ask('confirm', { ...again, comment: 'kept' })).toMatchObject({ order_id })
    const more = { ...again, 'product[0][quantity]': '3' }
    expect((await ask('confirm', more)).error).toHaveProperty('product_0_product')
    expect(await stockOf(950)).toBe(0)
  })

  it('may use its own coupon and points again', async () => {
    const own = { customer_id: '7', 'product[1][product_id]': '28', coupon: '2222' }
    const left = await pointsOf(gateway().ctx, account, 7)
    const fields = anOrder({ ...own, reward: String(Math.min(left, 200)) })
    const { order_id } = await ask('confirm', fields)
    const again = { ...fields, order_id: String(order_id), comment: 'edited' }
    expect(await ask('confirm', again)).toMatchObject({ order_id })
    expect(await pointsOf(gateway().ctx, account, 7)).toBe(left - Math.min(left, 200))
  })
})

describe('history_add', () => {
  it('puts an order on a status, with a comment', async () => {
    const { ctx } = gateway()
    const { order_id } = await ask('confirm', anOrder())
    const fields = { order_id: String(order_id), order_status_id: '3', comment: ' sent ' }
    expect(await ask('history_add', { ...fields, notify: '1' })).toEqual({
      success: 'Success: You have modified orders!',
    })
    expect(statusOf(await orderOf(order_id))).toBe(3)
    const told = (await historyOf(ctx, account, order_id)).filter(({ data }) => data?.notify === 1)
    expect(told).toMatchObject([{ kind: 'status-set' }])
    expect([...(await commentsOf(ctx, account, order_id)).values()]).toContain('sent')
  })

  it.each(['', '0', '777'])('leaves the order where it is with status "%s"', async (status) => {
    const { order_id } = await ask('confirm', anOrder({ order_status_id: '2' }))
    await ask('history_add', { order_id: String(order_id), order_status_id: status })
    expect(statusOf(await orderOf(order_id))).toBe(2)
    const events = await historyOf(gateway().ctx, account, order_id)
    expect(events.filter(({ kind }) => kind === 'status-set')).toHaveLength(1)
  })

  it.each(['', '99999', String(2 ** 31)])('refuses the order "%s"', async (id) => {
    expect(await ask('history_add', { order_id: id, order_status_id: '3' })).toEqual({
      error: 'Warning: Order could not be found!',
    })
  })
})

describe('a cart', () => {
  it('has no special prices, and fixed taxes once a line', async () => {
    const { products } = await ask('cart', {
      'product[0][product_id]': '30',
      'product[0][quantity]': '2',
      'product[0][option][226]': ' 15 ',
    })
    expect(products).toMatchObject([{ price: 100, price_text: '$122.00', total_text: '$242.00' }])
    expect(products[0].option).toMatchObject([{ product_option_id: 226, value: 'Red' }])
  })

  it('names each line that cannot be had, by its own key', async () => {
    const { error, products, shipping_required } = await ask('cart', {
      'product[a][product_id]': '99999',
      'product[b][product_id]': '30',
      'product[c][product_id]': '30',
      'product[c][option][226]': '999',
      'product[d][product_id]': '30',
      'product[d][quantity]': '3',
      'product[d][option][226]': '15',
      'product[e]': 'nothing',
      'product[f][product_id]': '40',
      'product[<g>][product_id]': '0',
    })
    expect(error).toEqual({
      product_a_product: 'Warning: Product could not be found!',
      product_b_option_226: 'Select required!',
      product_c_option_226: 'Option could not be found!',
      product_d_option_226: 'Option not available in the desired quantity or not in stock!',
      product_e_product: 'Warning: Product could not be found!',
      'product_&lt;g&gt;_product': 'Warning: Product could not be found!',
      warning: 'Warning: Please check the cart carefully for errors!',
    })
    expect(products).toMatchObject([{ product_id: '40', quantity: '1' }])
    expect(shipping_required).toBe(true)
  })

  it('counts all lines of a product against its stock', async () => {
    await saveGoods(gateway().ctx, account, [
      { id: 903, code: 'three', title: 'Three', price: 1_0000n, stock: 3 },
    ])
    const line = (at: number, quantity: number) => ({
      [`product[${at}][product_id]`]: '903',
      [`product[${at}][quantity]`]: String(quantity),
    })
    const { error, products } = await ask('cart', { ...line(0, 2), ...line(1, 2), ...line(2, 1) })
    expect(Object.keys(error)).toEqual(['product_1_product', 'warning'])
    expect(products).toMatchObject([{ product_id: '903', quantity: '3' }])
  })

  it('escapes what the catalogue and callers say', async () => {
    await saveGoods(gateway().ctx, account, [
      { id: 904, code: 'odd', title: '<b>Tea & "Co"</b>', model: 'M<1>', price: 1_0000n },
    ])
    const { products } = await ask('cart', { 'product[0][product_id]': '904' })
    expect(products).toMatchObject([
      { name: '&lt;b&gt;Tea &amp; &quot;Co&quot;&lt;/b&gt;', model: 'M&lt;1&gt;' },
    ])
    const method = { ...flat, 'shipping_method[name]': '<i>Drone</i>' }
    const { totals } = await ask('shipping_method', { ...whole, ...method })
    expect(totals).toContainEqual(
      expect.objectContaining({ code: 'shipping', title: '&lt;i&gt;Drone&lt;/i&gt;', value: 5 }),
    )
  })

  it('takes one product more, or says what is wrong with it', async () => {
    const more = { product_id: '30', quantity: '1', 'option[226]': '16' }
    const { products } = await ask('product_add', { ...two, ...more })
    expect(products.map((one: { product_id: string }) => one.product_id)).toEqual(['40', '30'])
    const { error } = await ask('product_add', { ...two, product_id: '30' })
    expect(error).toEqual({ option_226: 'Select required!' })
  })
})

describe('other calls', () => {
  it('coupon and points can be taken away', async () => {
    const off = async (code: string) => (await ask('extension', whole, { extra: { code } })).success
    expect(await off('coupon')).toBe('Success: Your coupon discount has been removed!')
    expect(await off('reward')).toBe('Success: Your reward points discount has been removed!')
    expect(await off('other')).toBeUndefined()
    expect(await ask('affiliate', { affiliate_id: '0' })).toHaveProperty('success')
  })

  it('a region is asked for only where the country has some', async () => {
    const { error } = await ask('payment_address', { ...to('payment'), payment_zone_id: '' })
    expect(error).toEqual({ payment_zone: 'Please select a region / state!' })
    const abroad = { ...to('payment'), payment_country_id: 'DE', payment_zone_id: '' }
    expect(await ask('payment_address', abroad)).toHaveProperty('success')
  })

  it('ways to pay are refused without goods', async () => {
    expect(await ask('payment_methods')).toEqual({ error: 'Warning: Products required!' })
  })
})
