import postgres from 'postgres'
import { lookUpByKey } from './by-key.ts'
import { pacedConnecting } from './connect.ts'
import { clientOptions, type HotTypes, hotTypes, type PostgresTarget } from './database.ts'
import { within } from './deadline.ts'
import { isReadOnly } from './errors.ts'
import { serversOf } from './servers.ts'

/** A transaction's statements; only what was written through `order-writes.ts` runs here. */
export type BatchSql = postgres.ReservedSql<HotTypes>

/** The COMMIT was sent and nobody knows what became of it. */
export class CommitUnknown extends Error {}

/** The connection went away before COMMIT was sent: nothing was done. */
export class ConnectionLost extends Error {}

export type BatchWork<T> = {
  /** Statements already issued; COMMIT follows them down the wire without waiting. */
  readonly writes: readonly PromiseLike<unknown>[]
  /** Asked once the COMMIT is durable: what the statements answered is known by then. */
  readonly result: () => Promise<T>
}

export type BatchLane = {
  /**
   * Runs `work` in one transaction and returns its result once the COMMIT is durable.
   * Throws what a statement threw (rolled back), `ConnectionLost` (nothing was done) or
   * `CommitUnknown` (repeat the commands).
   */
  transaction<T>(work: (sql: BatchSql) => Promise<BatchWork<T>>): Promise<T>
  close(): Promise<void>
}

type Session = {
  readonly sql: BatchSql
  readonly client: postgres.Sql<HotTypes>
  /** Told when the connection closes, while a transaction waits for an answer. */
  onLost: ((error: Error) => void) | undefined
  warned: boolean
  broken: boolean
}

/** How long a lane waits before it connects again after a failure. */
const reconnectDelayMs = 100

/** A machine that is gone closes no connection: after that long it is asked for, again and again. */
const silentMs = 2000

/** Beyond the target's `connect_timeout`. */
const openDeadlineMs = 8000

/**
 * One connection that carries one transaction at a time. A session whose connection failed is
 * thrown away whole: postgres.js would run what is still queued on a new connection, outside
 * the transaction.
 */
export function openBatchLane(target: PostgresTarget, statementTimeoutMs: number): BatchLane {
  let session: Promise<Session> | undefined
  let failedAt = 0
  let closing = false
  const servers = serversOf(target)

  const connected = async (): Promise<Session> => {
    if (closing) throw new ConnectionLost('the gateway is stopping')
    if (session === undefined) {
      const waitMs = failedAt + reconnectDelayMs - performance.now()
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
      session ??= openSession(target)
    }
    return session
  }

  const discard = (lost: Session | undefined): void => {
    session = undefined
    failedAt = performance.now()
    if (lost === undefined) return
    lost.broken = true
    void lost.client.end({ timeout: 0 }).catch(() => undefined)
  }

  return {
    async transaction(work) {
      let current: Session
      try {
        current = await connected()
      } catch (error) {
        discard(undefined)
        throw new ConnectionLost('no connection to Postgres', { cause: error })
      }
      const watch = servers && setInterval(servers.doubt, silentMs)
      try {
        return await runTransaction(current, statementTimeoutMs, work)
      } catch (error) {
        // A server that takes no writes any more is left: another one may have its place.
        if (current.broken || !isServerError(error) || isReadOnly(error)) discard(current)
        throw error
      } finally {
        clearInterval(watch)
      }
    },
    async close() {
      closing = true
      const last = await session?.catch(() => undefined)
      if (last === undefined) return
      last.broken = true
      // Still reserved, it would be waited for.
      last.sql.release()
      await last.client.end({ timeout: 1 })
    },
  }
}

