import { existsSync } from 'node:fs'
import { chmod, link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { type Config, ConfigError, readKey } from './config.ts'
import { type Context, createContext } from './core/context.ts'
import { freeze } from './notices/formats.ts'
import { openDatabase, type PostgresTarget, poolSizes, targetOf } from './store/database.ts'
import { serverVersion, unsafeSettings } from './store/durability.ts'
import { startEmbeddedPostgres } from './store/embedded/server.ts'
import { migrateDatabase } from './store/migrate.ts'
import { checkKey, createVault } from './store/secrets.ts'

/** Clock and ids: made in `main.ts` alone, so that a test can hold them still. */
export type Sources = {
  readonly now: () => number
  /** Milliseconds of a clock that never goes back. */
  readonly clock: () => number
  readonly randomBytes: (count: number) => Buffer
}

/** The order book, open: a server behind it, migrated, and the key that fits. */
export type Book = {
  readonly ctx: Context
  /** For further processes on the same book: `bookOn`. */
  readonly server: BookServer
  /** For the person at the console: where the data lies. */
  readonly place: string
  close(): Promise<void>
}

/** Throws errors worded for the person at the console, and leaves nothing running behind. */
export async function openBook(config: Config, log: Logger, sources: Sources): Promise<Book> {
  const found = await findServer(config, log, sources)
  let book: Book | undefined
  try {
    await migrateDatabase(found.target, existsSync)
    book = bookOn(found, config, log, sources)
    await refuseUnsafe(book.ctx.database, config)
    await checkKey(book.ctx.database.db, found.key)
  } catch (error) {
    await book?.close()
    await found.stop()
    throw error
  }
  const { close } = book
  return {
    ...book,
    async close() {
      await close()
      await found.stop()
    },
  }
}

/** Where the book is; plain enough to be sent to another process. */
export type BookServer = {
  readonly target: PostgresTarget
  readonly place: string
  readonly key: Buffer
}

type FoundServer = BookServer & { readonly stop: () => Promise<void> }

async function findServer(config: Config, log: Logger, sources: Sources): Promise<FoundServer> {
  const common = {
    prepare: config.databasePrepare,
    connect_timeout: 5,
    connection: { application_name: 'countersign' },
  }
  if (config.databaseUrl !== undefined && config.key !== undefined) {
    return {
      target: targetOf(config.databaseUrl, common),
      place: `${new URL(config.databaseUrl).host || 'the server'} (DATABASE_URL)`,
      key: config.key,
      stop: async () => undefined,
    }
  }
  const embedded = await startEmbeddedPostgres({
    dataDir: config.dataDir,
    now: sources.now,
    settings: { max_connections: String(Math.max(100, connectionsNeeded(config) + spare)) },
    log: {
      info: (message) => log.info(message),
      warn: (message) => log.warn(message),
    },
  })
  try {
    return {
      target: { options: { ...common, ...embedded.connection } },
      place: embedded.location.home,
      key: config.key ?? (await keyIn(embedded.location.keyDir, sources)),
      stop: embedded.stop,
    }
  } catch (error) {
    await embedded.stop()
    throw error
  }
}

/**
 * The book on a server that `openBook` has looked at, maybe in another process; connects when it
 * is needed. Its `close` leaves the server alone.
 */
export function bookOn(
  { target, place, key }: BookServer,
  config: Config,
  log: Logger,
  sources: Sources,
): Book {
  const database = openDatabase(target, {
    connections: config.databaseConnections,
    answerDeadlineMs: config.committer.answerDeadlineMs,
  })
  const ctx = createContext({
    ...sources,
    database,
    vault: createVault(key),
    statementTimeoutMs: config.statementTimeoutMs,
    limits: config.committer,
    targets: config.notices,
    freeze,
    log,
  })
  return {
    ctx,
    server: { target, place, key },
    place,
    async close() {
      await ctx.committer.close()
      await database.close()
    },
  }
}

/** The committer's connection for stock levels, and the one that hears of deliveries. */
const forStock = 1
const forNews = 1

/** Connections beside those of gateways: commands, backups, a look with psql. */
const spare = 40

/** The most connections to Postgres that the processes of one gateway hold. */
export function connectionsNeeded(config: Config): number {
  const { workers, committer } = config
  if (workers > 1) return workers * connectionsNeeded(workerConfig(config)) + 4
  const { hot, cold } = poolSizes(config.databaseConnections)
  return hot + cold + 2 * committer.depth + forStock + forNews
}

/** What one of several workers runs with: its share of the connections for reading. */
export function workerConfig(config: Config): Config {
  const share = Math.ceil(config.databaseConnections / config.workers)
  return { ...config, workers: 1, databaseConnections: Math.max(2, share) }
}

async function refuseUnsafe(
  database: ReturnType<typeof openDatabase>,
  config: Config,
): Promise<void> {
  if ((await serverVersion(database)) < 150_000) {
    throw new ConfigError('This Postgres is too old; the gateway needs version 15 or later.')
  }
  const unsafe = await unsafeSettings(database)
  if (unsafe.length === 0 || config.allowUnsafeDatabase) return
  throw new ConfigError(
    `This Postgres would lose acknowledged orders in a crash: ${unsafe.join(', ')}. ` +
      'Turn that on, or set ALLOW_UNSAFE_DATABASE=on if losing them is fine.',
  )
}

/** The key beside the embedded server's data, made on the first start; 0600. */
async function keyIn(dir: string, sources: Sources): Promise<Buffer> {
  const path = join(dir, 'key')
  if (!existsSync(path)) await makeKey(dir, path, sources)
  const key = readKey(await readFile(path, 'utf8'))
  if (key === undefined) {
    throw new ConfigError(`${path} holds no key; put it back as it was (64 hex digits)`)
  }
  return key
}

async function makeKey(dir: string, path: string, sources: Sources): Promise<void> {
  await mkdir(dir, { recursive: true })
  const draft = `${path}.${sources.randomBytes(8).toString('hex')}`
  await writeFile(draft, `${sources.randomBytes(32).toString('hex')}\n`, { mode: 0o600 })
  await chmod(draft, 0o600)
  try {
    // A link fails where another process was quicker: then its key counts.
    await link(draft, path)
  } catch (error) {
    if (!existsSync(path)) throw error
  } finally {
    await unlink(draft)
  }
}
