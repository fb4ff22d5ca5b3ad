import { describe, expect, it } from 'vitest'
import { findOrder, historyOf } from '../../../src/core/find-order.ts'
import { anAccount, type TestAccount } from '../../support/fixtures.ts'
import { useGateway } from '../../support/gateway.ts'
import { call, callByKey, countOrders } from './client.ts'

const gateway = useGateway()

const minimal = { bill_email: 'ada@example.com', goods: [{ good_name: 'invoice' }] }
const address = {
  bill_first_name: 'Ada',
  bill_surname: 'Example',
  bill_country: 'Россия',
  bill_city: '-',
  bill_address: '-',
}

async function place(shop: TestAccount, params: object = {}) {
  return call(gateway(), shop, 'CreateOrder', { ...minimal, ...params })
}

async function placed(shop: TestAccount, params: object = {}) {
  const { code, result } = await place(shop, params)
  expect(code).toBe(0)
  return findOrder(gateway().ctx, shop.account, result.bill_id)
}

describe('CreateOrder', () => {
  it('places an order at the catalogue’s price and gives number and pay link', async () => {
    const shop = await anAccount(gateway().ctx)
    const { code, errorText, result } = await place(shop)
    expect([code, errorText]).toEqual([0, 'OK'])
    const order = await findOrder(gateway().ctx, shop.account, result.bill_id)
    const path = `${shop.account.login}-${order.number}-${order.payKey}`
    expect(result).toEqual({ bill_id: order.number, link: `/bill/${path}` })
    expect(order).toMatchObject({ total: 15_000_000n, dialect: 'influencersoft' })
  })

  it('keeps everything that was sent, each in its place', async () => {
    const shop = await anAccount(gateway().ctx)
    const order = await placed(shop, {
      ...address,
      goods: [
        { good_name: 'invoice', good_sum: '0' },
        { good_name: 'mug', good_sum: '9.5' },
        { good_name: 'mug', good_sum: '' },
      ],
      bill_otchestvo: 'Ivanovna',
      bill_phone: '+7 900',
      bill_region: 'Moscow',
      bill_postal_code: '101000',
      bill_tag: 'landing',
      bill_comment: 'Привет',
      bill_kupon: 'SPRING',
      bill_ip: '192.0.2.7',
      bill_created: 1600000000,
      bill_domain: 'https://pay.example.com/',
      bill_aff: 17,
      bill_paff_name: 'partner',
      utm: { utm_medium: 'cpc', aff_source: 'anna' },
      anything: { nested: ['a', 'b'] },
    })
    expect(order).toMatchObject({
      buyer: { email: 'ada@example.com', firstName: 'Ada', middleName: 'Ivanovna' },
      billing: { country: 'Россия', countryCode: 'RU', city: '-', postcode: '101000' },
      shipping: null,
      coupon: 'SPRING',
      comment: 'Привет',
      tag: 'landing',
      ip: '192.0.2.7',
      payDomain: 'pay.example.com',
      createdAt: 1_600_000_000_000,
      utm: { medium: 'cpc', aff_source: 'anna' },
      fields: { bill_aff: '17', bill_paff_name: 'partner', anything: { nested: ['a', 'b'] } },
      total: 15_000_000n + 95_000n + 129_000n,
    })
    const { result } = await call(gateway(), shop, 'getOrderDetails', { bill_id: order.number })
    expect(result).toMatchObject({
      country: 'Россия',
      kupon: 'SPRING',
      coupon: 'SPRING',
      domain: 'pay.example.com',
      link: `http://pay.example.com/bill/${shop.account.login}-${order.number}-${order.payKey}`,
      utm: { medium: 'cpc', source: '' },
      created: 1600000000,
      good_count: 3,
    })
    expect(result.utm).not.toHaveProperty('aff_source')
  })

  it('takes the other names of middle name and coupon, and keeps both where they differ', async () => {
    const shop = await anAccount(gateway().ctx)
    const order = await placed(shop, {
      bill_middle_name: 'M',
      bill_otchestvo: 'O',
      bill_coupon: 'C',
    })
    expect(order).toMatchObject({
      buyer: { middleName: 'M' },
      coupon: 'C',
      fields: { bill_otchestvo: 'O' },
    })
  })

  it('reads cp1251 and stores it as UTF-8', async () => {
    const shop = await anAccount(gateway().ctx)
    const order = await placed(shop, { bill_comment: Buffer.from([0xcf, 0xf0, 0xe8]) })
    expect(order.comment).toBe('При')
  })

  it.each([
    ['no e-mail', 600, { bill_email: '' }],
    ['an e-mail without a dot', 600, { bill_email: 'ada@example' }],
    ['e-mails as a list', 600, { bill_email: ['ada@example.com'] }],
    ['no goods', 603, { goods: [] }],
    ['goods as a word', 603, { goods: 'invoice' }],
    ['a product without a name', 3, { goods: [{ good_sum: 5 }] }],
    ['a price in words', 3, { goods: [{ good_name: 'invoice', good_sum: 'ten' }] }],
    ['a negative price', 3, { goods: [{ good_name: 'invoice', good_sum: '-1' }] }],
    ['an amount too large', 602, { goods: [{ good_name: 'invoice', good_sum: '1e12' }] }],
    ['an unknown product', 604, { goods: [{ good_name: 'kurs-1' }] }],
    ['a physical product without address', 605, { goods: [{ good_name: 'mug' }] }],
    [
      'a physical product without a city',
      605,
      { ...address, bill_city: '', goods: [{ good_name: 'mug' }] },
    ],
    ['a timer in words', 3, { bill_timer_kill: 'soon' }],
    ['a time of creation in words', 3, { bill_created: 'now' }],
    ['a domain with a space', 3, { bill_domain: 'my shop' }],
    ['a comment as a list', 3, { bill_comment: ['a'] }],
  ])('answers %s with %i and places nothing', async (_, code, params) => {
    const shop = await anAccount(gateway().ctx)
    expect(await place(shop, params)).toMatchObject({ status: 200, code, result: [] })
    expect(await countOrders(gateway(), shop)).toBe(0)
  })

  it('tells the operator which parts of the address are missing', async () => {
    const shop = await anAccount(gateway().ctx)
    const goods = [{ good_name: 'mug' }]
    await place(shop, { ...address, bill_city: '', bill_surname: '', goods })
    const lines = gateway().logText().trim().split('\n')
    expect(lines.findLast((line) => line.includes('"msg":"call"'))).toContain(
      '"outcome":"address-incomplete","reason":"without bill_surname, bill_city"',
    )
  })

  it('names the unknown product only where that cannot be misused', async () => {
    const shop = await anAccount(gateway().ctx)
    const named = await place(shop, { goods: [{ good_name: 'kurs-1' }] })
    expect(named.errorText).toBe('Product not exist kurs-1')
    const unnamed = await place(shop, { goods: [{ good_name: `x::${shop.account.login}` }] })
    expect(unnamed).toMatchObject({ code: 604, errorText: 'Product not exist' })
  })

  it('answers 602 once no number is left', async () => {
    const shop = await anAccount(gateway().ctx)
    await gateway().database.sql`
      update counters set next = 2147483648
      where account_id = ${shop.account.id} and name = 'order'`
    expect((await place(shop)).code).toBe(602)
    expect(await countOrders(gateway(), shop)).toBe(0)
  })

  it('answers a repeat with 601 and the first order', async () => {
    const shop = await anAccount(gateway().ctx)
    const first = await place(shop)
    const again = await place(shop)
    expect(again).toMatchObject({ code: 601, result: first.result })
    // Another wording of the same wish, while the first still waits.
    const alike = await place(shop, { bill_email: 'ADA@example.com', bill_comment: 'again' })
    expect(alike).toMatchObject({ code: 601, result: first.result })
    // The first order's pay link stands, whatever domain the repeat names.
    const elsewhere = await place(shop, { bill_domain: 'pay.example' })
    expect(elsewhere).toMatchObject({ code: 601, result: first.result })
    expect(await countOrders(gateway(), shop)).toBe(1)
  })

  it('makes one order of fifty identical calls at once', async () => {
    const shop = await anAccount(gateway().ctx)
    const answers = await Promise.all(Array.from({ length: 50 }, () => place(shop)))
    expect(new Set(answers.map(({ result }) => result.bill_id)).size).toBe(1)
    expect(answers.filter(({ code }) => code === 0)).toHaveLength(1)
    expect(answers.filter(({ code }) => code === 601)).toHaveLength(49)
    expect(await countOrders(gateway(), shop)).toBe(1)
  })

  it.each([
    ['0', undefined],
    ['1', undefined],
    ['', undefined],
    ['1900000000', 1_900_000_000_000],
  ])('sets the timer %s of a product without one to %s', async (bill_timer_kill, dueAt) => {
    const shop = await anAccount(gateway().ctx)
    await placed(shop, { bill_timer_kill })
    expect(await dueTimeOf(shop)).toBe(dueAt)
  })

  it('sets the shortest timer of its products where it is asked to', async () => {
    const shop = await anAccount(gateway().ctx)
    const timer = { good_timer: 1, good_timer_unit: 'hour' }
    const update = (good_name: string, good_timer_duration: number) =>
      call(gateway(), shop, 'UpdateGood', { ...timer, good_name, good_timer_duration })
    await update('invoice', 48)
    await update('sales', 3)
    const goods = [{ good_name: 'invoice' }, { good_name: 'sales' }]
    await placed(shop, { goods, bill_timer_kill: true, bill_created: 1900000000 })
    expect(await dueTimeOf(shop)).toBe(1_900_000_000_000 + 3 * 3_600_000)
  })
})

