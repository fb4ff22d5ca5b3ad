import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anAccount } from '../../support/fixtures.ts'
import { useGateway } from '../../support/gateway.ts'
import { act, aFeed, type Feed, listFeed, orderMugs, send, setStatus } from './warehouse.ts'

const gateway = useGateway()
const seed = 20_261_122

async function aWaitingOrder() {
  const { account, credential } = await anAccount(gateway().ctx)
  const feed = await aFeed(gateway(), account)
  const shop = { login: account.login, secret: credential.secret }
  await act(feed, { action: 'stocksync', sku: 'MUG-01', stocklevel: '7' })
  const number = await orderMugs(gateway().url, shop, { who: 0 })
  await setStatus(gateway().url, shop, number, 'paid')
  return { account, feed, number }
}

/** All that a call could change, but for when an order was first looked at. */
async function bookOf(accountId: number): Promise<unknown> {
  const { sql } = gateway().database
  return Promise.all([
    sql`select * from orders where account_id = ${accountId}`,
    sql`select * from order_states where account_id = ${accountId}`,
    sql`select * from order_events where account_id = ${accountId} order by number, seq`,
    sql`select * from order_shipments where account_id = ${accountId}`,
    sql`select * from attention where account_id = ${accountId}`,
    sql`select * from stock where account_id = ${accountId}`,
    sql`select id, article, title from products where account_id = ${accountId} order by id`,
    sql`select number from takings where account_id = ${accountId} and confirmed_at is not null`,
  ])
}

function bugs(): string[] {
  const lines = gateway().logText().split('\n')
  return lines.filter((line) => line.includes('a call failed'))
}

const cased = fc.constantFrom(
  (name: string) => name,
  (name: string) => name.toUpperCase(),
  (name: string) => `${name}[]`,
  (name: string) => `${name}[x][]`,
  (name: string) => `+${name}`,
)

/** Names of the protocol and others, as a caller may write them. */
const oddName = fc
  .tuple(
    cased,
    fc.constantFrom(
      ...['action', 'ordernumber', 'courierservice', 'tracking', 'trackinglink', 'sku'],
      ...['stocklevel', '__proto__', 'constructor', '', '%00', '%zz', '%', 'hash'],
    ),
  )
  .map(([write, name]) => write(name))

/** Values as they stand in an address; none names the order that waits, or a product. */
const oddValue = fc.oneof(
  fc.constantFrom(
    ...['', '0', '-1', '1e400', '99999999999999999999', 'NaN', '%00', '100000%00', '%', '%zz'],
    ...['%F0%28%8C%BC', '%D1%8F', '%22%27%3Bdrop', '..%2F..%2Fetc', '+', '%2B', 'constructor'],
    ...['confirm', 'complete', 'stocksync', 'CONFIRM', '+complete+', 'list', 'cancel', 'x'],
    ...['javascript%3Aalert(1)', 'https://t.example.com/?a=1&b=2', 'MUG', 'A'.repeat(900)],
  ),
  fc.string({ unit: 'binary', maxLength: 30 }).map(encodeLoosely),
)

/** Percent-encoded, lone surrogates replaced. */
function encodeLoosely(text: string): string {
  return encodeURIComponent(text.replace(/[\ud800-\udfff]/g, '\ufffd'))
}

const oddPairs = fc
  .array(fc.tuple(oddName, oddValue), { maxLength: 7 })
  .map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join('&'))

const contentTypes = [
  'application/x-www-form-urlencoded',
  'application/x-www-form-urlencoded; charset=koi8-r',
  'multipart/form-data; boundary=b',
  'multipart/form-data',
  'application/json',
  'text/plain',
  '',
]

/** The status, and whether the body is nothing, a JSON text or a list. */
function kindOf({ status, text }: { readonly status: number; readonly text: string }): string {
  if (text === '') return `${status} nothing`
  const value: unknown = JSON.parse(text)
  return `${status} ${Array.isArray(value) ? 'list' : typeof value}`
}

const good = ['200 nothing', '200 string', '200 list', '503 string', '503 nothing']

