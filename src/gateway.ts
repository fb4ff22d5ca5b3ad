import type { Logger } from 'pino'
import { createApp } from './app.ts'
import type { Book } from './book.ts'
import type { Config } from './config.ts'
import { startCallRecords } from './core/call-records.ts'
import { startHousekeeping } from './core/housekeeping.ts'
import { createTurnstile, usualLimits } from './core/turnstile.ts'
import { dialects } from './dialects/registry.ts'
import { createMetrics, type Measured } from './metrics.ts'
import { metricsReaders } from './metrics-access.ts'
import { startDispatcher } from './notices/dispatcher.ts'
import { type Listening, listen } from './server.ts'
import { isUsable } from './store/secrets.ts'

/** What takes calls: one process, or several workers on one port. */
export type Gateway = {
  readonly port: number
  /** Where clients of old HTTP are heard; undefined: nowhere. */
  readonly legacyPort: number | undefined
  /** Rejects once it can take no calls any more, and will not again. */
  readonly lost: Promise<never>
  /** Finishes the calls under way, then lets go; the book stays open. */
  stop(): Promise<void>
}

type GatewayOptions = {
  readonly book: Book
  readonly config: Config
  readonly log: Logger
  readonly clock: () => number
  /** Of the program. */
  readonly version: string
  /** Given what this process measures, gives what all do; absent: there is no other. */
  readonly joinMetrics?: (own: () => Promise<Measured>) => () => Promise<readonly Measured[]>
}

/** With so many calls in hand the process has no time to spare, and notices step back. */
const manyCalls = 6

/** Takes calls in this process. Rejects with the reason a port cannot be had. */
export async function startGateway({
  book,
  config,
  log,
  clock,
  version,
  joinMetrics,
}: GatewayOptions): Promise<Gateway> {
  let stopping = false
  let listening: Listening | undefined
  const isReady = async (): Promise<boolean> =>
    !stopping && (await isUsable(book.ctx.database, book.ctx.vault, 1000))
  const housekeeping = startHousekeeping(book.ctx, log)
  const records = startCallRecords(book.ctx, log)
  const turnstile = createTurnstile({ ...usualLimits, most: config.callsAtOnce }, clock)
  const metrics = createMetrics({
    ctx: book.ctx,
    dialects,
    turnstile,
    version,
    sockets: () => listening?.sockets() ?? 0,
    isReady,
    ...(joinMetrics && { join: joinMetrics }),
  })
  const { timeoutMs, delaysMs } = config.deliveries
  const notices = startDispatcher(book.ctx, {
    log,
    version,
    clock,
    pressure: () => turnstile.inside() >= manyCalls,
    delaysMs,
    limits: { deadlineMs: timeoutMs },
    onTried: metrics.noteTry,
  })
  const app = createApp({
    ctx: book.ctx,
    dialects,
    baseDomains: config.baseDomains,
    trustedProxies: config.trustedProxies,
    publicUrl: config.publicUrl,
    log,
    isReady,
    noteUse: housekeeping.noteUse,
    watchCall: records.note,
    clock,
    turnstile,
    metrics,
    mayReadMetrics: metricsReaders(config),
  })
  try {
    listening = await listen(app, config)
  } catch (error) {
    turnstile.close()
    await Promise.all([housekeeping.stop(), records.stop(), notices.stop()])
    throw error
  }
  const { port, legacyPort, close } = listening
  return {
    port,
    legacyPort,
    lost: new Promise(() => undefined),
    async stop() {
      stopping = true
      await close()
      turnstile.close()
      await Promise.all([housekeeping.stop(), records.stop(), notices.stop()])
    },
  }
}
