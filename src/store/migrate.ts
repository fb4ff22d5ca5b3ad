import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator'
import postgres from 'postgres'
import { pacedConnecting } from './connect.ts'
import { clientOptions, type PostgresTarget } from './database.ts'
import { sqlState } from './errors.ts'

/** Any number will do, as long as every gateway takes the same. */
const migrationLock = 7_205_031_998

/** `drizzle/` stands beside `src/` in a checkout and two levels above the built file. */
const folders = ['../../drizzle', '../../../drizzle']

/**
 * How long a migration stands in a table's queue, with every call of the gateways behind it: less
 * than their callers wait, and than Postgres waits before it ends one side of a deadlock.
 */
const lockTimeoutMs = 500

/** Calls flow in between. */
const pauseMs = 1000

/** Some five minutes: a backup that reads the whole book holds its tables for as long. */
const mostTries = 200

/** What another try may get past: a lock that did not come in time, a deadlock. */
const inTheWay = new Set(['55P03', '40P01'])

/**
 * Brings the schema up to date. Many gateways may start at once: they wait for one another
 * under a single advisory lock, and all but the first find nothing to do. Gateways of the version
 * before may go on with their calls meanwhile.
 */
export async function migrateDatabase(
  target: PostgresTarget,
  exists: (path: string) => boolean,
): Promise<void> {
  await migrateFrom(target, migrationsFolder(exists))
}

/** The same, with the migrations of a folder as `drizzle-kit generate` makes it. */
export async function migrateFrom(target: PostgresTarget, folder: string): Promise<void> {
  const migrations = readMigrationFiles({ migrationsFolder: folder })
  const connecting = pacedConnecting(target)
  const client = postgres(target.url ?? '', {
    ...target.options,
    ...clientOptions,
    ...connecting.options,
    max: 1,
    onnotice: () => undefined,
  })
  try {
    for (let tries = 1; ; tries += 1) {
      try {
        await client.begin((tx) => carryOut(tx, migrations))
        return
      } catch (error) {
        if (!inTheWay.has(sqlState(error) ?? '')) throw error
        if (tries === mostTries) throw stillInTheWay(error)
      }
      await sleep(pauseMs)
    }
  } finally {
    connecting.stop()
    await client.end({ timeout: 5 })
  }
}

/**
 * Lock and migrations share one transaction, and so one connection. With the lock on another,
 * gateways that wait for it can fill a pooler, and the one that has it finds no place to work.
 */
async function carryOut(
  tx: postgres.TransactionSql,
  migrations: readonly MigrationMeta[],
): Promise<void> {
  await tx.unsafe('set local statement_timeout = 0; set local lock_timeout = 0')
  await tx`select pg_advisory_xact_lock(${migrationLock})`
  const last = await newestOf(tx)
  const wanted = migrations.filter(({ folderMillis }) => folderMillis > last)
  if (wanted.length === 0) return
  await tx.unsafe(`set local lock_timeout = ${lockTimeoutMs}`)
  // The names that Drizzle's own migrator gives them.
  await tx.unsafe('create schema if not exists drizzle')
  await tx.unsafe(`create table if not exists drizzle.__drizzle_migrations (
    id serial primary key, hash text not null, created_at bigint)`)
  for (const { sql, hash, folderMillis } of wanted) {
    for (const statement of sql) await tx.unsafe(statement)
    await tx`
      insert into drizzle.__drizzle_migrations (hash, created_at)
      values (${hash}, ${folderMillis})`
  }
}

/** The time stamp of the newest migration that was carried out; below all where none was. */
async function newestOf(tx: postgres.TransactionSql): Promise<number> {
  const [known] = await tx<{ exists: boolean }[]>`
    select to_regclass('drizzle.__drizzle_migrations') is not null as exists`
  if (known?.exists !== true) return Number.NEGATIVE_INFINITY
  const [row] = await tx<{ newest: string | null }[]>`
    select max(created_at)::text as newest from drizzle.__drizzle_migrations`
  return row?.newest == null ? Number.NEGATIVE_INFINITY : Number(row.newest)
}

function stillInTheWay(cause: unknown): Error {
  return new Error(
    'The schema could not be brought up to date: for minutes somebody has held a table that it ' +
      'changes. Look at pg_stat_activity for what runs long, and start again.',
    { cause },
  )
}

function migrationsFolder(exists: (path: string) => boolean): string {
  const found = folders
    .map((folder) => fileURLToPath(new URL(folder, import.meta.url)))
    .find((folder) => exists(folder))
  if (found === undefined) throw new Error('the folder drizzle/ with the migrations is missing')
  return found
}
