import { describe, expect, it } from 'vitest'
import { changeOrder } from '../../../src/core/change-order.ts'
import type { ChangeCommand } from '../../../src/core/commands.ts'
import { addCredential } from '../../../src/core/credentials.ts'
import { attentionOf, findOrder, historyOf } from '../../../src/core/find-order.ts'
import { pageOfOrders } from '../../../src/core/list-orders.ts'
import { findVoucher, saveVouchers } from '../../../src/core/promotions.ts'
import { setStock } from '../../../src/core/stock.ts'
import { toLocalTime } from '../../../src/model/local-time.ts'
import { levelsOf } from '../../core/checkouts.ts'
import { useGateway } from '../../support/gateway.ts'
import { call } from '../influencersoft/client.ts'
import { aFeed, complete, confirm, listFeed } from '../mintsoft/warehouse.ts'
import { anOrderShop, aShopper, cartLine, type OrderShop, ready } from './order-shop.ts'

const gateway = useGateway()
const success = 'Success: You have modified orders!'
const outOfStock =
  'Warning: Products marked with *** are not available in the desired quantity or not in stock!'
const notFound = { error: 'Warning: Order could not be found!' }

const orderOf = (shop: OrderShop, number: number) => findOrder(gateway().ctx, shop.account, number)
const ordersOf = (shop: OrderShop) =>
  pageOfOrders(gateway().ctx, shop.account, {}, { offset: 0, most: 100 })
const run = (shop: OrderShop, number: number, command: ChangeCommand) =>
  changeOrder(gateway().ctx, shop.account, {
    number,
    command,
    author: { via: 'operator', credentialId: null },
  })
const levels = (shop: OrderShop) => levelsOf(gateway().ctx, shop.account)

