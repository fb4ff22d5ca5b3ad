import {
  AggregatorRegistry,
  Counter,
  collectDefaultMetrics,
  Gauge,
  Histogram,
  Registry,
} from 'prom-client'
import type { Context } from './core/context.ts'
import type { Turnstile } from './core/turnstile.ts'
import { type MeasuredCall, type MeasuredDialect, measureCalls } from './metrics-calls.ts'
import { within } from './store/deadline.ts'
import { countWaiting } from './store/status-reads.ts'

/** What one process measured; plain enough to be sent to another. */
export type Measured = Awaited<ReturnType<Registry['getMetricsAsJSON']>>

/** Everything that is measured, of all processes of this gateway. */
export type Metrics = {
  readonly contentType: string
  noteCall(call: MeasuredCall): void
  noteTry(result: 'delivered' | 'dead' | 'waiting'): void
  /** As Prometheus reads it. */
  text(): Promise<string>
}

export type MetricsOptions = {
  readonly ctx: Context
  readonly dialects: readonly MeasuredDialect[]
  readonly turnstile: Turnstile
  readonly version: string
  readonly sockets: () => number
  readonly isReady: () => Promise<boolean>
  /** Given what this process measures, gives what all do; absent: there is no other. */
  readonly join?: (own: () => Promise<Measured>) => () => Promise<readonly Measured[]>
}

/** Beyond that many, messages that wait are not counted. */
const mostWaiting = 100_000

/** The database is asked no more often than that. */
const askEveryMs = 5000
const askDeadlineMs = 1000

const commitSeconds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5]
const batchSizes = [1, 2, 4, 8, 16, 32, 64, 128, 256]

/** No label that is used here grows with accounts, orders or callers. */
export function createMetrics(options: MetricsOptions): Metrics {
  const { ctx, dialects, version } = options
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  new Gauge({
    name: 'countersign_processes',
    help: 'Processes that take calls',
    labelNames: ['version'],
    registers,
  }).set({ version }, 1)
  measureState(registry, options)
  measureCommitter(registry, ctx)
  const tries = new Counter({
    name: 'countersign_notice_tries_total',
    help: 'Tries to deliver a notice: it was delivered, is tried again (waiting), or given up (dead)',
    labelNames: ['result'],
    registers,
  })
  for (const result of ['delivered', 'dead', 'waiting']) tries.inc({ result }, 0)
  const gather = options.join?.(() => registry.getMetricsAsJSON())
  return {
    contentType: registry.contentType,
    noteCall: measureCalls(registry, dialects),
    noteTry: (result) => tries.inc({ result }),
    async text() {
      if (gather === undefined) return registry.metrics()
      return AggregatorRegistry.aggregate([...(await gather())]).metrics()
    },
  }
}

function measureState(registry: Registry, options: MetricsOptions): void {
  const { ctx, turnstile, sockets, isReady } = options
  const registers = [registry]
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read())
      },
    })
  }
  gauge('countersign_sockets', 'Connections of clients', sockets)
  gauge('countersign_calls_inside', 'Calls that are being worked on', turnstile.inside)
  gauge('countersign_commands_queued', 'Commands that wait for a transaction', ctx.committer.queued)
  gauge('countersign_database_waiting', 'Work that waits for a connection', ctx.database.waiting)
  new Counter({
    name: 'countersign_calls_crowded_total',
    help: 'Calls that were refused since too much was under way',
    registers,
    collect() {
      this.reset()
      this.inc(turnstile.refused())
    },
  })
  new Gauge({
    name: 'countersign_ready',
    help: '1 while every process can take calls, else 0',
    aggregator: 'min',
    registers,
    async collect() {
      this.set((await isReady()) ? 1 : 0)
    },
  })
  const waiting = nowAndThen(() => countWaiting(ctx.database.sql, mostWaiting), ctx)
  new Gauge({
    name: 'countersign_notices_waiting',
    help: `Notices that wait to be delivered, in the whole book; no more than ${mostWaiting}`,
    // Every process counts the same ones.
    aggregator: 'max',
    registers,
    async collect() {
      const count = await waiting()
      if (count === undefined) this.remove()
      else this.set(count)
    },
  })
}

function measureCommitter(registry: Registry, { committer }: Context): void {
  const registers = [registry]
  const sizes = new Histogram({
    name: 'countersign_batch_commands',
    help: 'Commands in one transaction',
    buckets: batchSizes,
    registers,
  })
  const times = new Histogram({
    name: 'countersign_commit_seconds',
    help: 'A transaction of the committer, from its first statement to the answer to its COMMIT',
    buckets: commitSeconds,
    registers,
  })
  committer.watch(({ commands, tookMs }) => {
    sizes.observe(commands)
    times.observe(tookMs / 1000)
  })
}

/** The last answer while it is fresh; undefined where the database gave none. */
function nowAndThen(
  ask: () => Promise<number>,
  { database, now }: Context,
): () => Promise<number | undefined> {
  let askedAt = Number.NEGATIVE_INFINITY
  let answer: Promise<number | undefined> = Promise.resolve(undefined)
  return () => {
    if (Math.abs(now() - askedAt) < askEveryMs) return answer
    askedAt = now()
    const asked = database.inTime(ask, { deadlineMs: askDeadlineMs }).catch(() => undefined)
    answer = within(askDeadlineMs, asked).then((count) => (count === 'late' ? undefined : count))
    return answer
  }
}
