import { longestDuplicateWindowMs } from '../model/account.ts'
import { isFailure } from '../model/failure.ts'
import { listAccounts } from '../store/accounts.ts'
import { pruneCallHours } from '../store/call-counts.ts'
import { noteLastUse } from '../store/credentials.ts'
import { pruneDeliveries } from '../store/deliveries.ts'
import { pruneSessions } from '../store/dialect-sessions.ts'
import { pruneFingerprints, readDueTimers } from '../store/order-history.ts'
import { forgetRequests, pruneRefusedCalls } from '../store/refused-calls.ts'
import { pruneReplays } from '../store/replays.ts'
import type { Context } from './context.ts'
import { keepHoursMs } from './count-calls.ts'
import { writeDailyLines } from './daily-line.ts'
import { toAccount } from './directory.ts'
import { loggable } from './loggable.ts'

export type Housekeeping = {
  /** Remembers that a credential has just proved a call. */
  noteUse(accountId: number, credentialId: number): void
  /** Does what is due now; for tests, and once more before the gateway stops. */
  runOnce(): Promise<void>
  stop(): Promise<void>
}

type Log = {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

/** A clock that was set back for a while must not cost anybody his session. */
const keepSessionsMs = 3_600_000
const dayMs = 86_400_000
const keepDeliveriesMs = { delivered: 30 * dayMs, dead: 180 * dayMs }
const keepRefusedCallsMs = 30 * dayMs
const pruneEveryMs = 3_600_000
const dailyLinesEveryMs = 60_000
const tickMs = 1000

/** What the gateway does unasked: timers of waiting orders, last uses, what is old. */
export function startHousekeeping(ctx: Context, log: Log): Housekeeping {
  const uses = new Map<string, { accountId: number; id: number; at: number }>()
  let prunedAt = ctx.now()
  let daysToldAt = Number.NEGATIVE_INFINITY
  let running: Promise<void> | undefined

  const tick = async (): Promise<void> => {
    await cancelExpired(ctx, log)
    const noted = [...uses.values()]
    uses.clear()
    await ctx.database.inTime(() => noteLastUse(ctx.database.db, noted))
    await tellDays()
    if (ctx.now() - prunedAt < pruneEveryMs) return
    prunedAt = ctx.now()
    await prune(ctx)
  }
  const tellDays = async (): Promise<void> => {
    if (Math.abs(ctx.now() - daysToldAt) < dailyLinesEveryMs) return
    const now = ctx.now()
    const hasMore = await writeDailyLines(ctx, log)
    daysToldAt = hasMore ? Number.NEGATIVE_INFINITY : now
  }
  const runOnce = (): Promise<void> => {
    running ??= tick()
      .catch((error: unknown) => log.warn(loggable(error), 'housekeeping failed; it tries again'))
      .finally(() => {
        running = undefined
      })
    return running
  }
  const timer = setInterval(() => void runOnce(), tickMs)
  timer.unref()
  return {
    noteUse: (accountId, id) => {
      uses.set(`${accountId}/${id}`, { accountId, id, at: ctx.now() })
    },
    runOnce,
    async stop() {
      clearInterval(timer)
      await running
      await runOnce()
    },
  }
}

/**
 * Cancels orders that still wait at their time. Every gateway looks, and the rules see to it
 * that only the first finds something to do.
 */
async function cancelExpired(ctx: Context, log: Log): Promise<void> {
  const { sql, inTime } = ctx.database
  const due = await inTime(() => readDueTimers(sql, ctx.now(), 500))
  const author = { via: 'timer', credentialId: null }
  await Promise.all(
    due.map(async ({ accountId, number }) => {
      const command = { number, command: { kind: 'expire' as const }, author, dropsTimer: true }
      try {
        await ctx.committer.change(accountId, command)
      } catch (error) {
        // Deleted orders answer so; their timer goes all the same.
        if (isFailure(error, 'order-not-found')) return
        // One order that cannot be cancelled must not hold up the rest of the housekeeping.
        log.warn(
          { ...loggable(error), number },
          'a timer could not be carried out; it is tried again',
        )
      }
    }),
  )
}

function deliveriesBefore(now: number): { delivered: number; dead: number } {
  return { delivered: now - keepDeliveriesMs.delivered, dead: now - keepDeliveriesMs.dead }
}

async function prune(ctx: Context): Promise<void> {
  const { db, sql, inTime } = ctx.database
  const before = ctx.now() - longestDuplicateWindowMs
  for (const row of await inTime(() => listAccounts(db))) {
    const { id, settings } = toAccount(row)
    while ((await inTime(() => pruneFingerprints(sql, id, before))) > 0) {
      // Until nothing old is left.
    }
    while ((await inTime(() => pruneSessions(sql, id, ctx.now() - keepSessionsMs))) > 0) {
      // Likewise.
    }
    while ((await inTime(() => pruneReplays(sql, id, ctx.now() - settings.replayMemoryMs))) > 0) {
      // Likewise.
    }
    while ((await inTime(() => pruneDeliveries(sql, id, deliveriesBefore(ctx.now())))) > 0) {
      // Likewise.
    }
    while ((await inTime(() => pruneCallHours(sql, id, ctx.now() - keepHoursMs))) > 0) {
      // Likewise.
    }
    await pruneRefused(ctx, id, settings.keepBodiesMs)
  }
}

async function pruneRefused(
  { database, now }: Context,
  accountId: number,
  keepBodiesMs: number,
): Promise<void> {
  const { sql, inTime } = database
  const before = now() - keepRefusedCallsMs
  while ((await inTime(() => pruneRefusedCalls(sql, accountId, before))) > 0) {
    // Until nothing old is left.
  }
  while ((await inTime(() => forgetRequests(sql, accountId, now() - keepBodiesMs))) > 0) {
    // Likewise.
  }
}
