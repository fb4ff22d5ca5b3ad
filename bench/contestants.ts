import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { firstNumber, shop } from './seed.ts'
import type { BenchServer } from './server.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const program = join(root, 'bin/countersign.js')

export type Contestant = {
  readonly port: number
  readonly pid: number
  end(): Promise<void>
}

function gatewayEnv(server: BenchServer): NodeJS.ProcessEnv {
  return { ...process.env, DATABASE_URL: server.url, COUNTERSIGN_KEY: '07'.repeat(32) }
}

/** Makes the account whose key the bodies are signed with. */
export function addShop(server: BenchServer): void {
  runCommand(server, ['account', 'add', shop.login, '--secret', shop.secret])
}

/** Gives the account a key for a warehouse that polls. */
export function addWarehouse(server: BenchServer, key: string): void {
  runCommand(server, ['credential', 'add', shop.login, '--dialect', 'mintsoft', '--secret', key])
}

/** Gives the account a login for an order manager that takes every order as it is placed. */
export function addOrderManager(server: BenchServer, password: string): void {
  const words = ['credential', 'add', shop.login, '--dialect', 'shopsite', '--kind', 'basic']
  const more = ['--public', 'bench', '--secret', password, '--set', 'orders=placed']
  runCommand(server, [...words, ...more])
}

/** Gives the account a URL that is told of every event. */
export function addEndpoint(server: BenchServer, url: string): void {
  runCommand(server, ['endpoint', 'add', shop.login, url, '--types', 'order.placed'])
}

function runCommand(server: BenchServer, words: readonly string[]): void {
  const ran = spawnSync(process.execPath, [program, ...words], {
    env: gatewayEnv(server),
    encoding: 'utf8',
  })
  if (ran.status !== 0) throw new Error(ran.stderr)
}

export function startGateway(server: BenchServer, port: number): Promise<Contestant> {
  const env = { ...gatewayEnv(server), PORT: String(port) }
  return start([program, 'serve'], env, port)
}

/** Named one by one, so that the check for unused files knows them. */
const rivals: Readonly<Record<string, string>> = {
  plain: import.meta.resolve('./plain.ts'),
  fastify: import.meta.resolve('./fastify.ts'),
  empty: import.meta.resolve('./empty.ts'),
}

/** `plain`, `fastify` or `empty`: a file of this folder. */
export function startRival(name: string, server: BenchServer, port: number): Promise<Contestant> {
  const env = { ...process.env, DATABASE_URL: server.url, PORT: String(port) }
  return start(['--import', 'tsx', fileURLToPath(rivals[name] ?? '')], env, port)
}

async function start(args: string[], env: NodeJS.ProcessEnv, port: number): Promise<Contestant> {
  const child = spawn(process.execPath, args, {
    env,
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await listening(child)
  return {
    port,
    pid: child.pid ?? 0,
    end: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve())
        child.kill('SIGTERM')
      }),
  }
}

function listening(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('a contestant ended before it listened')))
    child.stdout?.on('data', (chunk) => {
      if (String(chunk).includes('listens on')) resolve()
    })
  })
}

export const bareUpdate = `with changed as (
  update order_states set payment = 'paid', paid_at = now(), changed_at = now(),
    event_seq = event_seq + 1
  where account_id = 1 and number = :n returning event_seq)
insert into order_events (account_id, number, seq, at, kind, via)
select 1, :n, event_seq, now(), 'paid', 'pgbench' from changed;
`

const groupedUpdate = `with changed as (
  update order_states set payment = 'paid', paid_at = now(), changed_at = now(),
    event_seq = event_seq + 1
  where account_id = 1 and number between :n and :n + 63 returning number, event_seq)
insert into order_events (account_id, number, seq, at, kind, via)
select 1, number, event_seq, now(), 'paid', 'pgbench' from changed;
`

/** Statements a second of pgbench, prepared, over random orders; grouped: rows a second. */
export function runPgbench(
  server: BenchServer,
  orders: number,
  clients: number,
  seconds: number,
  { grouped = false } = {},
): number {
  const highest = firstNumber + orders - (grouped ? 64 : 1)
  const statement = grouped ? groupedUpdate : bareUpdate
  const script = `\\set n random(${firstNumber}, ${highest})\n${statement}`
  return runScript(server, script, clients, seconds) * (grouped ? 64 : 1)
}

/** Runs of a pgbench script a second, prepared; `:c` begins at 0 for each client. */
export function runScript(
  server: BenchServer,
  script: string,
  clients: number,
  seconds: number,
): number {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-pgbench-'))
  const file = join(folder, 'script.sql')
  writeFileSync(file, script)
  const args = ['-n', '-M', 'prepared', '-D', 'c=0', '-f', file, '-c', String(clients), '-j', '2']
  const env = { ...process.env, ...server.env }
  const ran = spawnSync('pgbench', [...args, '-T', String(seconds)], { env, encoding: 'utf8' })
  rmSync(folder, { recursive: true, force: true })
  const perSecond = Number(/tps = ([\d.]+)/.exec(ran.stdout ?? '')?.[1] ?? Number.NaN)
  if (Number.isNaN(perSecond)) throw new Error(`pgbench did not run: ${ran.stderr}`)
  return perSecond
}
