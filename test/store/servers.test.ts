import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { openBatchLane } from '../../src/store/batch-lane.ts'
import { openDatabase, type PostgresTarget } from '../../src/store/database.ts'
import { isOutage } from '../../src/store/errors.ts'
import type { Look } from '../../src/store/look-at-server.ts'
import { chooseServer, createServers, serversOf } from '../../src/store/servers.ts'
import { useDatabase } from '../support/database.ts'
import { type DatabaseProxy, startProxy } from '../support/database-proxy.ts'
import { until } from '../support/poll.ts'

const [a, b] = [
  { host: 'a', port: 1 },
  { host: 'b', port: 2 },
]
const away: Look = { state: 'away' }
const readOnly: Look = { state: 'read-only' }
const on = (timeline: number): Look => ({ state: 'writable', timeline })

describe('of several servers', () => {
  test.each([
    ['the only one that can be written to', readOnly, on(1), undefined, 0, b],
    ['the first of equals', on(1), on(1), undefined, 0, a],
    ['the one in use, of equals', on(1), on(1), b, 1, b],
    ['the one that was promoted last', on(1), on(2), a, 1, b],
    ['the one that was promoted last, at a start', on(1), on(2), undefined, 0, b],
    ['none that is older than the one before', on(1), away, b, 2, undefined],
    ['none where all are standbys or away', readOnly, away, a, 1, undefined],
    ['one that does not tell its timeline', away, on(0), undefined, 0, b],
  ])('%s is taken', (_, first, second, server, newest, expected) => {
    const seen = [
      { server: a, look: first },
      { server: b, look: second },
    ]
    expect(chooseServer(seen, { server, newest })?.server).toBe(expected)
  })

  test('the one that works is kept when an old one comes back', async () => {
    const looks = new Map([
      [a, on(1)],
      [b, readOnly],
    ])
    let nowMs = 0
    const look = async (server: typeof a) => looks.get(server) ?? away
    const servers = createServers([a, b], look, () => (nowMs += 2000))
    const moves: unknown[] = []
    servers.onMove((to) => moves.push(to))
    expect(await servers.current()).toBe(a)
    looks.set(a, away).set(b, on(2))
    servers.doubt()
    await until('the move', () => moves.length === 1)
    looks.set(a, on(1))
    servers.doubt()
    expect(await servers.current()).toBe(b)
    looks.set(b, away)
    servers.doubt()
    await expect(servers.current()).rejects.toThrow('a:1 is older than the one written to so far')
    expect(moves).toEqual([b])
  })
})

describe('two ways to a server', () => {
  const database = useDatabase()
  const proxies: DatabaseProxy[] = []
  let target: PostgresTarget
  beforeAll(async () => {
    const { options, url } = database().target
    const place = placeOf(inject('server'))
    proxies.push(await startProxy(place), await startProxy(place))
    const servers = proxies.map(({ port }) => ({ host: '127.0.0.1', port }))
    const { host: _host, port: _port, ...rest } = options
    target = { ...(url !== undefined && { url }), servers, options: rest }
  })
  afterAll(() => Promise.all(proxies.map((proxy) => proxy.close())))

  test.each([['gone'], ['closing'], ['silent']] as const)(
    'the other is gone when one is %s, by readers and writers alike, and back',
    async (how) => {
      const book = openDatabase(target, { connections: 3, answerDeadlineMs: 500 })
      const lane = openBatchLane(target, 5000)
      const read = () => book.inTime(() => book.sql`select 1`)
      const write = () =>
        lane.transaction(async (sql) => ({
          writes: [sql`select 1`.execute()],
          result: async () => 'done',
        }))
      const works = (ask: () => Promise<unknown>) => () =>
        ask().then(
          () => true,
          (error: unknown) => {
            expect(isOutage(error) || error instanceof Error).toBe(true)
            return false
          },
        )
      await Promise.all([read(), read(), read(), write()])
      for (const broken of [0, 1]) {
        const [bad, good] = broken === 0 ? proxies : proxies.toReversed()
        await bad?.set(how)
        await until('reads', works(read))
        await until('writes', works(write))
        await Promise.all([read(), read(), read(), write()])
        expect((await serversOf(target)?.current())?.port).toBe(good?.port)
        await bad?.set('open')
      }
      await lane.close()
      await book.close()
    },
  )

  test('fails at once where there is none', async () => {
    const book = openDatabase(target, { connections: 3 })
    await Promise.all(proxies.map((proxy) => proxy.set('gone')))
    const error = await book.sql`select 1`.catch((thrown: unknown) => thrown)
    expect(isOutage(error)).toBe(true)
    expect(String(error)).toContain('no server of DATABASE_URL can be written to')
    await Promise.all(proxies.map((proxy) => proxy.set('open')))
    await until('reads', () =>
      book.sql`select 1`.then(
        () => true,
        () => false,
      ),
    )
    await book.close()
  })
})

function placeOf({ url, options: { host, port } }: PostgresTarget) {
  if (host?.startsWith('/')) return { path: `${host}/.s.PGSQL.${port ?? 5432}` }
  const parsed = url === undefined ? undefined : new URL(url)
  return { host: host ?? parsed?.hostname ?? '', port: port ?? Number(parsed?.port || 5432) }
}
