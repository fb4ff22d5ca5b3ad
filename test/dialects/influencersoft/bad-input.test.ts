import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anAccount, anOrder } from '../../support/fixtures.ts'
import { useGateway } from '../../support/gateway.ts'
import { call, callByKey, checked, countOrders, post } from './client.ts'

const gateway = useGateway()

const functions = [
  'UpdateOrderStatus',
  'CreateOrder',
  'GetOrders',
  'GetOrderInfo',
  'getOrderDetails',
  'getOrdersWithGoods',
  'GetBills',
  'DeleteOrder',
  'GetAllGoods',
  'AddGood',
  'UpdateGood',
  'DeleteGood',
  'AddLeadToGroup',
]

const names = [
  ...['bill_id', 'status', 'date', 'rpo', 'goods', 'bill_email', 'bill_created', 'bill_domain'],
  ...['bill_timer_kill', 'utm', 'date_s', 'date_e', 'begin_date', 'end_date', 'paid', 'email'],
  ...['pay_status', 'good_name', 'good_sum', 'good_type', 'good_title', 'lead_email', '__proto__'],
  ...['product_names', 'product_prices', 'customer_email', 'order_status', 'order_paid_at'],
]

const oddText = fc.oneof(
  fc.constantFrom(
    ...['', '0', '1', '-1', '1e400', '99999999999999999999', 'NaN', 'constructor', '__proto__'],
    ...['sent', 'paid', 'return', 'cancel', 'invoice', 'mug', 'a@b.cc', '31.12.9999', '01.01.0001'],
    ...['253402300799', '253402300800', 'ы'.repeat(3000), '\ud83d\ude00', "'; drop table orders"],
    ...['9999-12-31 23:59:59', '1.1.1970', 'Paid', 'MoneyBack', '%00', '\\u0000', '\u2028'],
  ),
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replaceAll('\0', '')),
)

const oddValue = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    oddText,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...names, 'utm_medium', 'x'), tie('value'), { maxKeys: 3 }),
  ),
})).value

const oddParams = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...names), oddValue), {
    maxLength: 8,
    selector: ([name]) => name,
  })
  .map((entries) => new Map(entries as [string, string][]))

function bugs(): string[] {
  const lines = gateway().logText().split('\n')
  return lines.filter((line) => line.includes('a call failed'))
}

describe('bad input', () => {
  it('rightly signed never meets a bug, in any function', async () => {
    const shop = await anAccount(gateway().ctx, { settings: { contacts: 'record' } })
    await anOrder(gateway().ctx, shop.account)
    const one = fc.asyncProperty(fc.constantFrom(...functions), oddParams, async (name, params) => {
      const answered = await call(gateway(), shop, name, params)
      expect([answered.status, answered.code === 8]).toEqual([200, false])
    })
    await fc.assert(one, { numRuns: 600 })
    expect(bugs()).toEqual([])
  })

  it.each([
    ['CreateOrder', { bill_email: '', goods: [{ good_name: 'invoice' }] }],
    ['AddGood', { good_name: 'odd', good_type: '1', good_title: 'Odd', good_sum: '1' }],
    ['UpdateOrderStatus', { bill_id: '100000', status: 'sent', date: '1700000000', rpo: 'R' }],
    ['getOrdersWithGoods', { begin_date: '01.01.2024', paid: '1' }],
  ])('beside what %s needs never meets a bug', async (name, needed) => {
    const shop = await anAccount(gateway().ctx)
    await anOrder(gateway().ctx, shop.account)
    let buyers = 0
    const one = fc.asyncProperty(oddParams, async (params) => {
      const odd = Object.fromEntries(params)
      // Each order is another buyer's, or all but the first would be repeats.
      buyers += 1
      if ('bill_email' in needed) needed.bill_email = `buyer${buyers}@example.com`
      const answered = await call(gateway(), shop, name, { ...odd, ...needed })
      expect([answered.status, answered.code === 8]).toEqual([200, false])
      const again = await call(gateway(), shop, name, { ...needed, ...odd })
      expect([again.status, again.code === 8]).toEqual([200, false])
    })
    await fc.assert(one, { numRuns: 100 })
    expect((await call(gateway(), shop, 'GetOrders')).code).toBe(0)
    expect(bugs()).toEqual([])
  })

  it('with the right key never meets a bug in API 2.0', async () => {
    const shop = await anAccount(gateway().ctx)
    const good = { product_names: 'invoice', customer_email: 'ada@example.com' }
    const one = fc.asyncProperty(oddParams, async (params) => {
      const answered = await callByKey(gateway(), shop, 'createorder', {
        ...good,
        ...Object.fromEntries(params),
      })
      expect([answered.status, answered.code === 8]).toEqual([200, false])
    })
    await fc.assert(one, { numRuns: 200 })
    expect(bugs()).toEqual([])
  })

  it('of more products than a call can name is refused, and nothing is ordered', async () => {
    const shop = await anAccount(gateway().ctx)
    const params = (count: number) => ({
      customer_email: 'ada@example.com',
      product_names: Array.from({ length: count }, () => 'invoice').join(','),
    })
    const refused = await callByKey(gateway(), shop, 'createorder', params(1001))
    expect([refused.status, refused.code]).toEqual([200, 3])
    expect(await countOrders(gateway(), shop)).toBe(0)
    expect((await callByKey(gateway(), shop, 'createorder', params(1000))).code).toBe(0)
  })

  it('of any bytes gets a signed envelope with a code of the proof', async () => {
    const shop = await anAccount(gateway().ctx)
    const type = fc.constantFrom(
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=b',
      'multipart/form-data',
      'application/json',
      'text/plain',
    )
    const one = fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), type, async (bytes, sent) => {
      const path = `/influencersoft/${shop.account.login}/api/CreateOrder`
      const response = await post(gateway(), path, Uint8Array.from(bytes), sent)
      const { status, code } = await checked(response, shop.credential.secret)
      expect(status).toBe(200)
      expect([1, 2, 4]).toContain(code)
    })
    await fc.assert(one, { numRuns: 200 })
  })
})
