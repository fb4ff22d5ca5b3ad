import { describe, expect, it } from 'vitest'
import { disableAccount } from '../../../src/core/accounts.ts'
import type { Call, CallNote } from '../../../src/dialects/dialect.ts'
import { createHandler } from '../../../src/dialects/shopsite/handler.ts'
import { shopsite } from '../../../src/dialects/shopsite/index.ts'
import { words } from '../../../src/dialects/shopsite/words.ts'
import { failureCodes } from '../../../src/model/failure.ts'
import { useGateway } from '../../support/gateway.ts'
import {
  aReleased,
  aStore,
  basicHeader,
  code,
  get,
  pathOf,
  plainDownload,
  post,
  publicUrl,
  secretKey,
  tokenRequest,
} from './client.ts'

const gateway = useGateway({ settings: { PUBLIC_URL: publicUrl } })

const quiet = { warn: () => undefined, error: () => undefined }

async function handle(change: Partial<Call>, context = gateway().ctx) {
  const store = await aStore(gateway())
  const notes: CallNote = {}
  const response = await createHandler(
    context,
    quiet,
  )({
    method: 'GET',
    path: '/db_xml.cgi',
    wholePath: pathOf(store),
    query: '',
    header: (name) => (name === 'authorization' ? basicHeader().authorization : undefined),
    body: new Uint8Array(),
    peerAddress: '192.0.2.1',
    login: store.account.login,
    account: store.account,
    unavailable: false,
    crowded: false,
    credentials: [{ ...store.login, admits: () => true }],
    baseUrl: '',
    note: (fields) => Object.assign(notes, fields),
    ...change,
  })
  return { response, text: await response.text(), notes }
}

const later =
  '{"error":"temporarily_unavailable","error_description":"The gateway cannot answer now; repeat the request."}'

describe('an outage', () => {
  it.each([
    ['the account cannot be looked up', { unavailable: true, account: undefined }],
    ['too much is under way', { crowded: true }],
  ])('%s: 503, and no document that looks like no orders', async (_name, change) => {
    const { response, text, notes } = await handle(change)
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
    expect(text).toBe(later)
    expect(notes.outcome).toBe('busy')
  })

  it('and a bug say the same', async () => {
    const broken = { ...gateway().ctx, database: undefined } as never
    const { response, text, notes } = await handle({}, broken)
    expect([response.status, text, notes.outcome]).toEqual([503, later, 'bug'])
  })

  it('in the middle of a document breaks it off, unclosed', async () => {
    const store = await aStore(gateway())
    const buyer = {
      email: 'ada@example.com',
      firstName: 'A'.repeat(200),
      lastName: 'é'.repeat(200),
    }
    for (let count = 0; count < 201; count += 1) await aReleased(gateway(), store, { buyer })
    const { ctx } = gateway()
    let isCut = false
    const inTime: typeof ctx.database.inTime = (run, options) => {
      if (isCut) throw new Error('gone')
      return ctx.database.inTime(run, options)
    }
    const failing = { ...ctx, database: { ...ctx.database, inTime } }
    const handler = createHandler(failing, quiet)
    const response = await handler({
      method: 'GET',
      path: '/db_xml.cgi',
      wholePath: pathOf(store),
      query: '',
      header: (name) => (name === 'authorization' ? basicHeader().authorization : undefined),
      body: new Uint8Array(),
      peerAddress: '192.0.2.1',
      login: store.account.login,
      account: store.account,
      unavailable: false,
      crowded: false,
      credentials: [{ ...store.login, admits: () => true }],
      baseUrl: '',
      note: () => undefined,
    })
    isCut = true
    expect(response.headers.get('content-length')).toBeNull()
    await expect(response.text()).rejects.toThrow()
  })
})

