import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { Failure, isFailure } from '../model/failure.ts'
import { pacedConnecting } from './connect.ts'
import { readDatabaseUrl, type Server } from './database-url.ts'
import { isReadOnly } from './errors.ts'
import { createGate, type Gate } from './gate.ts'
import { type Client, renewingClient } from './renewing-client.ts'
import * as catalogue from './schema.ts'
import * as calls from './schema-calls.ts'
import * as checkout from './schema-checkout.ts'
import * as fulfilment from './schema-fulfilment.ts'
import * as notices from './schema-notices.ts'
import * as book from './schema-orders.ts'
import * as replays from './schema-replays.ts'
import { serversOf } from './servers.ts'

/** Where Postgres is: a `DATABASE_URL`, or the options of the embedded server. */
export type PostgresTarget = {
  /** Names one host: the first, where there are several. */
  readonly url?: string
  /** Those of which the one that can be written to is meant. */
  readonly servers?: readonly Server[]
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
 * socket's: postgres.js knows it as an option only. Throws `BadDatabaseUrl`.
 */
export function targetOf(text: string, options: PostgresTarget['options']): PostgresTarget {
  const { url, servers } = readDatabaseUrl(text)
  if (servers.length > 0) return { url, servers, options }
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

/** Every table that there is. */
export const schema = {
  ...catalogue,
  ...book,
  ...fulfilment,
  ...checkout,
  ...notices,
  ...replays,
  ...calls,
}

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
  /** Pieces of work that wait for their turn there. */
  readonly waiting: () => number
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
  const sizes = poolSizes(pool.connections)
  /** Warnings that a COMMIT was not confirmed; which one, the driver does not say. */
  let unconfirmed = 0
  const onnotice = ({ code }: postgres.Notice): void => {
    if (code === '01000') unconfirmed += 1
  }
  const cold = renewingClient((onLost) => {
    const client = openClient(target, { max: sizes.cold, onnotice }, onLost)
    // Sets the types of this one client to what it reads through the other.
    drizzle(client.sql)
    return client
  })
  const hot = renewingClient((onLost) =>
    openClient(target, { max: sizes.hot, types: hotTypes, onnotice }, onLost),
  )
  const gate = createGate({
    places: pool.connections,
    deadlineMs: pool.answerDeadlineMs ?? defaultDeadlineMs,
  })
  return {
    db: drizzle(cold.sql, { schema }),
    sql: hot.sql as unknown as HotSql,
    async inTime(work, limits) {
      const before = unconfirmed
      try {
        const result = await gate(work, limits)
        if (limits?.unanswered !== 'outcome-unknown' || unconfirmed === before) return result
      } catch (error) {
        // Silent, or not the one to write to any more: another server may be.
        if (isLate(error) || isReadOnly(error)) serversOf(target)?.doubt()
        throw error
      }
      throw new Failure('outcome-unknown', { reason: 'synchronous replication did not confirm' })
    },
    waiting: gate.waiting,
    target,
    async close() {
      await Promise.all([cold.end(), hot.end()])
    },
  }
}

function openClient(
  target: PostgresTarget,
  own: {
    readonly max: number
    readonly types?: typeof hotTypes
    readonly onnotice: (notice: postgres.Notice) => void
  },
  onLost: () => void,
): Client {
  const connecting = pacedConnecting(target, onLost)
  const sql = postgres(target.url ?? '', {
    ...target.options,
    ...clientOptions,
    ...connecting.options,
    ...own,
  }) as unknown as postgres.Sql
  return {
    sql,
    async end() {
      connecting.stop()
      await sql.end({ timeout: 5 })
    },
  }
}

/** What the gate says of a database that does not answer. */
function isLate(error: unknown): boolean {
  return isFailure(error, 'busy') || isFailure(error, 'outcome-unknown')
}
