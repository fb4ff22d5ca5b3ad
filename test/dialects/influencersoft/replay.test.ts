import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../../src/config.ts'
import { findOrder, historyOf } from '../../../src/core/find-order.ts'
import { saveGoods } from '../../../src/core/goods.ts'
import type { QueryParams } from '../../../src/wire/php-query.ts'
import { anAccount, anOrder, type TestAccount } from '../../support/fixtures.ts'
import { type Gateway, startGateway, useGateway } from '../../support/gateway.ts'
import { call, callByKey, checked, countOrders, post, signedBody } from './client.ts'

const hourMs = 3_600_000
const gateway = useGateway({ settings: { FAILED_PROOFS_PER_MINUTE: '5' } })
let second: Gateway
let closeSecond: () => Promise<void> = async () => undefined

/** Another gateway on the same book. */
beforeAll(async () => {
  const started = await startGateway(gateway().database, readConfig({ PORT: '0' }), {})
  second = started.gateway
  closeSecond = started.close
  second.clock.now = gateway().clock.now
})
afterAll(() => closeSecond())

function aShop(replayMemoryMs = 24 * hourMs): Promise<TestAccount> {
  return anAccount(gateway().ctx, { settings: { replayMemoryMs } })
}

function later(ms: number): void {
  gateway().clock.now += ms
  second.clock.now += ms
}

let buyers = 0

function aWish(): QueryParams {
  buyers += 1
  return {
    goods: [{ good_name: 'invoice', good_sum: '1500.00' }],
    bill_email: `buyer-${buyers}@example.com`,
  }
}

const paid = { status: 'paid', date: 1_700_000_000 }

async function rowsOf({ account }: TestAccount) {
  return gateway().database.sql`
    select function, answer from replays where account_id = ${account.id}`
}

function lastCall(at: Gateway): Record<string, unknown> {
  const lines = at.logText().trim().split('\n')
  return JSON.parse(lines.findLast((line) => line.includes('"msg":"call"')) ?? '{}')
}

describe('the same call again', () => {
  it('gives the first answer to the letter, signed anew, from every gateway', async () => {
    const shop = await aShop()
    const wish = aWish()
    const first = await call(gateway(), shop, 'CreateOrder', wish)
    expect(first).toMatchObject({ code: 0, result: { bill_id: expect.any(Number) } })
    for (const [at, name] of [
      [gateway(), 'CreateOrder'],
      [second, 'CreateOrder'],
      [second, 'cReAtEoRdEr'],
    ] as const) {
      const again = await call(at, shop, name, wish)
      expect([again.status, again.text]).toEqual([200, first.text])
      expect(again.headers.get('webhook-id')).not.toBe(first.headers.get('webhook-id'))
      expect(lastCall(at)).toMatchObject({ function: 'CreateOrder', outcome: 'ok' })
      expect(lastCall(at).reason).toContain('repeated')
    }
    expect(await countOrders(gateway(), shop)).toBe(1)
  })

  it('is known however it is spelt', async () => {
    const shop = await aShop()
    const { account, credential } = shop
    const path = `/influencersoft/${account.login}/api/CreateOrder`
    const signed = signedBody(aWish(), account.login, credential.secret)
    const [query = '', hash = ''] = signed.split('&hash=')
    const form = new FormData()
    for (const [name, value] of new URLSearchParams(signed)) form.append(name, value)
    const texts: string[] = []
    for (const body of [signed, `hash=${hash}&${query}`, `%68ash=${hash}&${query}`, form]) {
      texts.push((await checked(await post(gateway(), path, body), credential.secret)).text)
    }
    expect(new Set(texts).size).toBe(1)
    expect(await countOrders(gateway(), shop)).toBe(1)
  })

  it('does nothing even where the order has moved on; another parameter makes it a new one', async () => {
    const shop = await aShop()
    const { ctx } = gateway()
    const number = await anOrder(ctx, shop.account)
    const cancel = { bill_id: number, status: 'cancel' }
    await call(gateway(), shop, 'UpdateOrderStatus', cancel)
    await call(gateway(), shop, 'UpdateOrderStatus', { bill_id: number, ...paid })
    expect(await call(second, shop, 'UpdateOrderStatus', cancel)).toMatchObject({ code: 0 })
    expect(await findOrder(ctx, shop.account, number)).toMatchObject({ payment: 'paid' })
    await call(second, shop, 'UpdateOrderStatus', { ...cancel, ts: 1_700_000_001 })
    expect(await findOrder(ctx, shop.account, number)).toMatchObject({ payment: 'cancelled' })
  })

  it('at once, through two gateways, is carried out once and answered alike', async () => {
    const shop = await aShop()
    const wish = aWish()
    const heard = await Promise.all(
      Array.from({ length: 6 }, (_, n) =>
        call(n % 2 === 0 ? gateway() : second, shop, 'CreateOrder', wish),
      ),
    )
    expect(heard.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0])
    expect(new Set(heard.map(({ text }) => text)).size).toBe(1)
    expect(await countOrders(gateway(), shop)).toBe(1)
  })

  it.each([
    ['just before the window ends, is answered from memory', -1, ['placed', 'paid', 'released']],
    ['once it has ended, is asked of the book', 0, ['placed', 'paid', 'released']],
  ])('%s', async (_when, ms, kinds) => {
    const shop = await aShop(hourMs)
    const number = await anOrder(gateway().ctx, shop.account)
    const params = { bill_id: number, ...paid }
    await call(gateway(), shop, 'UpdateOrderStatus', params)
    later(hourMs + ms)
    const again = await call(second, shop, 'UpdateOrderStatus', params)
    expect(again).toMatchObject({ code: 0 })
    expect(String(lastCall(second).reason ?? '').includes('repeated')).toBe(ms < 0)
    const history = await historyOf(gateway().ctx, shop.account, number)
    expect(history.map(({ kind }) => kind)).toEqual(kinds)
  })

  it('that was refused before is carried out once it can be', async () => {
    const shop = await aShop()
    const wish = { ...aWish(), goods: [{ good_name: 'novelty', good_sum: '10.00' }] }
    expect(await call(gateway(), shop, 'CreateOrder', wish)).toMatchObject({ code: 604 })
    await saveGoods(gateway().ctx, shop.account, [
      { code: 'novelty', title: 'Novelty', price: 100_000n, type: 'digital' },
    ])
    expect(await call(second, shop, 'CreateOrder', wish)).toMatchObject({ code: 0 })
  })

  it('of a database that was away is carried out', async () => {
    const shop = await aShop()
    const number = await anOrder(gateway().ctx, shop.account)
    const params = { bill_id: number, ...paid }
    await gateway().database.sql`alter table order_events rename to order_events_away`
    const bug = await call(gateway(), shop, 'UpdateOrderStatus', params)
    await gateway().database.sql`alter table order_events_away rename to order_events`
    expect(bug.code).toBe(8)
    expect(await call(second, shop, 'UpdateOrderStatus', params)).toMatchObject({ code: 0 })
    expect(await findOrder(gateway().ctx, shop.account, number)).toMatchObject({ payment: 'paid' })
  })
})

