import { describe, expect, it } from 'vitest'
import { changeOrder } from '../../../src/core/change-order.ts'
import { readDateRange } from '../../../src/dialects/influencersoft/date-range.ts'
import { anAccount, anOrder, type TestAccount } from '../../support/fixtures.ts'
import { useGateway } from '../../support/gateway.ts'
import { call, checked, post, signedBody } from './client.ts'

const gateway = useGateway()
const author = { via: 'operator', credentialId: null }
const day = (text: string) => Date.parse(`${text}Z`)

async function idsOf(shop: TestAccount, name: string, params: object = {}): Promise<number[]> {
  const { code, result } = await call(gateway(), shop, name, { ...params })
  expect(code).toBe(0)
  return result.map(({ id }: { id: number }) => id)
}

describe('the dates of getOrdersWithGoods', () => {
  const now = day('2024-03-20T10:00:00')
  it.each([
    ['', '', 'UTC', '2024-03-20T00:00:00', '2024-03-20T10:00:00'],
    ['01.03.2024', '', 'UTC', '2024-03-01T00:00:00', '2024-03-20T10:00:00'],
    ['01.01.2017', '01.02.2017', 'UTC', '2017-01-01T00:00:00', '2017-02-01T23:59:59.999'],
    ['01.01.2016', '01.02.2017', 'UTC', '2017-01-01T00:00:00', '2017-02-01T23:59:59.999'],
    ['', '01.02.2017', 'UTC', '2017-01-01T00:00:00', '2017-02-01T23:59:59.999'],
    ['1.3.2024', '1.3.2024', 'Europe/Moscow', '2024-02-29T21:00:00', '2024-03-01T20:59:59.999'],
    ['31.12.9999', '31.12.9999', 'America/Lima', '9999-12-31T05:00', '9999-12-31T23:59:59.999'],
    ['01.01.0001', '01.01.0001', 'Asia/Tokyo', '0100-01-01T00:00', '0100-01-01T00:00'],
  ])('%s to %s in %s are %s to %s', (begin, end, timezone, from, to) => {
    expect(readDateRange({ begin, end }, timezone, now)).toEqual({ from: day(from), to: day(to) })
  })

  it.each(['31.04.2024', '2024-03-01', '1/3/2024', '00.00.0000', 'x'])('refuse %s', (end) => {
    expect(() => readDateRange({ begin: '', end }, 'UTC', now)).toThrow()
  })
})

describe('getOrdersWithGoods and GetOrders', () => {
  it('list orders by time, payment and product, of this account only', async () => {
    const shop = await anAccount(gateway().ctx)
    const other = await anAccount(gateway().ctx)
    await anOrder(gateway().ctx, other.account, { createdAt: day('2024-03-02T00:00:00') })
    const make = (at: string, code: string) =>
      anOrder(gateway().ctx, shop.account, {
        createdAt: day(at),
        lines: [{ code, quantity: 1 }],
      })
    const first = await make('2024-03-01T00:00:00', 'invoice')
    const second = await make('2024-03-02T23:59:59', 'mug')
    const third = await make('2024-03-03T00:00:00', 'sales')
    const at = day('2024-04-01T12:00:00')
    const command = { kind: 'pay' as const, at }
    await changeOrder(gateway().ctx, shop.account, { number: first, command, author })

    const span = { begin_date: '01.03.2024', end_date: '02.03.2024' }
    const list = (params: object) => idsOf(shop, 'getOrdersWithGoods', params)
    expect(await list(span)).toEqual([first, second])
    expect(await list({ ...span, paid: 0 })).toEqual([first, second])
    expect(await list({ ...span, paid: 'true' })).toEqual([])
    const april = { begin_date: '01.04.2024', end_date: '01.04.2024' }
    expect(await list({ ...april, paid: 1 })).toEqual([first])
    expect(await list({ ...span, goods: 'mug' })).toEqual([second])
    expect(await list({ ...span, goods: [1, 2] })).toEqual([first])
    expect(await list({ ...span, goods: 999 })).toEqual([])

    const orders = (params: object) => idsOf(shop, 'GetOrders', params)
    expect(await orders({})).toEqual([first, second, third])
    const date_s = day('2024-03-02T23:59:59') / 1000
    expect(await orders({ date_s, date_e: date_s })).toEqual([second])
    expect(await orders({ paid: 1 })).toEqual([first])
    expect(await orders({ paid: 1, date_s, date_e: date_s })).toEqual([])
  })

  it('show items and a JSON false for is_recurrent, and GetOrders a reduced set', async () => {
    const shop = await anAccount(gateway().ctx)
    await anOrder(gateway().ctx, shop.account, { lines: [{ code: 'mug', quantity: 2 }] })
    const { text, result } = await call(gateway(), shop, 'getOrdersWithGoods')
    expect(text).toMatch(/^\{"result":\[\{"id":/)
    expect(result).toMatchObject([{ is_recurrent: false, good_count: 2, kupon: '' }])
    expect(result[0].items).toHaveLength(2)
    expect(result[0].items[0]).not.toHaveProperty('pincode')
    const [reduced] = (await call(gateway(), shop, 'GetOrders')).result
    for (const name of ['items', 'good_count', 'tag', 'coupon', 'kupon', 'bill_sum_topay']) {
      expect(reduced).not.toHaveProperty(name)
    }
  })

  it.each([
    ['getOrdersWithGoods', { begin_date: '2024-01-01' }],
    ['getOrdersWithGoods', { paid: 'perhaps' }],
    ['GetOrders', { date_s: 'monday' }],
  ])('%s answers 3 to %o', async (name, params) => {
    const shop = await anAccount(gateway().ctx)
    expect((await call(gateway(), shop, name, params)).code).toBe(3)
  })

  it('answer a long list in one signed envelope, in order', async () => {
    const shop = await anAccount(gateway().ctx)
    const comment = 'x'.repeat(2000)
    const made = await Promise.all(
      Array.from({ length: 700 }, (_, at) =>
        anOrder(gateway().ctx, shop.account, { comment, createdAt: 1_700_000_000_000 + at }),
      ),
    )
    const body = signedBody({}, shop.account.login, shop.credential.secret)
    const path = `/influencersoft/${shop.account.login}/api/GetOrders`
    const response = await post(gateway(), path, body)
    expect(response.headers.get('webhook-signature')).toBeNull()
    expect(response.headers.get('content-length')).toBeNull()
    const { code, result } = await checked(response, shop.credential.secret)
    expect(code).toBe(0)
    expect(result.map(({ id }: { id: number }) => id)).toEqual(made)
  })
})
