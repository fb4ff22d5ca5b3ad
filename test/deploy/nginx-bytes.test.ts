import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect as connectTls } from 'node:tls'
import { describe, expect, it, vi } from 'vitest'
import { aStore, basicHeader, pathOf } from '../dialects/shopsite/client.ts'
import { recording } from '../dialects/shopsite/recording.ts'
import { rawAnswers, sendRaw } from '../support/raw-http.ts'
import { ask, begin } from './ask.ts'
import { type Heard, sha256 } from './echo.ts'
import { useSite } from './site.ts'

const { gateway, nginx, echo } = useSite()

const paths: readonly (readonly [what: string, address: string])[] = [
  ['%2F, // and +', '/echo/demo/a%2Fb//c/%E9/+x%20y%2B'],
  ['a doubled slash before the login', '/echo//demo/a'],
  ['dots', '/echo/demo/./b/../c'],
  ['dots in code', '/echo/demo/%2e%2e/c;d=e'],
  ['an odd query', '/echo/demo/a?q=a+b%20c%2Fd%2fe&&x[]=1&y=%E9&=;?#'],
  ['a long query', `/echo/demo/a?q=${'x'.repeat(8000)}`],
]

describe('the bytes of an address', () => {
  it.each(paths)('reach the protocol as they were written: %s', async (_what, written) => {
    const [address = ''] = written.split('#')
    const at = address.indexOf('?')
    const path = at === -1 ? address : address.slice(0, at)
    const query = at === -1 ? '' : address.slice(at + 1)
    const heads = ['HTTP/1.1\r\nHost: MyShop.justclick.ru:80', 'HTTP/1.0\r\nA: b']
    const answers = await Promise.all(
      heads.map((head) =>
        sendRaw(nginx().http, `GET ${address} ${head}\r\nConnection: close\r\n\r\n`),
      ),
    )
    const heard = answers.map(({ body }) => JSON.parse(unchunked(body)) as Heard)
    const hosts = ['MyShop.justclick.ru:80', 'orders.example.com']
    expect(heard).toMatchObject(hosts.map((host) => ({ path, query, host, method: 'GET' })))
  })
})

describe('a body', () => {
  it.each([1, 200_000, 15_900_000])('of %i bytes arrives whole', async (count) => {
    const body = randomBytes(count)
    const answer = await ask(nginx(), { path: '/echo/demo/', body, secure: true })
    expect(JSON.parse(answer.body)).toMatchObject({ bytes: count, sha256: sha256(body) })
  })

  it('in chunks arrives whole, with its length', async () => {
    const chunks = Array.from({ length: 50 }, (_, at) => `${at};`.repeat(5000))
    const whole = chunks.join('')
    const { body } = await ask(nginx(), { path: '/echo/demo/', chunks })
    const length = String(whole.length)
    expect(JSON.parse(body)).toMatchObject({ length, sha256: sha256(whole) })
  })

  it('of HTTP/1.0 arrives whole', async () => {
    const body = randomBytes(60_000).toString('hex')
    const head = `POST /echo/demo/ HTTP/1.0\r\nContent-Length: ${body.length}\r\n\r\n`
    const answer = await sendRaw(nginx().http, head, body)
    expect(JSON.parse(answer.body)).toMatchObject({ method: 'POST', sha256: sha256(body) })
  })

  it('is asked for where the client waits for that', async () => {
    const head =
      'POST /echo/demo/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\n'
    const text = await rawAnswers(nginx().http, `${head}Content-Length: 3\r\n\r\n`, 'abc')
    expect(text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /)
    expect(text).toContain(`"sha256":"${sha256('abc')}"`)
    expect(text).not.toContain('"expect"')
  })

  it('beyond 16,000,000 bytes is told so by the gateway, beyond 16 MiB by nginx', async () => {
    const path = '/echo/demo/'
    const longer = await ask(nginx(), { path, body: Buffer.alloc(16_500_000) })
    expect(JSON.parse(longer.body)).toMatchObject({ bytes: -1 })
    const before = echo.calls
    const tooLong = await ask(nginx(), { path, body: Buffer.alloc(17_000_000) })
    expect(tooLong.status).toBe(413)
    expect(echo.calls).toBe(before)
  })
})

