import { randomBytes } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { createApp } from './app.ts'
import { type Book, openBook, type Sources } from './book.ts'
import type { Config } from './config.ts'
import { type Housekeeping, startHousekeeping } from './core/housekeeping.ts'
import { dialects } from './dialects/registry.ts'
import { greetFirstRun } from './first-run.ts'
import { createLog } from './log.ts'
import { type Listening, listen } from './server.ts'
import { isReachable } from './store/database.ts'

export const sources: Sources = {
  now: () => Date.now(),
  clock: () => performance.now(),
  randomBytes: pooledRandomBytes(4096),
}

/** Draws from a pool: asking the system for a few bytes costs as much as for a page of them. */
function pooledRandomBytes(poolBytes: number): (count: number) => Buffer {
  let pool = Buffer.alloc(0)
  return (count) => {
    if (count > pool.length) pool = randomBytes(Math.max(count, poolBytes))
    const drawn = Buffer.from(pool.subarray(0, count))
    pool = pool.subarray(count)
    return drawn
  }
}

/** Signals closer together come from one press of a key. */
const sameKeyMs = 1000

/** Starts the gateway and runs it until the process is told to stop. */
export async function serve(config: Config, print: (line: string) => void): Promise<void> {
  const log = createLog(config)
  // Heard from the beginning: a start that is broken off would leave its PostgreSQL running.
  const told = untilTold(sources.clock)
  const book = await openBook(config, log, sources)
  let stopping = false
  const housekeeping = startHousekeeping(book.ctx, log)
  const app = createApp({
    ctx: book.ctx,
    dialects,
    baseDomains: config.baseDomains,
    trustedProxies: config.trustedProxies,
    publicUrl: config.publicUrl,
    log,
    isReady: async () => !stopping && (await isReachable(book.ctx.database, 1000)),
    noteUse: housekeeping.noteUse,
    clock: sources.clock,
  })
  let listening: Listening
  try {
    listening = await listen(app, config)
  } catch (error) {
    await housekeeping.stop()
    await book.close()
    throw error
  }
  try {
    const local = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${listening.port}`
    print(`Countersign listens on ${config.publicUrl ?? local}`)
    print(`Its data lies in ${book.place}`)
    await greetFirstRun(book.ctx, dialects, config.publicUrl ?? local, print)
    await told
  } finally {
    stopping = true
    log.info('stopping: calls under way are finished first')
    log.flush()
    await shutDown(listening, housekeeping, book)
  }
}

async function shutDown(
  listening: Listening,
  housekeeping: Housekeeping,
  book: Book,
): Promise<void> {
  await listening.close()
  await housekeeping.stop()
  await book.close()
}

/**
 * Resolves at the first SIGTERM, SIGINT or SIGHUP; a later one ends the process at once. One
 * Ctrl-C may arrive twice, from the terminal and from npm: that is still the first.
 */
function untilTold(clock: () => number): Promise<void> {
  return new Promise((resolve) => {
    let toldAt: number | undefined
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (toldAt !== undefined && clock() - toldAt > sameKeyMs) process.exit(1)
        toldAt ??= clock()
        resolve()
      })
    }
  })
}
