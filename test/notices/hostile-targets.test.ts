import { networkInterfaces } from 'node:os'
import { Agent, type Dispatcher, interceptors, Pool } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  checkTarget,
  type Resolve,
  type TargetPolicy,
  TargetRefused,
} from '../../src/core/check-target.ts'
import { guardedConnect } from '../../src/notices/connector.ts'
import { type Canary, startCanary, startReceiver } from './canary.ts'
import { beginnings, hostileHosts, hostileUrls, spellings, wrappings } from './hostile-hosts.ts'

const strict: TargetPolicy = { allowHttp: false, openRanges: [], unsafeTargets: false }
const withHttp: TargetPolicy = { ...strict, allowHttp: true }
const unsafe: TargetPolicy = { ...withHttp, unsafeTargets: true }
const silence = { connections: 0, bytes: 0 }

let canary: Canary
beforeAll(async () => {
  canary = await startCanary()
})
afterAll(() => canary.close())

const gives =
  (...addresses: string[]): Resolve =>
  () =>
    Promise.resolve(addresses)

/** The true pool sends, whatever was said when the URL was saved. */
async function send(url: string, policy: TargetPolicy, resolve: Resolve): Promise<unknown> {
  let pool: Pool | undefined
  try {
    pool = new Pool(new URL(url).origin, { connect: guardedConnect(policy, resolve) })
    const { body } = await pool.request({ method: 'POST', path: '/', body: 'order 1042' })
    await body.dump()
    return 'sent'
  } catch (error) {
    return error
  } finally {
    await pool?.destroy()
  }
}

const save = (url: string, policy: TargetPolicy, resolve: Resolve): Promise<unknown> =>
  checkTarget(url, policy, resolve).catch((error: unknown) => error)

const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((one) => one?.address === '::1')
const overIpv6 = [
  ...wrappings('127.0.0.1')
    .slice(0, 4)
    .map((host) => ({ host, addresses: [] })),
  { host: '[::1]', addresses: [] },
  { host: 'shop.test', addresses: ['::1'] },
]

describe('the canary', () => {
  // Else the silence below would prove nothing.
  it.each([
    ...spellings('127.0.0.1').map((host) => ({ host, addresses: [] })),
    { host: 'localhost', addresses: ['127.0.0.1'] },
    ...(hasIpv6 ? overIpv6 : []),
  ])('hears $host where the guard is switched off', async ({ host, addresses }) => {
    for (const scheme of ['http', 'https']) {
      await send(`${scheme}://${host}:${canary.port}/`, unsafe, gives(...addresses))
      const heard = await canary.heard()
      expect(heard.connections).toBeGreaterThan(0)
      expect(heard.bytes).toBeGreaterThan(0)
    }
  })
})

describe.each([
  ['with the default policy', strict],
  ['with http allowed', withHttp],
])('no byte reaches the canary %s', (_name, policy) => {
  const hosts = hostileHosts.map(({ host }) => host)

  it('from at least 300 hosts', () => {
    expect(new Set(hosts).size).toBe(hosts.length)
    expect(hosts.length).toBeGreaterThan(600)
  })

  it.each(hostileHosts)('from a host like $host ($addresses)', async ({ host, addresses = [] }) => {
    const resolve = gives(...addresses)
    for (const scheme of ['https', 'http']) {
      const url = `${scheme}://${host}:${canary.port}/`
      expect(await save(url, policy, resolve)).toBeInstanceOf(TargetRefused)
      expect(await send(url, policy, resolve)).toBeInstanceOf(TargetRefused)
    }
    expect(await canary.heard()).toEqual(silence)
  })

  it.each(beginnings)('from a URL that begins like %j', async (beginning) => {
    for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
      const url = `${beginning}${host}:${canary.port}/`
      expect(URL.canParse(url)).toBe(true)
      expect(await save(url, policy, gives('127.0.0.1'))).toBeInstanceOf(TargetRefused)
      expect(await send(url, policy, gives('127.0.0.1'))).toBeInstanceOf(TargetRefused)
    }
    expect(await canary.heard()).toEqual(silence)
  })

  it.each(hostileUrls)('from a URL like %s', async (pattern) => {
    const on = (host: string) =>
      pattern.replaceAll('HOST', host).replaceAll('PORT', String(canary.port))
    for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
      expect(await save(on(host), policy, gives('127.0.0.1'))).toBeInstanceOf(TargetRefused)
      expect(await send(on(host), policy, gives('127.0.0.1'))).toBeInstanceOf(Error)
    }
    // Wrong in itself: also where it leads outside, and every address is open.
    expect(await save(on('shop.test'), unsafe, gives('1.1.1.1'))).toBeInstanceOf(TargetRefused)
    expect(await canary.heard()).toEqual(silence)
  })

  const afterwards = [
    ['127.0.0.1'],
    ['::1'],
    ['0.0.0.0'],
    ['::ffff:127.0.0.1'],
    ['93.184.216.34', '127.0.0.1'],
    ['127.0.0.1', '93.184.216.34'],
    ['10.0.0.1', '::1'],
    ['::'],
  ]
  it.each(afterwards)(
    'from a name that led outside when it was saved, then to %s',
    async (...bad) => {
      const answers = [['93.184.216.34']]
      const turning: Resolve = async () => answers.shift() ?? bad
      const url = `https://shop.test:${canary.port}/`
      expect(await save(url, policy, turning)).toMatchObject({ addresses: ['93.184.216.34'] })
      expect(await send(url, policy, turning)).toBeInstanceOf(TargetRefused)
      expect(await canary.heard()).toEqual(silence)
    },
  )

  it('from a socket, or a proxy, that a pool was made with', async () => {
    const pool = new Pool(`http://shop.test:${canary.port}`, {
      connect: guardedConnect(policy, gives('93.184.216.34')),
      socketPath: '/var/run/postgresql/.s.PGSQL.5432',
    })
    await expect(pool.request({ method: 'POST', path: '/' })).rejects.toThrow(TargetRefused)
    await pool.destroy()
    expect(await canary.heard()).toEqual(silence)
  })
})