describe('order/add', () => {
  it('makes an order of the session, numbered as a number, and empties the cart alone', async () => {
    const shop = await anOrderShop(gateway())
    const shopper = await aShopper(gateway(), shop, ready({ coupon: 'TEN', voucher: 'GIFT' }))
    const { order_id, ...said } = await shopper.post('api/order/add', {
      comment: 'leave at <the> door',
      affiliate_id: 9,
    })
    expect(said).toEqual({ success })
    expect(order_id).toEqual(expect.any(Number))
    const order = await orderOf(shop, order_id)
    expect(order).toMatchObject({
      dialect: 'opencart',
      total: 308_000n,
      comment: 'leave at <the> door',
      shippingCode: 'flat.flat',
      paymentCode: 'bank_transfer',
      label: 1,
      ip: '127.0.0.1',
      lines: [{ article: 'MUG-01', quantity: 2, unitPrice: 129_000n }],
      fields: { opencart: { affiliate_id: 9, fax: '555-9' } },
    })
    expect(await shopper.checkout()).toEqual(
      ready({ coupon: 'TEN', voucher: 'GIFT', cart: [], vouchers: [] }),
    )
    expect(await shopper.post('api/order/add')).toEqual({ error: outOfStock })
    expect(await ordersOf(shop)).toHaveLength(1)
    expect(await levels(shop)).toMatchObject({ mug: 8 })
  })

  it.each([
    ['an empty cart', { cart: [] }, {}, outOfStock],
    ['nothing at all', { ...nothing(), cart: [] }, {}, outOfStock],
    ['nothing but goods', nothing(), {}, 'Warning: Shipping method required!'],
    ['no customer', { customer: null }, {}, 'Warning: Customer details needs to be set!'],
    [
      'neither customer nor address',
      { customer: null, paymentAddress: null },
      {},
      'Warning: Payment address required!',
    ],
    ['no way to pay', { paymentMethod: null }, {}, 'Warning: Payment method required!'],
    ['no place to go to', { shippingAddress: null }, {}, 'Warning: Shipping address required!'],
    [
      'a way to pay that was not offered',
      {},
      { payment_method: 'foo', shipping_method: 'flat.flat' },
      'Warning: Payment method required!',
    ],
    [
      'a way to ship that was not offered',
      {},
      { payment_method: 'cod', shipping_method: 'foo.bar' },
      'Warning: Shipping method required!',
    ],
    [
      'a method of a list that has lapsed',
      { shippingOffers: null, shippingMethod: null },
      { shipping_method: 'flat.flat' },
      'Warning: Shipping method required!',
    ],
    ['more than there is', { cart: [cartLine(3, 11)] }, {}, outOfStock],
    [
      'less than must be bought',
      { cart: [cartLine(5, 2)] },
      {},
      'Warning: Minimum order amount for Box is 3!',
    ],
  ])('refuses %s with the last text that fails', async (_name, change, fields, text) => {
    const shop = await anOrderShop(gateway())
    const shopper = await aShopper(gateway(), shop, ready(change))
    expect(await shopper.post('api/order/add', fields)).toEqual({ error: text })
    expect(await ordersOf(shop)).toEqual([])
    expect(await shopper.checkout()).toEqual(ready(change))
    expect(await levels(shop)).toMatchObject({ mug: 10 })
  })

  it('takes the methods that it names itself, and empty texts as not given', async () => {
    const shop = await anOrderShop(gateway())
    const bare = ready({ shippingMethod: null, paymentMethod: null })
    const named = await aShopper(gateway(), shop, bare)
    const methods = { shipping_method: 'flat.flat', payment_method: 'cod' }
    const { order_id } = await named.post('api/order/add', methods)
    expect(await orderOf(shop, order_id)).toMatchObject({
      paymentCode: 'cod',
      paymentMethod: 'Cash On Delivery',
      shippingCost: 50_000n,
    })
    const empty = { shipping_method: '', payment_method: '', affiliate_id: '', order_status_id: '' }
    const chosen = await aShopper(gateway(), shop)
    const second = await chosen.post('api/order/add', empty)
    expect(await orderOf(shop, second.order_id)).toMatchObject({
      paymentCode: 'bank_transfer',
      label: 1,
    })
  })

  it('asks for no address where nothing ships, and works by GET', async () => {
    const shop = await anOrderShop(gateway())
    const digital = ready({
      cart: [cartLine(1, 1)],
      shippingAddress: null,
      shippingMethod: null,
      shippingOffers: null,
    })
    const shopper = await aShopper(gateway(), shop, digital)
    const { order_id } = await shopper.get('api/order/add', { order_status_id: 15 })
    expect(await orderOf(shop, order_id)).toMatchObject({
      shipping: null,
      payment: 'paid',
      label: 15,
      releaseNumber: expect.any(Number),
    })
  })

  it.each([
    ['2', 2],
    ['', 1],
    ['0', 1],
    ['777', 1],
    ['x', 1],
  ])('with order_status_id %j puts the order on %i', async (order_status_id, label) => {
    const shop = await anOrderShop(gateway())
    const shopper = await aShopper(gateway(), shop)
    const { order_id } = await shopper.post('api/order/add', { order_status_id })
    expect((await orderOf(shop, order_id)).label).toBe(label)
  })
})

function nothing() {
  return {
    customer: null,
    paymentAddress: null,
    shippingAddress: null,
    shippingOffers: null,
    paymentOffers: null,
    shippingMethod: null,
    paymentMethod: null,
  }
}

async function anOrder(shop: OrderShop, change = {}, fields = {}): Promise<number> {
  const shopper = await aShopper(gateway(), shop, ready(change))
  const { order_id } = await shopper.post('api/order/add', fields)
  return order_id
}

