import { describe, expect, it } from 'vitest'
import type { Dialect } from '../../src/dialects/dialect.ts'
import { toy } from '../fixtures/toy-dialect.ts'
import { useGateway } from '../support/gateway.ts'
import { rawAnswers, sendRaw } from '../support/raw-http.ts'

let calls = 0

/** Says what reached it. */
const echo: Dialect = {
  ...toy,
  name: 'shopsite',
  legacyHttp: true,
  matchNative: () => undefined,
  createHandler: () => async (call) => {
    calls += 1
    return Response.json({
      method: call.method,
      path: call.path,
      query: call.query,
      host: call.header('host'),
      authorization: call.header('authorization'),
      body: Buffer.from(call.body as Uint8Array).toString(),
    })
  },
}

const gateway = useGateway({ dialects: [echo, toy], settings: { LEGACY_HTTP_PORT: '0' } })
const legacyPort = (): number => gateway().legacyPort ?? 0

const path = '/shopsite/demo/db_xml.cgi'
const basic = 'Basic YmFja29mZmljZTpwYTpzcyB3b3Jk'

/** What old clients send, and what of it should reach the protocol. */
const oldRequests = [
  {
    name: 'the C sample',
    bytes: `GET ${path}?startorder=1962 HTTP/1.0\nHost: gw.example.com:80\r\nAuthorization: ${basic}\r\n\n`,
    heard: { query: 'startorder=1962', host: 'gw.example.com:80', authorization: basic },
  },
  {
    name: 'a raw socket',
    bytes: `GET ${path}?startorder=1963&pay=yes HTTP/1.0\nHost: gw.example.com:443\r\nAuthorization: ${basic}\r\n\n`,
    heard: { query: 'startorder=1963&pay=yes', host: 'gw.example.com:443', authorization: basic },
  },
  {
    name: 'the C sample without a password',
    bytes: `GET ${path}?startorder=1962 HTTP/1.0\nHost: gw.example.com:80\r\n\n`,
    heard: { query: 'startorder=1962', host: 'gw.example.com:80' },
  },
  {
    name: 'HTTP/1.0 without a Host, in line feeds only',
    bytes: `GET ${path} HTTP/1.0\nAuthorization: ${basic}\n\n`,
    heard: { query: '', authorization: basic },
  },
  {
    name: 'a POST of HTTP/1.1 in line feeds only',
    bytes: `POST ${path}?maxorder=1 HTTP/1.1\nHost: gw.example.com\nContent-Length: 7\n\nclient=`,
    heard: { method: 'POST', query: 'maxorder=1', host: 'gw.example.com', body: 'client=' },
  },
  {
    name: 'a POST whose last head line alone ends with a bare line feed',
    bytes: `POST ${path} HTTP/1.1\r\nHost: gw.example.com\r\nContent-Length: 7\r\n\nclient=`,
    heard: { method: 'POST', query: '', host: 'gw.example.com', body: 'client=' },
  },
]

describe('the port for old HTTP', () => {
  it.each(oldRequests)('hears $name', async ({ bytes, heard }) => {
    const { status, headers, body } = await sendRaw(legacyPort(), bytes)
    expect(status).toBe(200)
    expect(JSON.parse(body)).toEqual({ method: 'GET', path: '/db_xml.cgi', body: '', ...heard })
    expect(headers).toMatchObject({ connection: 'close', 'content-length': `${body.length}` })
    expect(headers).not.toHaveProperty('transfer-encoding')
  })

  it('hears a request that comes byte by byte', async () => {
    const [{ bytes, heard }] = oldRequests as [(typeof oldRequests)[0]]
    const { body } = await sendRaw(legacyPort(), ...bytes)
    expect(JSON.parse(body)).toMatchObject(heard)
  })

  it('hears a strict request, too', async () => {
    const answer = await fetch(`http://127.0.0.1:${legacyPort()}${path}?a=b`)
    expect(await answer.json()).toMatchObject({ method: 'GET', query: 'a=b' })
  })

  it('does not lead to a protocol whose clients can do without it', async () => {
    const [strict, lenient] = await Promise.all(
      [gateway().port, legacyPort()].map((port) =>
        sendRaw(port, 'GET /toy/demo/pay HTTP/1.0\r\n\r\n'),
      ),
    )
    expect([strict?.status, strict?.body]).toEqual([200, 'who?'])
    expect([lenient?.status, lenient?.body]).toEqual([404, expect.stringContaining('nothing')])
  })

  it('answers one request of a connection, and never looks at what follows it', async () => {
    const before = calls
    const [{ bytes }] = oldRequests as [(typeof oldRequests)[0]]
    const post = `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\na`
    for (const twice of [bytes + bytes, post + post]) {
      const text = await rawAnswers(legacyPort(), twice)
      expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200'])
    }
    expect(calls).toBe(before + 2)
  })

  const post = `POST ${path} HTTP/1.1\nHost: a\nConnection: close\n`
  it.each([
    [
      'a length beside chunks',
      411,
      `${post}Content-Length: 3\nTransfer-Encoding: chunked\n\n0\n\n`,
    ],
    ['chunks', 411, `${post}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['two lengths', 400, `${post}Content-Length: 1\nContent-Length: 2\n\nab`],
    ['a control character', 400, `${post}X: a\x01b\nContent-Length: 0\n\n`],
    ['a bare carriage return', 400, `${post}X: a\rY: b\nContent-Length: 0\n\n`],
    ['HTTP/1.1 without a Host', 400, `GET ${path} HTTP/1.1\nX: a\n\n`],
    ['a head beyond 16 kB', 431, `${post}X: ${'x'.repeat(17_000)}\n\n`],
    ['no request at all', 400, 'hello\n\n'],
  ])('refuses %s with %i', async (_what, status, bytes) => {
    const before = calls
    expect((await sendRaw(legacyPort(), bytes)).status).toBe(status)
    expect(calls).toBe(before)
  })

  it.each([' HTTP/2.0', ' HTTP/0.9', ' HTTP/1.2', ''])('refuses the version%s', async (version) => {
    const before = calls
    const { status } = await sendRaw(legacyPort(), `GET ${path}${version}\nHost: a\n\n`)
    expect([400, 505]).toContain(status)
    expect(calls).toBe(before)
  })
})

describe('the main port', () => {
  it.each(oldRequests)('refuses $name', async ({ bytes }) => {
    const before = calls
    expect((await sendRaw(gateway().port, bytes)).status).toBe(400)
    expect(calls).toBe(before)
  })
})