describe('a name that changes under way', () => {
  it('is asked for once for a connection, which leads to the address that was judged', async () => {
    const receiver = await startReceiver()
    const answers = [['127.0.0.1'], ['::1']]
    let asked = 0
    const turning: Resolve = async () => {
      asked += 1
      return answers.shift() ?? []
    }
    expect(await send(`http://shop.test:${receiver.port}/`, unsafe, turning)).toBe('sent')
    expect(asked).toBe(1)
    expect(receiver.received).toHaveLength(1)
    await receiver.close()
  })

  // Linux takes 0.0.0.0 for loopback: the connection leads elsewhere than the address said.
  it.each(['http', 'https'])(
    'is found out at the other end, before a byte (%s)',
    async (scheme) => {
      const url = `${scheme}://shop.test:${canary.port}/`
      expect(await send(url, unsafe, gives('0.0.0.0'))).toBeInstanceOf(TargetRefused)
      expect(await canary.heard()).toEqual({ connections: 1, bytes: 0 })
    },
  )
})

describe('a redirect', () => {
  const places = () => [
    `http://127.0.0.1:${canary.port}/`,
    `http://[::1]:${canary.port}/`,
    `http://localhost:${canary.port}/`,
    `http://2130706433:${canary.port}/`,
    `//127.1:${canary.port}/`,
  ]
  const codes = [301, 302, 303, 307, 308]

  const redirecting = (location: string, code: number, onCall = () => {}) =>
    startReceiver({
      answer: (_request, response) => {
        onCall()
        response.writeHead(code, { location }).end()
      },
    })

  // The switch for tests is on: nothing but staying put keeps the canary quiet.
  it.each(codes)('with %i is an answer, and is not followed', async (code) => {
    for (const place of places()) {
      const receiver = await redirecting(place, code)
      const pool = new Pool(`http://shop.test:${receiver.port}`, {
        connect: guardedConnect(unsafe, gives('127.0.0.1')),
      })
      const answer = await pool.request({ method: 'POST', path: '/', body: 'order 1042' })
      await answer.body.dump()
      expect(answer.statusCode).toBe(code)
      await pool.destroy()
      await receiver.close()
    }
    expect(await canary.heard()).toEqual(silence)
  })

  it.each(codes)('with %i that somebody did follow is judged anew', async (code) => {
    for (const place of places()) {
      const policy = { ...unsafe }
      const receiver = await redirecting(place, code, () => {
        policy.unsafeTargets = false
      })
      const agent: Dispatcher = new Agent({
        connect: guardedConnect(policy, gives('127.0.0.1')),
      }).compose(interceptors.redirect({ maxRedirections: 3 }))
      const origin = `http://shop.test:${receiver.port}`
      await expect(
        agent.request({ origin, method: 'POST', path: '/', body: 'order 1042' }),
      ).rejects.toThrow(TargetRefused)
      expect(receiver.received).toHaveLength(1)
      await agent.destroy()
      await receiver.close()
    }
    expect(await canary.heard()).toEqual(silence)
  })
})
