import { describe, expect, it } from 'vitest'
import { changeOrder } from '../../../src/core/change-order.ts'
import { historyOf } from '../../../src/core/find-order.ts'
import type { OrderCommand } from '../../../src/model/command.ts'
import { anAccount, anOrder, type TestAccount } from '../../support/fixtures.ts'
import { useGateway } from '../../support/gateway.ts'
import { call } from './client.ts'

const gateway = useGateway()
const author = { via: 'operator', credentialId: null }

async function aShopWithOrder(): Promise<{ shop: TestAccount; number: number }> {
  const shop = await anAccount(gateway().ctx)
  return { shop, number: await anOrder(gateway().ctx, shop.account) }
}

async function details(shop: TestAccount, number: number) {
  const { result } = await call(gateway(), shop, 'getOrderDetails', { bill_id: number })
  return result
}

async function put(
  shop: TestAccount,
  number: number,
  command: Exclude<OrderCommand, { kind: 'edit' }>,
) {
  await changeOrder(gateway().ctx, shop.account, { number, command, author })
}

describe('UpdateOrderStatus', () => {
  it('records despatch with time and tracking number and leaves payment alone', async () => {
    const { shop, number } = await aShopWithOrder()
    const answered = await call(gateway(), shop, 'UpdateOrderStatus', {
      bill_id: number,
      status: 'sent',
      date: '1362254400',
      rpo: '10000000000000',
    })
    expect(answered).toMatchObject({ code: 0, errorText: 'Order status changed', result: [] })
    expect(await details(shop, number)).toMatchObject({
      pay_status: 'waiting',
      sent: 1362254400,
      rpo: '10000000000000',
      delivery_status: 'sent',
    })
  })

  it('replaces the tracking number that it reported before', async () => {
    const { shop, number } = await aShopWithOrder()
    for (const rpo of ['RA1', 'RA2', 'RA2']) {
      await call(gateway(), shop, 'UpdateOrderStatus', {
        bill_id: number,
        status: 'sent',
        date: 1362254400,
        rpo,
      })
    }
    expect(await details(shop, number)).toMatchObject({ rpo: 'RA2' })
    const kinds = (await historyOf(gateway().ctx, shop.account, number)).map(({ kind }) => kind)
    expect(kinds).toEqual(['placed', 'sent', 'parcel-changed'])
  })

  it('records payment, once however often it is told, then the return', async () => {
    const { shop, number } = await aShopWithOrder()
    const paid = { bill_id: number, status: 'paid', date: 1700000000 }
    expect((await call(gateway(), shop, 'UpdateOrderStatus', paid)).code).toBe(0)
    expect((await call(gateway(), shop, 'UpdateOrderStatus', paid)).code).toBe(0)
    const back = { bill_id: number, status: 'return' }
    expect((await call(gateway(), shop, 'UpdateOrderStatus', back)).code).toBe(0)
    expect(await details(shop, number)).toMatchObject({
      pay_status: 'paid',
      paid: 1700000000,
      bill_sum_topay: '0.00',
      delivery_status: 'return',
    })
  })

  it('cancels, and shows a refunded order as cancelled with its times', async () => {
    const { shop, number } = await aShopWithOrder()
    const cancel = { bill_id: number, status: 'cancel' }
    expect((await call(gateway(), shop, 'UpdateOrderStatus', cancel)).code).toBe(0)
    expect(await details(shop, number)).toMatchObject({ pay_status: 'cancel', paid: 0 })
    await put(shop, number, { kind: 'pay', at: 1700000000000 })
    await put(shop, number, { kind: 'refund' })
    expect(await details(shop, number)).toMatchObject({
      pay_status: 'cancel',
      paid: 1700000000,
      refunded: expect.any(Number),
    })
  })

  it.each([
    ['no bill_id', 203, { bill_id: '', status: 'cancel' }],
    ['no status', 3, { status: '' }],
    ['an unknown status', 201, { status: 'shipped' }],
    ['no date for sent', 3, { status: 'sent', rpo: 'X1' }],
    ['no rpo for sent', 3, { status: 'sent', date: 1700000000 }],
    ['no date for paid', 3, { status: 'paid' }],
    ['a date of 0 for paid', 3, { status: 'paid', date: 0 }],
    ['a date in words', 3, { status: 'paid', date: 'today' }],
    ['a date in milliseconds', 3, { status: 'paid', date: 1700000000000 }],
    ['a negative date', 3, { status: 'paid', date: -5 }],
    ['an order that is not there', 200, { bill_id: 1, status: 'cancel' }],
    ['a number that is none', 200, { bill_id: 'abc', status: 'cancel' }],
    ['a number out of range', 200, { bill_id: '99999999999999', status: 'cancel' }],
    ['bill_id as a list', 3, { bill_id: [1], status: 'cancel' }],
  ])('answers %s with %i and changes nothing', async (_, code, params) => {
    const { shop, number } = await aShopWithOrder()
    const answered = await call(gateway(), shop, 'UpdateOrderStatus', {
      bill_id: number,
      ...params,
    })
    expect(answered).toMatchObject({ status: 200, code, result: [] })
    expect(await historyOf(gateway().ctx, shop.account, number)).toHaveLength(1)
  })

  it('answers 202 where payment of a refunded order is reported', async () => {
    const { shop, number } = await aShopWithOrder()
    await put(shop, number, { kind: 'pay' })
    await put(shop, number, { kind: 'refund' })
    const paid = { bill_id: number, status: 'paid', date: 1700000000 }
    expect((await call(gateway(), shop, 'UpdateOrderStatus', paid)).code).toBe(202)
    expect(await details(shop, number)).toMatchObject({ pay_status: 'cancel' })
  })

  it('answers 200 for a hidden order, and keeps the parcel all the same', async () => {
    const { shop, number } = await aShopWithOrder()
    await put(shop, number, { kind: 'hide' })
    const sent = { bill_id: number, status: 'sent', date: 1700000000, rpo: 'RB1' }
    expect((await call(gateway(), shop, 'UpdateOrderStatus', sent)).code).toBe(200)
    await put(shop, number, { kind: 'unhide' })
    expect(await details(shop, number)).toMatchObject({ rpo: 'RB1' })
  })
})

