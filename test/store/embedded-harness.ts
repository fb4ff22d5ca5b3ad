import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import postgres from 'postgres'
import { afterAll, beforeAll } from 'vitest'
import { findPackage } from '../../src/store/embedded/binaries.ts'
import type { Connection } from '../../src/store/embedded/holder.ts'
import {
  type EmbeddedOptions,
  type EmbeddedServer,
  startEmbeddedPostgres,
} from '../../src/store/embedded/server.ts'

export const isRoot = process.getuid?.() === 0
/** The number of `nobody` on most systems; any user that owns nothing serves. */
export const stranger = 65534

const fixture = fileURLToPath(new URL('../fixtures/embedded-gateway.ts', import.meta.url))
const tsx = createRequire(import.meta.url).resolve('tsx')

export type Child = {
  process: ChildProcess
  server: Omit<EmbeddedServer, 'stop'>
  said: string[]
  stop: () => Promise<void>
  kill: () => Promise<void>
}
type Extra = Partial<Omit<EmbeddedOptions, 'log' | 'now'>> & { uid?: number }

/** A place of the test file's own: temporary, passable for all, with a package of its own. */
export function useEmbedded() {
  const place = { root: '', packageDir: '', outsideDir: '' }
  const made = new Set<string>()
  const children: ChildProcess[] = []

  beforeAll(async () => {
    place.root = realpathSync(mkdtempSync(join(tmpdir(), 'cs-')))
    chmodSync(place.root, 0o755)
    place.packageDir = await copyPackage(join(place.root, 'package'))
    place.outsideDir = join(place.root, 'outside')
  })

  afterAll(async () => {
    for (const child of children) await killProcess(child)
    for (const pgDir of made) await endServer(pgDir)
    rmSync(place.root, { recursive: true, force: true })
  })

  /** A directory that does not exist yet, in a new one of the given owner. */
  const newDataDir = (name = 'data', uid?: number) => {
    const parent = mkdtempSync(join(place.root, 'case-'))
    chmodSync(parent, 0o755)
    if (uid !== undefined) chownSync(parent, uid, uid)
    return join(parent, name)
  }
  const options = (extra: Extra) => ({
    packageDir: place.packageDir,
    outsideDir: place.outsideDir,
    ...extra,
  })

  const start = async (dataDir: string, extra: Extra = {}) => {
    made.add(join(dataDir, 'pg'))
    const said: string[] = []
    const say = (message: string) => {
      said.push(message)
    }
    const log = { info: say, warn: say }
    const server = await startEmbeddedPostgres({ ...options(extra), dataDir, log })
    made.add(server.location.pgDir)
    return { ...server, said }
  }

  const tryStartChild = async (dataDir: string, extra: Extra = {}) => {
    made.add(join(dataDir, 'pg'))
    const given = JSON.stringify({ ...options(extra), dataDir })
    const child = spawn(process.execPath, ['--import', tsx, fixture, given], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    children.push(child)
    const lines = createInterface({ input: child.stdout })
    const closed = once(lines, 'close').then(() => ['{"error":{"message":"it said nothing"}}'])
    const [line] = await Promise.race([once(lines, 'line'), closed])
    return { child, answer: JSON.parse(line) }
  }

  const startChild = async (dataDir: string, extra: Extra = {}): Promise<Child> => {
    const { child, answer } = await tryStartChild(dataDir, extra)
    if (answer.error) throw new Error(`the child did not start: ${answer.error.message}`)
    made.add(answer.server.location.pgDir)
    const stop = async () => {
      child.stdin.write('stop\n')
      if (child.exitCode === null) await once(child, 'exit')
    }
    return { process: child, ...answer, stop, kill: () => killProcess(child) }
  }

  /** Starts a child for the first time and kills it while its initdb is at work. */
  const killWithinInitdb = async (dataDir: string) => {
    const starting = tryStartChild(dataDir).catch(() => {})
    await until(() => names(dataDir).some((name) => name.startsWith('pg.new-')))
    const child = children.at(-1)
    if (child) await killProcess(child)
    return { starting, left: names(dataDir) }
  }

  return { place, newDataDir, start, startChild, tryStartChild, killWithinInitdb }
}

/** The package as npm leaves it without install scripts: no library links. */
export async function copyPackage(to: string): Promise<string> {
  const { root } = await findPackage()
  const wanted = (path: string) => !path.endsWith('.a') && !lstatSync(path).isSymbolicLink()
  mkdirSync(to, { recursive: true })
  cpSync(dirname(root), to, { recursive: true, filter: wanted })
  return to
}

/** Asks one thing over a connection of its own. */
export async function ask<T>(
  connection: Connection,
  work: (sql: postgres.Sql) => Promise<T>,
): Promise<T> {
  const sql = postgres({ ...connection, max: 1, onnotice: () => {} })
  try {
    return await work(sql)
  } finally {
    await sql.end({ timeout: 1 })
  }
}

function names(dir: string): string[] {
  return existsSync(dir) ? readdirSync(dir) : []
}

export function serverPid(pgDir: string): number {
  return Number.parseInt(readFileSync(join(pgDir, 'postmaster.pid'), 'utf8'), 10)
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

/** Polls until the promise of the check holds; the deadline is only a way out. */
export async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000
  while (!(await check())) {
    if (performance.now() > deadline) throw new Error('it did not come about in 30 s')
    await sleep(10)
  }
}

export async function killServer(pgDir: string): Promise<void> {
  const pid = serverPid(pgDir)
  process.kill(pid, 'SIGKILL')
  await until(() => !isAlive(pid))
}

async function killProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

async function endServer(pgDir: string): Promise<void> {
  try {
    const pid = serverPid(pgDir)
    const cwd = realpathSync(`/proc/${pid}/cwd`)
    if (cwd !== realpathSync(pgDir)) return
    process.kill(pid, 'SIGQUIT')
    await until(() => !isAlive(pid))
  } catch {
    // No file, no process: nothing to end.
  }
}
