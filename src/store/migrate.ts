import { fileURLToPath } from 'node:url'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'
import { clientOptions, type PostgresTarget } from './database.ts'

/** Any number will do, as long as every gateway takes the same. */
const migrationLock = 7_205_031_998

/** `drizzle/` stands beside `src/` in a checkout and two levels above the built file. */
const folders = ['../../drizzle', '../../../drizzle']

/**
 * Brings the schema up to date. Many gateways may start at once: they wait for one another
 * under a single advisory lock, and all but the first find nothing to do.
 */
export async function migrateDatabase(target: PostgresTarget, exists: (path: string) => boolean) {
  const options = { ...target.options, ...clientOptions, max: 1, onnotice: () => undefined }
  const holder = postgres(target.url ?? '', options)
  const worker = postgres(target.url ?? '', options)
  try {
    // The lock has a transaction of its own: Drizzle's migrator opens one itself.
    await holder.begin(async (held) => {
      await held`select pg_advisory_xact_lock(${migrationLock})`
      await migrate(drizzle(worker), { migrationsFolder: migrationsFolder(exists) })
    })
  } finally {
    await Promise.all([holder.end({ timeout: 5 }), worker.end({ timeout: 5 })])
  }
}

function migrationsFolder(exists: (path: string) => boolean): string {
  const found = folders
    .map((folder) => fileURLToPath(new URL(folder, import.meta.url)))
    .find((folder) => exists(folder))
  if (found === undefined) throw new Error('the folder drizzle/ with the migrations is missing')
  return found
}
