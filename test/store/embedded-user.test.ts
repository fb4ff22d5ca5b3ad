import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { giveTree } from '../../src/store/embedded/files.ts'
import { parsePasswd } from '../../src/store/embedded/run-as.ts'
import {
  ask,
  copyPackage,
  isAlive,
  isRoot,
  serverPid,
  stranger,
  useEmbedded,
} from './embedded-harness.ts'

const { place, newDataDir, start, startChild } = useEmbedded()
const userOf = (pid: number) => statSync(`/proc/${pid}`).uid

describe('an ordinary user', () => {
  it('runs the server as itself, in DATA_DIR', async () => {
    const extra = isRoot ? { uid: stranger } : {}
    const dataDir = newDataDir('data', extra.uid)
    const child = await startChild(dataDir, extra)
    const { location } = child.server
    expect(location.pgDir).toBe(join(dataDir, 'pg'))
    expect(userOf(serverPid(location.pgDir))).toBe(extra.uid ?? process.getuid?.())
    expect(existsSync(join(dataDir, 'location'))).toBe(false)
    await child.stop()
  })
})

describe('the list of users', () => {
  it('is read with numbers below zero and lines that hold none', () => {
    const text = '# users\nroot:x:0:0::/root:/bin/sh\nnobody:*:-2:-2::/:/bin/false\n+::::::\n\n'
    expect(parsePasswd(text)).toEqual([
      { name: 'root', uid: 0, gid: 0 },
      { name: 'nobody', uid: 4294967294, gid: 4294967294 },
    ])
  })
})

describe.runIf(isRoot)('root', () => {
  /** DATA_DIR under a home that only root enters, as in a checkout under /root. */
  const privateDataDir = () => {
    const dataDir = newDataDir(join('home', 'shop', 'data'))
    const home = dirname(dirname(dataDir))
    mkdirSync(home)
    chmodSync(home, 0o700)
    return dataDir
  }
  const serverUser = () => {
    const users = parsePasswd(readFileSync('/etc/passwd', 'utf8'))
    const named = (wanted: string) => users.find(({ name }) => name === wanted)
    return named('postgres') ?? named('nobody')
  }

  it('runs the server as postgres or nobody, who then own the data', async () => {
    const server = await start(newDataDir())
    const { pgDir, dataDir } = server.location
    expect(userOf(serverPid(pgDir))).toBe(serverUser()?.uid)
    expect(statSync(pgDir).uid).toBe(serverUser()?.uid)
    expect(statSync(join(dataDir, 'postgres-password')).uid).toBe(0)
    await server.stop()
  })

  it('puts data and binaries outside a home that the server can not enter, and says so', async () => {
    const dataDir = privateDataDir()
    const packageDir = await copyPackage(join(dirname(dataDir), 'package'))
    const server = await start(dataDir, { packageDir })
    const { home, pgDir } = server.location
    expect(dirname(home)).toBe(place.outsideDir)
    expect(existsSync(join(dataDir, 'pg'))).toBe(false)
    expect(readFileSync(join(dataDir, 'location'), 'utf8')).toBe(`${home}\n`)
    expect(server.said.join('\n')).toContain(home)
    expect(userOf(serverPid(pgDir))).toBe(serverUser()?.uid)
    await ask(server.connection, (sql) => sql`create table kept as select 42 as n`)
    await server.stop()

    const again = await start(dataDir, { packageDir, outsideDir: join(place.root, 'elsewhere') })
    expect(again.location.pgDir).toBe(pgDir)
    expect([...(await ask(again.connection, (sql) => sql`select n from kept`))]).toEqual([
      { n: 42 },
    ])
    await again.stop()
  })

  it('refuses to begin anew where the data that location names are gone', async () => {
    const dataDir = privateDataDir()
    const server = await start(dataDir)
    await server.stop()
    rmSync(server.location.home, { recursive: true })
    await expect(start(dataDir)).rejects.toMatchObject({
      name: 'EmbeddedError',
      message: expect.stringContaining(join(dataDir, 'location')),
    })
    expect(existsSync(server.location.home)).toBe(false)
  })

  it('keeps data in DATA_DIR when the package has moved out of reach', async () => {
    const dataDir = newDataDir()
    const first = await start(dataDir)
    await ask(first.connection, (sql) => sql`create table kept as select 42 as n`)
    await first.stop()
    const hidden = dirname(privateDataDir())
    const packageDir = await copyPackage(join(hidden, 'package'))
    const second = await start(dataDir, { packageDir })
    expect(second.location.pgDir).toBe(first.location.pgDir)
    expect([...(await ask(second.connection, (sql) => sql`select n from kept`))]).toEqual([
      { n: 42 },
    ])
    expect(existsSync(join(dataDir, 'location'))).toBe(false)
    await second.stop()
  })

  it('uses the running server of an ordinary user, and starts it as that user', async () => {
    const dataDir = newDataDir('data', stranger)
    const child = await startChild(dataDir, { uid: stranger })
    const pid = serverPid(child.server.location.pgDir)
    const beside = await start(dataDir)
    expect(beside.adopted).toBe(true)
    await beside.stop()
    expect(isAlive(pid)).toBe(true)
    await child.stop()

    const alone = await start(dataDir)
    expect(userOf(serverPid(alone.location.pgDir))).toBe(stranger)
    await alone.stop()
  })

  it('gives data that were brought back as root to the server again', async () => {
    const dataDir = newDataDir()
    const before = await start(dataDir)
    await before.stop()
    await giveTree(before.location.pgDir, { uid: 0, gid: 0 })
    chmodSync(before.location.pgDir, 0o755)
    const after = await start(dataDir)
    expect(userOf(serverPid(after.location.pgDir))).toBe(serverUser()?.uid)
    expect(statSync(after.location.pgDir).mode & 0o777).toBe(0o700)
    await after.stop()
  })

  it('leaves an ordinary user in no doubt whose data they are', async () => {
    const dataDir = newDataDir()
    await (await start(dataDir)).stop()
    chownSync(dataDir, stranger, stranger)
    await expect(startChild(dataDir, { uid: stranger })).rejects.toThrow('belongs to another user')
  })
})
