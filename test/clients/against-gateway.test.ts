import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { anAccount, anOrder, type TestAccount } from '../support/fixtures.ts'
import { useGateway } from '../support/gateway.ts'
import { isPhpReady, needPhp } from '../wire/php.ts'
import { type Driver, driverNames, type Method, type Settings, startDriver } from './drivers.ts'

const gateway = useGateway({ runningClock: true })

const newOrder = {
  goods: [{ good_name: 'mug', good_sum: 12.5 }, { good_name: 'invoice' }],
  bill_email: "o'neil~x*@example.com",
  bill_first_name: 'Анна Мария',
  bill_surname: 'Ли & сын',
  bill_country: 'Россия',
  bill_city: 'Нижний Новгород',
  bill_address: 'ул. Лесная, 5 (двор)',
  bill_comment: 'a+b = c',
  utm: { utm_medium: 'cpc' },
}

describe.each(driverNames)('%s', (name) => {
  let driver: Driver
  beforeAll(() => {
    if (name === 'TypeScript' || isPhpReady) driver = startDriver(name)
  })
  afterAll(() => driver?.stop())
  beforeEach((context) => {
    if (name !== 'TypeScript') needPhp(context)
  })

  /** Every call of a client of one shop; all of it with the signature header required. */
  async function aClient(secret?: string) {
    const shop = await anAccount(gateway().ctx, secret === undefined ? {} : { secret })
    const run = (method: Method, args: readonly unknown[] = [], settings: Settings = {}) =>
      driver.run(targetOf(shop), method, args, { requireSignature: true, ...settings })
    const result = async (method: Method, args: readonly unknown[] = []) => {
      const got = await run(method, args)
      expect({ method, ...got }).toMatchObject({ method, outcome: 'ok' })
      return got.result
    }
    return { shop, run, result }
  }

  it('takes an order from its making to its hiding', async () => {
    const { run, result } = await aClient('k3y # with = ? [ } ; % Ключ')
    const placed = await result('createOrder', [newOrder])
    expect(placed).toMatchObject({ duplicate: false, link: expect.stringContaining('/bill/') })
    const { bill_id } = placed as { bill_id: number }
    expect(await result('createOrder', [newOrder])).toMatchObject({ bill_id, duplicate: true })

    await result('updateOrderStatus', [{ bill_id, status: 'paid', date: 1362168000 }])
    const parcel = { bill_id, status: 'sent', date: 1362254400, rpo: 'RR1' }
    expect(await result('updateOrderStatus', [parcel])).toBeNull()
    expect(await result('getOrderDetails', [bill_id])).toMatchObject({
      id: bill_id,
      email: newOrder.bill_email,
      first_name: newOrder.bill_first_name,
      last_name: newOrder.bill_surname,
      address: newOrder.bill_address,
      comment: newOrder.bill_comment,
      pay_status: 'paid',
      paid: 1362168000,
      sent: 1362254400,
      rpo: 'RR1',
      utm: { medium: 'cpc' },
      items: [{ id: 'mug', sum: '12.50' }, { id: 'invoice' }],
    })
    const withInfo = driver.isPhp ? [bill_id, true] : [bill_id, { goodInfo: true }]
    expect(await result('getOrderDetails', withInfo)).toHaveProperty('good_ids')
    expect(await result('getOrderInfo', [bill_id])).toMatchObject({ id: bill_id })
    expect(await result('getOrders')).toMatchObject([{ id: bill_id }])
    expect(await result('getOrders', [{ goods: ['sales'] }])).toEqual([])
    expect(await result('getOrdersWithGoods')).toMatchObject([{ id: bill_id, items: [{}, {}] }])
    const bills = await result('getBills', [{ email: newOrder.bill_email, pay_status: 'paid' }])
    expect(Object.keys(bills as object)).toEqual([String(bill_id)])

    await result('updateOrderStatus', [{ bill_id, status: 'return' }])
    expect(await result('getOrderInfo', [bill_id])).toMatchObject({ delivery_status: 'return' })
    await result('updateOrderStatus', [{ bill_id, status: 'cancel' }])
    expect(await result('getOrderInfo', [bill_id])).toMatchObject({ pay_status: 'cancel' })
    await result('deleteOrder', [bill_id])
    expect(await run('getOrderInfo', [bill_id])).toMatchObject({ outcome: 'api', code: 400 })
    expect(await result('getOrders')).toEqual([])
  })

  it('takes a product from its making to its removal', async () => {
    const { run, result } = await aClient()
    const cup = { good_name: 'cup', good_title: 'Чашка', good_sum: 9.9, good_type: 1 }
    await result('addGood', [cup])
    await result('updateGood', [{ good_name: 'cup', good_sum: '11.00' }])
    const expected = { good_name: 'cup', good_title: 'Чашка', good_sum: '11.00' }
    const goods = await result('getAllGoods')
    expect(goods).toContainEqual(expect.objectContaining(expected))
    expect(goods).toHaveLength(4)
    await result('deleteGood', ['cup'])
    expect(await result('getAllGoods')).toHaveLength(3)
    expect(await run('deleteGood', ['cup'])).toMatchObject({ outcome: 'api' })
  })

  it('hears errors signed, whatever their code', async () => {
    const { run } = await aClient()
    const unknown = { bill_id: 999_999, status: 'cancel' }
    expect(await run('updateOrderStatus', [unknown])).toMatchObject({ outcome: 'api', code: 200 })
    const strange = { ...newOrder, goods: [{ good_name: 'teapot' }] }
    expect(await run('createOrder', [strange])).toMatchObject({
      code: 604,
      text: 'Product not exist teapot',
    })
    expect(await run('call', ['NoSuchFunction', {}])).toMatchObject({ outcome: 'api', code: 3 })
    expect(await run('call', ['AddLeadToGroup', {}])).toMatchObject({ code: 8, isBusy: false })
  })

  it('does not believe a gateway that has another key, and changes nothing there', async () => {
    const { shop, result } = await aClient()
    const bill_id = await anOrder(gateway().ctx, shop.account)
    const impostor = { ...targetOf(shop), secret: 'another' }
    const got = await driver.run(impostor, 'deleteOrder', [bill_id])
    expect(got).toMatchObject({ outcome: 'unverifiable', reason: 'hash' })
    expect(await result('getOrderInfo', [bill_id])).toMatchObject({ id: bill_id })
  })

  it('waits for a busy gateway and repeats until the change is made, once', async () => {
    const { shop, run, result } = await aClient()
    const bill_id = await anOrder(gateway().ctx, shop.account)
    const { id } = shop.account
    const change = { bill_id, status: 'paid', date: 1362168000 }
    const { sql } = gateway().database
    const told = () => gateway().logText().split('"status":503').length
    const toldBefore = told()
    let repeating: Promise<unknown> = Promise.resolve()
    await sql.begin(async (locking) => {
      await locking`
        select 1 from order_states where account_id = ${id} and number = ${bill_id} for update`
      expect(await run('updateOrderStatus', [change])).toMatchObject({
        outcome: 'api',
        code: 8,
        isBusy: true,
        retryAfterSeconds: 1,
      })
      repeating = run('updateOrderStatus', [change], { retries: 100, retryWait: 0.05 })
      await expect.poll(told, { timeout: 30_000 }).toBeGreaterThan(toldBefore + 1)
    })
    expect(await repeating).toMatchObject({ outcome: 'ok' })
    expect(await result('getOrderInfo', [bill_id])).toMatchObject({ paid: 1362168000 })
    const paid = await sql`
      select 1 from order_events
      where account_id = ${id} and number = ${bill_id} and kind = 'paid'`
    expect(paid).toHaveLength(1)
  })
})

function targetOf({ account, credential }: TestAccount) {
  const url = `${gateway().url}/influencersoft/${account.login}/api/`
  return { url, login: account.login, secret: credential.secret }
}
