import { beforeAll, describe, expect, it, vi } from 'vitest'
import { addCredential } from '../../src/core/credentials.ts'
import { startPhpLines } from '../clients/php-lines.ts'
import { anErpShop, erpClient } from '../dialects/opencart/erp-shop.ts'
import { aRecordedStore } from '../dialects/opencart/recorded-store.ts'
import { aSignedClient } from '../dialects/opencart/signed-client.ts'
import {
  aReleased,
  aStore,
  aToken,
  numbersIn,
  pathOf,
  proofOf,
  responseCode,
} from '../dialects/shopsite/client.ts'
import { anAccount, type TestAccount } from '../support/fixtures.ts'
import { oldName, startNginx } from '../support/nginx.ts'
import { startOldNames } from '../support/old-names.ts'
import { sendRaw } from '../support/raw-http.ts'
import { signedBody } from '../support/signed-call.ts'
import { needPhp } from '../wire/php.ts'
import { ask } from './ask.ts'
import { useSite } from './site.ts'

const { gateway, nginx } = useSite()
const form = { 'content-type': 'application/x-www-form-urlencoded' }

let shop: TestAccount
beforeAll(async () => {
  shop = await anAccount(gateway().ctx, { login: 'myshop' })
})

/** Calls that reached the gateway so far. */
const calls = (): number => gateway().logText().split('"msg":"call"').length - 1

const goodsCall = () =>
  signedBody({ login: shop.account.login, secret: shop.credential.secret }, {})

describe('a call to the old host name', () => {
  it.each([false, true])('is answered and not redirected, with TLS: %s', async (secure) => {
    const call = { path: '/api/GetAllGoods', secure, body: goodsCall(), headers: form }
    const { status, headers, body } = await ask(nginx(), call)
    expect([status, headers.location]).toEqual([200, undefined])
    expect(JSON.parse(body)).toMatchObject({ error_code: 0, result: { length: 3 } })
    expect(headers['webhook-signature']).toMatch(/^v1,/)
  })

  it.for(['http', 'https'])(
    'comes from the vendor’s unchanged PHP over %s',
    async (scheme, context) => {
      needPhp(context)
      const names = await startOldNames({ 80: nginx().http, 443: nginx().https })
      vi.stubEnv('ALL_PROXY', names.proxy)
      const php = startPhpLines('vendor-flow.php', { withCurl: true })
      vi.unstubAllEnvs()
      const task = {
        address: `${scheme}://${oldName}/api/CreateOrder`,
        user: 'myshop',
        key: shop.credential.secret,
        data: {
          goods: [{ good_name: 'invoice' }],
          bill_email: `${scheme}+test@example.com`,
          bill_first_name: 'Мира & Co',
        },
      }
      const seen = await php.ask(task)
      await php.stop()
      await names.stop()
      expect(seen).toMatchObject({ trusted: true, code: 0 })
      expect(names.asked).toEqual([`${oldName}:${scheme === 'http' ? 80 : 443}`])
    },
  )
})

describe('a signature over the address', () => {
  beforeAll(() => aRecordedStore(gateway().ctx, 'signed-41', { version: 'auto' }))

  it.each(['+', '/'])('of OpenCart 4.1 is found right, with %s in it', async (sign) => {
    const target = { port: nginx().http, clock: gateway().clock }
    const client = aSignedClient(target, '/opencart/signed-41/')
    const { status, json } = await client.send({
      call: 'payment_methods',
      signing: { signature_contains: sign },
    })
    expect([status, json]).toEqual([200, { error: 'Warning: Products required!' }])
  })

  it('of OpenCart 4.1 is found wrong where the host is another', async () => {
    const target = { port: nginx().http, clock: gateway().clock }
    const client = aSignedClient(target, '/opencart/signed-41/')
    const signing = { host: 'elsewhere.example.com' }
    const { json } = await client.send({ call: 'payment_methods', signing })
    expect(json).not.toEqual({ error: 'Warning: Products required!' })
  })

  it('of ShopSite is found right, over a doubled slash', async () => {
    const store = await aStore(gateway())
    await aReleased(gateway(), store)
    const path = pathOf(store).replace('/shopsite/', '/shopsite//')
    const token = await aToken(gateway(), store)
    const downloadAs = async (signed: string) => {
      const filter = { startorder: '1', note: 'a+b c/d%2F' }
      const proof = proofOf(filter, { token, path: signed, host: oldName, port: 443 })
      const body = new URLSearchParams({ ...filter, ...proof }).toString()
      return (await ask(nginx(), { path, body, headers: form, secure: true })).body
    }
    expect(numbersIn(await downloadAs(path))).toEqual([1])
    expect(responseCode(await downloadAs(`${path}x`))).not.toBe('1')
  })
})

