import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ask, isAlive, killServer, serverPid, until, useEmbedded } from './embedded-harness.ts'

const { newDataDir, start, startChild, killWithinInitdb } = useEmbedded()
const mode = (path: string) => statSync(path).mode & 0o777

/** Linux says it in /proc, where a bare system has no `ps`; elsewhere the group must do. */
function sessionOf(pid: number): number {
  if (process.platform !== 'linux') {
    return Number(execFileSync('ps', ['-o', 'pgid=', '-p', String(pid)], { encoding: 'utf8' }))
  }
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // Behind the name in brackets: state, parent, group, session.
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3])
}

describe('the embedded server', () => {
  it('is made on the first start, safe, private and with a database', async () => {
    const server = await start(newDataDir())
    const { connection, location } = server
    const settings = await ask(connection, async (sql) => {
      const rows = await sql<{ name: string; setting: string }[]>`
        select name, setting from pg_settings where name in
          ('fsync', 'full_page_writes', 'synchronous_commit', 'listen_addresses',
           'server_encoding', 'unix_socket_permissions', 'data_checksums')`
      return Object.fromEntries(rows.map((row) => [row.name, row.setting]))
    })
    expect(server.adopted).toBe(false)
    expect(settings).toEqual({
      fsync: 'on',
      full_page_writes: 'on',
      synchronous_commit: 'on',
      listen_addresses: '',
      server_encoding: 'UTF8',
      unix_socket_permissions: '0700',
      data_checksums: 'on',
    })
    expect(connection.database).toBe('countersign')
    expect(mode(connection.host)).toBe(0o700)
    expect(mode(location.pgDir)).toBe(0o700)
    expect(mode(join(location.dataDir, 'postgres-password'))).toBe(0o600)
    await server.stop()
  })

  it('lets nobody in without the password', async () => {
    const server = await start(newDataDir())
    const wrong = { ...server.connection, password: 'not-the-one' }
    await expect(ask(wrong, (sql) => sql`select 1`)).rejects.toMatchObject({ code: '28P01' })
    await server.stop()
  })

  it('takes more settings, but none that would lose acknowledged orders', async () => {
    const settings = { fsync: 'off', synchronous_commit: 'off', max_connections: '37' }
    const server = await start(newDataDir(), { settings })
    const rows = await ask(
      server.connection,
      (sql) => sql`select current_setting('fsync') as fsync,
        current_setting('synchronous_commit') as commit, current_setting('max_connections') as max`,
    )
    expect([...rows]).toEqual([{ fsync: 'on', commit: 'on', max: '37' }])
    await server.stop()
  })

  it('stops with its last user and starts again with what was written', async () => {
    const dataDir = newDataDir()
    const first = await start(dataDir)
    await ask(first.connection, (sql) => sql`create table kept as select 42 as n`)
    const pid = serverPid(first.location.pgDir)
    await Promise.all([first.stop(), first.stop()])
    expect(isAlive(pid)).toBe(false)
    expect(existsSync(join(first.location.pgDir, 'postmaster.pid'))).toBe(false)

    const second = await start(dataDir)
    expect(second.adopted).toBe(false)
    expect([...(await ask(second.connection, (sql) => sql`select n from kept`))]).toEqual([
      { n: 42 },
    ])
    await second.stop()
  })

  it('runs in a session of its own, out of reach of a Ctrl-C', async () => {
    const server = await start(newDataDir())
    const pid = serverPid(server.location.pgDir)
    expect(sessionOf(pid)).toBe(pid)
    await server.stop()
  })
})

