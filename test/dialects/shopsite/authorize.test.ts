import { describe, expect, it } from 'vitest'
import { createHandler } from '../../../src/dialects/shopsite/handler.ts'
import { useGateway } from '../../support/gateway.ts'
import {
  anApplication,
  aStore,
  aToken,
  clientId,
  code,
  get,
  hmac,
  pathOf,
  post,
  publicUrl,
  secretKey,
  signedDownload,
  tokenRequest,
} from './client.ts'

const gateway = useGateway({ settings: { PUBLIC_URL: publicUrl, BASE_DOMAINS: 'example.test' } })

const refusals = {
  client:
    'The Client ID is unknown or the signature is wrong; check the Client ID and the Secret Key.',
}

describe('authorize.cgi', () => {
  it('gives all seven members, with the public addresses', async () => {
    const store = await aStore(gateway())
    const path = pathOf(store, 'authorize.cgi')
    const { status, headers, json } = await post(gateway(), path, tokenRequest())
    const base = `${publicUrl}/shopsite/${store.account.login}`
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('application/json')
    expect(json).toEqual({
      access_token: expect.stringMatching(/^[\w-]{43}$/),
      token_type: 'MAC',
      expires_in: 30,
      download_url: `${base}/db_xml.cgi`,
      upload1_url: `${base}/dbupload.cgi`,
      upload2_url: `${base}/dbmake.cgi`,
      publish_url: `${base}/generate.cgi`,
    })
  })

  it('keeps the folders of the address that was called', async () => {
    const store = await aStore(gateway())
    const path = pathOf(store, 'cgi-bin/ss/authorize.cgi')
    const { json } = await post(gateway(), path, tokenRequest())
    const folder = `${publicUrl}/shopsite/${store.account.login}/cgi-bin/ss`
    expect(json.download_url).toBe(`${folder}/db_xml.cgi`)
    expect(json.publish_url).toBe(`${folder}/generate.cgi`)
    const download = { token: json.access_token, path: new URL(json.download_url).pathname }
    expect((await signedDownload(gateway(), store, {}, download)).status).toBe(200)
  })

  it('takes a signature whose plus stands bare in the body (vector V5)', async () => {
    const store = await aStore(gateway())
    await anApplication(
      gateway(),
      store.account,
      {},
      {
        clientId: 'B9D3299B',
        secret: `${secretKey} ${code}`,
      },
    )
    const credentials = 'QjlEMzI5OUI6MDAwMDAwMDY='
    const signature = 'ZVvsA0+yMhyZuqR26PtEI9Oda/0='
    expect(hmac(credentials)).toBe(signature)
    const body = `grant_type=authorization_code&code=${code}&client_credentials=${credentials}&signature=${signature}`
    const { json } = await post(gateway(), pathOf(store, 'authorize.cgi'), body)
    expect(json).toMatchObject({ token_type: 'MAC' })
  })

  it('gives another token each time', async () => {
    const store = await aStore(gateway())
    expect(await aToken(gateway(), store)).not.toBe(await aToken(gateway(), store))
  })

  const digest = (nonce: string) => hmac(Buffer.from(`${clientId}:${nonce}`).toString('base64'))

  it.each([
    ['another secret', tokenRequest('1', {}, '9D02-77AA-10BC-3E4F'), 'invalid_client'],
    [
      'an unknown client',
      tokenRequest('1', {
        client_credentials: 'WlpaWlpaWlo6MTExMTIyMjI=',
        signature: hmac('WlpaWlpaWlo6MTExMTIyMjI='),
      }),
      'invalid_client',
    ],
    [
      'hex digits',
      tokenRequest('1', {
        signature: Buffer.from(digest('1'), 'base64').toString('hex'),
      }),
      'invalid_client',
    ],
    ['another code', tokenRequest('1', { code: 'x'.repeat(32) }), 'invalid_grant'],
    [
      'another code and no signature of ours',
      tokenRequest('1', { code: 'x' }, 'wrong'),
      'invalid_client',
    ],
    ['another grant', tokenRequest('1', { grant_type: 'password' }), 'unsupported_grant_type'],
    ['no signature', tokenRequest('1', { signature: '' }), 'invalid_request'],
    ['no code', tokenRequest('1', { code: '' }), 'invalid_request'],
    [
      'client_credentials of no client',
      tokenRequest('1', { client_credentials: 'eHh4' }),
      'invalid_request',
    ],
    ['nothing', {}, 'invalid_request'],
  ])('refuses %s with HTTP 200', async (_name, fields, error) => {
    const store = await aStore(gateway())
    const path = pathOf(store, 'authorize.cgi')
    const { status, json } = await post(gateway(), path, fields)
    expect([status, json]).toEqual([200, { error, error_description: expect.any(String) }])
    expect(json.error_description).toMatch(/\.$/)
  })

  it('takes only POST', async () => {
    const store = await aStore(gateway())
    const query = new URLSearchParams(tokenRequest())
    const { json } = await get(gateway(), `${pathOf(store, 'authorize.cgi')}?${query}`)
    expect(json).toMatchObject({ error: 'invalid_request' })
  })

  it('tells nobody which accounts there are', async () => {
    const known = await aStore(gateway())
    const wrong = tokenRequest('1', {}, 'wrong')
    const said = await post(gateway(), pathOf(known, 'authorize.cgi'), wrong)
    const unknown = await post(gateway(), '/shopsite/nobody/authorize.cgi', tokenRequest())
    expect(said.json).toEqual({ error: 'invalid_client', error_description: refusals.client })
    expect(unknown.text).toBe(said.text)
    const download = await signedDownload(
      gateway(),
      { account: { ...known.account, login: 'nobody' } },
      {},
      { token: 'x' },
    )
    const atKnown = await signedDownload(gateway(), known, {}, { token: 'x' })
    expect(download.json).toMatchObject({ error: 'invalid_token' })
    expect(download.text).toBe(atKnown.text)
  })

  it('refuses from an address that is not on the list, as if the key were wrong', async () => {
    const store = await aStore(gateway(), { ipList: ['192.0.2.0/24'] })
    const { json } = await post(gateway(), pathOf(store, 'authorize.cgi'), tokenRequest())
    expect(json).toEqual({ error: 'invalid_client', error_description: refusals.client })
  })

  it('takes both keys while one is changed', async () => {
    const store = await aStore(gateway())
    const next = { clientId, secret: `AAAA-BBBB-CCCC-DDDD ${'y'.repeat(32)}` }
    await anApplication(gateway(), store.account, {}, next)
    const path = pathOf(store, 'authorize.cgi')
    const fresh = tokenRequest('1', { code: 'y'.repeat(32) }, 'AAAA-BBBB-CCCC-DDDD')
    expect((await post(gateway(), path, fresh)).json).toMatchObject({ expires_in: 30 })
    expect((await post(gateway(), path, tokenRequest())).json).toMatchObject({ expires_in: 30 })
    const mixed = tokenRequest('1', {}, 'AAAA-BBBB-CCCC-DDDD')
    expect((await post(gateway(), path, mixed)).json).toMatchObject({ error: 'invalid_grant' })
  })
})

