import cluster, { type Worker } from 'node:cluster'
import type { Logger } from 'pino'
import { type Book, connectionsNeeded, workerConfig } from './book.ts'
import type { Config } from './config.ts'
import type { Gateway } from './gateway.ts'
import { createMetricsHub } from './metrics-workers.ts'
import { createRestarts } from './restarts.ts'
import { placesOf, tryPort } from './server.ts'
import { connectionLimit } from './store/durability.ts'
import type { Job } from './worker.ts'
import { type Ports, release, watch } from './worker-process.ts'

/** No worker stays up; `message` is for the person at the console. */
export class WorkersGone extends Error {}

export type WorkersOptions = {
  readonly book: Book
  readonly config: Config
  readonly log: Logger
  readonly clock: () => number
  /** The program that workers run, as `serve`. */
  readonly program: string
}

/**
 * Takes calls in `config.workers` processes on one port; resolves once all of them listen. One that
 * ends is replaced. Rejects with the reason a port cannot be had, or `WorkersGone`.
 */
export async function startWorkers(options: WorkersOptions): Promise<Gateway> {
  const { config, log, book } = options
  // Said once and clearly here, before several workers find it out.
  for (const place of placesOf(config)) if (place.port !== 0) await tryPort(place)
  await warnOfConnections(book, config, log)
  cluster.setupPrimary({ exec: options.program, args: ['serve'], serialization: 'advanced' })
  const crew = createCrew(options)
  try {
    const [port, legacyPort] = await Promise.race([crew.complete, crew.lost])
    return { port, legacyPort, lost: crew.lost, stop: crew.dismiss }
  } catch (error) {
    await crew.dismiss()
    throw error
  }
}

async function warnOfConnections(book: Book, config: Config, log: Logger): Promise<void> {
  const needed = connectionsNeeded(config)
  const limit = await connectionLimit(book.ctx.database)
  if (needed <= limit) return
  // No refusal: a pooler in between may make do with fewer.
  log.warn({ needed, limit }, 'Postgres may run out of connections: fewer WORKERS need fewer')
}

type Crew = {
  /** The ports, once as many workers listen as are wanted. */
  readonly complete: Promise<Ports>
  readonly lost: Promise<never>
  dismiss(): Promise<void>
}

function createCrew({ book, config, log, clock }: WorkersOptions): Crew {
  const job: Job = { config: workerConfig(config), server: book.server }
  const restarts = createRestarts()
  const listening = new Set<Worker>()
  const waiting = new Set<NodeJS.Timeout>()
  const metrics = createMetricsHub()
  const complete = deferred<Ports>()
  const lost = deferred<never>()
  let isComplete = false
  let dismissed = false

  const hire = (): void => {
    const startedAtMs = clock()
    const worker = cluster.fork()
    const { pid } = worker.process
    watch(worker, job, {
      onListening(ports) {
        listening.add(worker)
        metrics.join(worker)
        restarts.listens()
        log.info({ worker: pid }, 'a worker listens')
        if (listening.size < config.workers) return
        isComplete = true
        complete.resolve(ports)
      },
      onEnd(how) {
        const listened = listening.delete(worker)
        metrics.leave(worker)
        if (dismissed) return
        const others = isComplete ? listening.size : 0
        const waitMs = restarts.afterEnd({ livedMs: clock() - startedAtMs, listened, others })
        if (waitMs === undefined) return lost.reject(new WorkersGone(inVain))
        log.warn({ worker: pid, ...how, waitMs }, 'a worker ended; another takes its place')
        log.flush()
        const timer = setTimeout(() => {
          waiting.delete(timer)
          hire()
        }, waitMs)
        waiting.add(timer)
      },
    })
  }
  for (let place = 0; place < config.workers; place += 1) hire()
  return {
    complete: complete.promise,
    lost: lost.promise,
    async dismiss() {
      dismissed = true
      for (const timer of waiting) clearTimeout(timer)
      metrics.close()
      const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined)
      await Promise.all(workers.map((worker) => release(worker, config.shutdownTimeoutMs)))
    },
  }
}

type Deferred<T> = {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (error: Error) => void
}

function deferred<T>(): Deferred<T> {
  let settle: Pick<Deferred<T>, 'resolve' | 'reject'> | undefined
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject }
  })
  // Whoever waits for it hears of it all the same.
  promise.catch(() => undefined)
  return { promise, ...(settle as Pick<Deferred<T>, 'resolve' | 'reject'>) }
}

const inVain =
  'no worker comes up: one after another ended before it took a call. What they said stands above.'