describe('odd calls', () => {
  it('with the right key are answered in the protocol, and change nothing', async () => {
    const { account, feed, number } = await aWaitingOrder()
    const before = await bookOf(account.id)
    const path = `/mintsoft/${account.login}`
    const place = fc.constantFrom('query', 'body', 'both')
    const method = fc.constantFrom('GET', 'POST', 'POST', 'PUT', 'HEAD', 'DELETE', 'PATCH')
    const tail = fc.constantFrom('', '/', '/API/', '/API/index.php', '//x/%00', '/%zz')
    const type = fc.constantFrom(...contentTypes)
    const one = fc.asyncProperty(
      fc.tuple(oddPairs, oddPairs, place, method, tail, type),
      async ([first, second, where, verb, end, contentType]) => {
        // Past the minute in which further wrong keys would wait.
        gateway().clock.now += 60_000
        const keyed = (pairs: string) => `APIKEY=${feed.key}&${pairs}`
        const query = where === 'body' ? second : keyed(first)
        const body = where === 'query' ? second : keyed(second)
        const answer = await send(gateway().port, {
          method: verb,
          target: `${path}${end}?${query}`,
          ...(verb === 'GET' || verb === 'HEAD' ? {} : { body, contentType }),
        })
        expect(good).toContain(kindOf(answer))
        if (answer.text !== '') expect(answer.contentType).toMatch(/^application\/json/)
      },
    )
    await fc.assert(one, { numRuns: 500, seed })
    expect(await bookOf(account.id)).toEqual(before)
    expect((await listFeed(feed)).map(({ OrderNumber }) => OrderNumber)).toEqual([number])
    expect(bugs()).toEqual([])
    expect(gateway().logText().toLowerCase()).not.toContain(feed.key)
  })

  it.each([
    ['a repeated number', (n: string) => `action=confirm&ordernumber=${n}&ordernumber=1`],
    ['a list of numbers', (n: string) => `action=confirm&ordernumber[]=${n}`],
    ['a NUL behind the number', (n: string) => `action=confirm&ordernumber=${n}%00`],
    ['a number in full-width digits', () => 'action=confirm&ordernumber=%EF%BC%91%EF%BC%90'],
    ['a number with a sign', (n: string) => `action=complete&ordernumber=-${n}&tracking=T`],
    ['a number with a fraction', (n: string) => `action=confirm&ordernumber=${n}.5`],
    ['a number in hex', (n: string) => `action=confirm&ordernumber=0x${Number(n).toString(16)}`],
    ['an action as a list', (n: string) => `action[]=confirm&ordernumber=${n}`],
    ['no level', () => 'action=stocksync&sku=MUG-01'],
    ['an empty level', () => 'action=stocksync&sku=MUG-01&stocklevel='],
    ['a level that is none', () => 'action=stocksync&sku=MUG-01&stocklevel=NaN'],
    ['a level in hex', () => 'action=stocksync&sku=MUG-01&stocklevel=0x10'],
    ['a broken level', () => 'action=stocksync&sku=MUG-01&stocklevel=12.5'],
    ['a level beyond 32 bits', () => 'action=stocksync&sku=MUG-01&stocklevel=99999999999'],
    ['a list of levels', () => 'action=stocksync&sku=MUG-01&stocklevel[]=3'],
    ['a SKU with a NUL', () => 'action=stocksync&sku=MUG-01%00&stocklevel=3'],
    ['no SKU', () => 'action=stocksync&stocklevel=3'],
  ])('with %s change nothing', async (_, query) => {
    const { account, feed, number } = await aWaitingOrder()
    const before = await bookOf(account.id)
    const target = `/mintsoft/${account.login}?APIKEY=${feed.key}&${query(number)}`
    const answer = await send(gateway().port, { method: 'GET', target })
    expect(kindOf(answer)).toMatch(/^200 (string|list)$/)
    expect(await bookOf(account.id)).toEqual(before)
    expect(bugs()).toEqual([])
  })

  it.each([200_000, 2_000_000])('with a body of %i bytes change nothing', async (bytes) => {
    const { account, feed, number } = await aWaitingOrder()
    const before = await bookOf(account.id)
    const start = `APIKEY=${feed.key}&action=nosuch&ordernumber=${number}&tracking=`
    const answer = await send(gateway().port, {
      method: 'POST',
      target: `/mintsoft/${account.login}`,
      body: start.padEnd(bytes, 'A'),
      contentType: 'application/x-www-form-urlencoded',
    })
    expect(kindOf(answer)).toBe('200 string')
    expect(await bookOf(account.id)).toEqual(before)
  })

  it.each([
    ['no key by GET', 'GET', ''],
    ['no key by POST', 'POST', ''],
    ['a key of nobody', 'POST', 'APIKEY=0c0ffee0-0000-4000-8000-000000000000&action=confirm'],
    ['a list of keys', 'POST', 'APIKEY[]=a'],
    ['a NUL for a key', 'POST', 'APIKEY=%00'],
    ['a very long key', 'POST', `APIKEY=${'A'.repeat(9000)}`],
    ['an empty key by PUT', 'PUT', 'APIKEY='],
  ])('with %s hear that the key is invalid', async (_, method, body) => {
    const { account } = await aWaitingOrder()
    const before = await bookOf(account.id)
    const form = { body, contentType: 'application/x-www-form-urlencoded' }
    for (const login of [account.login, 'nobody-has-this']) {
      const answer = await send(gateway().port, {
        method,
        target: `/mintsoft/${login}`,
        ...(method === 'GET' ? {} : form),
      })
      expect([answer.status, answer.text]).toEqual([200, '"API KEY INVALID"'])
      expect(answer.contentType).toMatch(/^application\/json/)
    }
    expect(await bookOf(account.id)).toEqual(before)
  })

  it('with two keys that differ are refused, wherever they stand', async () => {
    const { account, feed, number } = await aWaitingOrder()
    const before = await bookOf(account.id)
    const other: Feed['key'] = '0c0ffee0-0000-4000-8000-000000000000'
    for (const [query, body] of [
      [feed.key, other],
      [other, feed.key],
    ]) {
      const answer = await send(gateway().port, {
        method: 'POST',
        target: `/mintsoft/${account.login}?APIKEY=${query}&action=confirm&ordernumber=${number}`,
        body: `apikey=${body}`,
        contentType: 'application/x-www-form-urlencoded',
      })
      expect(answer.text).toBe('"API KEY INVALID"')
    }
    expect(await bookOf(account.id)).toEqual(before)
  })

  it('in a flood hear the same by every method, while the right key is served', async () => {
    const { account, feed, number } = await aWaitingOrder()
    const target = `/mintsoft/${account.login}?APIKEY=0c0ffee0-0000-4000-8000-000000000000`
    const flood = Array.from({ length: 150 }, (_, at) =>
      send(gateway().port, { method: at % 3 === 0 ? 'HEAD' : 'GET', target }),
    )
    const served = await listFeed(feed)
    expect(served.map(({ OrderNumber }) => OrderNumber)).toEqual([number])
    const told = (await Promise.all(flood)).map(({ status, text }) => `${status} ${text}`)
    expect(new Set(told)).toEqual(new Set(['200 "API KEY INVALID"', '200 ']))
  })
})
