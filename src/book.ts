import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { KeyRotation, OpenOptions } from './commands/command-line.ts'
import { type Config, ConfigError } from './config.ts'
import { type Context, createContext } from './core/context.ts'
import { dialects } from './dialects/registry.ts'
import { ensureKeyFile, keysIn, settleKeyFiles } from './key-files.ts'
import { freeze } from './notices/formats.ts'
import { type Keys, rotateKey } from './rotate-key.ts'
import {
  type Database,
  openDatabase,
  type PostgresTarget,
  poolSizes,
  targetOf,
} from './store/database.ts'
import { readDatabaseUrl, serverName } from './store/database-url.ts'
import { acknowledgesAlone, serverVersion, unsafeSettings } from './store/durability.ts'
import { startEmbeddedPostgres } from './store/embedded/server.ts'
import { migrateDatabase } from './store/migrate.ts'
import { belongsTo, checkKey, createVault } from './store/secrets.ts'
import { serversOf } from './store/servers.ts'

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
  /** Gives the secrets a new key; see `rotate-key.ts`. */
  rotateKey(): Promise<KeyRotation>
  close(): Promise<void>
}

/** Throws errors worded for the person at the console, and leaves nothing running behind. */
export async function openBook(
  config: Config,
  log: Logger,
  sources: Sources,
  options: OpenOptions = {},
): Promise<Book> {
  const found = await findServer(config, log, sources, options)
  let book: Book | undefined
  try {
    await migrateDatabase(found.target, existsSync)
    book = bookOn(found, config, log, sources)
    await refuseUnsafe(book.ctx.database, config)
    await warnOfFailover(book.ctx.database, log)
    await checkKeys(book.ctx, found.keys, log)
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
  readonly keys: Keys
}

type FoundServer = BookServer & { readonly stop: () => Promise<void> }

async function findServer(
  config: Config,
  log: Logger,
  sources: Sources,
  { mustExist = false }: OpenOptions,
): Promise<FoundServer> {
  const common = {
    prepare: config.databasePrepare,
    connect_timeout: 5,
    connection: { application_name: 'countersign' },
  }
  if (config.databaseUrl !== undefined && config.key !== undefined) {
    return {
      target: targetOf(config.databaseUrl, common),
      place: `${placeOf(config.databaseUrl)} (DATABASE_URL)`,
      keys: { all: given(config), dir: undefined },
      stop: async () => undefined,
    }
  }
  const embedded = await startEmbeddedPostgres({
    dataDir: config.dataDir,
    mustExist,
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
      keys: await keysBeside(embedded.location.keyDir, config, sources),
      stop: embedded.stop,
    }
  } catch (error) {
    await embedded.stop()
    throw error
  }
}

/** For the person at the console: without user and password. */
function placeOf(databaseUrl: string): string {
  const { url, servers } = readDatabaseUrl(databaseUrl)
  return servers.map(serverName).join(',') || new URL(url).host || 'the server'
}

/**
 * The book on a server that `openBook` has looked at, maybe in another process; connects when it
 * is needed. Its `close` leaves the server alone.
 */
export function bookOn(
  { target, place, keys }: BookServer,
  config: Config,
  log: Logger,
  sources: Sources,
): Book {
  const [first, ...older] = keys.all
  const database = openDatabase(target, {
    connections: config.databaseConnections,
    answerDeadlineMs: config.committer.answerDeadlineMs,
  })
  serversOf(target)?.onMove((to) => {
    log.warn({ server: serverName(to) }, 'orders are written to another server now')
  })
  const ctx = createContext({
    ...sources,
    database,
    vault: createVault(first, older, () => (keys.dir === undefined ? [] : keysIn(keys.dir))),
    statementTimeoutMs: config.statementTimeoutMs,
    failedProofsPerMinute: config.failedProofsPerMinute,
    limits: config.committer,
    targets: config.notices,
    freeze,
    silentDialects: dialects.filter((one) => one.neverReports).map(({ name }) => name),
    log,
  })
  return {
    ctx,
    server: { target, place, keys },
    place,
    rotateKey: () => rotateKey(ctx, keys, sources.randomBytes),
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

async function warnOfFailover(database: Database, log: Logger): Promise<void> {
  if ((database.target.servers?.length ?? 0) < 2 || !(await acknowledgesAlone(database))) return
  log.warn(
    'DATABASE_URL names several servers, but this one waits for no standby ' +
      '(synchronous_standby_names, synchronous_commit): a failover may lose the last orders',
  )
}

/** The keys of the settings, the one that seals first. */
function given({ key, oldKey }: Config): Keys['all'] {
  if (key === undefined) throw new Error('the settings hold no key')
  return oldKey === undefined ? [key] : [key, oldKey]
}

/** A key in the settings counts; else there is one beside the data, made on the first start. */
async function keysBeside(dir: string, config: Config, sources: Sources): Promise<Keys> {
  if (config.key !== undefined) return { all: given(config), dir: undefined }
  await ensureKeyFile(dir, sources.randomBytes)
  const [first, ...older] = keysIn(dir)
  if (first !== undefined) return { all: [first, ...older], dir }
  throw new ConfigError(
    `${join(dir, 'key')} holds no key that can be read; put it back as it was (64 hex digits)`,
  )
}

async function checkKeys({ database, vault }: Context, keys: Keys, log: Logger): Promise<void> {
  await checkKey(database.db, vault)
  if (keys.dir !== undefined) return settleKeyFiles(database.db, keys.dir)
  if (keys.all.length === 1) return
  log.info(
    (await belongsTo(database.db, keys.all[0]))
      ? 'the secrets are sealed with COUNTERSIGN_KEY: COUNTERSIGN_OLD_KEY can go'
      : 'the secrets are sealed with COUNTERSIGN_OLD_KEY: once all gateways know both, run countersign key rotate',
  )
}