describe('order/edit', () => {
  const edit = async (shop: OrderShop, order_id: number | string, change = {}, fields = {}) =>
    (await aShopper(gateway(), shop, ready(change))).post('api/order/edit', fields, { order_id })

  it('replaces lines, addresses and sums, and says nothing of the number', async () => {
    const shop = await anOrderShop(gateway())
    const number = await anOrder(shop, {}, { comment: 'ring twice' })
    const fields = { order_status_id: 2, comment: 'five <now>' }
    expect(await edit(shop, number, { cart: [cartLine(3, 5)] }, fields)).toEqual({ success })
    expect(await orderOf(shop, number)).toMatchObject({
      total: 695_000n,
      comment: 'five <now>',
      label: 2,
      lines: [{ quantity: 5 }],
    })
    expect(await levels(shop)).toMatchObject({ mug: 5 })
    const shopper = await aShopper(gateway(), shop)
    const { order } = await shopper.get('api/order/info', { order_id: number })
    expect(order.histories).toMatchObject([
      { order_status_id: '1', comment: '' },
      { order_status_id: '2', status: 'Processing', comment: 'five &lt;now&gt;' },
    ])
  })

  it('keeps status, comment and the buyer’s traces where nothing is said of them', async () => {
    const shop = await anOrderShop(gateway())
    const number = await anOrder(shop, {}, { comment: 'ring twice', order_status_id: 2 })
    const before = await orderOf(shop, number)
    const wanted = { cart: [cartLine(4, 1)] }
    expect(await edit(shop, number, wanted, { order_status_id: '' })).toEqual({ success })
    const after = await orderOf(shop, number)
    expect(after).toMatchObject({ label: 2, comment: 'ring twice', fields: before.fields })
    expect(after.lines).toMatchObject([{ article: 'pen' }])
  })

  it('says first that there is no such order, then what the checkout lacks', async () => {
    const shop = await anOrderShop(gateway())
    const number = await anOrder(shop)
    const before = await orderOf(shop, number)
    for (const unknown of [number + 1, 'abc', '', 0, -1, '99999999999999999999']) {
      expect(await edit(shop, unknown, { cart: [] })).toEqual(notFound)
    }
    expect(await edit(shop, number, { cart: [] })).toEqual({ error: outOfStock })
    expect(await edit(shop, number, { shippingMethod: null })).toEqual({
      error: 'Warning: Shipping method required!',
    })
    expect(await orderOf(shop, number)).toEqual(before)
  })

  it('may sell again what the order holds, and not a piece more', async () => {
    const shop = await anOrderShop(gateway())
    const number = await anOrder(shop, { cart: [cartLine(3, 8)] })
    expect(await edit(shop, number, { cart: [cartLine(3, 11)] })).toEqual({ error: outOfStock })
    expect(await edit(shop, number, { cart: [cartLine(3, 10)] })).toEqual({ success })
    expect(await levels(shop)).toMatchObject({ mug: 0 })
  })

  it('is refused once a parcel has left, in one text', async () => {
    const shop = await anOrderShop(gateway())
    const number = await anOrder(shop)
    const parcel = { service: 'Post', tracking: 'A1', link: '' }
    await run(shop, number, { kind: 'send', parcel, via: 'mintsoft', replaces: false })
    const before = await orderOf(shop, number)
    expect(await edit(shop, number, { cart: [cartLine(3, 1)] }, { order_status_id: 2 })).toEqual({
      error: 'Warning: The order is despatched and cannot be edited!',
    })
    expect(await orderOf(shop, number)).toEqual(before)
  })

  it('of a cancelled order moves nothing until the order comes back', async () => {
    const shop = await anOrderShop(gateway())
    const gift = { code: 'GIFT', amount: 200_000n, balance: 200_000n, data: {}, enabled: true }
    await saveVouchers(gateway().ctx, shop.account, [gift])
    const balance = async () =>
      (await findVoucher(gateway().ctx, shop.account, 'GIFT'))?.balance ?? null
    const number = await anOrder(shop, { voucher: 'GIFT' })
    expect(await balance()).toBe(0n)
    await run(shop, number, { kind: 'cancel' })
    expect([await balance(), await levels(shop)]).toMatchObject([200_000n, { mug: 10 }])
    expect(await edit(shop, number, { voucher: 'GIFT', cart: [cartLine(3, 1)] })).toEqual({
      success,
    })
    expect([await balance(), await levels(shop)]).toMatchObject([200_000n, { mug: 10 }])
    await run(shop, number, { kind: 'reopen' })
    expect([await balance(), await levels(shop)]).toMatchObject([21_000n, { mug: 9 }])
  })

  it('needs attention where a warehouse has the order in hand', async () => {
    const shop = await anOrderShop(gateway())
    const number = await anOrder(shop)
    await run(shop, number, { kind: 'hand-over', asServed: true })
    await edit(shop, number, { cart: [cartLine(3, 1)] })
    const reasons = await attentionOf(gateway().ctx, shop.account, number)
    expect(reasons.map(({ reason }) => reason)).toEqual(['edited-after-hand-over'])
  })
})

