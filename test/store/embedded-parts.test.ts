import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { findPackage, linkLibraries } from '../../src/store/embedded/binaries.ts'
import { boundLog } from '../../src/store/embedded/launch.ts'
import { withLock } from '../../src/store/embedded/lock.ts'
import { makeSocketDir } from '../../src/store/embedded/socket-dir.ts'
import { ask, copyPackage, isRoot, stranger, until, useEmbedded } from './embedded-harness.ts'

const { place, newDataDir, tryStartChild } = useEmbedded()
const one = (sql: Parameters<Parameters<typeof ask>[1]>[0]) => sql`select 1 as one`

describe('the binaries', () => {
  it('get the library links that install scripts would have made', async () => {
    const packageDir = await copyPackage(join(place.root, 'unlinked'))
    const list = JSON.parse(readFileSync(join(packageDir, 'native', 'pg-symlinks.json'), 'utf8'))
    const missing = () =>
      list.filter(({ target }: { target: string }) => !existsSync(join(packageDir, target)))
    expect(missing()).not.toEqual([])
    const root = join(packageDir, 'native')
    expect(await Promise.all([linkLibraries(root), linkLibraries(root)])).toEqual([true, true])
    expect(missing()).toEqual([])
    rmSync(packageDir, { recursive: true })
  })

  it('are copied to DATA_DIR where the links can not be made in the package', async () => {
    const packageDir = await copyPackage(join(place.root, 'sealed'))
    const lib = join(packageDir, 'native', 'lib')
    chmodSync(lib, 0o555)
    const uid = isRoot ? stranger : undefined
    const dataDir = newDataDir('data', uid)
    const extra = uid === undefined ? { packageDir } : { packageDir, uid }
    const { child, answer } = await tryStartChild(dataDir, extra)
    expect(answer.error).toBeUndefined()
    expect([...(await ask(answer.server.connection, one))]).toEqual([{ one: 1 }])
    expect(existsSync(join(lib, 'libpq.so.5'))).toBe(false)
    const { version } = await findPackage(packageDir)
    expect(existsSync(join(dataDir, `bin-${version}`, 'native', 'lib', 'libpq.so.5'))).toBe(true)
    child.stdin.write('stop\n')
    await once(child, 'exit')
    chmodSync(lib, 0o755)
    rmSync(packageDir, { recursive: true })
  })

  it('that do not exist for a system are one line that names DATABASE_URL', async () => {
    await expect(findPackage(undefined, 'sunos-x64')).rejects.toMatchObject({
      name: 'EmbeddedError',
      message: expect.stringMatching(/^.*sunos-x64.*set DATABASE_URL\.$/),
    })
  })
})

describe('the lock', () => {
  const lockPath = () => join(dirname(newDataDir()), 'lock')

  it('lets one in at a time', async () => {
    const path = lockPath()
    let inside = 0
    let most = 0
    const visit = () =>
      withLock(path, Date.now, async () => {
        inside += 1
        most = Math.max(most, inside)
        await sleep(5)
        inside -= 1
      })
    await Promise.all(Array.from({ length: 8 }, visit))
    expect(most).toBe(1)
    expect(readdirSync(dirname(path))).toEqual([])
  })

  it('of a process that is gone is broken, once, by whoever waits', async () => {
    const path = lockPath()
    const child = spawn('sleep', ['0'])
    await once(child, 'exit')
    await withLock(path, Date.now, async () => {
      const owner = JSON.parse(readFileSync(path, 'utf8'))
      writeFileSync(
        `${path}.dead`,
        JSON.stringify({ ...owner, pid: child.pid, token: '0'.repeat(12) }),
      )
    })
    renameSync(`${path}.dead`, path)
    let inside = 0
    let most = 0
    const visit = () =>
      withLock(path, Date.now, async () => {
        inside += 1
        most = Math.max(most, inside)
        await sleep(5)
        inside -= 1
      })
    await Promise.all(Array.from({ length: 4 }, visit))
    expect(most).toBe(1)
  })

  it('of another container is broken only after its owner has fallen silent', async () => {
    const path = lockPath()
    const owner = { pid: 1, start: '1', space: 'elsewhere', token: '0'.repeat(12) }
    writeFileSync(path, JSON.stringify(owner))
    let now = Date.now()
    let looks = 0
    let isIn = false
    const clock = () => {
      looks += 1
      return now
    }
    const visit = withLock(path, clock, async () => {
      isIn = true
    })
    await until(() => looks > 5)
    expect(isIn).toBe(false)
    utimesSync(path, new Date(now), new Date(now))
    now += 25_000
    await visit
    expect(isIn).toBe(true)
  })
})

describe('the socket directory', () => {
  it('is never one that somebody else can enter', async () => {
    const home = newDataDir('h'.repeat(120))
    mkdirSync(home)
    const hash = 'f'.repeat(16)
    const user = isRoot ? { name: 'nobody', uid: stranger, gid: stranger } : null
    const location = { dataDir: home, home, pgDir: join(home, 'pg'), hash, user }
    const usual = await makeSocketDir(location)
    chmodSync(usual, 0o777)
    const other = await makeSocketDir(location)
    expect(other).not.toBe(usual)
    expect(statSync(other).mode & 0o777).toBe(0o700)
    for (const dir of [usual, other]) rmSync(dir, { recursive: true })
  })
})

describe('the log', () => {
  it('stays below its bound, with one older part beside it', async () => {
    const path = join(dirname(newDataDir()), 'postgres.log')
    writeFileSync(path, 'x'.repeat(2000))
    await boundLog(path, 5000)
    expect(statSync(path).size).toBe(2000)
    await boundLog(path, 1000)
    expect([statSync(path).size, statSync(`${path}.1`).size]).toEqual([0, 2000])
  })
})
