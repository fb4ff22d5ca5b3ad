import { describe, expect, it } from 'vitest'
import { useEmptyDatabase } from '../support/database-url.ts'
import { runCommand, startGatewayProcess } from '../support/process.ts'
import { environmentOf } from '../support/target.ts'

const database = useEmptyDatabase()
const nowhere = 'postgres://nobody@127.0.0.1:1/nothing'
const key = '00'.repeat(32)

describe('a gateway refuses to start', () => {
  it.each([
    ['PORT', { PORT: 'eighty' }],
    ['PORT', { PORT: '70000' }],
    ['PUBLIC_URL', { PUBLIC_URL: 'orders.example.com' }],
    ['BASE_DOMAINS', { BASE_DOMAINS: 'https://example.com' }],
    ['TRUSTED_PROXIES', { TRUSTED_PROXIES: 'localhost' }],
    ['LOG_LEVEL', { LOG_LEVEL: 'loud' }],
    ['MAX_SOCKETS', { MAX_SOCKETS: '0' }],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://localhost/orders', COUNTERSIGN_KEY: key }],
    ['DATABASE_URL', { DATABASE_URL: 'postgres://u:a#b@localhost/db', COUNTERSIGN_KEY: key }],
    ['COUNTERSIGN_KEY', { DATABASE_URL: nowhere }],
    ['COUNTERSIGN_KEY', { DATABASE_URL: nowhere, COUNTERSIGN_KEY: 'short' }],
    ['the database is not available', { DATABASE_URL: nowhere, COUNTERSIGN_KEY: key }],
  ])('and names %s: %o', async (name, env) => {
    await expectRefusal({ ...env }, name)
  })

  it('with another key than the database was filled with', async () => {
    expect((await runCommand(['migrate'], database().env)).code).toBe(0)
    await expectRefusal({ ...database().env, COUNTERSIGN_KEY: key }, 'COUNTERSIGN_KEY')
  })

  it('on a host that leads nowhere', async () => {
    await expectRefusal({ ...database().env, HOST: 'nowhere.invalid' }, 'set HOST')
  })

  it('on a server that would lose acknowledged orders, unless a setting allows it', async () => {
    const { admin, name, direct } = database()
    // A pooler's connections may be older than the setting.
    const env = environmentOf(direct)
    await admin.unsafe(`alter database ${name} set synchronous_commit = off`)
    await expectRefusal(env, 'synchronous_commit is off')
    const gateway = await startGatewayProcess({ ...env, ALLOW_UNSAFE_DATABASE: 'on' })
    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200)
    expect(await gateway.end('SIGTERM')).toBe(0)
    await admin.unsafe(`alter database ${name} reset synchronous_commit`)
  })
})

async function expectRefusal(env: Readonly<Record<string, string>>, reason: string): Promise<void> {
  const { code, stdout, stderr } = await runCommand(['serve'], { PORT: '0', ...env })
  expect(stderr).toContain(reason)
  expect(stderr).toMatch(/^countersign: /)
  expect(stderr).not.toMatch(/ {4}at |this is a bug/)
  expect(stdout).not.toContain('listens')
  expect(code).toBe(1)
}
