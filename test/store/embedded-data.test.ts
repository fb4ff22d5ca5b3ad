import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  ask,
  isAlive,
  isRoot,
  killServer,
  serverPid,
  stranger,
  until,
  useEmbedded,
} from './embedded-harness.ts'

const { newDataDir, start, tryStartChild } = useEmbedded()
const one = (sql: Parameters<Parameters<typeof ask>[1]>[0]) => sql`select 1 as one`

describe('DATA_DIR', () => {
  it.each([
    ['a space, a comma and signs', "the shop's data, año 2024 €"],
    ['a long path', join('x'.repeat(80), 'y'.repeat(80), 'data')],
  ])('may have %s', async (_what, name) => {
    const server = await start(newDataDir(name))
    const { host } = server.connection
    expect([...(await ask(server.connection, one))]).toEqual([{ one: 1 }])
    expect(existsSync(join(server.location.dataDir, 'pg', 'PG_VERSION'))).toBe(true)
    expect(Buffer.byteLength(host)).toBeLessThan(90)
    expect(host).not.toMatch(/[^\w./+-]/)
    expect(statSync(host).mode & 0o777).toBe(0o700)
    await server.stop()
    expect(existsSync(host)).toBe(false)
  })

  it('may hold the remains of an initdb that was cut off', async () => {
    const dataDir = newDataDir()
    mkdirSync(join(dataDir, 'pg', 'base'), { recursive: true })
    writeFileSync(join(dataDir, 'pg', 'postgresql.conf'), '# half')
    mkdirSync(join(dataDir, 'pg.new-0123456789ab', 'data'), { recursive: true })
    chmodSync(dataDir, 0o755)
    const server = await start(dataDir)
    expect([...(await ask(server.connection, one))]).toEqual([{ one: 1 }])
    await server.stop()
    const names = readdirSync(dataDir)
    expect(names.filter((name) => name.startsWith('pg.new-'))).toEqual([])
    // Nothing that may be data is ever deleted.
    const aside = names.find((name) => name.startsWith('pg.unfinished-')) ?? ''
    expect(readFileSync(join(dataDir, aside, 'postgresql.conf'), 'utf8')).toBe('# half')
  })

  it('of another major version is refused in one line and left as it was', async () => {
    const dataDir = newDataDir()
    mkdirSync(join(dataDir, 'pg', 'global'), { recursive: true })
    writeFileSync(join(dataDir, 'pg', 'PG_VERSION'), '16\n')
    writeFileSync(join(dataDir, 'pg', 'global', 'pg_control'), 'x')
    await expect(start(dataDir)).rejects.toMatchObject({
      name: 'EmbeddedError',
      message: expect.stringMatching(/^.*PostgreSQL 16.* 18.*pg_dump.*DATABASE_URL.*$/),
    })
    expect(readdirSync(dataDir)).toEqual(['pg'])
    expect(readdirSync(join(dataDir, 'pg')).sort()).toEqual(['PG_VERSION', 'global'])
  })

  it('that is a file is refused in words', async () => {
    const dataDir = newDataDir()
    writeFileSync(dataDir, 'x')
    await expect(start(dataDir)).rejects.toMatchObject({
      name: 'EmbeddedError',
      message: expect.stringContaining('Choose another DATA_DIR'),
    })
    expect(readFileSync(dataDir, 'utf8')).toBe('x')
  })

  it('that can not be written is refused in words', async () => {
    const dataDir = newDataDir()
    chmodSync(dirname(dataDir), 0o555)
    const { answer } = await tryStartChild(dataDir, isRoot ? { uid: stranger } : {})
    expect(answer.error).toMatchObject({
      name: 'EmbeddedError',
      message: expect.stringContaining('no permission'),
    })
    chmodSync(dirname(dataDir), 0o755)
    expect(existsSync(dataDir)).toBe(false)
  })

  it('without its password is refused, and a new password is not made', async () => {
    const dataDir = newDataDir()
    await (await start(dataDir)).stop()
    const password = join(dataDir, 'postgres-password')
    rmSync(password)
    await expect(start(dataDir)).rejects.toMatchObject({
      name: 'EmbeddedError',
      message: expect.stringContaining('Bring the file back'),
    })
    expect(existsSync(password)).toBe(false)
  })
})

describe('what a dead server left', () => {
  /** A process that is no server, under the number in the file, run by the server's user. */
  const takeNumber = async (pgDir: string): Promise<ChildProcess> => {
    const { uid, gid } = statSync(pgDir)
    const namesake = spawn('sleep', ['600'], { uid, gid, stdio: 'ignore' })
    await once(namesake, 'spawn')
    const file = join(pgDir, 'postmaster.pid')
    const rest = readFileSync(file, 'utf8').split('\n').slice(1)
    writeFileSync(file, [namesake.pid, ...rest].join('\n'))
    return namesake
  }
  const kept = async (dataDir: string) => {
    const before = await start(dataDir)
    // A server of a killed gateway: this one must not bring it back.
    await before.stop()
    const { child, answer } = await tryStartChild(dataDir)
    child.kill('SIGKILL')
    await once(child, 'exit')
    return answer.server as typeof before
  }

  it('does not hinder a start, even if its number is another process now', async () => {
    const dataDir = newDataDir()
    const { location } = await kept(dataDir)
    await killServer(location.pgDir)
    const namesake = await takeNumber(location.pgDir)
    const server = await start(dataDir)
    expect(server.adopted).toBe(false)
    expect(namesake.exitCode ?? namesake.signalCode).toBeNull()
    await server.stop()
    namesake.kill()
  })

  it('does not hinder a start if it is an empty file', async () => {
    const dataDir = newDataDir()
    const { location } = await kept(dataDir)
    await killServer(location.pgDir)
    writeFileSync(join(location.pgDir, 'postmaster.pid'), '')
    const server = await start(dataDir)
    expect([...(await ask(server.connection, one))]).toEqual([{ one: 1 }])
    await server.stop()
  })

  it('is waited for while a process of it still works on the data', async () => {
    const dataDir = newDataDir()
    const { connection, location } = await kept(dataDir)
    const orphan = await ask(connection, async (sql) => {
      const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`
      const pid = row?.pid ?? 0
      process.kill(pid, 'SIGSTOP')
      return pid
    })
    await killServer(location.pgDir)
    const starting = start(dataDir)
    const log = () => readFileSync(location.logFile, 'utf8')
    await until(() => log().includes('pre-existing shared memory block'))
    expect(isAlive(orphan)).toBe(true)
    process.kill(orphan, 'SIGKILL')
    const server = await starting
    expect(server.adopted).toBe(false)
    await server.stop()
  })

  it('is replaced where it lives but its socket was deleted', async () => {
    const dataDir = newDataDir()
    const { connection, location } = await kept(dataDir)
    const pid = serverPid(location.pgDir)
    rmSync(connection.host, { recursive: true })
    const server = await start(dataDir)
    expect(isAlive(pid)).toBe(false)
    expect([...(await ask(server.connection, one))]).toEqual([{ one: 1 }])
    await server.stop()
  })
})
