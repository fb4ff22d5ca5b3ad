import { describe, expect, it } from 'vitest'
import { anAccount, type TestAccount } from '../../support/fixtures.ts'
import { useGateway } from '../../support/gateway.ts'
import { call } from './client.ts'

const gateway = useGateway()
const book = { good_name: 'book', good_type: 'digital', good_title: 'A book', good_sum: '12.50' }
// An address, so that no test asks a name server.
const [ofNew, ofLater] = ['https://93.184.215.14/new', 'https://93.184.215.14/later']
const naming = { good_api_url_new_order: ofNew, good_api_url_notif: ofLater }

async function endpointsOf({ account }: TestAccount) {
  const rows = await gateway().database.sql`
    select e.id, e.url, e.format, e.types, e.secret, e.disabled_why,
      (select count(*)::int from product_endpoints p
        where p.account_id = e.account_id and p.endpoint_id = e.id) as products
    from endpoints e where account_id = ${account.id} order by id`
  return rows.map((row) => ({ ...row }))
}

async function deliveriesOf({ account }: TestAccount) {
  const rows = await gateway().database.sql<{ endpoint: number; number: number; body: string }[]>`
    select endpoint_id as endpoint, number, body from deliveries
    where account_id = ${account.id} order by number, seq, endpoint_id`
  return rows.map(({ endpoint, number, body }) => {
    const said = new URLSearchParams(body)
    return [endpoint, number, said.get('status'), said.has('paid')]
  })
}

async function ordered(shop: TestAccount, good_name: string): Promise<number> {
  const order = { bill_email: 'ada@example.com', goods: [{ good_name }] }
  return Number((await call(gateway(), shop, 'CreateOrder', order)).result.bill_id)
}

describe('the URLs of a product', () => {
  it('are told of its orders: one of new ones, one of what becomes of them', async () => {
    const shop = await anAccount(gateway().ctx)
    expect((await call(gateway(), shop, 'AddGood', { ...book, ...naming })).code).toBe(0)
    const like = { format: 'influencersoft', secret: null, disabled_why: null, products: 1 }
    expect(await endpointsOf(shop)).toEqual([
      { ...like, id: 1, url: ofNew, types: ['order.placed'] },
      {
        ...like,
        id: 2,
        url: ofLater,
        types: ['order.paid', 'order.cancelled', 'order.expired', 'order.refunded'],
      },
    ])
    const [number, other] = [await ordered(shop, 'book'), await ordered(shop, 'invoice')]
    for (const bill_id of [number, other]) {
      for (const status of ['paid', 'sent', 'cancel']) {
        const told = { bill_id, status, date: 1_362_254_400, rpo: 'RR1' }
        expect((await call(gateway(), shop, 'UpdateOrderStatus', told)).code).toBe(0)
      }
    }
    expect(await deliveriesOf(shop)).toEqual([
      [1, number, 'new_order', false],
      [2, number, null, true],
      [2, number, 'cancel_order', false],
    ])
  })

  it('go with UpdateGood where it sends them empty, and stay where it does not send them', async () => {
    const shop = await anAccount(gateway().ctx)
    await call(gateway(), shop, 'AddGood', { ...book, ...naming })
    const change = { good_name: 'book', good_sum: 20, good_api_url_notif: ' ' }
    expect((await call(gateway(), shop, 'UpdateGood', change)).code).toBe(0)
    expect((await endpointsOf(shop)).map(({ products }) => products)).toEqual([1, 0])
    await call(gateway(), shop, 'UpdateGood', { good_name: 'book', ...naming })
    await call(gateway(), shop, 'UpdateGood', { good_name: 'mug', ...naming })
    expect((await endpointsOf(shop)).map(({ products }) => products)).toEqual([2, 2])
    expect((await call(gateway(), shop, 'DeleteGood', { good_name: 'book' })).code).toBe(0)
    expect((await endpointsOf(shop)).map(({ products }) => products)).toEqual([2, 2])
  })

  it('never make a call fail: one that is refused is kept, disabled, with the reason', async () => {
    const shop = await anAccount(gateway().ctx)
    const urls = { good_api_url_new_order: 'http://127.0.0.1/', good_api_url_notif: 'notify.php' }
    expect((await call(gateway(), shop, 'AddGood', { ...book, ...urls })).code).toBe(0)
    expect((await call(gateway(), shop, 'AddGood', { ...book, ...urls })).code).toBe(0)
    expect((await endpointsOf(shop)).map(({ url, disabled_why }) => [url, disabled_why])).toEqual([
      ['http://127.0.0.1/', expect.any(String)],
      ['notify.php', expect.stringContaining('no URL')],
    ])
    await ordered(shop, 'book')
    expect(await deliveriesOf(shop)).toEqual([])
  })

  it('are the same endpoints for AddGood many times at once', async () => {
    const shop = await anAccount(gateway().ctx)
    const names = ['one', 'two', 'three', 'four', 'one', 'two']
    const answers = await Promise.all(
      names.map((good_name) => call(gateway(), shop, 'AddGood', { ...book, ...naming, good_name })),
    )
    expect(answers.map(({ code }) => code)).toEqual(names.map(() => 0))
    expect((await endpointsOf(shop)).map(({ products }) => products)).toEqual([4, 4])
  })

  it('are none where a list is sent instead', async () => {
    const shop = await anAccount(gateway().ctx)
    const odd = { ...book, good_api_url_notif: { '0': ofLater } }
    expect((await call(gateway(), shop, 'AddGood', odd)).code).toBe(0)
    expect(await endpointsOf(shop)).toEqual([])
  })
})