it('a disabled account hears what an unknown one hears', async () => {
  const store = await aStore(gateway())
  await disableAccount(gateway().ctx, store.account, true)
  gateway().ctx.directory.forget()
  const { status, text } = await plainDownload(gateway(), store)
  const nobody = await get(gateway(), '/shopsite/nobody/db_xml.cgi', basicHeader())
  expect([status, text]).toEqual([401, nobody.text])
  const asked = await post(gateway(), pathOf(store, 'authorize.cgi'), tokenRequest())
  const stranger = await post(gateway(), '/shopsite/nobody/authorize.cgi', tokenRequest())
  expect(asked.text).toBe(stranger.text)
})

it.each(failureCodes)('%s has words in this protocol', (failure) => {
  expect(words[failure].error).toMatch(/^[a-z_]+$/)
  expect(words[failure].error_description).toMatch(/^[A-Z].*\.$/)
})

describe('its credentials', () => {
  const [application, basic] = shopsite.credentialKinds
  const newKey = (bytes: number) => Buffer.alloc(bytes, 7).toString('base64url')

  it('are an application for every new account, and a login on demand', () => {
    expect(shopsite.credentialKinds.map(({ name, byDefault }) => [name, byDefault])).toEqual([
      ['application', true],
      ['basic', false],
    ])
  })

  it('are made in ShopSite’s own shapes, which they take themselves', () => {
    const { newKey: random } = gateway().ctx
    for (let count = 0; count < 50; count += 1) {
      const secret = application?.secret(random) ?? ''
      expect(secret).toMatch(/^[A-Z0-9]{4}(-[A-Z0-9]{4}){3} [\w-]{32}$/)
      expect(application?.refuseSecret(secret)).toBeUndefined()
    }
    expect(application?.publicPart('demo', newKey)).toBe('07070707')
    expect(basic?.publicPart('demo', newKey)).toBe('demo')
    expect(basic?.refuseSecret(basic.secret(newKey))).toBeUndefined()
  })

  it.each([
    [`${secretKey} ${code}`, undefined],
    [secretKey, /one blank/],
    [`${secretKey}  ${code}`, /one blank/],
    [`4F3A9C21B7D05E68 ${code}`, /XXXX-XXXX-XXXX-XXXX/],
    [`${secretKey.toLowerCase()} ${code}`, /XXXX-XXXX-XXXX-XXXX/],
    [`${secretKey} short`, /32 characters/],
  ])('a brought secret %s', (secret, refusal) => {
    const said = application?.refuseSecret(secret)
    if (refusal === undefined) expect(said).toBeUndefined()
    else expect(said).toMatch(refusal)
  })

  it('have names of their own', () => {
    expect(application?.refusePublicPart?.('7C41E0A9')).toBeUndefined()
    expect(application?.refusePublicPart?.('7C41E0A')).toMatch(/8 letters/)
    expect(basic?.refusePublicPart?.('back office')).toBeUndefined()
    expect(basic?.refusePublicPart?.('a:b')).toMatch(/colon/)
  })

  it('come on a sheet in the words of the clients’ forms', async () => {
    const store = await aStore(gateway())
    const baseUrl = `${publicUrl}/shopsite/demo`
    const sheet = (credentials: (typeof store.login)[]) =>
      shopsite.connectionSheet({ account: store.account, baseUrl, credentials })
    const pasted = `7C41E0A9^${secretKey}^${code}^${baseUrl}/authorize.cgi^${publicUrl}`
    expect(sheet([store.application])).toEqual({
      authorizationUrl: `${baseUrl}/authorize.cgi`,
      clientId: '7C41E0A9',
      secretKey,
      authorizationCode: code,
      wordpress: Buffer.from(pasted).toString('base64'),
    })
    expect(sheet([store.login])).toEqual({
      legacyUrl: `${baseUrl}/db_xml.cgi`,
      user: 'backoffice',
      password: 'pa:ss word',
    })
    expect(Object.keys(sheet([store.application, store.login]))).toHaveLength(8)
  })
})
