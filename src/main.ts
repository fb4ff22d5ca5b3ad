import cluster from 'node:cluster'
import { randomBytes } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import type { Logger } from 'pino'
import { type Book, openBook, type Sources } from './book.ts'
import type { Config } from './config.ts'
import { dialects } from './dialects/registry.ts'
import { greetFirstRun } from './first-run.ts'
import { type Gateway, startGateway } from './gateway.ts'
import { createLog } from './log.ts'
import { untilTold } from './told.ts'
import { work } from './worker.ts'
import { startWorkers } from './workers.ts'

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

export type ServeOptions = {
  /** Of this program. */
  readonly version: string
  /** Read only where this process is no worker: a worker is sent its settings. */
  readonly readConfig: () => Config
  readonly print: (line: string) => void
  /** The program that workers run. */
  readonly program: string
}

/** Starts the gateway, or one worker of it, and runs it until the process is told to stop. */
export async function serve({ version, readConfig, print, program }: ServeOptions): Promise<void> {
  // Heard from the beginning: a start that is broken off would leave its PostgreSQL running.
  const told = untilTold(sources.clock)
  if (cluster.isWorker) return work(told, sources, version)
  const config = readConfig()
  const log = createLog(config)
  const book = await openBook(config, log, sources)
  try {
    const gateway = await start({ book, config, log, version, program })
    await run(gateway, { book, config, log, print, told })
  } finally {
    await book.close()
  }
}

type Starting = Pick<ServeOptions, 'version' | 'program'> & {
  readonly book: Book
  readonly config: Config
  readonly log: Logger
}

function start({ book, config, log, version, program }: Starting): Promise<Gateway> {
  const { clock } = sources
  if (config.workers === 1) return startGateway({ book, config, log, clock, version })
  return startWorkers({ book, config, log, clock, program })
}

type Running = Pick<ServeOptions, 'print'> & {
  readonly book: Book
  readonly config: Config
  readonly log: Logger
  readonly told: Promise<void>
}

async function run(gateway: Gateway, { book, config, log, print, told }: Running): Promise<void> {
  const host = config.host.includes(':') ? `[${config.host}]` : config.host
  const local = `http://${host}:${gateway.port}`
  try {
    print(`Countersign listens on ${config.publicUrl ?? local}`)
    if (gateway.legacyPort !== undefined) {
      print(`Clients of old HTTP are heard on http://${host}:${gateway.legacyPort}`)
    }
    print(`Its data lies in ${book.place}`)
    await greetFirstRun(book.ctx, dialects, config.publicUrl ?? local, print)
    await Promise.race([told, gateway.lost])
  } finally {
    log.info('stopping: calls under way are finished first')
    log.flush()
    await gateway.stop()
  }
}