describe('order/history', () => {
  it('sets a status with a comment, whatever else is said', async () => {
    const shop = await anOrderShop(gateway())
    const number = await anOrder(shop)
    const shopper = await aShopper(gateway(), shop)
    const fields = { notify: 1, override: 1, append: 1, comment: 'sent by post' }
    const said = { ...fields, order_status_id: 3 }
    expect(await shopper.post('api/order/history', said, { order_id: number })).toEqual({ success })
    expect(await orderOf(shop, number)).toMatchObject({ label: 3, fulfilment: 'sent' })
    const inBody = { ...said, order_id: number, order_status_id: 5, comment: '' }
    expect(await shopper.post('api/order/history', inBody)).toEqual({ success })
    expect((await orderOf(shop, number)).label).toBe(5)
  })

  it.each([
    ['no fields', {}],
    ['an unknown status', { order_status_id: 777 }],
    ['status 0', { order_status_id: 0 }],
    ['an empty status', { order_status_id: '' }],
  ])('keeps the status for %s, with the same text', async (_name, fields) => {
    const shop = await anOrderShop(gateway())
    const number = await anOrder(shop, {}, { order_status_id: 2 })
    const before = await historyOf(gateway().ctx, shop.account, number)
    const shopper = await aShopper(gateway(), shop)
    expect(await shopper.post('api/order/history', fields, { order_id: number })).toEqual({
      success,
    })
    expect((await orderOf(shop, number)).label).toBe(2)
    expect(await historyOf(gateway().ctx, shop.account, number)).toEqual(before)
  })

  it('keeps a comment that comes with an unknown status', async () => {
    const shop = await anOrderShop(gateway())
    const number = await anOrder(shop)
    const shopper = await aShopper(gateway(), shop)
    const fields = { order_status_id: 777, comment: 'a word' }
    await shopper.post('api/order/history', fields, { order_id: number })
    const { order } = await shopper.get('api/order/info', { order_id: number })
    expect(order.histories.at(-1)).toMatchObject({ order_status_id: '1', comment: 'a word' })
  })

  it.each<[string, boolean]>([
    ['1', true],
    ['on', true],
    ['-1', true],
    ['0', false],
    ['', false],
    ['false', false],
  ])('hears "%s" for notify as %s, also where nothing else is said', async (notify, wanted) => {
    const shop = await anOrderShop(gateway())
    const number = await anOrder(shop, {}, { order_status_id: 2 })
    const shopper = await aShopper(gateway(), shop)
    const query = { order_id: number }
    expect(await shopper.post('api/order/history', { notify }, query)).toEqual({ success })
    await shopper.post('api/order/history', { notify, order_status_id: 5 }, query)
    await shopper.post('api/order/history', { notify, order_status_id: 5 }, query)
    const { order } = await shopper.get('api/order/info', query)
    const rows = order.histories.map((one: Record<string, string>) => [
      one.order_status_id,
      one.notify,
    ])
    expect(rows).toEqual([
      ['2', '0'],
      ...(wanted
        ? [
            ['2', '1'],
            ['5', '1'],
            ['5', '1'],
          ]
        : [['5', '0']]),
    ])
  })

  it('keeps the wish beside the release that a status brings', async () => {
    const shop = await anOrderShop(gateway())
    const number = await anOrder(shop)
    const shopper = await aShopper(gateway(), shop)
    const query = { order_id: number }
    await shopper.post('api/order/history', { notify: 1, order_status_id: 2 }, query)
    const { order } = await shopper.get('api/order/info', query)
    expect(order.histories.at(-1)).toMatchObject({ order_status_id: '2', notify: '1' })
    expect((await orderOf(shop, number)).releaseNumber).not.toBeNull()
  })

  it('tells nobody of an order that there is not', async () => {
    const shop = await anOrderShop(gateway())
    const number = await anOrder(shop)
    await run(shop, number, { kind: 'hide' })
    const before = await historyOf(gateway().ctx, shop.account, number)
    const shopper = await aShopper(gateway(), shop)
    expect(await shopper.post('api/order/history', { notify: 1 }, { order_id: number })).toEqual(
      notFound,
    )
    expect(await historyOf(gateway().ctx, shop.account, number)).toEqual(before)
  })

  it('does not find an order that there is not', async () => {
    const shop = await anOrderShop(gateway())
    const shopper = await aShopper(gateway(), shop)
    for (const order_id of [99_999, 'abc', '']) {
      const fields = { order_status_id: 3 }
      expect(await shopper.post('api/order/history', fields, { order_id })).toEqual(notFound)
    }
  })
})

