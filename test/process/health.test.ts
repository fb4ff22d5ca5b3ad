import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { useEmptyDatabase } from '../support/database-url.ts'
import { until } from '../support/poll.ts'
import { type GatewayProcess, runCommand, startGatewayProcess } from '../support/process.ts'
import { callSigned, type Shop } from '../support/signed-call.ts'

const database = useEmptyDatabase()

describe('a gateway whose database goes away', () => {
  let gateway: GatewayProcess
  let shop: Shop
  beforeAll(async () => {
    const { stdout } = await runCommand(['account', 'add', 'shop', '--json'], database().env)
    shop = { login: 'shop', secret: JSON.parse(stdout).influencersoft.secret }
    gateway = await startGatewayProcess(database().env)
  })
  afterAll(() => gateway.end('SIGTERM'))
  const status = async (path: string) => (await fetch(`${gateway.url}${path}`)).status

  async function allow(connections: boolean): Promise<void> {
    const { admin, name } = database()
    await admin.unsafe(`alter database ${name} with allow_connections ${connections}`)
    if (connections) return
    await admin`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`
  }

  it('says so at /readyz, lives at /healthz, and recovers by itself', async () => {
    expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 200])
    expect(await callSigned(gateway.url, shop, 'GetAllGoods')).toMatchObject({ error_code: 700 })
    await allow(false)
    await until('503', async () => (await status('/readyz')) === 503)
    expect(await status('/healthz')).toBe(200)
    expect(await callSigned(gateway.url, shop, 'GetAllGoods')).toMatchObject({ error_code: 8 })
    await allow(true)
    await until('200', async () => (await status('/readyz')) === 200)
    await until('an answer', async () => {
      return (await callSigned(gateway.url, shop, 'GetAllGoods')).error_code === 700
    })
    expect(gateway.child.exitCode).toBeNull()
    expect(gateway.output()).not.toContain(shop.secret)
  })
})
