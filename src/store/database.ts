import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { pacedConnecting } from './connect.ts'
import { within } from './deadline.ts'
import { createGate, type Gate } from './gate.ts'
import * as catalogue from './schema.ts'
import * as checkout from './schema-checkout.ts'
import * as fulfilment from './schema-fulfilment.ts'
import * as notices from './schema-notices.ts'
import * as book from './schema-orders.ts'

/** Where Postgres is: a `DATABASE_URL`, or the options of the embedded server. */
export type PostgresTarget = {
  readonly url?: string
  readonly options: {
    readonly host?: string
    readonly port?: number
    readonly database?: string
    readonly username?: string
    readonly password?: string
    /** False behind a transaction pooler that keeps no prepared statements. */
    readonly prepare: boolean
    readonly connect_timeout: number
    readonly connection: { readonly application_name: string }
  }
}

/**
 * The server behind a `DATABASE_URL`. As libpq does, takes a directory in `?host=` for the Unix
 * socket's: postgres.js knows it as an option only.
 */
export function targetOf(url: string, options: PostgresTarget['options']): PostgresTarget {
  const parsed = new URL(url)
  const directory = parsed.searchParams.get('host')
  if (!directory?.startsWith('/')) return { url, options }
  const port = Number(parsed.searchParams.get('port') ?? 5432)
  parsed.searchParams.delete('host')
  parsed.searchParams.delete('port')
  return { url: parsed.href, options: { ...options, host: directory, port } }
}

/**
 * Types of the hot statements: times are milliseconds, amounts integer ten-thousandths.
 * Rates, the only other `numeric`, are cast to text in their statements.
 */
export const hotTypes = {
  instant: {
    to: 1184,
    from: [1184],
    serialize: (ms: number) => new Date(ms).toISOString(),
    parse: (text: string) => Date.parse(text),
  },
  money: {
    to: 1700,
    from: [1700],
    serialize: (amount: string) => amount,
    parse: (text: string) => BigInt(text.replace('.', '')),
  },
} satisfies Record<string, postgres.PostgresType>

const schema = { ...catalogue, ...book, ...fulfilment, ...checkout, ...notices }

export type Drizzle = PostgresJsDatabase<typeof schema>
export type HotTypes = { instant: number; money: bigint }
export type HotSql = postgres.Sql<HotTypes>

/** The two ways into Postgres; each has a pool of its own, since Drizzle changes its types. */
export type Database = {
  /** For everything that is not on the path of each call. */
  readonly db: Drizzle
  /** For hot reads. */
  readonly sql: HotSql
  /** What calls wait for goes through here, so that nobody waits for ever. */
  readonly inTime: Gate
  readonly target: PostgresTarget
  close(): Promise<void>
}

/**
 * What every client of ours needs. The driver would ask for array types, which nothing here has,
 * on each new connection, and nobody hears of it if that question fails: that ends the process,
 * and loses the query for which the connection was made.
 */
export const clientOptions = { fetch_types: false } as const

const defaultDeadlineMs = 2400

/** The most connections that each way into Postgres holds. */
export function poolSizes(connections: number): { readonly hot: number; readonly cold: number } {
  return { hot: connections, cold: Math.min(4, connections) }
}

export function openDatabase(
  target: PostgresTarget,
  pool: { readonly connections: number; readonly answerDeadlineMs?: number },
): Database {
  const connecting = pacedConnecting(target)
  const options = {
    ...target.options,
    ...clientOptions,
    ...connecting.options,
    onnotice: () => undefined,
  }
  const sizes = poolSizes(pool.connections)
  const cold = postgres(target.url ?? '', { ...options, max: sizes.cold })
  const hot = postgres(target.url ?? '', {
    ...options,
    types: hotTypes,
    max: sizes.hot,
  }) as unknown as HotSql
  return {
    db: drizzle(cold, { schema }),
    sql: hot,
    inTime: createGate({
      places: pool.connections,
      deadlineMs: pool.answerDeadlineMs ?? defaultDeadlineMs,
    }),
    target,
    async close() {
      connecting.stop()
      await Promise.all([cold.end({ timeout: 5 }), hot.end({ timeout: 5 })])
    },
  }
}

/** Refuses to wait longer than `timeoutMs` for a connection and an answer. */
export async function isReachable(database: Database, timeoutMs: number): Promise<boolean> {
  const asked = database.sql`select 1`.then(
    () => true,
    () => false,
  )
  return (await within(timeoutMs, asked)) === true
}
