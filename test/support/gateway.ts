import { performance } from 'node:perf_hooks'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { afterAll, beforeAll } from 'vitest'
import { createApp } from '../../src/app.ts'
import { type Config, readConfig } from '../../src/config.ts'
import { type CallRecord, startCallRecords } from '../../src/core/call-records.ts'
import type { Context } from '../../src/core/context.ts'
import { type Housekeeping, startHousekeeping } from '../../src/core/housekeeping.ts'
import { createTurnstile, usualLimits } from '../../src/core/turnstile.ts'
import type { Dialect } from '../../src/dialects/dialect.ts'
import { dialects as allDialects } from '../../src/dialects/registry.ts'
import { createMetrics } from '../../src/metrics.ts'
import { metricsReaders } from '../../src/metrics-access.ts'
import {
  type DispatcherOptions,
  type NoticeDispatcher,
  startDispatcher,
} from '../../src/notices/dispatcher.ts'
import { type Listening, listen } from '../../src/server.ts'
import { openTestBook } from './book.ts'
import { type TestDatabase, useDatabase } from './database.ts'

export type Gateway = {
  readonly url: string
  readonly port: number
  /** Where clients of old HTTP are heard, if a setting says so. */
  readonly legacyPort: number | undefined
  readonly ctx: Context
  readonly database: TestDatabase
  readonly housekeeping: Housekeeping
  readonly records: CallRecord
  /** Undefined: this gateway sends none. */
  readonly notices: NoticeDispatcher | undefined
  /** Every log line so far, as text. */
  readonly logText: () => string
  /** The gateway's clock; starts at the real time and moves only when a test moves it. */
  readonly clock: { now: number }
}

export type GatewayOptions = {
  readonly dialects?: readonly Dialect[]
  /** As in the environment: `{ BASE_DOMAINS: 'example.test' }`. */
  readonly settings?: Readonly<Record<string, string>>
  /** True: the clock runs; else it stands until a test moves it. */
  readonly runningClock?: boolean
  /** How notices are sent; absent: they are not. */
  readonly notices?: Partial<DispatcherOptions>
}

/** A listening gateway on a database of its own, for the tests of one file. */
export function useGateway(options: GatewayOptions = {}): () => Gateway {
  const database = useDatabase()
  let current: Gateway | undefined
  let close: () => Promise<void> = async () => undefined
  beforeAll(async () => {
    const config = readConfig({ PORT: '0', ...options.settings })
    const started = await startGateway(database(), config, options)
    current = started.gateway
    close = started.close
  })
  afterAll(() => close())
  return () => {
    if (current === undefined) throw new Error('the gateway is there only inside a test')
    return current
  }
}

/** A listening gateway on any database, and how to end it. */
export async function startGateway(
  database: TestDatabase,
  config: Config,
  options: GatewayOptions,
): Promise<{ readonly gateway: Gateway; readonly close: () => Promise<void> }> {
  const lines: string[] = []
  const log = pino(
    { level: 'trace', base: null },
    new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk))
        done()
      },
    }),
  )
  const clock = { now: Date.now() }
  const now = (): number => (options.runningClock ? Date.now() : clock.now)
  const { ctx, closeBook } = openTestBook(database, config, now, log)
  const housekeeping = startHousekeeping(ctx, log)
  const records = startCallRecords(ctx, log)
  const common = { log, version: '0.0.0', clock: () => performance.now() }
  const turnstile = createTurnstile({ ...usualLimits, most: config.callsAtOnce }, () =>
    performance.now(),
  )
  let listening: Listening | undefined
  const metrics = createMetrics({
    ctx,
    dialects: options.dialects ?? allDialects,
    turnstile,
    version: common.version,
    sockets: () => listening?.sockets() ?? 0,
    isReady: async () => true,
  })
  const onTried = metrics.noteTry
  const notices =
    options.notices && startDispatcher(ctx, { ...common, onTried, ...options.notices })
  const app = createApp({
    ctx,
    dialects: options.dialects ?? allDialects,
    baseDomains: config.baseDomains,
    trustedProxies: config.trustedProxies,
    publicUrl: config.publicUrl,
    log,
    isReady: async () => true,
    noteUse: housekeeping.noteUse,
    watchCall: records.note,
    clock: () => performance.now(),
    turnstile,
    metrics,
    mayReadMetrics: metricsReaders(config),
  })
  listening = await listen(app, config)
  const { port, legacyPort, close: closeListener } = listening
  const gateway: Gateway = {
    url: `http://127.0.0.1:${port}`,
    port,
    legacyPort,
    ctx,
    database,
    housekeeping,
    records,
    notices,
    logText: () => lines.join(''),
    clock,
  }
  return {
    gateway,
    async close() {
      await closeListener()
      turnstile.close()
      await Promise.all([housekeeping.stop(), records.stop(), notices?.stop()])
      await closeBook()
    },
  }
}