describe('a token', () => {
  const code2 = '<ResponseCode>2</ResponseCode>'

  it('serves several calls, each with a nonce of its own', async () => {
    const store = await aStore(gateway())
    const token = await aToken(gateway(), store)
    for (const nonce of ['a', 'b', '~'.repeat(64)]) {
      const { text } = await signedDownload(gateway(), store, {}, { token, nonce })
      expect(text).toContain(code2)
    }
    const again = await signedDownload(gateway(), store, {}, { token, nonce: 'a' })
    expect([again.status, again.json.error]).toEqual([200, 'invalid_request'])
    expect(again.text).not.toContain('<')
  })

  it('lets one of many calls at once through with one nonce', async () => {
    const store = await aStore(gateway())
    const token = await aToken(gateway(), store)
    const calls = Array.from({ length: 12 }, () =>
      signedDownload(gateway(), store, {}, { token, nonce: 'same' }),
    )
    const answers = await Promise.all(calls)
    expect(answers.filter(({ text }) => text.includes(code2))).toHaveLength(1)
    expect(answers.filter(({ json }) => json?.error === 'invalid_request')).toHaveLength(11)
  })

  it('loses no nonce that came beside another', async () => {
    const store = await aStore(gateway())
    const token = await aToken(gateway(), store)
    const nonces = Array.from({ length: 12 }, (_, at) => `n${at}`)
    const call = (nonce: string) => signedDownload(gateway(), store, {}, { token, nonce })
    const first = await Promise.all(nonces.map(call))
    expect(first.every(({ text }) => text.includes(code2))).toBe(true)
    const second = await Promise.all(nonces.map(call))
    expect(second.every(({ json }) => json?.error === 'invalid_request')).toBe(true)
  })

  it('keeps a nonce that came with a wrong signature', async () => {
    const store = await aStore(gateway())
    const token = await aToken(gateway(), store)
    const wrong = await signedDownload(gateway(), store, {}, { token, nonce: 'n', key: 'wrong' })
    expect(wrong.json).toMatchObject({ error: 'invalid_request' })
    const right = await signedDownload(gateway(), store, {}, { token, nonce: 'n' })
    expect(right.text).toContain(code2)
  })

  it('ends five minutes after it was issued, however much it is used', async () => {
    const store = await aStore(gateway())
    const token = await aToken(gateway(), store)
    const { clock } = gateway()
    for (const minute of [1, 2, 3, 4]) {
      clock.now += 60_000
      const { text } = await signedDownload(gateway(), store, {}, { token, nonce: `${minute}` })
      expect(text).toContain(code2)
    }
    clock.now += 60_001
    const { json } = await signedDownload(gateway(), store, {}, { token, nonce: '5' })
    expect(json).toMatchObject({ error: 'invalid_token' })
  })

  it('serves 200 calls and no more', async () => {
    const store = await aStore(gateway())
    const token = await aToken(gateway(), store)
    for (let at = 0; at < 200; at += 1) {
      await signedDownload(gateway(), store, { dbname: 'pages' }, { token, nonce: `${at}` })
    }
    const { json } = await signedDownload(gateway(), store, {}, { token, nonce: '200' })
    expect(json).toMatchObject({ error: 'invalid_token' })
    const replay = await signedDownload(
      gateway(),
      store,
      { dbname: 'pages' },
      { token, nonce: '0' },
    )
    expect(replay.json).toMatchObject({ error: 'invalid_request' })
  })

  it('belongs to its store and its application', async () => {
    const [one, other] = [await aStore(gateway()), await aStore(gateway())]
    const token = await aToken(gateway(), one)
    const elsewhere = await signedDownload(gateway(), other, {}, { token })
    expect(elsewhere.json).toMatchObject({ error: 'invalid_token' })
    const second = { clientId: 'AAAAAAAA', secret: `AAAA-BBBB-CCCC-DDDD ${'y'.repeat(32)}` }
    await anApplication(gateway(), one.account, {}, second)
    const signing = { token, key: 'AAAA-BBBB-CCCC-DDDD' }
    const otherKey = await signedDownload(gateway(), one, {}, signing)
    expect(otherKey.json).toMatchObject({ error: 'invalid_request' })
    expect((await signedDownload(gateway(), one, {}, { token })).text).toContain(code2)
  })

  it.each([
    ['14 hours ahead', 14],
    ['14 hours behind', -14],
  ])('takes a timestamp %s, and the log says so', async (_name, hours) => {
    const store = await aStore(gateway())
    const seconds = Math.floor(gateway().clock.now / 1000) + hours * 3600
    const { text } = await signedDownload(gateway(), store, {}, { timestamp: `${seconds}` })
    expect(text).toContain(code2)
    expect(gateway().logText()).toContain(`its clock is off by ${hours * 3600} s`)
  })

  it.each([
    ['no timestamp', { timestamp: '' }],
    ['a timestamp that is no number', { timestamp: '2026-03-09' }],
    ['no nonce', { nonce: '' }],
    ['a nonce of 65 characters', { nonce: 'x'.repeat(65) }],
    ['a nonce with a line feed', { nonce: 'x\ny' }],
  ])('refuses %s', async (_name, signing) => {
    const store = await aStore(gateway())
    const { status, json } = await signedDownload(gateway(), store, {}, signing)
    expect([status, json.error]).toEqual([200, 'invalid_request'])
  })
})

