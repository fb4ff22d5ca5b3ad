import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeDataDir } from '../support/data-dir.ts'
import { useEmptyDatabase } from '../support/database-url.ts'
import { until } from '../support/poll.ts'
import { type GatewayProcess, runCommand, startGatewayProcess } from '../support/process.ts'
import { callSigned, type Shop } from '../support/signed-call.ts'

type Env = Readonly<Record<string, string>>

/** Calls gateways all the time; gives back how to stop, and what went wrong meanwhile. */
function keepCalling(gateways: readonly GatewayProcess[], shop: Shop) {
  const state = { stopped: false, calls: 0 }
  const failures: unknown[] = []
  const caller = async ({ url }: GatewayProcess): Promise<void> => {
    while (!state.stopped) {
      const answer = await callSigned(url, shop, 'GetAllGoods').catch((error: unknown) => error)
      state.calls += 1
      const code = (answer as { error_code?: number }).error_code
      if (code !== 700) failures.push(answer)
      // Commands want to be served too.
      await sleep(10)
    }
  }
  const all = Promise.all(gateways.map(caller))
  return {
    calls: () => state.calls,
    async stop() {
      state.stopped = true
      await all
      return failures
    },
  }
}

async function aShop(env: Env): Promise<Shop> {
  const { stdout, stderr } = await runCommand(['account', 'add', 'shop', '--json'], env)
  expect(stderr).toBe('')
  return { login: 'shop', secret: JSON.parse(stdout).influencersoft.secret }
}

/** A revoked or new key is known everywhere a second later; so is a new key of the book. */
async function aSecondOf(calling: ReturnType<typeof keepCalling>): Promise<void> {
  const before = calling.calls()
  const end = Date.now() + 1200
  await until('calls after the caches have aged', () => {
    return Date.now() > end && calling.calls() > before + 10
  })
}

describe('key rotate on a database with COUNTERSIGN_KEY', () => {
  const database = useEmptyDatabase()
  const newKey = randomBytes(32).toString('hex')
  let [oldOnly, both, newOnly]: Env[] = []
  const gateways: GatewayProcess[] = []
  let shop: Shop
  beforeAll(async () => {
    const { env } = database()
    oldOnly = env
    both = { ...env, COUNTERSIGN_KEY: newKey, COUNTERSIGN_OLD_KEY: env.COUNTERSIGN_KEY }
    newOnly = { ...env, COUNTERSIGN_KEY: newKey }
    shop = await aShop(oldOnly)
  })
  afterAll(() => Promise.all(gateways.map((gateway) => gateway.end('SIGTERM'))))
  const rotate = (env: Env = {}, ...more: string[]) => runCommand(['key', 'rotate', ...more], env)

  it('says what to set where there is no key to change to', async () => {
    const { code, stdout, stderr } = await rotate(oldOnly)
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(
      /^countersign: there is no key to change to\. .*COUNTERSIGN_OLD_KEY.*\n$/,
    )
  })

  it('fails no call of gateways that know both keys, and stops those that know the old one', async () => {
    const [one, two, late] = await Promise.all(
      [both, both, oldOnly].map((env = {}) => startGatewayProcess(env)),
    )
    if (one === undefined || two === undefined || late === undefined) throw new Error('started')
    gateways.push(one, two, late)
    expect(await callSigned(late.url, shop, 'GetAllGoods')).toMatchObject({ error_code: 700 })
    await until('a word about the old key', () => one.output().includes('COUNTERSIGN_OLD_KEY'))
    const calling = keepCalling([one, two], shop)
    const { code, stdout, stderr } = await rotate(both)
    await aSecondOf(calling)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/credentials\.secret +4\n/)
    expect(stdout).toContain('COUNTERSIGN_OLD_KEY can go')
    expect(await calling.stop()).toEqual([])
    const status = async (path: string) => (await fetch(`${late.url}${path}`)).status
    await until('an outage', async () => {
      return (await status('/influencersoft/shop/api/GetAllGoods')) === 503
    })
    expect([await status('/readyz'), await status('/healthz')]).toEqual([503, 200])
    expect((await fetch(`${one.url}/readyz`)).status).toBe(200)
    await until('a word in the log', () => late.output().includes('cannot be opened'))
    expect(late.output()).not.toContain(newKey)
  })

  it('is done once, and then the old key alone is refused at the start', async () => {
    const again = await rotate(both, '--json')
    expect(JSON.parse(again.stdout)).toEqual({
      rotated: false,
      keptIn: 'settings',
      resealed: null,
      oldMayGo: true,
    })
    const refused = await runCommand(['account', 'list'], oldOnly ?? {})
    expect(refused.code).toBe(1)
    expect(refused.stderr).toMatch(/^countersign: this database was filled with another key.*\n$/)
    expect((await runCommand(['account', 'show', 'shop'], newOnly ?? {})).code).toBe(0)
  })
})

