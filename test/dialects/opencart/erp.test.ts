import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { playErp } from './erp.ts'
import {
  bodyOf,
  type ErpEntry,
  erpEntries,
  erpLogin,
  type RecordedAnswer,
  scenario,
} from './erp-recording.ts'

type Seen = {
  readonly method: string
  readonly url: string
  readonly raw: string[]
  readonly body: Buffer
}

const servers: Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** A shop that answers the n-th call as told, and what it saw. */
async function aShop(answers: readonly RecordedAnswer[], isChunked = false) {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method = '', url = '', rawHeaders: raw } = request
    const answer = answers[seen.length]
    seen.push({ method, url, raw, body: Buffer.concat(chunks) })
    if (answer === undefined) return response.writeHead(500).end()
    const headers = answer.headers.filter(([name]) => !isChunked || name !== 'Content-Length')
    response.writeHead(answer.status, headers.flat())
    response.write(answer.body.slice(0, 5))
    return response.end(answer.body.slice(5))
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { port: (server.address() as AddressInfo).port, seen }
}

function cookieOf({ raw }: Seen): string | undefined {
  const at = raw.indexOf('Cookie')
  return at < 0 ? undefined : raw[at + 1]
}

function loginAnswer(json: unknown, cookie = 'OCSESSID=ours; path=/'): RecordedAnswer {
  return { status: 200, headers: [['Set-Cookie', cookie]], body: JSON.stringify(json) }
}

const fine: RecordedAnswer = { status: 200, headers: [], body: '{"error":""}' }

function answersAfter(login: RecordedAnswer, name: string): RecordedAnswer[] {
  return scenario(name).map(({ meant }) => (meant?.key === undefined ? fine : login))
}

const names = [...new Set(erpEntries.map((entry) => entry.scenario))]

function expectedSent({ request }: ErpEntry, body: Buffer): Buffer {
  const headers = request.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  const head = `${request.method} ${request.target} ${request.version}\r\n${headers}\r\n`
  return Buffer.concat([Buffer.from(head, 'latin1'), body])
}

describe('a scenario of the ERP', () => {
  it.each(names)('%s goes out byte for byte to a shop that answers as recorded', async (name) => {
    const entries = scenario(name)
    const shop = await aShop(entries.map(({ answer }) => answer))
    const exchanges = await playErp(shop, name)
    expect(exchanges.map(({ entry }) => entry)).toEqual(entries)
    exchanges.forEach(({ entry, sent, answer }, at) => {
      const body = bodyOf(entry)
      expect(sent.equals(expectedSent(entry, body)), entry.id).toBe(true)
      expect(shop.seen[at]?.raw).toEqual(entry.request.headers.flat())
      expect(shop.seen[at]?.body.equals(body)).toBe(true)
      expect([answer.status, answer.text]).toEqual([entry.answer.status, entry.answer.body])
    })
  })

  it('reads answers that come in chunks', async () => {
    const entries = scenario('v2')
    const shop = await aShop(
      entries.map(({ answer }) => answer),
      true,
    )
    const exchanges = await playErp(shop, 'v2')
    expect(exchanges.map(({ answer }) => answer.text)).toEqual(
      entries.map(({ answer }) => answer.body),
    )
  })

  it('has the token, the cookie and the address of the shop that it meets', async () => {
    const login = loginAnswer({ success: 'yes', api_token: 'our1' })
    const shop = await aShop(answersAfter(login, 'v2'))
    await playErp({ port: shop.port, prefix: '/opencart/demo', host: 'shop.example.test' }, 'v2')
    expect(shop.seen[0]?.url).toBe('/opencart/demo/index.php?route=api/login')
    expect(cookieOf(shop.seen[0] as Seen)).toBeUndefined()
    expect(shop.seen).toHaveLength(scenario('v2').length)
    for (const call of shop.seen.slice(1)) {
      expect(call.url).toMatch(
        /^\/opencart\/demo\/index\.php\?route=api\/zstore\/\w+&api_token=our1$/,
      )
      expect(cookieOf(call)).toBe('OCSESSID=ours')
      expect(call.raw.slice(0, 2)).toEqual(['Host', 'shop.example.test'])
    }
  })

  it('prefers `token` to `api_token`, as the program does', async () => {
    const login = loginAnswer({ success: 'yes', api_token: 'our1', token: 'our2' })
    const shop = await aShop(answersAfter(login, 'v3'))
    await playErp(shop, 'v3', { leaveOut: ({ id }) => id > 'v3-02' })
    expect(shop.seen.map(({ url }) => url)).toEqual([
      '/index.php?route=api/login',
      '/index.php?route=api/zstore/statuses&token=our2',
    ])
  })

  it('has no token after a login that failed, and no cookie meant for elsewhere', async () => {
    const login = loginAnswer([], 'OCSESSID=ours; path=/other')
    const shop = await aShop(answersAfter(login, 'no_token'))
    await playErp(shop, 'no_token')
    expect(shop.seen.map(({ url }) => url)).toEqual([
      '/index.php?route=api/login',
      '/index.php?route=api/zstore/orders&',
    ])
    expect(shop.seen.map(cookieOf)).toEqual([undefined, undefined])
  })

  it('says before each call which one comes', async () => {
    const shop = await aShop(scenario('noaccess').map(({ answer }) => answer))
    const told: string[] = []
    await playErp(shop, 'noaccess', {
      before: ({ id }) => void told.push(`${id} ${shop.seen.length}`),
    })
    expect(told).toEqual(['noaccess-01 0', 'noaccess-02 1', 'noaccess-03 2', 'noaccess-04 3'])
  })

  it('logs in with one key throughout', () => {
    for (const { meant } of erpEntries) {
      if (meant?.key !== undefined) expect(meant).toEqual(erpLogin)
    }
  })
})
