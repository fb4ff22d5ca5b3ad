import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { z } from 'zod'
import type { TargetPolicy } from './core/check-target.ts'
import { retryDelaysMs } from './notices/retry.ts'
import { readKey } from './read-key.ts'
import { count, flag, list, nobody, port, ranges, seconds } from './setting-kinds.ts'
import { problemOfUrl } from './store/database-url.ts'

/** Settings that cannot be used; `message` names every bad one and what it should be. */
export class ConfigError extends Error {}

const settingsSchema = z.object({
  PORT: port.default(8080),
  LEGACY_HTTP_PORT: port.optional(),
  HOST: z.string().min(1).default('127.0.0.1'),
  WORKERS: count(1).max(64).default(1),
  DATABASE_URL: z
    .string()
    .superRefine((text, { addIssue }) => {
      const problem = problemOfUrl(text)
      if (problem !== undefined) addIssue({ code: 'custom', message: problem })
    })
    .optional(),
  DATA_DIR: z.string().min(1).default('./data'),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http or https address' })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  BASE_DOMAINS: list
    .pipe(z.array(z.string().regex(/^[a-z0-9.-]+$/i, 'must be host names, comma-separated')))
    .transform((domains) => domains.map((domain) => domain.toLowerCase().replace(/^\.|\.$/g, '')))
    .default([]),
  TRUSTED_PROXIES: ranges.default([]),
  METRICS_FROM: z.union([nobody, ranges]).default(['127.0.0.1', '::1']),
  COUNTERSIGN_KEY: z
    .string()
    .refine((text) => readKey(text) !== undefined, 'must be 32 bytes as 64 hex digits or base64')
    .optional(),
  COUNTERSIGN_OLD_KEY: z
    .string()
    .refine((text) => readKey(text) !== undefined, 'must be 32 bytes as 64 hex digits or base64')
    .optional(),
  BACKUP_PASSPHRASE: z.string().optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  DATABASE_CONNECTIONS: count(1).default(10),
  DATABASE_PREPARE: flag.default(true),
  ALLOW_UNSAFE_DATABASE: flag.default(false),
  STATEMENT_TIMEOUT_MS: count(100).default(5000),
  COMMITTER_DEPTH: count(1).default(3),
  COMMITTER_BATCH: count(1).default(128),
  QUEUE_LIMIT: count(1).default(4000),
  QUEUE_DEADLINE_MS: count(10).default(2000),
  ANSWER_DEADLINE_MS: count(100).default(2400),
  CALLS_AT_ONCE: count(32).default(512),
  CALLS_AT_ONCE_SHARED: count(32).default(96),
  FAILED_PROOFS_PER_MINUTE: count(1).default(300),
  NOTICES_HTTP: flag.default(false),
  NOTICES_NETWORKS: ranges.default([]),
  NOTICES_UNSAFE_TARGETS: flag.default(false),
  NOTICES_TIMEOUT_MS: count(100).default(15_000),
  NOTICES_RETRY_SECONDS: list
    .pipe(z.array(seconds).min(1, 'must name at least one').max(50))
    .default(retryDelaysMs.map((ms) => ms / 1000)),
  MAX_SOCKETS: count(1).default(2000),
  HEADER_TIMEOUT_MS: count(100).default(10_000),
  REQUEST_TIMEOUT_MS: count(100).default(30_000),
  SHUTDOWN_TIMEOUT_MS: count(0).default(10_000),
})

/** Never shown, not even where they are wrong. */
const hiddenSettings = [
  'BACKUP_PASSPHRASE',
  'COUNTERSIGN_KEY',
  'COUNTERSIGN_OLD_KEY',
  'DATABASE_URL',
]

type Raw = z.infer<typeof settingsSchema>

/** What the process runs with; made once, from the environment and an optional `.env`. */
export type Config = {
  readonly port: number
  /** Where clients of old HTTP are heard; undefined: nowhere. */
  readonly legacyHttpPort: number | undefined
  readonly host: string
  /** Processes that take calls; from 2 on beside one that looks after them. */
  readonly workers: number
  /** Undefined: the embedded server in `dataDir`. */
  readonly databaseUrl: string | undefined
  readonly dataDir: string
  readonly publicUrl: string | undefined
  readonly baseDomains: readonly string[]
  readonly trustedProxies: readonly string[]
  /** Who may read the metrics, addresses and CIDRs; empty: nobody. */
  readonly metricsFrom: readonly string[]
  readonly key: Buffer | undefined
  /** The one that `key` replaces, while it does. */
  readonly oldKey: Buffer | undefined
  /** What the keys in backups are sealed with, unless a command brings its own. */
  readonly backupPassphrase: string | undefined
  readonly logLevel: Raw['LOG_LEVEL']
  readonly databaseConnections: number
  readonly databasePrepare: boolean
  readonly allowUnsafeDatabase: boolean
  readonly statementTimeoutMs: number
  readonly committer: {
    readonly depth: number
    readonly maxBatch: number
    readonly maxQueued: number
    readonly queueDeadlineMs: number
    readonly answerDeadlineMs: number
  }
  readonly callsAtOnce: { readonly alone: number; readonly shared: number }
  /** From one address against one credential, in each process. */
  readonly failedProofsPerMinute: number
  /** Where notices may be sent. */
  readonly notices: TargetPolicy
  readonly deliveries: {
    /** To an answer's status. */
    readonly timeoutMs: number
    /** Between the tries; there is one more of those. */
    readonly delaysMs: readonly number[]
  }
  readonly maxSockets: number
  readonly headerTimeoutMs: number
  readonly requestTimeoutMs: number
  readonly shutdownTimeoutMs: number
}

