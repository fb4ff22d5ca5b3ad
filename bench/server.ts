import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { type PostgresTarget, targetOf } from '../src/store/database.ts'
import { startEmbeddedPostgres } from '../src/store/embedded/server.ts'
import { migrateDatabase } from '../src/store/migrate.ts'

export type BenchServer = {
  readonly target: PostgresTarget
  readonly sql: postgres.Sql
  /** As command line programs of Postgres want it. */
  readonly env: Readonly<Record<string, string>>
  /** The same as one address, for gateways in processes of their own. */
  readonly url: string
  close(): Promise<void>
}

const common = {
  prepare: true,
  connect_timeout: 10,
  connection: { application_name: 'countersign-bench' },
}

/** A throw-away server with `fsync` on, or the one in `BENCH_DATABASE_URL`; migrated. */
export async function openBenchServer(): Promise<BenchServer> {
  const given = process.env.BENCH_DATABASE_URL
  return given === undefined || given === '' ? embedded() : onUrl(given, async () => undefined)
}

async function embedded(): Promise<BenchServer> {
  const home = await mkdtemp(join(tmpdir(), 'countersign-bench-'))
  await chmod(home, 0o711)
  const quiet = (): void => undefined
  const server = await startEmbeddedPostgres({
    dataDir: join(home, 'data'),
    log: { info: quiet, warn: quiet },
    settings: { max_connections: '300' },
  })
  const { host, port, username, password, database } = server.connection
  const place = new URLSearchParams({ host, port: String(port) })
  const url = `postgres://${username}:${encodeURIComponent(password)}@localhost/${database}?${place}`
  const opened = await onTarget({ options: { ...common, ...server.connection } }, url, async () => {
    await server.stop()
    await rm(home, { recursive: true, force: true })
  })
  const env = { PGHOST: host, PGPORT: String(port), PGUSER: username, PGPASSWORD: password }
  return { ...opened, env: { ...env, PGDATABASE: database } }
}

async function onUrl(url: string, stop: () => Promise<void>): Promise<BenchServer> {
  const { hostname, port, username, password, pathname } = new URL(url)
  const opened = await onTarget(targetOf(url, common), url, stop)
  const env = {
    PGHOST: hostname,
    PGPORT: port === '' ? '5432' : port,
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: pathname.slice(1),
  }
  return { ...opened, env }
}

async function onTarget(
  target: PostgresTarget,
  url: string,
  stop: () => Promise<void>,
): Promise<Omit<BenchServer, 'env'>> {
  await migrateDatabase(target, existsSync)
  const sql = postgres(target.url ?? '', { ...target.options, max: 2, onnotice: () => undefined })
  return {
    target,
    sql,
    url,
    async close() {
      await sql.end()
      await stop()
    },
  }
}
