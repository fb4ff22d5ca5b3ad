import { createServer as createTcpServer, type Socket } from 'node:net'
import { errors, Pool } from 'undici'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Resolve, TargetPolicy } from '../../src/core/check-target.ts'
import { guardedConnect } from '../../src/notices/connector.ts'
import { until } from '../support/poll.ts'
import { closed, listen, startReceiver } from './canary.ts'
import { selfSigned } from './certificate.ts'

const unsafe: TargetPolicy = { allowHttp: true, openRanges: [], unsafeTargets: true }
const gives =
  (...addresses: string[]): Resolve =>
  () =>
    Promise.resolve(addresses)

const cleanUps: (() => Promise<unknown>)[] = []
afterEach(async () => {
  vi.unstubAllEnvs()
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

async function aReceiver(options?: Parameters<typeof startReceiver>[0]) {
  const receiver = await startReceiver(options)
  cleanUps.push(receiver.close)
  return receiver
}

function aPool(origin: string, resolve: Resolve, limits?: Parameters<typeof guardedConnect>[2]) {
  const pool = new Pool(origin, {
    connections: 1,
    connect: guardedConnect(unsafe, resolve, limits),
  })
  cleanUps.push(() => pool.destroy())
  return pool
}

/** Takes connections and says nothing. */
async function silentPeer() {
  const heard: Socket[] = []
  const server = createTcpServer((socket) => {
    heard.push(socket.resume().on('error', () => {}))
  })
  const port = await listen(server, '127.0.0.1')
  cleanUps.push(() => closed(server))
  return { port, heard }
}

async function post(pool: Pool, body: string): Promise<string> {
  const answer = await pool.request({ method: 'POST', path: '/hook?a=b', body })
  return `${answer.statusCode} ${await answer.body.text()}`
}

describe('a guarded connection', () => {
  it('carries notices to the address of a name, under that name, one after another', async () => {
    const receiver = await aReceiver()
    const pool = aPool(`http://shop.test:${receiver.port}`, gives('127.0.0.1'))
    expect(await post(pool, 'order 1')).toBe('200 thanks')
    expect(await post(pool, 'order 2')).toBe('200 thanks')
    const host = `shop.test:${receiver.port}`
    expect(receiver.received).toMatchObject([
      { method: 'POST', path: '/hook?a=b', host, body: 'order 1' },
      { method: 'POST', path: '/hook?a=b', host, body: 'order 2' },
    ])
    expect(receiver.connections()).toBe(1)
  })

  it('goes to the next address where one refuses', async () => {
    const receiver = await aReceiver()
    const pool = aPool(`http://shop.test:${receiver.port}`, gives('::1', '127.0.0.1'))
    expect(await post(pool, 'order 1')).toBe('200 thanks')
  })

  it('goes to the next address where one is silent', async () => {
    const { port, heard } = await silentPeer()
    const pool = aPool(`https://shop.test:${port}`, gives('127.0.0.1', '::1'), {
      connectTimeoutMs: 1000,
    })
    // There is nobody on IPv6, which is how it shows that the second address was tried.
    await expect(post(pool, 'order 1')).rejects.toMatchObject({ address: '::1' })
    await until('the silent one to be let go', () => heard.every((socket) => socket.destroyed))
    expect(heard).toHaveLength(1)
  })

  it('fails as the last address did', async () => {
    const receiver = await startReceiver()
    await receiver.close()
    const pool = aPool(`http://shop.test:${receiver.port}`, gives('127.0.0.1', '::1'))
    await expect(post(pool, 'order 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('gives up on a peer that says nothing, and lets it go', async () => {
    const { port, heard } = await silentPeer()
    const pool = aPool(`https://shop.test:${port}`, gives('127.0.0.1'), { connectTimeoutMs: 100 })
    await expect(post(pool, 'order 1')).rejects.toBeInstanceOf(errors.ConnectTimeoutError)
    await until('the silent one to be let go', () => heard.every((socket) => socket.destroyed))
    expect(heard).toHaveLength(1)
  })

  it('fails where the peer hangs up in the middle of TLS', async () => {
    const rude = createTcpServer((socket) => {
      socket.on('error', () => {}).once('data', () => socket.destroy())
    })
    const port = await listen(rude, '127.0.0.1')
    cleanUps.push(() => closed(rude))
    const pool = aPool(`https://shop.test:${port}`, gives('127.0.0.1'))
    await expect(post(pool, 'order 1')).rejects.toBeInstanceOf(Error)
  })
})

describe('a guarded connection over TLS', () => {
  it('proves the name, asks for it, and speaks HTTP/1.1', async () => {
    const tls = selfSigned('shop.test')
    const receiver = await aReceiver({ tls })
    const pool = aPool(`https://shop.test:${receiver.port}`, gives('127.0.0.1'), { ca: tls.cert })
    expect(await post(pool, 'order 1')).toBe('200 thanks')
    expect(await post(pool, 'order 2')).toBe('200 thanks')
    const host = `shop.test:${receiver.port}`
    expect(receiver.received[0]).toMatchObject({ host, servername: 'shop.test', alpn: 'http/1.1' })
    expect(receiver.connections()).toBe(1)
  })

  it('proves an address', async () => {
    const tls = selfSigned('127.0.0.1')
    const receiver = await aReceiver({ tls })
    const pool = aPool(`https://127.0.0.1:${receiver.port}`, gives(), { ca: tls.cert })
    expect(await post(pool, 'order 1')).toBe('200 thanks')
    expect(receiver.received[0]).toMatchObject({ servername: false })
  })

  it.each([
    ['made out to another name', 'other.test', true, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['made out to the address', '127.0.0.1', true, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['that nobody vouches for', 'shop.test', false, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ])('sends nothing on a certificate %s', async (_what, name, isTrusted, code) => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    const tls = selfSigned(name)
    const receiver = await aReceiver({ tls })
    const limits = isTrusted ? { ca: tls.cert } : {}
    const pool = aPool(`https://shop.test:${receiver.port}`, gives('127.0.0.1'), limits)
    await expect(post(pool, 'order 1')).rejects.toMatchObject({ code })
    expect(receiver.received).toEqual([])
  })

  it('proves the name of the URL, whatever the Host header says', async () => {
    const tls = selfSigned('other.test')
    const receiver = await aReceiver({ tls })
    const pool = aPool(`https://shop.test:${receiver.port}`, gives('127.0.0.1'), { ca: tls.cert })
    const sent = pool.request({ method: 'POST', path: '/', headers: { host: 'other.test' } })
    await expect(sent).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
    expect(receiver.received).toEqual([])
  })
})