async function dueTimeOf({ account }: TestAccount): Promise<number | undefined> {
  const [row] = await gateway().database.sql`
    select due_at from order_timers where account_id = ${account.id}`
  return row?.due_at.getTime()
}

describe('createorder of API 2.0', () => {
  const sent = {
    customer_email: 'grace@example.com',
    customer_first_name: 'Grace',
    customer_last_name: 'Example',
    product_names: 'invoice, mug,sales',
    product_prices: '10,,',
  }

  it('places what the comma lists say, with addresses and campaign', async () => {
    const shop = await anAccount(gateway().ctx, { settings: { timezone: 'Europe/Moscow' } })
    const { code, result } = await callByKey(gateway(), shop, 'createorder', {
      ...sent,
      customer_shipping: '1 Dock Road',
      customer_shipping_city: 'Hull',
      customer_shipping_country_code: 'GB',
      customer_billing_city: 'Leeds',
      order_created_at: '30.01.2020 04:22:16',
      note: 'ring twice',
      utm_medium: 'mail',
      affiliates: 'anna,boris',
    })
    expect(code).toBe(0)
    const order = await findOrder(gateway().ctx, shop.account, result.bill_id)
    expect(order).toMatchObject({
      billing: { city: 'Leeds' },
      shipping: { line1: '1 Dock Road', city: 'Hull', countryCode: 'GB', firstName: 'Grace' },
      comment: 'ring twice',
      utm: { medium: 'mail' },
      fields: { affiliates: 'anna,boris' },
      createdAt: Date.UTC(2020, 0, 30, 1, 22, 16),
      total: 100_000n + 129_000n + 9_900_000n,
      payment: 'waiting',
    })
    expect(JSON.stringify(order.fields)).not.toContain(shop.credential.secret)
  })

  it.each([
    ['Expected', 'waiting', ['placed']],
    ['Paid', 'paid', ['placed', 'paid', 'released']],
    ['Cancel', 'cancelled', ['placed', 'paid', 'released', 'cancelled']],
    ['MoneyBack', 'refunded', ['placed', 'paid', 'released', 'refunded']],
  ])('carries out the order status %s', async (order_status, payment, events) => {
    const shop = await anAccount(gateway().ctx)
    const order_paid_at = '2019-07-30 04:22:16'
    const params = { ...sent, order_status, order_paid_at }
    const { result } = await callByKey(gateway(), shop, 'createorder', params)
    const order = await findOrder(gateway().ctx, shop.account, result.bill_id)
    expect(order.payment).toBe(payment)
    if (payment !== 'waiting') expect(order.paidAt).toBe(Date.UTC(2019, 6, 30, 4, 22, 16))
    const history = await historyOf(gateway().ctx, shop.account, order.number)
    expect(history.map(({ kind }) => kind)).toEqual(events)
  })

  it('answers a repeat with 601 and the first order', async () => {
    const shop = await anAccount(gateway().ctx)
    const first = await callByKey(gateway(), shop, 'CreateOrder', sent)
    const again = await callByKey(gateway(), shop, 'createorder', sent)
    expect(again).toMatchObject({ code: 601, result: first.result })
  })

  it.each([
    ['no products', 603, { product_names: ' , ' }],
    ['an unknown product', 604, { product_names: 'invoice,nope' }],
    ['no e-mail', 600, { customer_email: '' }],
    ['an unknown status', 3, { order_status: 'Lost' }],
    ['no date', 3, { order_created_at: 'yesterday' }],
    ['the 31st of April', 3, { order_created_at: '31.04.2020 00:00:00' }],
    ['a 25th hour', 3, { order_paid_at: '2020-04-30 25:00:00' }],
    ['a date before the calendar', 3, { order_created_at: '01.01.0050' }],
    ['a date that leaves the calendar', 3, { order_created_at: '9999-12-31 23:59:60' }],
  ])('answers %s with %i and places nothing', async (_, code, params) => {
    const shop = await anAccount(gateway().ctx)
    const answered = await callByKey(gateway(), shop, 'createorder', { ...sent, ...params })
    expect(answered.code).toBe(code)
    expect(await countOrders(gateway(), shop)).toBe(0)
  })

  it('answers 4 to another key', async () => {
    const shop = await anAccount(gateway().ctx)
    const answered = await callByKey(gateway(), shop, 'createorder', { ...sent, rpsKey: 'no' })
    expect(answered.code).toBe(4)
    expect(await countOrders(gateway(), shop)).toBe(0)
  })
})
