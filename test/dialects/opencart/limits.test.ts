import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { useGateway } from '../../support/gateway.ts'
import { flood, warningsIn } from '../crowd.ts'
import { aClient } from './client.ts'
import { aRecordedStore } from './recorded-store.ts'
import { aSignedClient, signedRequest } from './signed-client.ts'

const login = 'limits'
const gateway = useGateway({ settings: { FAILED_PROOFS_PER_MINUTE: '100' } })

beforeAll(async () => {
  await aRecordedStore(gateway().ctx, login, { version: 'auto' })
})

/** Beyond a test's own minute. */
afterEach(() => {
  gateway().clock.now += 60_000
})

function ask(route: string, fields: Record<string, string> = {}, to = login): Promise<Response> {
  const address = `${gateway().url}/opencart/${to}/index.php?route=${route}`
  return fetch(address, { method: 'POST', body: new URLSearchParams(fields) })
}

function askSigned(): Promise<Response> {
  const { port, url, clock } = gateway()
  const target = { port, basePath: `/opencart/${login}/` }
  const sent = { call: 'history_add', signing: { key: 'wrong' as const } }
  const { query } = signedRequest(sent, target, () => clock.now)
  const pairs = query.map((pair) => pair.join('=')).join('&')
  return fetch(`${url}/opencart/${login}/index.php?${pairs}`, { method: 'POST' })
}

const key = 'x'.repeat(64)
const noPermission = 'Warning: You do not have permission to access the API!'

describe('400 wrong proofs', () => {
  it.each([
    ['logins of 3.0', () => ask('api/login', { username: 'Default', key }), '200 []'],
    [
      'logins of 4.0',
      () => ask('api/account/login', { username: 'Default', key }),
      '200 {"error":"Warning: Incorrect API Key!"}',
    ],
    [
      'tokens',
      () => ask('api/order/info', { api_token: 'made-up', order_id: '1' }),
      `200 {"error":"${noPermission}"}`,
    ],
    [
      'signatures of 4.1',
      askSigned,
      '403 {"error":"You do not have permission to access this page."}',
    ],
    ['logins to an account that is not there', () => ask('api/login', { key }, 'nobody'), '200 []'],
  ])('by %s hear one text, while no right call is refused', async (_by, wrong, text) => {
    const before = warningsIn(gateway().logText()).length
    const signed = aSignedClient(gateway(), `/opencart/${login}/`)
    let over = false
    const flooding = flood(400, wrong).finally(() => {
      over = true
    })
    while (!over) {
      const client = await aClient(gateway(), login)
      expect(client.token).toMatch(/^[0-9a-f]{26}$/)
      expect(await client.call('api/cart/products')).toHaveProperty('products')
      const { json } = await signed.send({ call: 'history_add' })
      expect(json).toEqual({ error: 'Warning: Order could not be found!' })
    }
    expect(new Set(await flooding)).toEqual(new Set([text]))
    expect(warningsIn(gateway().logText()).slice(before)).toMatchObject([
      { dialect: 'opencart', from: '127.0.0.1', perMinute: 100 },
    ])
  })
})

it('what brings no proof at all is not counted', async () => {
  const before = warningsIn(gateway().logText()).length
  await flood(150, () => ask('api/cart/products'))
  await flood(150, () => ask('api/order&call=confirm'))
  expect(warningsIn(gateway().logText())).toHaveLength(before)
})
