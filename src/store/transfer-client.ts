import postgres from 'postgres'
import { pacedConnecting } from './connect.ts'
import { clientOptions, type PostgresTarget } from './database.ts'
import { isOutage } from './errors.ts'

export type TransferSql = postgres.TransactionSql

/** The COMMIT was sent, and nobody knows what became of it. */
export class TransferUnknown extends Error {}

const kinds = {
  /** One picture of the book; waits for nobody, and nobody waits for it. */
  snapshot: 'isolation level repeatable read read only',
  restore: 'isolation level read committed',
  /** One picture of what is copied. */
  copy: 'isolation level repeatable read',
} as const

/**
 * Runs `work` in one transaction on a connection of its own, without any time limit: rows go
 * through it in bulk. Throws what `work` threw, and then nothing was done; or `TransferUnknown`.
 */
export async function inTransfer<T>(
  target: PostgresTarget,
  kind: keyof typeof kinds,
  work: (sql: TransferSql) => Promise<T>,
): Promise<T> {
  const connecting = pacedConnecting(target)
  const outcome = {
    warned: false,
    isDone: false,
    thrown: undefined as { error: unknown } | undefined,
  }
  const client = postgres(target.url ?? '', {
    ...target.options,
    ...clientOptions,
    ...connecting.options,
    max: 1,
    max_lifetime: null,
    onnotice: ({ code }) => {
      if (code === '01000') outcome.warned = true
    },
  })
  const end = (timeout: number): Promise<void> => {
    connecting.stop()
    return client.end({ timeout }).catch(() => undefined)
  }
  try {
    const result = await client.begin(kinds[kind], async (sql) => {
      try {
        await calm(sql)
        const done = await work(sql)
        outcome.isDone = true
        return done
      } catch (error) {
        outcome.thrown = { error }
        // A copy broken off half way keeps the connection busy: it is closed, which rolls back.
        await end(0)
        throw error
      }
    })
    // Synchronous replication has not confirmed: as unsure as no answer at all.
    if (outcome.warned && kind !== 'snapshot') throw new TransferUnknown('not confirmed')
    return result as T
  } catch (error) {
    // A lost connection has nothing to wait for.
    await end(0)
    if (outcome.thrown !== undefined) throw outcome.thrown.error
    if (!outcome.isDone || kind === 'snapshot' || !isOutage(error)) throw error
    throw new TransferUnknown('the commit was not answered', { cause: error })
  } finally {
    await end(5)
  }
}

/** No limit of the server's may end it, and values are written alike everywhere. */
async function calm(sql: TransferSql): Promise<void> {
  await sql`
    select set_config(name, '0', true) from pg_settings where name in
      ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout',
        'transaction_timeout')`
  await sql`
    select set_config('DateStyle', 'ISO, YMD', true), set_config('TimeZone', 'UTC', true),
      set_config('bytea_output', 'hex', true), set_config('extra_float_digits', '1', true)`
}