describe('a signed text under another function', () => {
  it('hears of a wrong hash, and the order stands', async () => {
    const shop = await aShop()
    const bill_id = await anOrder(gateway().ctx, shop.account)
    expect(await call(gateway(), shop, 'GetOrderInfo', { bill_id })).toMatchObject({ code: 0 })
    expect(await call(second, shop, 'DeleteOrder', { bill_id })).toMatchObject({
      status: 200,
      code: 4,
      errorText: 'Incorrect hash',
      result: [],
    })
    expect(lastCall(second)).toMatchObject({
      function: 'DeleteOrder',
      outcome: 'proof-wrong',
      reason: 'the same signed text came before, for getorderinfo',
    })
    expect(await findOrder(gateway().ctx, shop.account, bill_id)).toMatchObject({ hidden: false })
    const otherwise = { bill_id, ts: 1_700_000_000 }
    expect(await call(second, shop, 'DeleteOrder', otherwise)).toMatchObject({ code: 0 })
  })

  it('is refused to one that reads after one that wrote', async () => {
    const shop = await aShop()
    const bill_id = await anOrder(gateway().ctx, shop.account)
    await call(gateway(), shop, 'DeleteOrder', { bill_id })
    expect(await call(gateway(), shop, 'getOrderDetails', { bill_id })).toMatchObject({ code: 4 })
  })

  it('counts as no failed proof', async () => {
    const shop = await aShop()
    const bill_id = await anOrder(gateway().ctx, shop.account)
    await call(gateway(), shop, 'GetOrderInfo', { bill_id })
    for (let n = 0; n < 7; n++) {
      expect(await call(gateway(), shop, 'DeleteOrder', { bill_id })).toMatchObject({ code: 4 })
    }
  })
})

describe('functions that read', () => {
  it('are carried out each time, the same text under several names', async () => {
    const shop = await aShop()
    const counts: unknown[] = []
    for (let n = 0; n < 3; n++) {
      await anOrder(gateway().ctx, shop.account, { buyer: { email: `${n}@example.com` } })
      counts.push((await call(gateway(), shop, 'GetOrders')).result.length)
      expect(await call(second, shop, 'GetAllGoods')).toMatchObject({ code: 0 })
    }
    expect(counts).toEqual([1, 2, 3])
    expect(await rowsOf(shop)).toEqual([{ function: 'getorders', answer: null }])
  })
})

describe('what is not remembered', () => {
  it('is anything of an account without the setting', async () => {
    const shop = await aShop(0)
    const wish = aWish()
    expect(await call(gateway(), shop, 'CreateOrder', wish)).toMatchObject({ code: 0 })
    expect(await call(gateway(), shop, 'CreateOrder', wish)).toMatchObject({ code: 601 })
    const bill_id = await anOrder(gateway().ctx, shop.account)
    await call(gateway(), shop, 'GetOrderInfo', { bill_id })
    expect(await call(gateway(), shop, 'DeleteOrder', { bill_id })).toMatchObject({ code: 0 })
    expect(await rowsOf(shop)).toEqual([])
  })

  it('is a call of API 2.0: it holds the key itself', async () => {
    const shop = await aShop()
    const wish = { product_names: 'invoice', customer_email: 'v2@example.com' }
    expect(await callByKey(gateway(), shop, 'createorder', wish)).toMatchObject({ code: 0 })
    expect(await callByKey(gateway(), shop, 'createorder', wish)).toMatchObject({ code: 601 })
    expect(await rowsOf(shop)).toEqual([])
  })

  it('is the call itself: the book holds its digest, and the answer', async () => {
    const shop = await aShop()
    const { text } = await call(gateway(), shop, 'CreateOrder', aWish())
    expect(await rowsOf(shop)).toEqual([{ function: 'createorder', answer: text }])
    expect(text).not.toContain('@example.com')
  })
})