describe('a caller', () => {
  it('is known by its own address, whatever it writes into X-Forwarded-For', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=203.0.113.9' }
    const call = { path: '/echo/demo/', from: '127.0.0.3', headers }
    const before = (await nginx().logged(0)).length
    const heard = JSON.parse((await ask(nginx(), call)).body)
    expect(heard).toMatchObject({ from: '127.0.0.3', forwarded: '127.0.0.3' })
    expect((await nginx().logged(before + 1)).at(-1)).toContain(' 127.0.0.3 http ')
  })

  it('is refused where a key has a list of addresses that only its header is on', async () => {
    const ipList = ['203.0.113.9']
    const { account, credential } = await anAccount(gateway().ctx, { ipList })
    const shop = { login: account.login, secret: credential.secret }
    const call = {
      path: `/influencersoft/${account.login}/api/GetAllGoods`,
      body: signedBody(shop, {}),
      headers: { ...form, 'x-forwarded-for': '203.0.113.9' },
      from: '127.0.0.4',
    }
    const { body } = await ask(nginx(), call)
    expect(JSON.parse(body).error_text).toContain('127.0.0.4')
    expect(JSON.parse(body).result).not.toMatchObject({ length: 3 })
  })
})

describe('Mintsoft', () => {
  it('is heard over TLS alone, and its key is in no log', async () => {
    const { ctx } = gateway()
    const { account } = await anAccount(ctx)
    const secret = '4C0B6A1E-8F27-4F5D-9A51-0D6C1E7B2A93'
    const kind = { dialect: 'mintsoft', kind: 'key', publicPart: '' }
    await addCredential(ctx, account, { ...kind, secret, ipList: [] })
    ctx.directory.forget()
    const path = `/mintsoft/${account.login}?APIKEY=${secret}&action=list`
    const [before, lines] = [calls(), (await nginx().logged(0)).length]
    expect((await ask(nginx(), { path })).status).toBe(403)
    expect((await ask(nginx(), { path: `/${path}` })).status).toBe(403)
    expect(calls()).toBe(before)
    expect((await ask(nginx(), { path, secure: true })).status).toBe(200)
    const log = (await nginx().logged(lines + 3)).join('\n')
    expect(log).toContain(`GET /mintsoft/${account.login} HTTP`)
    expect(log + (await nginx().errors()) + gateway().logText()).not.toContain(secret)
  })
})

describe('what is for this machine only', () => {
  const spellings = ['', '/', '//', '?a=b', '#a', '%2F'].map((end) => `/metrics${end}`)
  const more = ['//metrics', '/./metrics', '/a/../metrics', '/%6Detrics', '/%2e/metrics']
  const others = ['/METRICS', '/readyz', '//readyz', '/ready%7A?x', '/x/..//readyz']
  it.each([...spellings, ...more, ...others])('is not passed on: %s', async (path) => {
    const before = calls()
    const { status, body } = await ask(nginx(), { path, secure: path.length % 2 === 0 })
    expect([status, body]).toEqual([404, expect.stringContaining('nginx')])
    expect(calls()).toBe(before)
  })

  it('is there on the gateway’s own port', async () => {
    expect((await fetch(`${gateway().url}/readyz`)).status).toBe(200)
    expect((await ask(nginx(), { path: '/healthz' })).body).toBe('{"status":"ok"}')
  })
})

describe('an outage', () => {
  it('that the gateway tells of is passed on as it is', async () => {
    const { status, headers, body } = await ask(nginx(), { path: '/echo/demo/busy' })
    expect([status, headers['retry-after'], body]).toEqual([503, '1', '{"error_code":8}'])
  })

  it.each(['1.0', '1.1'])('of the gateway is told in HTTP/%s, to be repeated', async (version) => {
    const alone = await startNginx(1)
    const request = `POST /api/x HTTP/${version}\r\nHost: a\r\nConnection: close\r\nContent-Length: 1\r\n\r\na`
    const { status, headers, body } = await sendRaw(alone.http, request)
    await alone.stop()
    expect([status, headers['retry-after']]).toEqual([503, '5'])
    expect(body).toContain('Repeat the call')
  })
})

describe('an accounting system', () => {
  it('hands over 15.9 MB, and hears the gateway’s own word for more', async () => {
    const { account } = await anErpShop(gateway().ctx)
    const url = `http://127.0.0.1:${nginx().http}`
    const erp = await erpClient(url, account)
    const prices = (bytes: number) => ({ data: { 'KR-01': '3.00' }, note: 'x'.repeat(bytes) })
    expect(await erp.call('updateprice', prices(15_900_000))).toEqual({ error: '' })
    const direct = await erpClient(gateway().url, account)
    const told = await direct.call('updateprice', prices(16_100_000)).catch(String)
    expect(await erp.call('updateprice', prices(16_100_000)).catch(String)).toEqual(told)
  })
})
