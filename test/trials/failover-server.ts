import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, chown, copyFile, mkdir, open, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import postgres from 'postgres'
import { type Binaries, findPackage } from '../../src/store/embedded/binaries.ts'
import { errorCode } from '../../src/store/embedded/errors.ts'
import { giveTree } from '../../src/store/embedded/files.ts'
import { usableBinaries } from '../../src/store/embedded/location.ts'
import {
  chooseServerUser,
  run,
  type ServerUser,
  spawnOptions,
} from '../../src/store/embedded/run-as.ts'
import { until } from '../support/poll.ts'

/** Where servers of a trial lie, and with which programs and as whom they run. */
export type Ground = {
  readonly home: string
  readonly user: ServerUser | null
  readonly programs: Pick<Binaries, 'initdb' | 'postgres'>
  readonly password: string
}

export const serverUser = 'countersign'

/** `bin`: a directory with `initdb` and `postgres`; else the embedded package's are taken. */
export async function prepareGround(home: string, bin?: string): Promise<Ground> {
  const user = await chooseServerUser(join(home, 'none'))
  const password = 'invented-Passw0rd'
  if (bin !== undefined) {
    const programs = { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') }
    return { home, user, password, programs }
  }
  const place = { dataDir: home, home, pgDir: join(home, 'none'), hash: 'trial', user }
  return { home, user, password, programs: await usableBinaries(await findPackage(), place) }
}

/** A server of the trial, on a port of loopback that it keeps for good. */
export type Server = {
  readonly name: string
  readonly dir: string
  readonly port: number
  child: ChildProcess | undefined
}

const settings = `
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 100
shared_buffers = '32MB'
min_wal_size = '64MB'
wal_keep_size = '1GB'
fsync = on
full_page_writes = on
synchronous_commit = on
hot_standby = on
jit = off
log_min_messages = log
`

/** A server with nothing in it but its superuser; not started. */
export async function initServer(ground: Ground, name: string): Promise<Server> {
  const server = await emptyServer(ground, name)
  const passwordFile = join(ground.home, `${name}.password`)
  await writeFile(passwordFile, `${ground.password}\n`)
  if (ground.user) await chown(passwordFile, ground.user.uid, ground.user.gid)
  const { code, output } = await run(ground.user, ground.programs.initdb, [
    ...['-D', server.dir, '-U', serverUser, '--pwfile', passwordFile],
    ...['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-instructions'],
  ])
  if (code !== 0) throw new Error(`initdb failed: ${output}`)
  await appendFile(join(server.dir, 'postgresql.conf'), settings)
  return server
}

/** A directory and a port for a server to be. */
export async function emptyServer(ground: Ground, name: string): Promise<Server> {
  const dir = join(ground.home, name)
  await mkdir(dir, { mode: 0o700 })
  if (ground.user) await chown(dir, ground.user.uid, ground.user.gid)
  return { name, dir, port: await freePort(), child: undefined }
}

export async function startServer(ground: Ground, server: Server): Promise<void> {
  const log = await open(join(ground.home, `${server.name}.log`), 'a')
  const begin = async (): Promise<boolean> => {
    const child = spawn(ground.programs.postgres, ['-D', server.dir, '-p', String(server.port)], {
      ...spawnOptions(ground.user),
      stdio: ['ignore', log.fd, log.fd],
    })
    server.child = child
    // Killed, a server leaves shared memory behind until its last process is gone: tried again.
    await until(
      `${server.name} to start or give up`,
      async () => child.exitCode !== null || (await answers(ground, server)),
    )
    return child.exitCode === null
  }
  await until(`${server.name} to start`, begin)
  await log.close()
}

async function answers(ground: Ground, server: Server): Promise<boolean> {
  return asked(ground, server, (sql) => sql`select 1`).then(
    () => true,
    () => false,
  )
}

/** `kill -9` of its first process; the others notice and end at once. */
export async function killServer(server: Server): Promise<void> {
  const { child } = server
  server.child = undefined
  if (child === undefined || child.exitCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

/** All its processes stand still and answer nothing, as those of a machine that vanished. */
export async function freezeServer(ground: Ground, server: Server): Promise<readonly number[]> {
  const pids = await asked(
    ground,
    server,
    (sql) => sql<{ pid: number }[]>`
    select pid from pg_stat_activity where pid <> pg_backend_pid()`,
  )
  const all = [server.child?.pid, ...pids.map(({ pid }) => pid)]
  const known = all.filter((pid) => pid !== undefined)
  for (const pid of known) signal(pid, 'SIGSTOP')
  return known
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error
  }
}

export function clientOf({ password }: Ground, { port }: Server, database = 'postgres') {
  return postgres({
    ...{ host: '127.0.0.1', port, database, username: serverUser, password, max: 1 },
    ...{ connect_timeout: 5, fetch_types: false, onnotice: () => undefined },
    connection: { application_name: 'trial' },
  })
}

/** Asks a server something on a connection of its own. */
export async function asked<T>(
  ground: Ground,
  server: Server,
  question: (sql: postgres.Sql) => PromiseLike<T>,
  database?: string,
): Promise<T> {
  const sql = clientOf(ground, server, database)
  try {
    return await question(sql)
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/**
 * Makes `to` a standby of the running `from`, whatever it was before: a copy of its files taken
 * between the start and the stop of a backup. Not started.
 */
export async function cloneServer(ground: Ground, from: Server, to: Server): Promise<void> {
  await rm(to.dir, { recursive: true, force: true, maxRetries: 5 })
  const sql = clientOf(ground, from)
  try {
    await sql`select pg_backup_start('trial', true)`
    await copyTree(from.dir, to.dir)
    const [label] = await sql<{ labelfile: string }[]>`select labelfile from pg_backup_stop(false)`
    await writeFile(join(to.dir, 'backup_label'), label?.labelfile ?? '')
  } finally {
    await sql.end({ timeout: 1 })
  }
  await mkdir(join(to.dir, 'pg_wal', 'archive_status'), { recursive: true, mode: 0o700 })
  await writeFile(join(to.dir, 'standby.signal'), '')
  const source = `host=127.0.0.1 port=${from.port} user=${serverUser} password=${ground.password}`
  await setAlone(to, `primary_conninfo = '${source} application_name=${to.name}'\n`)
  if (ground.user) await giveTree(to.dir, ground.user)
}

/** What ALTER SYSTEM has set is forgotten; `more` stands in its place. */
export async function setAlone(server: Server, more = ''): Promise<void> {
  await writeFile(join(server.dir, 'postgresql.auto.conf'), more)
}

const left = new Set(['postmaster.pid', 'postmaster.opts', 'pg_wal', 'postgresql.auto.conf'])

async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to, { mode: 0o700 })
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (left.has(entry.name)) continue
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) await copyTree(source, target)
    else await copyFile(source, target).catch(unlessGone)
  }
}

/** A running server removes files. */
function unlessGone(error: unknown): void {
  if (errorCode(error) !== 'ENOENT') throw error
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}