describe('a gateway that is killed', () => {
  it('leaves its server to the next start, which adopts it', async () => {
    const dataDir = newDataDir()
    const killed = await startChild(dataDir)
    const pid = serverPid(killed.server.location.pgDir)
    await killed.kill()
    expect(isAlive(pid)).toBe(true)

    const next = await start(dataDir)
    expect(next.adopted).toBe(true)
    expect(next.connection).toEqual(killed.server.connection)
    expect(serverPid(next.location.pgDir)).toBe(pid)
    await next.stop()
    expect(isAlive(pid)).toBe(false)
  })

  it('together with its server loses nothing that was committed', async () => {
    const dataDir = newDataDir()
    const killed = await startChild(dataDir)
    await ask(killed.server.connection, (sql) => sql`create table kept as select 42 as n`)
    await killed.kill()
    await killServer(killed.server.location.pgDir)

    const next = await start(dataDir)
    expect(next.adopted).toBe(false)
    expect([...(await ask(next.connection, (sql) => sql`select n from kept`))]).toEqual([{ n: 42 }])
    await next.stop()
  })

  it('in the midst of its first start leaves nothing that hinders the next', async () => {
    const dataDir = newDataDir()
    const { starting, left } = await killWithinInitdb(dataDir)
    await starting
    expect(left).toContain('lock')
    expect(left).not.toContain('pg')

    const next = await start(dataDir)
    expect([...(await ask(next.connection, (sql) => sql`select 1 as one`))]).toEqual([{ one: 1 }])
    await next.stop()
    expect(readdirSync(dataDir)).not.toContain('lock')
  })

  it('no longer counts as a user of the server', async () => {
    const dataDir = newDataDir()
    const killed = await startChild(dataDir)
    const living = await start(dataDir)
    const pid = serverPid(living.location.pgDir)
    await killed.kill()
    await living.stop()
    expect(isAlive(pid)).toBe(false)
  })
})

describe('processes on one DATA_DIR', () => {
  it('share the server until the last one leaves', async () => {
    const dataDir = newDataDir()
    const first = await startChild(dataDir)
    const second = await startChild(dataDir)
    const pid = serverPid(first.server.location.pgDir)
    expect([first.server.adopted, second.server.adopted]).toEqual([false, true])

    await first.stop()
    expect(isAlive(pid)).toBe(true)
    const answer = await ask(second.server.connection, (sql) => sql`select 1 as one`)
    expect([...answer]).toEqual([{ one: 1 }])

    await second.stop()
    expect(isAlive(pid)).toBe(false)
  })

  it('stop it once when they leave at the same time', async () => {
    const dataDir = newDataDir()
    const all = await Promise.all([start(dataDir), start(dataDir), start(dataDir)])
    const pid = serverPid(join(dataDir, 'pg'))
    await Promise.all(all.map((server) => server.stop()))
    expect(isAlive(pid)).toBe(false)
  })

  it('make the data once when they first start at the same time', async () => {
    const dataDir = newDataDir()
    const both = await Promise.all([startChild(dataDir), startChild(dataDir)])
    expect(both.map(({ server }) => server.adopted).sort()).toEqual([false, true])
    expect(both[0]?.server.connection).toEqual(both[1]?.server.connection)
    const left = readdirSync(dataDir).sort()
    expect(left).toEqual(['pg', 'postgres-password', 'postgres.log', 'socket'])
    for (const child of both) await child.stop()
  })

  it('start while another stops, whoever comes first', async () => {
    const dataDir = newDataDir()
    let current = await start(dataDir)
    for (let round = 0; round < 5; round++) {
      const [, next] = await Promise.all([current.stop(), start(dataDir)])
      const answer = await ask(next.connection, (sql) => sql`select 1 as one`)
      expect([...answer]).toEqual([{ one: 1 }])
      current = next
    }
    await current.stop()
  })
})

describe('a server that dies under a living gateway', () => {
  it('is started again at the same address', async () => {
    const server = await start(newDataDir())
    await killServer(server.location.pgDir)
    await until(() =>
      ask(server.connection, (sql) => sql`select 1`).then(
        () => true,
        () => false,
      ),
    )
    await until(() => server.said.some((line) => line.includes('started again')))
    const pid = serverPid(server.location.pgDir)
    await server.stop()
    expect(isAlive(pid)).toBe(false)
  })

  it('writes no statement and no value to its log', async () => {
    const server = await start(newDataDir())
    const failing = ask(server.connection, async (sql) => {
      await sql`create temp table buyers (email text primary key)`
      await sql`insert into buyers values ('somebody@example.test')`
      await sql`insert into buyers values ('somebody@example.test')`
    })
    await expect(failing).rejects.toMatchObject({ code: '23505' })
    await server.stop()
    expect(readFileSync(server.location.logFile, 'utf8')).not.toContain('somebody')
  })
})