async function openSession(target: PostgresTarget): Promise<Session> {
  const flags: Omit<Session, 'sql' | 'client'> = {
    warned: false,
    broken: false,
    onLost: undefined,
  }
  const connecting = pacedConnecting(target)
  const client = postgres(target.url ?? '', {
    ...target.options,
    ...clientOptions,
    ...connecting.options,
    types: hotTypes,
    max: 1,
    // A reserved connection is kept for as long as it lives.
    max_lifetime: null,
    onnotice: (notice) => {
      if (notice.code === '01000') flags.warned = true
    },
    onclose: () => {
      flags.broken = true
      flags.onLost?.(new ConnectionLost('the connection to Postgres closed'))
    },
  }) as unknown as postgres.Sql<HotTypes>
  try {
    // The driver's own limit covers the connection, not a request for it that got lost.
    const sql = await within(openDeadlineMs, reserve(client))
    if (sql === 'late') throw new ConnectionLost('no connection in time')
    return Object.assign(flags, { sql, client })
  } catch (error) {
    connecting.stop()
    void client.end({ timeout: 0 }).catch(() => undefined)
    throw error
  }
}

/** The driver never hands over a connection that was made for the reservation itself. */
async function reserve(client: postgres.Sql<HotTypes>): Promise<BatchSql> {
  await client`select 1`
  return client.reserve()
}

async function runTransaction<T>(
  session: Session,
  statementTimeoutMs: number,
  work: (sql: BatchSql) => Promise<BatchWork<T>>,
): Promise<T> {
  const { sql } = session
  if (session.broken) throw new ConnectionLost('the connection to Postgres closed')
  session.warned = false
  const begin = sql
    .unsafe(`begin; ${lookUpByKey} set local statement_timeout = ${statementTimeoutMs}`)
    .simple()
  // Sent at once, so that the first statements of `work` travel with it.
  const begun = begin.execute()
  begun.catch(() => undefined)
  let done: BatchWork<T>
  try {
    done = await unlessLost(session, work(sql))
  } catch (error) {
    if (!session.broken) await rollBack(session, begun)
    throw error
  }
  return commit(session, done)
}

/**
 * What `answer` gives; throws `ConnectionLost` if the connection closes first. No race against
 * one promise of the session: that would keep what every transaction held for as long as it lives.
 */
function unlessLost<T>(session: Session, answer: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    session.onLost = reject
    if (session.broken) reject(new ConnectionLost('the connection to Postgres closed'))
    answer.then(resolve, reject)
  }).finally(() => {
    session.onLost = undefined
  })
}

async function rollBack(session: Session, begun: Promise<unknown>): Promise<void> {
  const rolledBack = begun.then(() => session.sql.unsafe('rollback').simple())
  await unlessLost(session, rolledBack).catch(() => {
    session.broken = true
  })
}

async function commit<T>(session: Session, done: BatchWork<T>): Promise<T> {
  if (session.broken) {
    for (const write of done.writes) write.then(undefined, () => undefined)
    throw new ConnectionLost('the connection to Postgres closed')
  }
  const ended = session.sql.unsafe('commit').simple().execute()
  const answers = Promise.all([Promise.allSettled(done.writes), settle(ended)])
  const [writes, end] = await unlessLost(session, answers).catch((error: unknown) => {
    throw new CommitUnknown('the connection closed during COMMIT', { cause: error })
  })
  // COMMIT of a failed transaction is a rollback, and says so.
  const failed = writes.find((write) => write.status === 'rejected')
  if (failed !== undefined && isServerError(failed.reason)) throw failed.reason
  if (end.error !== undefined) {
    throw new CommitUnknown('COMMIT was not answered', { cause: end.error })
  }
  if (end.command !== 'COMMIT') throw new Error(`COMMIT was answered with ${end.command}`)
  if (session.warned) throw new CommitUnknown('synchronous replication did not confirm the COMMIT')
  return done.result()
}

async function settle(
  ended: Promise<{ command: string }>,
): Promise<{ command: string; error?: unknown }> {
  try {
    return { command: (await ended).command }
  } catch (error) {
    return { command: 'none', error }
  }
}

/** True for an answer of the server to a statement, as opposed to a broken connection. */
function isServerError(error: unknown): boolean {
  return error instanceof postgres.PostgresError && error.severity !== 'FATAL'
}
