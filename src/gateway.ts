import type { Logger } from 'pino'
import { createApp } from './app.ts'
import type { Book } from './book.ts'
import type { Config } from './config.ts'
import { startHousekeeping } from './core/housekeeping.ts'
import { createTurnstile, usualLimits } from './core/turnstile.ts'
import { dialects } from './dialects/registry.ts'
import { type Listening, listen } from './server.ts'
import { isReachable } from './store/database.ts'

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

/** Takes calls in this process. Rejects with the reason a port cannot be had. */
export async function startGateway(
  book: Book,
  config: Config,
  log: Logger,
  clock: () => number,
): Promise<Gateway> {
  let stopping = false
  const housekeeping = startHousekeeping(book.ctx, log)
  const turnstile = createTurnstile({ ...usualLimits, most: config.callsAtOnce }, clock)
  const app = createApp({
    ctx: book.ctx,
    dialects,
    baseDomains: config.baseDomains,
    trustedProxies: config.trustedProxies,
    publicUrl: config.publicUrl,
    log,
    isReady: async () => !stopping && (await isReachable(book.ctx.database, 1000)),
    noteUse: housekeeping.noteUse,
    clock,
    turnstile,
  })
  let listening: Listening
  try {
    listening = await listen(app, config)
  } catch (error) {
    turnstile.close()
    await housekeeping.stop()
    throw error
  }
  return {
    port: listening.port,
    legacyPort: listening.legacyPort,
    lost: new Promise(() => undefined),
    async stop() {
      stopping = true
      await listening.close()
      turnstile.close()
      await housekeeping.stop()
    },
  }
}
