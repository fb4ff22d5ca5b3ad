import type postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DatabaseProxy, type ProxyMode, startProxy } from '../support/database-proxy.ts'
import { useEmptyDatabase } from '../support/database-url.ts'
import { type GatewayProcess, startGatewayProcess } from '../support/process.ts'
import { addStore, compare, fillStore, load, outage, readKept, type Store } from './overload.ts'
import type { LoadFigures } from './overload-load.ts'

const database = useEmptyDatabase()
let proxy: DatabaseProxy
let gateway: GatewayProcess
let calm: Store
let loud: Store

beforeAll(async () => {
  const { env } = database()
  const shops = [await addStore(env), await addStore(env)] as const
  const url = new URL(env.DATABASE_URL)
  const directory = url.searchParams.get('host')
  const port = Number(url.searchParams.get('port') ?? (url.port || 5432))
  const place = directory?.startsWith('/')
    ? { path: `${directory}/.s.PGSQL.${port}` }
    : { host: directory ?? url.hostname, port }
  proxy = await startProxy(place)
  url.search = ''
  url.host = `127.0.0.1:${proxy.port}`
  gateway = await startGatewayProcess({
    ...env,
    DATABASE_URL: url.href,
    // A small place is soon crowded.
    CALLS_AT_ONCE: '32',
    CALLS_AT_ONCE_SHARED: '32',
    MAX_SOCKETS: '100',
  })
  calm = await fillStore(gateway.url, shops[0], 8)
  loud = await fillStore(gateway.url, shops[1], 110)
})
afterAll(async () => {
  await gateway.end('SIGTERM')
  await proxy.close()
})

async function expectKept(store: Store, loads: readonly LoadFigures[]): Promise<void> {
  const sql: postgres.Sql = database().sql
  const told = loads.flatMap((one) => one.told)
  expect(compare(told, await readKept(sql, store.shop))).toEqual({ lost: [], unasked: [] })
}

describe('a gateway that is overrun', () => {
  it('answers everybody, signed; keeps what it acknowledged, and nothing that it refused', async () => {
    const some = { gateway, seconds: 2 }
    const [quiet, noise] = await Promise.all([
      load({ ...some, store: calm, connections: 2 }),
      load({ ...some, store: loud, connections: 110 }),
    ])
    for (const { unanswered, wrong, samples } of [quiet, noise]) {
      expect({ unanswered, wrong, samples }).toEqual({ unanswered: 0, wrong: 0, samples: [] })
    }
    expect(quiet.accepted.length).toBeGreaterThan(0)
    expect(noise.accepted.length).toBeGreaterThan(0)
    await expectKept(calm, [quiet])
    await expectKept(loud, [noise])
  })
})

describe('a gateway whose database fails under load', () => {
  it.each<ProxyMode>(['silent', 'gone', 'closing'])(
    'answers everybody while it is %s, and goes on afterwards',
    async (mode) => {
      const flood = { gateway, store: calm, connections: 8, seconds: 8, pauseMs: 20 }
      const figures = await outage({
        flood: { ...flood, calls: 'mixed' },
        proxy,
        mode,
        outageSeconds: 3,
      })
      const { unanswered, wrong, samples } = figures.load
      expect({ unanswered, wrong, samples }).toEqual({ unanswered: 0, wrong: 0, samples: [] })
      expect(figures.load.refused.length).toBeGreaterThan(0)
      const after = await load({ ...flood, seconds: 1 })
      expect(after.accepted.length).toBeGreaterThan(0)
    },
  )
})
