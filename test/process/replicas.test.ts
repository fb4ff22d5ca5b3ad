import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { useEmptyDatabase } from '../support/database-url.ts'
import { until } from '../support/poll.ts'
import { runCommand, startGatewayProcess } from '../support/process.ts'

const database = useEmptyDatabase()

describe('five gateways that start at once on an empty database', () => {
  it('make the schema once and the account once, and all serve', async () => {
    const { env } = database()
    const gateways = await Promise.all(Array.from({ length: 5 }, () => startGatewayProcess(env)))
    const said = () => gateways.map(({ output }) => output()).join('')
    await until('the first call on the screen', () => said().includes('curl '))
    for (const { url } of gateways) expect((await fetch(`${url}/readyz`)).status).toBe(200)
    expect(await Promise.all(gateways.map((gateway) => gateway.end('SIGTERM')))).toEqual(
      Array.from({ length: 5 }, () => 0),
    )
    expect(said().match(/shown this once/g)).toHaveLength(1)
    const journal = new URL('../../drizzle/meta/_journal.json', import.meta.url)
    const { entries } = JSON.parse(readFileSync(journal, 'utf8'))
    const done = await database().sql`select hash from drizzle.__drizzle_migrations`
    expect(done).toHaveLength(entries.length)
    const { stdout } = await runCommand(['account', 'list', '--json'], env)
    expect(JSON.parse(stdout)).toMatchObject([{ login: 'demo' }])
    const orders = await runCommand(['order', 'list', 'demo', '--json'], env)
    expect(JSON.parse(orders.stdout)).toHaveLength(1)
  })
})
