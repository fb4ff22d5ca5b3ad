import { beforeAll, describe, expect, it } from 'vitest'
import { listCatalogue } from '../../../src/core/catalogue.ts'
import { commentsOf, findOrder } from '../../../src/core/find-order.ts'
import type { Account } from '../../../src/model/account.ts'
import { useGateway } from '../../support/gateway.ts'
import { type ErpExchange, type ErpOptions, playErp } from './erp.ts'
import { erpEntries } from './erp-recording.ts'
import { anErpShop, recordedAt } from './erp-shop.ts'

const gateway = useGateway()

beforeAll(() => {
  gateway().clock.now = recordedAt + 90_000
})

function play({ login }: Account, name: string, options: ErpOptions = {}): Promise<ErpExchange[]> {
  return playErp({ port: gateway().port, prefix: `/opencart/${login}` }, name, options)
}

/** The answer to an entry, by its id. */
function answersOf(exchanges: readonly ErpExchange[]): (id: string) => ErpExchange {
  return (id) => {
    const found = exchanges.find(({ entry }) => entry.id.endsWith(`-${id}`))
    if (found === undefined) throw new Error(`there is no entry ${id}`)
    return found
  }
}

async function catalogueOf(account: Account) {
  const all = []
  for await (const page of listCatalogue(gateway().ctx, account, { enabledOnly: false })) {
    all.push(...page)
  }
  return new Map(all.map((product) => [product.article, product]))
}

/** What the recorded shop had an order for beside ours: another address, clock and line numbers. */
function comparable(order: Record<string, unknown>): Record<string, unknown> {
  const { store_url: _url, date_modified: _modified, _products_: goods, ...row } = order
  const lines = (goods as Record<string, unknown>[]).map(
    ({ order_product_id: _id, ...line }) => line,
  )
  return { ...row, lines }
}

const statusText = '"statuses":{"5":"Complete","1":"Pending","2":"Processing","3":"Shipped"}'