describe('DeleteOrder', () => {
  it('hides the order from every function', async () => {
    const { shop, number } = await aShopWithOrder()
    const answered = await call(gateway(), shop, 'DeleteOrder', { bill_id: number })
    expect(answered).toMatchObject({ code: 0, errorText: 'Order deleted', result: [] })
    for (const name of ['getOrderDetails', 'GetOrderInfo']) {
      expect((await call(gateway(), shop, name, { bill_id: number })).code).toBe(400)
    }
    const bills = await call(gateway(), shop, 'GetBills', { email: 'ada@example.com' })
    expect(bills.code).toBe(400)
    expect((await call(gateway(), shop, 'GetOrders')).result).toEqual([])
  })

  it.each([
    ['no number', 203, ''],
    ['an unknown number', 302, 5],
    ['no number at all', 302, 'x1'],
  ])('answers %s with %i', async (_, code, billId) => {
    const { shop } = await aShopWithOrder()
    expect((await call(gateway(), shop, 'DeleteOrder', { bill_id: billId })).code).toBe(code)
  })
})

describe('getOrderDetails and GetOrderInfo', () => {
  it('show one order, with items in the first only', async () => {
    const { shop, number } = await aShopWithOrder()
    const info = { bill_id: number, good_info: true }
    const { result } = await call(gateway(), shop, 'getOrderDetails', info)
    expect(result).toMatchObject({
      id: number,
      first_name: 'Ada',
      last_name: 'Example',
      country: 'United States',
      address: '9 Mill Lane',
      pay_status: 'waiting',
      paid: 0,
      price: '1500.00',
      bill_sum_topay: '1500.00',
      kupon: '',
      coupon: '',
      utm: { medium: '', source: '', campaign: '', content: '', term: '' },
      sent: 0,
      rpo: '',
      delivery_status: '',
      good_count: 1,
      good_ids: [expect.any(Number)],
      prepayment_enabled: 0,
      prepayment_minsum: '0.00',
      link: expect.stringMatching(/^\/bill\/shop-\w+-\d+-[\w-]{22}$/),
      items: [
        {
          id: 'invoice',
          title: 'Invoice pack',
          sum: '1500.00',
          price: '1500.00',
          pincode: '',
          partners: [],
        },
      ],
    })
    const short = await call(gateway(), shop, 'GetOrderInfo', { bill_id: number })
    expect(short.result).toMatchObject({ id: number, price: '1500.00' })
    expect(short.result).not.toHaveProperty('items')
  })

  it.each(['getOrderDetails', 'GetOrderInfo'])(
    '%s answers 400 for an unknown order and 3 without a number',
    async (name) => {
      const { shop } = await aShopWithOrder()
      const unknown = await call(gateway(), shop, name, { bill_id: 3 })
      expect(unknown).toMatchObject({ code: 400, errorText: 'Order not found' })
      expect((await call(gateway(), shop, name)).code).toBe(3)
    },
  )
})

describe('GetBills', () => {
  it('maps ascending numbers to products by id, and filters by payment', async () => {
    const { shop, number } = await aShopWithOrder()
    const lines = [
      { code: 'sales', quantity: 1 },
      { code: 'mug', quantity: 2 },
    ]
    const second = await anOrder(gateway().ctx, shop.account, { lines, createdAt: 1000 })
    await put(shop, second, { kind: 'pay' })
    const bills = await call(gateway(), shop, 'GetBills', { email: ' ADA@Example.com' })
    expect(Object.keys(bills.result)).toEqual([String(number), String(second)])
    expect(Object.values(bills.result[second])).toContainEqual({
      good_name: 'mug',
      good_title: 'Stoneware mug',
    })
    const paid = { email: 'ada@example.com', pay_status: 'paid' }
    expect(Object.keys((await call(gateway(), shop, 'GetBills', paid)).result)).toEqual([
      String(second),
    ])
    await put(shop, second, { kind: 'refund' })
    expect((await call(gateway(), shop, 'GetBills', paid)).code).toBe(400)
    const cancelled = { email: 'ada@example.com', pay_status: 'cancel' }
    expect((await call(gateway(), shop, 'GetBills', cancelled)).text).toContain(
      `"result":{"${second}":{"`,
    )
  })

  it.each([
    ['no e-mail', 3, {}],
    ['an unknown e-mail', 400, { email: 'nobody@example.com' }],
    ['an unknown pay_status', 3, { email: 'ada@example.com', pay_status: 'maybe' }],
  ])('answers %s with %i', async (_, code, params) => {
    const { shop } = await aShopWithOrder()
    expect((await call(gateway(), shop, 'GetBills', params)).code).toBe(code)
  })
})