describe('key rotate on a DATA_DIR', () => {
  let dir: Awaited<ReturnType<typeof makeDataDir>>
  let env: Env
  let shop: Shop
  const file = (name: string): string => join(dir.dataDir, name)
  const key = async (): Promise<string> => (await readFile(file('key'), 'utf8')).trim()
  beforeAll(async () => {
    dir = await makeDataDir()
    env = { DATA_DIR: dir.dataDir }
    shop = await aShop(env)
  })
  afterAll(() => dir.remove())

  it.each(['1', '2'])(
    'fails no call of a gateway beside it with WORKERS=%s',
    async (WORKERS) => {
      const before = await key()
      const gateway = await startGatewayProcess({ ...env, WORKERS })
      const calling = keepCalling([gateway, gateway], shop)
      const first = await runCommand(['key', 'rotate'], env)
      const second = await runCommand(['key', 'rotate', '--json'], env)
      await aSecondOf(calling)
      const added = await runCommand(['account', 'add', `beside-${WORKERS}`, '--json'], env)
      const secret = JSON.parse(added.stdout).influencersoft.secret
      const beside = { login: `beside-${WORKERS}`, secret }
      expect(await callSigned(gateway.url, beside, 'GetAllGoods')).toMatchObject({
        error_code: 700,
      })
      expect(await calling.stop()).toEqual([])
      await gateway.end('SIGTERM')
      expect([first.code, first.stderr, second.code]).toEqual([0, '', 0])
      expect(JSON.parse(second.stdout)).toMatchObject({ rotated: true, keptIn: 'file' })
      expect(await key()).toMatch(/^[0-9a-f]{64}$/)
      expect([before, JSON.stringify(first) + JSON.stringify(second)]).not.toContain(await key())
      expect((await stat(file('key'))).mode & 0o777).toBe(0o600)
      expect(existsSync(file('key.new'))).toBe(false)
    },
    120_000,
  )

  it('settles what a rotation left that was killed before it committed', async () => {
    const before = await key()
    await writeFile(file('key.new'), `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 })
    expect((await runCommand(['account', 'show', 'shop'], env)).code).toBe(0)
    expect(await key()).toBe(before)
    expect(existsSync(file('key.new'))).toBe(false)
  })

  it('settles what a rotation left that was killed after it committed', async () => {
    await copyFile(file('key'), file('key.old'))
    expect((await runCommand(['key', 'rotate'], env)).code).toBe(0)
    const after = await key()
    await rename(file('key'), file('key.new'))
    await rename(file('key.old'), file('key'))
    // It opens every secret of the account.
    expect((await runCommand(['account', 'show', 'shop'], env)).code).toBe(0)
    expect(await key()).toBe(after)
    expect(existsSync(file('key.new'))).toBe(false)
  })

  it('refuses to start where neither key is the one of the book, and removes none', async () => {
    await copyFile(file('key'), file('key.kept'))
    const foreign = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')] as const
    await writeFile(file('key'), foreign[0])
    await writeFile(file('key.new'), foreign[1])
    const { code, stderr } = await runCommand(['account', 'list'], env)
    expect([code, stderr]).toEqual([1, expect.stringContaining('filled with another key')])
    expect([await key(), await readFile(file('key.new'), 'utf8')]).toEqual(foreign)
    await rename(file('key.kept'), file('key'))
    expect((await runCommand(['account', 'list'], env)).code).toBe(0)
    expect(existsSync(file('key.new'))).toBe(false)
  })
})