it('an invented parameter in any letters is signed, and ignored', async () => {
  const store = await aStore(gateway())
  const { text } = await signedDownload(gateway(), store, { action: 'list', note: 'Ā €' })
  expect(text).toContain('<ResponseCode>2</ResponseCode>')
})

describe('wrong keys', () => {
  const quiet = { warn: () => undefined, error: () => undefined }

  it('beyond 300 a minute are answered later, a right one at once', async () => {
    const store = await aStore(gateway())
    const handle = createHandler(gateway().ctx, quiet)
    const ask = (fields: Record<string, string>) =>
      handle({
        method: 'POST',
        path: '/authorize.cgi',
        wholePath: pathOf(store, 'authorize.cgi'),
        query: '',
        header: () => undefined,
        body: Buffer.from(new URLSearchParams(fields).toString()),
        peerAddress: '192.0.2.1',
        login: store.account.login,
        account: store.account,
        unavailable: false,
        crowded: false,
        credentials: [{ ...store.application, admits: () => true }],
        baseUrl: `${publicUrl}/shopsite/${store.account.login}`,
        note: () => undefined,
      })
    const wrong = tokenRequest('1', {}, 'wrong')
    const bodies: string[] = []
    for (let count = 0; count < 300; count += 1) bodies.push(await (await ask(wrong)).text())
    expect(new Set(bodies).size).toBe(1)
    const held = (await ask(wrong)).text()
    const right = await (await ask(tokenRequest())).text()
    expect(JSON.parse(right)).toMatchObject({ expires_in: 30 })
    expect(await held).toBe(bodies[0])
  })
})