describe.each([
  ['v3', 'api_token'],
  ['v2', 'token'],
  ['v4', 'api_token'],
])('the recorded run %s', (name, tokenName) => {
  let account: Account
  let exchanges: ErpExchange[]
  let at: (id: string) => ErpExchange

  beforeAll(async () => {
    const settings = { version: name === 'v2' ? '2.3' : '3.0' }
    account = (await anErpShop(gateway().ctx, { settings })).account
    exchanges = await play(account, name)
    at = answersOf(exchanges)
  })

  it('logs in and gets the version’s own token', () => {
    expect(Object.keys(at('01').json)).toEqual(['success', tokenName])
  })

  it('hears no error, HTTP 200 and JSON throughout', () => {
    for (const { entry, answer, json } of exchanges.slice(1)) {
      expect([entry.id, answer.status, json.error]).toEqual([entry.id, 200, ''])
      expect(answer.text).toMatch(/^\{"error":""/)
      const type = answer.headers.find(([header]) => header.toLowerCase() === 'content-type')
      expect(type?.[1]).toBe('application/json')
    }
  })

  it('gets statuses in the order of their names, and categories by their paths', () => {
    expect(at('02').answer.text).toBe(`{"error":"",${statusText}}`)
    expect(at('03').answer.text).toBe(at('03').entry.answer.body)
  })

  it('gets the order as the recorded shop gave it', () => {
    const [order] = at('04').json.orders
    const [recorded] = JSON.parse(at('04').entry.answer.body).orders
    expect(Object.keys(order)).toEqual(Object.keys(recorded))
    expect(comparable(order)).toEqual(comparable(recorded))
    expect(at('04').json.orders).toHaveLength(1)
  })

  it('gets no orders of no status, and none of one that has none', () => {
    expect([at('05').json.orders, at('06').json.orders]).toEqual([[], []])
  })

  it('moves the order it knows, and passes over the one that is not there', async () => {
    expect(await findOrder(gateway().ctx, account, 12)).toMatchObject({ label: 5 })
    expect(gateway().logText()).toContain('statuses of orders that the shop does not have')
  })

  it('finds articles, products and names', () => {
    expect(at('08').json.articles).toEqual(['CHAI-250', 'KR-01'])
    const recorded = JSON.parse(at('21').entry.answer.body).products
    expect(at('21').json.products).toHaveLength(recorded.length)
    expect(at('21').json.products[1]).toMatchObject({ ...recorded[1], price: '10.5000' })
  })

  it('sets stock and prices by articles that no form encoder touched', async () => {
    const catalogue = await catalogueOf(account)
    expect(catalogue.get('KR-01')).toMatchObject({ stock: 4, price: 2_330_000n })
    expect(catalogue.get('CHAI-250')).toMatchObject({ stock: 7, price: 105_000n })
  })

  it('adds products once, disabled, with names that no form decoder cut', async () => {
    const catalogue = await catalogueOf(account)
    expect([...catalogue.keys()].sort()).toEqual(['CHAI-250', 'KR-01', 'T-1', 'T-2', 'T-3'])
    expect(catalogue.get('T-1')).toMatchObject({
      code: 'T-1',
      sku: 'T-1',
      model: 'T-1',
      enabled: false,
      stock: 3,
      price: 105_000n,
      categoryIds: [20],
    })
    expect(catalogue.get('T-3')).toMatchObject({ title: 'Tea + sugar', categoryIds: [], stock: 1 })
  })
})

describe('the recorded names', () => {
  it('come back as they were sent, and rename the products', async () => {
    const { account } = await anErpShop(gateway().ctx)
    const at = answersOf(await play(account, 'v3'))
    expect(at('22').answer.text).toBe(at('22').entry.answer.body)
    const catalogue = await catalogueOf(account)
    expect(catalogue.get('T-1')?.title).toBe('Tea & "milk" 100%')
    expect(catalogue.get('KR-01')?.title).toBe('Кружка +')
  })
})

describe('the scheduled script', () => {
  it('logs in twice and goes on with both tokens good', async () => {
    const { account } = await anErpShop(gateway().ctx)
    const exchanges = await play(account, 'cron')
    for (const { entry, json } of exchanges) {
      expect([entry.id, json.error ?? '']).toEqual([entry.id, ''])
    }
    const at = answersOf(exchanges)
    const recorded = JSON.parse(at('08').entry.answer.body).products
    expect(at('08').json.products).toEqual([
      { ...recorded[0], quantity: '13' },
      { ...recorded[1], quantity: '3' },
    ])
    expect(at('09').json.orders).toHaveLength(1)
    expect(await findOrder(gateway().ctx, account, 12)).toMatchObject({ label: 5 })
  })
})

describe('the encoded dialect', () => {
  it('says the same as the other', async () => {
    const { ctx } = gateway()
    const { account } = await anErpShop(ctx)
    const exchanges = await play(account, 'encoded')
    for (const { entry, json } of exchanges) {
      expect([entry.id, json.error ?? '']).toEqual([entry.id, ''])
    }
    const catalogue = await catalogueOf(account)
    expect(catalogue.get('KR-01')?.price).toBe(2_330_000n)
    expect(catalogue.get('T-1')).toMatchObject({ title: 'Чай "Earl" & lemon', stock: 3 })
    expect(await findOrder(ctx, account, 12)).toMatchObject({ label: 5 })
    const comments = await commentsOf(ctx, account, 12)
    expect([...comments.values()]).toEqual(['ТТН 20450000000000'])
  })

  it('logs in again once its token is refused, and gets the orders', async () => {
    const { ctx, clock } = gateway()
    const { account } = await anErpShop(ctx)
    const stale = new Set(['encoded_retry-02', 'encoded_retry-05'])
    const before = clock.now
    const exchanges = await play(account, 'encoded_retry', {
      before: ({ id }) => {
        if (stale.has(id)) clock.now += 2 * 3_600_000
      },
    })
    clock.now = before
    const at = answersOf(exchanges)
    for (const id of ['02', '03', '05']) expect(at(id).answer.text).toBe('{"error":"No access"}')
    expect(at('07').json.orders).toHaveLength(1)
  })
})

describe('odd spellings of the route', () => {
  it('are all understood', async () => {
    const { account } = await anErpShop(gateway().ctx)
    const at = answersOf(await play(account, 'old_routes'))
    for (const id of ['02', '04', '07']) expect(at(id).answer.text).toContain(statusText)
    expect(at('05').json.cats).toEqual(at('03').json.cats)
    expect(at('06').json.articles).toEqual(['CHAI-250', 'KR-01'])
  })
})

describe('a caller without access', () => {
  it.each(['badkey3', 'badkey4'])(
    'hears of a wrong key what the version says: %s',
    async (name) => {
      const { account } = await anErpShop(gateway().ctx)
      await gateway().ctx.directory.forget()
      const { login } = account
      const entry = erpEntries.find((one) => one.scenario === name)
      const body = 'username=Default&key=another-key-altogether&'
      const route = name === 'badkey4' ? 'api/account/login' : 'api/login'
      const answer = await fetch(`${gateway().url}/opencart/${login}/index.php?route=${route}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body,
      })
      expect(await answer.text()).toBe(entry?.answer.body)
    },
  )

  it('hears of an address that is not on the list', async () => {
    const { account } = await anErpShop(gateway().ctx, { ipList: ['192.0.2.0/24'] })
    const [exchange] = await play(account, 'badip')
    expect(exchange?.answer.text).toBe(
      exchange?.entry.answer.body.replace('192.0.2.7', '127.0.0.1'),
    )
  })

  it('hears exactly “No access” with a stale token or with none, and moves nothing', async () => {
    const { ctx, clock } = gateway()
    const { account } = await anErpShop(ctx)
    const before = clock.now
    const exchanges = await play(account, 'noaccess', {
      before: ({ id }) => {
        if (id === 'noaccess-02') clock.now += 2 * 3_600_000
      },
    })
    clock.now = before
    const texts = exchanges.slice(1).map(({ answer }) => answer.text)
    expect(texts).toEqual(Array.from({ length: 3 }, () => '{"error":"No access"}'))
    const noToken = await play(account, 'no_token', { leaveOut: ({ id }) => id === 'no_token-01' })
    expect(noToken[0]?.answer.text).toBe('{"error":"No access"}')
    expect(await findOrder(ctx, account, 12)).toMatchObject({ label: 1 })
  })
})
