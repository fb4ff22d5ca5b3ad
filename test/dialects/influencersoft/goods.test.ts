import { describe, expect, it } from 'vitest'
import { findGood } from '../../../src/core/goods.ts'
import { anAccount } from '../../support/fixtures.ts'
import { useGateway } from '../../support/gateway.ts'
import { call, callByKey } from './client.ts'

const gateway = useGateway()
const book = { good_name: 'book', good_type: 'real', good_title: 'A book', good_sum: '12.50' }

describe('the catalogue', () => {
  it('is listed by GetAllGoods with prices as texts', async () => {
    const shop = await anAccount(gateway().ctx)
    const { code, result } = await call(gateway(), shop, 'GetAllGoods')
    expect(code).toBe(0)
    expect(result).toEqual([
      row('invoice', 'Invoice pack', '1500.00', 0),
      row('sales', 'Sales letters', '990.00', 0),
      row('mug', 'Stoneware mug', '12.90', 1),
    ])
    expect(result.map(({ good_id }: { good_id: number }) => good_id)).toEqual([1, 2, 3])
  })

  it('is short in getgoods of API 2.0', async () => {
    const shop = await anAccount(gateway().ctx)
    const { result } = await callByKey(gateway(), shop, 'GetGoods')
    expect(result[0]).toEqual({ id: 1, good_name: 'invoice', good_title: 'Invoice pack' })
  })

  it('answers 700 when empty, and an empty list in API 2.0', async () => {
    const shop = await anAccount(gateway().ctx, { goods: [] })
    const answered = await call(gateway(), shop, 'GetAllGoods')
    expect(answered).toMatchObject({ code: 700, errorText: 'No products', result: [] })
    expect(await callByKey(gateway(), shop, 'getgoods')).toMatchObject({ code: 0, result: [] })
  })
})

function row(good_name: string, good_title: string, good_sum: string, good_type: number) {
  return { good_id: expect.any(Number), good_name, good_title, good_sum, good_type }
}

describe('AddGood, UpdateGood and DeleteGood', () => {
  it('add a product with all that was said of it', async () => {
    const shop = await anAccount(gateway().ctx)
    const notify = { good_api_url_notif: 'https://shop.example.com/paid', good_timer: '1' }
    expect((await call(gateway(), shop, 'AddGood', { ...book, ...notify })).code).toBe(0)
    expect(await findGood(gateway().ctx, shop.account, 'book')).toMatchObject({
      title: 'A book',
      price: 125_000n,
      type: 'physical',
      fields: notify,
    })
  })

  it('take the same AddGood twice, and refuse another one under the code', async () => {
    const shop = await anAccount(gateway().ctx)
    const answers = await Promise.all([
      call(gateway(), shop, 'AddGood', book),
      call(gateway(), shop, 'AddGood', book),
    ])
    expect(answers.map(({ code }) => code)).toEqual([0, 0])
    const other = { ...book, good_sum: 1 }
    expect((await call(gateway(), shop, 'AddGood', other)).code).toBe(3)
    expect((await findGood(gateway().ctx, shop.account, 'book')).price).toBe(125_000n)
  })

  it('change what is sent and leave the rest', async () => {
    const shop = await anAccount(gateway().ctx)
    await call(gateway(), shop, 'AddGood', { ...book, good_timer: 1 })
    const change = { good_name: 'book', good_sum: 20, good_timer: 0, good_title: '' }
    expect((await call(gateway(), shop, 'UpdateGood', change)).code).toBe(0)
    expect(await findGood(gateway().ctx, shop.account, 'book')).toMatchObject({
      title: 'A book',
      price: 200_000n,
      type: 'physical',
      fields: { good_timer: '0' },
    })
  })

  it('take a product out, after which orders for it answer 604', async () => {
    const shop = await anAccount(gateway().ctx)
    expect((await call(gateway(), shop, 'DeleteGood', { good_name: 'sales' })).code).toBe(0)
    const order = { bill_email: 'ada@example.com', goods: [{ good_name: 'sales' }] }
    expect((await call(gateway(), shop, 'CreateOrder', order)).code).toBe(604)
    const again = await call(gateway(), shop, 'DeleteGood', { good_name: 'sales' })
    expect(again).toMatchObject({ code: 604, errorText: 'Product not exist sales' })
  })

  it.each([
    ['AddGood', 3, { ...book, good_title: '' }],
    ['AddGood', 3, { ...book, good_type: 'liquid' }],
    ['AddGood', 3, { ...book, good_type: 'constructor' }],
    ['AddGood', 3, { ...book, good_sum: 'cheap' }],
    ['AddGood', 3, { ...book, good_sum: -1 }],
    ['AddGood', 3, { ...book, good_name: ' ' }],
    ['UpdateGood', 3, { good_title: 'x' }],
    ['UpdateGood', 604, { good_name: 'nope', good_title: 'x' }],
    ['UpdateGood', 3, { good_name: 'mug', good_sum: 'x' }],
    ['DeleteGood', 3, {}],
  ])('%s answers %i to %o', async (name, code, params) => {
    const shop = await anAccount(gateway().ctx)
    expect((await call(gateway(), shop, name, params)).code).toBe(code)
    expect((await call(gateway(), shop, 'GetAllGoods')).result).toHaveLength(3)
  })
})

describe('contact and partner functions', () => {
  const lead = { lead_email: 'Ada@Example.com', lead_name: 'Ada', rid: ['g1'] }
  const names = ['AddLeadToGroup', 'DeleteSubscribe', 'GetAllGroups', 'GetPartnerStats']

  it.each(names)('%s is refused with code 8 unless the account records them', async (name) => {
    const shop = await anAccount(gateway().ctx)
    const answered = await call(gateway(), shop, name, lead)
    expect(answered).toMatchObject({ status: 200, code: 8, result: [] })
    expect(answered.errorText).toContain('not offered')
    expect(await recordsOf(shop.account.id)).toEqual([])
  })

  it('are recorded where the account wants it', async () => {
    const shop = await anAccount(gateway().ctx, { settings: { contacts: 'record' } })
    expect((await call(gateway(), shop, 'addleadtogroup', lead)).code).toBe(0)
    const tag = { lead_email: 'ada@example.com', add_tags: 'vip' }
    expect((await callByKey(gateway(), shop, 'AddTagToLead', tag)).code).toBe(0)
    expect(await recordsOf(shop.account.id)).toEqual([
      { email_folded: 'ada@example.com', data: lead },
      { email_folded: 'ada@example.com', data: tag },
    ])
    expect((await call(gateway(), shop, 'AddLeadToGroup', { lead_email: '' })).code).toBe(100)
    expect(await call(gateway(), shop, 'GetAllGroups')).toMatchObject({ code: 0, result: [] })
    expect((await callByKey(gateway(), shop, 'getalllists')).result).toEqual([])
  })
})

async function recordsOf(accountId: number) {
  return [
    ...(await gateway().database.sql`
      select email_folded, data from contact_records
      where account_id = ${accountId} order by event_id`),
  ].map((record) => ({ ...record }))
}
