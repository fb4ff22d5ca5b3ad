import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import type { PostgresTarget } from '../../src/store/database.ts'
import { chooseServerUser } from '../../src/store/embedded/run-as.ts'
import { until } from './poll.ts'

const places = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', '/opt/homebrew/bin/pgbouncer']
const program = places.find((path) => existsSync(path))

/** Whether there is a PgBouncer to go through. */
export const hasPooler = program !== undefined

export type Pooler = {
  /** The same server through the pooler, as a gateway with `DATABASE_PREPARE=off` sees it. */
  readonly target: PostgresTarget
  /** What the pooler said, for whoever looks for the reason of a failure. */
  readonly output: () => string
  stop(): Promise<void>
}

/** PgBouncer in transaction mode before a server; `poolSize` connections for each database. */
export async function startPooler(server: PostgresTarget, poolSize: number): Promise<Pooler> {
  if (program === undefined) throw new Error('there is no pgbouncer here')
  const at = placeOf(server)
  const home = await mkdtemp(join(tmpdir(), 'countersign-pooler-'))
  const port = await freePort()
  // It refuses root, and must get at the server's socket.
  const user = await chooseServerUser(at.host)
  const files = await writeSettings(home, settingsFor(at, port, poolSize, home), at)
  if (user !== null) {
    for (const path of [home, ...files]) await chown(path, user.uid, user.gid)
  }
  const child = spawn(program, [files[0]], {
    ...(user && { uid: user.uid, gid: user.gid }),
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: string[] = []
  const note = (chunk: unknown): void => void said.push(String(chunk))
  child.stdout.on('data', note)
  child.stderr.on('data', note)
  const gone = once(child, 'exit')
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL')
    await gone
    await rm(home, { recursive: true, force: true })
  }
  const url = new URL(`postgres://127.0.0.1:${port}/${at.database}`)
  url.username = encodeURIComponent(at.username)
  url.password = encodeURIComponent(at.password)
  const { connect_timeout, connection } = server.options
  const target = { url: url.href, options: { prepare: false, connect_timeout, connection } }
  try {
    await until('the pooler', () => answers(target))
  } catch (error) {
    await stop()
    throw new Error(`pgbouncer does not serve:\n${said.join('')}`, { cause: error })
  }
  return { target, output: () => said.join(''), stop }
}

type Place = {
  readonly host: string
  readonly port: number
  readonly username: string
  readonly password: string
  readonly database: string
}

function placeOf({ url, options }: PostgresTarget): Place {
  const given = url === undefined ? undefined : new URL(url)
  const { username, password } = given ?? { username: '', password: '' }
  return {
    host: options.host ?? given?.hostname ?? 'localhost',
    port: options.port ?? Number(given?.port || 5432),
    username: options.username ?? (decodeURIComponent(username) || 'postgres'),
    password: options.password ?? decodeURIComponent(password),
    database: options.database ?? (given?.pathname.slice(1) || 'postgres'),
  }
}

/** No startup parameter is ignored: one more than a gateway may send is refused, as it should be. */
function settingsFor(at: Place, port: number, poolSize: number, home: string): string {
  return `[databases]
* = host=${at.host} port=${at.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = ${at.password === '' ? 'trust' : 'scram-sha-256'}
auth_file = ${join(home, 'users')}
pool_mode = transaction
default_pool_size = ${poolSize}
max_client_conn = 2000
server_reset_query =
server_idle_timeout = 5
ignore_startup_parameters =
`
}

async function writeSettings(
  home: string,
  settings: string,
  { username, password }: Place,
): Promise<[string, string]> {
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`
  const files: [string, string] = [join(home, 'settings.ini'), join(home, 'users')]
  await writeFile(files[0], settings)
  await writeFile(files[1], `${quoted(username)} ${quoted(password)}\n`)
  for (const path of files) await chmod(path, 0o600)
  return files
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}

async function answers({ url = '', options }: PostgresTarget): Promise<boolean> {
  const sql = postgres(url, { ...options, max: 1, connect_timeout: 1 })
  try {
    await sql`select 1`
    return true
  } catch {
    return false
  } finally {
    await sql.end({ timeout: 1 })
  }
}