describe('order/delete', () => {
  it('makes an order that no later call finds', async () => {
    const shop = await anOrderShop(gateway())
    const number = await anOrder(shop)
    const shopper = await aShopper(gateway(), shop)
    const query = { order_id: number }
    expect(await shopper.get('api/order/delete', query)).toEqual({ success })
    for (const route of ['delete', 'info', 'history', 'edit']) {
      expect(await shopper.post(`api/order/${route}`, {}, query)).toEqual(notFound)
    }
    expect(await shopper.post('api/order/delete')).toEqual(notFound)
    const hidden = { withHidden: true }
    expect(await findOrder(gateway().ctx, shop.account, number, hidden)).toMatchObject({
      hidden: true,
    })
  })
})

describe('an order of this dialect in another one', () => {
  it('is listed by Mintsoft and InfluencerSoft, and its despatch shows here as status 3', async () => {
    const shop = await anOrderShop(gateway())
    const feed = await aFeed(gateway(), shop.account)
    const key = await addCredential(gateway().ctx, shop.account, {
      dialect: 'influencersoft',
      kind: 'key',
      publicPart: '',
      secret: 'a-secret-of-the-test-alone',
    })
    gateway().ctx.directory.forget()
    const cod = { paymentMethod: { code: 'cod', title: 'Cash On Delivery' } }
    const number = await anOrder(shop, cod)
    const listed = await listFeed(feed)
    expect(listed).toMatchObject([
      { OrderNumber: String(number), OrderItems: [{ SKU: 'MUG-01', Quantity: 2 }] },
    ])
    const { year, month, day } = toLocalTime(gateway().clock.now, 'UTC')
    const today = `${day}.${month}.${year}`
    const range = { begin_date: today, end_date: today }
    const owner = { account: shop.account, credential: key }
    const { result } = await call(gateway(), owner, 'getOrdersWithGoods', range)
    expect(result.map(({ id }: { id: number }) => id)).toEqual([number])

    await confirm(feed, String(number))
    const parcel = { service: 'Post', tracking: 'RM1', link: '' }
    await complete(feed, String(number), parcel)
    const shopper = await aShopper(gateway(), shop)
    const { order } = await shopper.get('api/order/info', { order_id: number })
    expect(order).toMatchObject({ order_status_id: '3', order_status: 'Shipped' })
    expect(order.histories.map((one: { status: string }) => one.status)).toEqual([
      'Pending',
      'Shipped',
    ])
  })

  it('takes its stock from the same shelf', async () => {
    const shop = await anOrderShop(gateway())
    const author = { via: 'mintsoft', credentialId: null }
    await setStock(gateway().ctx, shop.account, author, [{ article: 'MUG-01', quantity: 1 }])
    const shopper = await aShopper(gateway(), shop)
    expect(await shopper.post('api/order/add')).toEqual({ error: outOfStock })
    expect(await ordersOf(shop)).toEqual([])
  })
})