/**
 * Reads the settings; `options` of the command line win. Throws `ConfigError` that names all bad
 * ones at once.
 */
export function readConfig(
  env = environment(),
  options: Readonly<Record<string, string>> = {},
): Config {
  // An empty variable is one that was left blank in `.env`.
  const all = Object.entries({ ...env, ...options })
  const given = Object.fromEntries(all.filter(([, value]) => value !== ''))
  const parsed = settingsSchema.safeParse(given)
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path, message }) => {
      const name = String(path[0])
      const shown = hiddenSettings.includes(name) ? '(hidden)' : given[name]
      return `  ${name}=${shown}: ${message}`
    })
    throw new ConfigError(
      `These settings cannot be used; correct them in the environment or in .env:\n${lines.join('\n')}`,
    )
  }
  const raw = parsed.data
  if (raw.DATABASE_URL !== undefined && raw.COUNTERSIGN_KEY === undefined) {
    throw new ConfigError(
      'DATABASE_URL is set, so COUNTERSIGN_KEY must be set too: the key that secrets in the ' +
        'database are encrypted with. Make one with: openssl rand -hex 32',
    )
  }
  refuseOldKey(raw)
  if (raw.LEGACY_HTTP_PORT === raw.PORT && raw.PORT !== 0) {
    throw new ConfigError('LEGACY_HTTP_PORT must be another port than PORT')
  }
  return toConfig(raw)
}

function refuseOldKey({ COUNTERSIGN_KEY: key, COUNTERSIGN_OLD_KEY: old }: Raw): void {
  if (old === undefined) return
  if (key === undefined) {
    throw new ConfigError(
      'COUNTERSIGN_OLD_KEY is set, so COUNTERSIGN_KEY must be set too: the key that replaces it',
    )
  }
  if (readKey(key)?.equals(readKey(old) ?? Buffer.alloc(0))) {
    throw new ConfigError('COUNTERSIGN_OLD_KEY must be another key than COUNTERSIGN_KEY')
  }
}

function toConfig(raw: Raw): Config {
  return {
    port: raw.PORT,
    legacyHttpPort: raw.LEGACY_HTTP_PORT,
    host: raw.HOST,
    workers: raw.WORKERS,
    databaseUrl: raw.DATABASE_URL,
    dataDir: resolve(raw.DATA_DIR),
    publicUrl: raw.PUBLIC_URL,
    baseDomains: raw.BASE_DOMAINS,
    trustedProxies: raw.TRUSTED_PROXIES,
    metricsFrom: raw.METRICS_FROM,
    key: raw.COUNTERSIGN_KEY === undefined ? undefined : readKey(raw.COUNTERSIGN_KEY),
    oldKey: raw.COUNTERSIGN_OLD_KEY === undefined ? undefined : readKey(raw.COUNTERSIGN_OLD_KEY),
    backupPassphrase: raw.BACKUP_PASSPHRASE,
    logLevel: raw.LOG_LEVEL,
    databaseConnections: raw.DATABASE_CONNECTIONS,
    databasePrepare: raw.DATABASE_PREPARE,
    allowUnsafeDatabase: raw.ALLOW_UNSAFE_DATABASE,
    statementTimeoutMs: raw.STATEMENT_TIMEOUT_MS,
    committer: {
      depth: raw.COMMITTER_DEPTH,
      maxBatch: raw.COMMITTER_BATCH,
      maxQueued: raw.QUEUE_LIMIT,
      queueDeadlineMs: raw.QUEUE_DEADLINE_MS,
      answerDeadlineMs: raw.ANSWER_DEADLINE_MS,
    },
    callsAtOnce: { alone: raw.CALLS_AT_ONCE, shared: raw.CALLS_AT_ONCE_SHARED },
    failedProofsPerMinute: raw.FAILED_PROOFS_PER_MINUTE,
    notices: {
      allowHttp: raw.NOTICES_HTTP,
      openRanges: raw.NOTICES_NETWORKS,
      unsafeTargets: raw.NOTICES_UNSAFE_TARGETS,
    },
    deliveries: {
      timeoutMs: raw.NOTICES_TIMEOUT_MS,
      delaysMs: raw.NOTICES_RETRY_SECONDS.map((seconds) => seconds * 1000),
    },
    maxSockets: raw.MAX_SOCKETS,
    headerTimeoutMs: raw.HEADER_TIMEOUT_MS,
    requestTimeoutMs: raw.REQUEST_TIMEOUT_MS,
    shutdownTimeoutMs: raw.SHUTDOWN_TIMEOUT_MS,
  }
}

/** The environment, with `.env` of the working directory behind it. */
function environment(): Record<string, string | undefined> {
  return { ...dotEnv('.env'), ...process.env }
}

function dotEnv(path: string): Record<string, string | undefined> {
  try {
    return parseEnv(readFileSync(path, 'utf8'))
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (missing) return {}
    throw new ConfigError(`.env cannot be read: ${String(error)}`)
  }
}