describe('old HTTP', () => {
  it.each([
    ['the C sample', 'GET /echo/demo/a?b=c HTTP/1.0\nHost: gw.example.com:80\r\n\n'],
    ['line feeds only', 'GET /echo/demo/a?b=c HTTP/1.0\n\n'],
    ['line feeds of HTTP/1.1', 'GET /echo/demo/a?b=c HTTP/1.1\nHost: a\nConnection: close\n\n'],
  ])('is made strict on the way: %s', async (_what, bytes) => {
    const { status, body } = await sendRaw(nginx().http, bytes)
    expect([status, JSON.parse(unchunked(body))]).toEqual([
      200,
      expect.objectContaining({ path: '/echo/demo/a', query: 'b=c' }),
    ])
    expect((await sendRaw(gateway().port, bytes)).status).toBe(400)
  })

  const old = recording.entries.filter(({ id }) => /^(c-sample|vb-raw)/.test(id))
  it.each(old)('of ShopSite clients, as recorded: $id', async ({ request, expect: wanted }) => {
    await aStore(gateway(), { login: 'demo' }).catch(() => undefined)
    const bytes = Buffer.from(request.raw_base64, 'base64').toString('latin1')
    const answer = await sendRaw(nginx().http, bytes)
    expect(answer.status).toBe(wanted.http_status)
    expect(answer.headers['content-length']).toBe(String(answer.body.length))
    expect(answer.headers['transfer-encoding']).toBeUndefined()
  })

  it('has its proof passed on', async () => {
    const store = await aStore(gateway())
    const { authorization } = basicHeader()
    const head = `GET ${pathOf(store)} HTTP/1.0\nAuthorization: ${authorization}\r\n\n`
    const { status, body } = await sendRaw(nginx().http, head)
    expect([status, body]).toEqual([200, expect.stringContaining('<ShopSiteOrders>')])
  })
})

describe('a long answer', () => {
  const begun = async (path: string): Promise<{ incoming: IncomingMessage; first: string }> => {
    const incoming = await begin(nginx(), { path, secure: true })
    const [first] = (await once(incoming, 'data')) as [Buffer]
    return { incoming, first: first.toString() }
  }

  it('begins before it is made to its end', async () => {
    const { incoming, first } = await begun('/echo/demo/long')
    echo.goOn()
    const rest = await incoming.setEncoding('utf8').reduce((text, piece) => text + piece, '')
    expect([first, rest]).toEqual(['first\n', 'last\n'])
    expect(incoming.headers['content-encoding']).toBeUndefined()
  })

  it('that breaks off is never a whole one', async () => {
    // The listener says there that a stream failed.
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const { incoming } = await begun('/echo/demo/cut')
    const gone = once(incoming, 'end')
    echo.goOn()
    await expect(gone).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(incoming.complete).toBe(false)
    said.mockRestore()
  })

  it.each([
    ['long', 200, 'first\nlast\n'],
    ['cut', 503, 'The answer broke off before it was whole; ask again.\n'],
  ])('comes to HTTP/1.0 whole, or not at all: %s', async (name, status, body) => {
    const calls = echo.calls
    const coming = sendRaw(nginx().http, `GET /echo/demo/${name} HTTP/1.0\r\n\r\n`)
    await expect.poll(() => echo.calls).toBe(calls + 1)
    echo.goOn()
    const answer = await coming
    expect([answer.status, answer.body]).toEqual([status, body])
    expect(answer.headers['content-length']).toBe(String(body.length))
  })
})

describe('a head', () => {
  it.each([
    ['12 kB is taken', [12_000], 200],
    ['more than the gateway takes is refused by it', [12_000, 12_000], 431],
    ['1,000 kB is refused by nginx', [1_000_000], 400],
  ])('of %s', async (_what, fields, status) => {
    const before = echo.calls
    const lines = fields.map((bytes, at) => `X-${at}: ${'x'.repeat(bytes)}\r\n`).join('')
    const head = `GET /echo/demo/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${lines}\r\n`
    expect((await sendRaw(nginx().http, head)).status).toBe(status)
    expect(echo.calls - before).toBe(status === 200 ? 1 : 0)
  })
})

describe('TLS', () => {
  const agreed = (port: number, version: 'TLSv1' | 'TLSv1.1' | 'TLSv1.3') =>
    new Promise<string | null>((resolve) => {
      const versions = { minVersion: version, maxVersion: version, ca: nginx().certificate }
      // Without a name, as such clients; the certificate is made out to the old one all the same.
      const ciphers = { ciphers: 'ALL:@SECLEVEL=0', checkServerIdentity: () => undefined }
      const socket = connectTls({ port, host: '127.0.0.1', ...versions, ...ciphers })
      socket.on('error', () => resolve(null))
      socket.on('secureConnect', () => {
        resolve(`${socket.getProtocol()} ${socket.getPeerCertificate().subject.CN}`)
        socket.destroy()
      })
    })

  it('1.0 and 1.1 are spoken on the port for old clients alone', async () => {
    const { https, oldTls } = nginx()
    for (const version of ['TLSv1', 'TLSv1.1'] as const) {
      expect(await agreed(oldTls, version)).toBe(`${version} myshop.justclick.ru`)
      expect(await agreed(https, version)).toBeNull()
    }
    expect(await agreed(oldTls, 'TLSv1.3')).toContain('TLSv1.3')
  })
})

/** The content of an answer in chunks, or one that came with its length. */
function unchunked(body: string): string {
  if (!/^[0-9a-f]+\r\n/.test(body)) return body
  return body.replace(/^[0-9a-f]+\r\n/, '').replace(/\r\n0\r\n\r\n$/, '')
}
