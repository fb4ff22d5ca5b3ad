import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { setNextNumber } from '../../../src/core/accounts.ts'
import { findOrder } from '../../../src/core/find-order.ts'
import { findGood } from '../../../src/core/goods.ts'
import { parseMoney } from '../../../src/model/money.ts'
import { anAccount, type TestAccount } from '../../support/fixtures.ts'
import { useGateway } from '../../support/gateway.ts'
import { aKey, aReleased, sendRaw } from './client.ts'

type RecordedOrder = Record<string, string> & {
  readonly OrderValue: number
  readonly OrderItems: readonly { SKU: string; Name: string; Quantity: number }[]
}

type Entry = {
  readonly id: string
  readonly what: string
  readonly request: { readonly raw_base64: string }
  readonly expect: {
    readonly http_status: number
    readonly json?: unknown
    readonly body?: string
    readonly body_kind?: string
    readonly content_type?: string
  }
  readonly effect?:
    | string
    | { readonly sku: string; readonly stock: number }
    | { readonly order: string; readonly shipments: readonly unknown[] }
  readonly listed_afterwards: readonly string[]
}

const recording: {
  readonly account: { readonly api_key: string }
  readonly state: {
    readonly orders: readonly RecordedOrder[]
    readonly products: readonly { readonly sku: string; readonly stock: number }[]
  }
  readonly entries: readonly Entry[]
} = JSON.parse(
  readFileSync(new URL('../../fixtures/mintsoft-requests.json', import.meta.url), 'utf8'),
)

const errorTexts = ['"API KEY INVALID"', '"Request Action Invalid"']

const gateway = useGateway()
let shop: TestAccount

function titleOf(sku: string): string {
  const items = recording.state.orders.flatMap(({ OrderItems }) => OrderItems)
  return items.find(({ SKU }) => SKU === sku)?.Name ?? sku
}

beforeAll(async () => {
  const { account } = await anAccount(gateway().ctx, {
    login: 'demo',
    goods: recording.state.products.map(({ sku, stock }) => ({
      code: sku,
      sku,
      stock,
      title: titleOf(sku),
      type: 'physical',
    })),
  })
  await setNextNumber(gateway().ctx, account, 'order', 1001)
  const { api_key } = recording.account
  shop = { account, credential: await aKey(gateway(), account, api_key, { prefix: 'W' }) }
  for (const order of recording.state.orders) await place(order)
  // Placing took stock; the recording begins with these levels.
  await gateway().database.sql`update stock set quantity = 0 where account_id = ${account.id}`
})

async function place(order: RecordedOrder): Promise<void> {
  const optional = (name: string) => {
    const value = order[name]
    return value === undefined || value === '' ? undefined : value
  }
  const fields = (names: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(names).flatMap(([ours, theirs]) => {
        const value = optional(theirs)
        return value === undefined ? [] : [[ours, value]]
      }),
    )
  await aReleased(gateway(), shop, {
    buyer: fields({
      email: 'Email',
      firstName: 'FirstName',
      lastName: 'LastName',
      company: 'CompanyName',
      phone: 'Phone',
    }),
    billing: fields({
      line1: 'Address1',
      line2: 'Address2',
      city: 'Town',
      region: 'County',
      postcode: 'PostCode',
      country: 'Country',
    }),
    comment: order.Comments ?? '',
    lines: order.OrderItems.map(({ SKU, Quantity }) => ({ code: SKU, quantity: Quantity })),
    shippingCost: parseMoney(String(order.OrderValue)) ?? 0n,
  })
}

async function snapshot() {
  const { account } = shop
  const numbers = [1001, 1002]
  const orders = await Promise.all(numbers.map((one) => findOrder(gateway().ctx, account, one)))
  const levels = await Promise.all(
    recording.state.products.map(async ({ sku }) => {
      return (await findGood(gateway().ctx, account, sku)).stock
    }),
  )
  const [count] = await gateway().database.sql`
    select count(*)::int as count from orders where account_id = ${account.id}`
  return {
    count: count?.count,
    levels,
    shipments: orders.map(({ shipments }) => shipments),
    states: orders.map(({ payment, fulfilment }) => ({ payment, fulfilment })),
  }
}

async function checkEffect(effect: Exclude<Entry['effect'], string | undefined>) {
  if ('sku' in effect) {
    const { stock } = await findGood(gateway().ctx, shop.account, effect.sku)
    expect(stock).toBe(effect.stock)
    return
  }
  const order = await findOrder(gateway().ctx, shop.account, Number(effect.order.slice(1)))
  expect(order.fulfilment).toBe('sent')
  expect(
    order.shipments.map(({ service, tracking, link }) => ({ courier: service, tracking, link })),
  ).toEqual(effect.shipments)
}

/** Nothing but the list may change where the recording says so. */
function isWithoutEffect({ effect = 'none' }: Entry): boolean {
  return typeof effect === 'string' && (effect.startsWith('none') || effect.includes('leaves'))
}

describe('the recorded requests in their order', () => {
  it.each(recording.entries.map((entry) => [entry.id, entry.what, entry] as const))(
    '%s: %s',
    async (_id, _what, entry) => {
      const before = await snapshot()
      const raw = Buffer.from(entry.request.raw_base64, 'base64')
      const answer = await sendRaw(gateway().port, raw)
      expect(answer.status).toBe(entry.expect.http_status)
      if (entry.expect.json !== undefined) expect(answer.json).toEqual(entry.expect.json)
      if (entry.expect.body !== undefined) expect(answer.text).toBe(entry.expect.body)
      if (entry.expect.content_type !== undefined) {
        expect(answer.headers.get('content-type')).toBe(entry.expect.content_type)
      }
      if (entry.expect.body_kind !== undefined) {
        expect(errorTexts).not.toContain(answer.text)
        expect(typeof answer.json).toMatch(/^(string|undefined)$/)
      }
      if (isWithoutEffect(entry)) expect(await snapshot()).toEqual(before)
      if (typeof entry.effect === 'object') await checkEffect(entry.effect)
      const list = await sendRaw(gateway().port, listRequest())
      const numbers = list.json.map((order: RecordedOrder) => order.OrderNumber)
      expect(numbers).toEqual(entry.listed_afterwards)
    },
  )

  it('leave the key in no log line', () => {
    expect(gateway().logText()).toContain('stocksync')
    expect(gateway().logText().toLowerCase()).not.toContain(recording.account.api_key)
  })
})

function listRequest(): Buffer {
  const { api_key } = recording.account
  return Buffer.from(
    `GET /mintsoft/demo?APIKEY=${api_key} HTTP/1.1\r\nHost: gw.example.com\r\n\r\n`,
  )
}
