import { beforeAll, describe, expect, it } from 'vitest'
import { disableAccount } from '../../../src/core/accounts.ts'
import { useGateway } from '../../support/gateway.ts'
import type { Answer } from './compare.ts'
import { aRecordedStore } from './recorded-store.ts'
import { send } from './send.ts'
import {
  aSignedClient,
  type SignedClient,
  type SignedSend,
  signedRequest,
} from './signed-client.ts'

const login = 'proof-41'
const gateway = useGateway({ settings: { BASE_DOMAINS: 'example.test' } })
let client: SignedClient

beforeAll(async () => {
  await aRecordedStore(gateway().ctx, login, { version: 'auto' })
  client = aSignedClient(gateway(), `/opencart/${login}/`)
})

/** A harmless call: there is no order to find. */
const harmless: SignedSend = { call: 'history_add' }

function expectProved({ status, headers, json }: Answer): void {
  expect({ status, json }).toEqual({
    status: 200,
    json: { error: 'Warning: Order could not be found!' },
  })
  expect(headers['content-type']).toBe('application/json')
}

function expectRefused({ status, headers, json }: Answer): void {
  expect({ status, json }).toEqual({
    status: 403,
    json: { error: 'You do not have permission to access this page.' },
  })
  expect(headers['content-type']).toBe('text/html')
}

/** What the log says of the last call. */
function lastCall(): Record<string, unknown> {
  const lines = gateway().logText().trim().split('\n')
  return JSON.parse(lines.findLast((line) => line.includes('"msg":"call"')) ?? '{}')
}

describe('a signature over the body', () => {
  it.each([
    ['ampersands and angle brackets', 'comment=a+%26+b+%3Cc%3E'],
    ['quotes', `comment=%22double%22+%27single%27`],
    ['outer spaces', 'comment=+%09x+y%0A+'],
    ['a tilde', 'comment=%7Ex~'],
    ['umlauts', 'comment=%C3%A4%C3%B6%C3%BC+%E2%82%AC'],
    ['nested arrays', 'product[0][product_id]=40&product[0][option][223][]=8&product[0][q]=1'],
    ['unencoded brackets in keys', 'custom_field[%3Ca%3E]=x&custom_field[b][]=y'],
    ['keys out of order', 'b[2]=x&a=1&b[1]=y'],
    ['no body', ''],
  ])('is accepted with %s', async (_what, body) => {
    expectProved(await client.send({ ...harmless, body }))
  })

  it('is refused over values that are neither escaped nor trimmed', async () => {
    const body = 'comment=a+%26+b'
    expectRefused(await client.send({ ...harmless, body, signing: { body: 'raw' } }))
  })

  it('does not cover another body', async () => {
    const { target } = client
    const request = signedRequest(
      { ...harmless, body: 'comment=a' },
      target,
      () => gateway().clock.now,
    )
    expectProved(await send(target, request))
    expectRefused(await send(target, { ...request, body: 'comment=b' }))
  })

  it('does not cover another call', async () => {
    expectRefused(await client.send({ ...harmless, signing: { call: 'confirm' } }))
  })

  it.each(['once', 'twice'] as const)('is accepted percent-encoded %s', async (how) => {
    const signing = { percent_encode: how, signature_contains: '+' }
    expectProved(await client.send({ ...harmless, signing }))
  })

  it('is refused with a plus that was not encoded', async () => {
    const signing = { percent_encode: 'raw', signature_contains: '+' } as const
    expectRefused(await client.send({ ...harmless, signing }))
    expect(lastCall()).toMatchObject({ outcome: 'proof-wrong', status: 403 })
  })
})

describe('the time of a call', () => {
  it.each([-449, 449, 0])('may be %i s off', async (offset) => {
    expectProved(await client.send({ ...harmless, signing: { time_offset: offset } }))
  })

  it.each([
    [-460, 'the call is 460 s old'],
    [460, 'the call is 460 s ahead'],
    [-86_400, 'the call is 86400 s old'],
  ])('may not be %i s off', async (offset, reason) => {
    expectRefused(await client.send({ ...harmless, signing: { time_offset: offset } }))
    expect(lastCall()).toMatchObject({ outcome: 'proof-wrong', reason })
    expect(lastCall()).not.toHaveProperty('credentialId')
  })
})

