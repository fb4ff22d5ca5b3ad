import { describe, expect, it } from 'vitest'
import { addCredential } from '../../../src/core/credentials.ts'
import { loginIn, matches } from '../../../src/dialects/shopsite/basic.ts'
import { useGateway } from '../../support/gateway.ts'
import {
  aStore,
  basicHeader,
  get,
  password,
  pathOf,
  plainDownload,
  post,
  publicUrl,
  responseCode,
  signedDownload,
  user,
} from './client.ts'

const gateway = useGateway({ settings: { PUBLIC_URL: publicUrl } })

describe('an Authorization header', () => {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  it.each([
    [`Basic ${base64('a:b:c d')}`, { user: 'a', password: 'b:c d' }],
    [`basic  ${base64(':')} `, { user: '', password: '' }],
    [`Basic ${base64('no colon')}`, undefined],
    ['Basic %%%', undefined],
    [`Bearer ${base64('a:b')}`, undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s', (header, login) => {
    expect(loginIn(header)).toEqual(login)
  })
})

describe('a login beyond Latin-1', () => {
  const known = { publicPart: 'лавка', secret: 'пароль-12' }
  const sent = (charset: BufferEncoding) => ({
    user: Buffer.from(known.publicPart, charset).toString('latin1'),
    password: Buffer.from(known.secret, charset).toString('latin1'),
  })

  it('is known by its UTF-8 bytes, and not by half of each letter', () => {
    expect(matches(sent('utf8'), known)).toEqual({ user: true, password: true })
    expect(matches(sent('latin1'), known)).toEqual({ user: false, password: false })
  })
})

describe('a back-office login', () => {
  it('downloads by GET and by POST', async () => {
    const store = await aStore(gateway())
    const got = await plainDownload(gateway(), store, 'startorder=1&pay=yes')
    const posted = await post(gateway(), pathOf(store), { maxorder: '50' }, basicHeader())
    for (const { status, text } of [got, posted]) {
      expect([status, responseCode(text)]).toEqual([200, '2'])
    }
  })

  const challenged = async (headers: Record<string, string>, options = {}) => {
    const store = await aStore(gateway(), options)
    return get(gateway(), pathOf(store), headers)
  }

  it.each([
    ['none', {}],
    ['a wrong password', basicHeader(user, 'nope')],
    ['a wrong user', basicHeader('somebody', password)],
    ['no base64', { authorization: 'Basic %%%' }],
    ['another scheme', { authorization: 'Digest username="x"' }],
  ])('%s is answered with the challenge', async (_name, headers) => {
    const { status, headers: said, text } = await challenged(headers)
    expect(status).toBe(401)
    expect(said.get('www-authenticate')).toBe('Basic realm="ShopSite"')
    expect(said.get('connection')).toBe('close')
    expect(text).toBe('Authorization is required.\n')
  })

  it('is refused from an address that is not on the list', async () => {
    const { status, text } = await challenged(basicHeader(), { ipList: ['192.0.2.7'] })
    expect([status, text]).toEqual([401, 'Authorization is required.\n'])
  })

  it('of an unknown or a disabled account hears what a wrong password hears', async () => {
    const nobody = await get(gateway(), '/shopsite/nobody/db_xml.cgi', basicHeader())
    expect([nobody.status, nobody.text]).toEqual([401, 'Authorization is required.\n'])
  })

  it('works with a POST that waits for the challenge first, as ShipWorks sends it', async () => {
    const store = await aStore(gateway())
    const fields = { maxorder: '50', pay: 'yes', startorder: '1963', version: '12.0' }
    const first = await post(gateway(), pathOf(store), fields)
    const second = await post(gateway(), pathOf(store), fields, basicHeader())
    expect([first.status, second.status]).toEqual([401, 200])
  })

  it('is not looked at beside a signature', async () => {
    const store = await aStore(gateway())
    const fields = { token: 'x', signature: 'y', nonce: 'z', timestamp: '1' }
    const { status, json } = await post(gateway(), pathOf(store), fields, basicHeader())
    expect([status, json.error]).toEqual([200, 'invalid_token'])
  })

  it('counts where a token or a signature is missing', async () => {
    const store = await aStore(gateway())
    const { text } = await post(gateway(), pathOf(store), { token: 'x' }, basicHeader())
    expect(responseCode(text)).toBe('2')
  })

  it('is taken in UTF-8 and in Latin-1', async () => {
    const { account } = await aStore(gateway())
    await addCredential(gateway().ctx, account, {
      dialect: 'shopsite',
      kind: 'basic',
      publicPart: 'zoë',
      secret: 'geheim-für-zoë',
      ipList: [],
    })
    gateway().ctx.directory.forget()
    for (const charset of ['utf8', 'latin1'] as const) {
      const sent = Buffer.from('zoë:geheim-für-zoë', charset).toString('base64')
      const headers = { authorization: `Basic ${sent}` }
      expect((await get(gateway(), pathOf({ account }), headers)).status).toBe(200)
    }
  })
})

describe('the other programs', () => {
  it('publish is done, once the call is proved', async () => {
    const store = await aStore(gateway())
    const path = pathOf(store, 'generate.cgi')
    const { status, text } = await get(gateway(), `${path}?clientApp=1&htmlpages=1`, basicHeader())
    expect([status, text]).toEqual([200, 'done\n'])
    expect((await get(gateway(), path)).status).toBe(401)
    const signed = await signedDownload(gateway(), store, { clientApp: '1' }, { path })
    expect(signed.json).toMatchObject({ error: 'invalid_request' })
  })

  it.each(['dbupload.cgi', 'dbmake.cgi'])('%s is refused clearly', async (file) => {
    const store = await aStore(gateway())
    const { status, json } = await post(gateway(), pathOf(store, file), 'x'.repeat(70_000))
    expect(status).toBe(200)
    expect(json).toEqual({
      error: 'access_denied',
      error_description: 'Uploads are not taken here: orders and products can be downloaded only.',
    })
  })

  it('any other address is none', async () => {
    const store = await aStore(gateway())
    const { status, json } = await get(gateway(), pathOf(store, 'start.cgi'), basicHeader())
    expect([status, json.error]).toEqual([404, 'invalid_request'])
  })

  it('other methods are not taken', async () => {
    const store = await aStore(gateway())
    const init = { method: 'PUT', headers: basicHeader() }
    const response = await fetch(`${gateway().url}${pathOf(store)}`, init)
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST'])
  })
})