describe('who calls', () => {
  it('is named in any case, and signs the name as stored', async () => {
    expectProved(await client.send({ ...harmless, username: 'ALUMIO' }))
    expectRefused(
      await client.send({ ...harmless, username: 'ALUMIO', signing: { user: 'Default' } }),
    )
  })

  it('comes from an address of his list, whatever headers say', async () => {
    const from = '127.0.0.9'
    for (const name of ['x-forwarded-for', 'cf-connecting-ip', 'x-real-ip', 'client-ip']) {
      expectRefused(await client.send({ ...harmless, from, headers: { [name]: '127.0.0.1' } }))
      expect(lastCall()).toMatchObject({ outcome: 'address-refused' })
    }
    const headers = { 'x-forwarded-for': '203.0.113.7' }
    expectProved(await client.send({ ...harmless, headers }))
  })

  it('is no stranger, and no user who is switched off', async () => {
    expectRefused(await client.send({ ...harmless, username: 'nobody' }))
    expectRefused(
      await client.send({ ...harmless, username: 'disabled', signing: { user: 'disabled' } }),
    )
    expectRefused(await client.send({ ...harmless, signing: { key: 'wrong' } }))
    expect(gateway().logText()).not.toContain('TESTKEY')
  })

  it('is told the same of an account that there is not', async () => {
    expectRefused(await aSignedClient(gateway(), '/opencart/no-such-shop/').send(harmless))
  })

  it('is told the same of an account that is disabled', async () => {
    const { ctx } = gateway()
    const account = await aRecordedStore(ctx, 'gone-41', {})
    const gone = aSignedClient(gateway(), '/opencart/gone-41/')
    expectProved(await gone.send(harmless))
    await disableAccount(ctx, account, true)
    ctx.directory.forget()
    expectRefused(await gone.send(harmless))
    expect(lastCall()).toMatchObject({ outcome: 'account-disabled' })
  })
})

describe('host and directory', () => {
  const host = `${login}.example.test`

  it.each([
    ['the host form', '/', '/', host],
    ['the host form with a port', '/', '/', `${host}:8443`],
    ['the host form in a folder', '/shop/', '/shop/', host],
    ['the form with the login', `/opencart/${login}/`, `/opencart/${login}/`, 'gw.test'],
    ['a login in other letters', '/opencart/PROOF-41/', '/opencart/PROOF-41/', 'gw.test'],
    ['doubled slashes', `/opencart/${login}/`, `/opencart/${login}//`, 'gw.test'],
    ['a proxy that puts the login before it', '/', `/opencart/${login}/`, 'shop.test'],
    ['a proxy that takes the login off', `/opencart/${login}/`, '/', host],
  ])('are those that the client sees: %s', async (_what, signed, sent, name) => {
    expectProved(await aSignedClient(gateway(), signed, name).send({ ...harmless, basePath: sent }))
  })

  it.each([
    ['no port', { host: '{{hostname}}' }],
    ['another host', { host: 'other.test' }],
    ['no directory', { directory: '' }],
    ['another directory', { directory: '/elsewhere/' }],
    ['no slash at the end', { directory: `/opencart/${login}` }],
  ])('are no others: %s', async (_what, signing) => {
    expectRefused(await client.send({ ...harmless, signing }))
  })
})

describe('what may be called', () => {
  it.each(['nope', 'info', 'delete', ''])('there is no call "%s"', async (call) => {
    const { status, json } = await client.send({ call })
    expect({ status, json }).toEqual({ status: 200, json: { error: 'API call not found' } })
  })

  it.each(['confirm', 'cart', 'history_add'])('there is no subscription to %s', async (call) => {
    const { json } = await client.send({ route: 'api/subscription', call })
    expect(json).toEqual({ error: 'API call not found' })
  })

  it('no other route is signed', async () => {
    expectRefused(await client.send({ route: 'api/sale/order.confirm', call: 'confirm' }))
  })

  it('a body that cannot be read is no proof', async () => {
    const body = Array.from({ length: 1001 }, (_, at) => `f${at}=1`).join('&')
    const { target } = client
    const query = 'route=api/order&call=cart&username=alumio&store_id=0&language=&currency=&time=1'
    const response = await fetch(
      `${gateway().url}${target.basePath}index.php?${query}&signature=x`,
      { method: 'POST', body: new URLSearchParams(body) },
    )
    expect(response.status).toBe(403)
    expect(lastCall()).toMatchObject({ reason: 'the call cannot be read: over 1,000 fields' })
  })
})
