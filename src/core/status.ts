import type { Account } from '../model/account.ts'
import { isFailure } from '../model/failure.ts'
import type { Instant } from '../model/order.ts'
import { findSilence, type Silence, usualMs } from '../model/silence.ts'
import { readActiveHours, readStreaks, type Streak } from '../store/call-counts.ts'
import { isOutage } from '../store/errors.ts'
import { Unopenable, WrongKey } from '../store/secrets.ts'
import {
  readCallers,
  readClock,
  readSwitchedOff,
  readWaiting,
  type SwitchedOff,
  type Waiting,
} from '../store/status-reads.ts'
import type { Context } from './context.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** So many refusals in a row are no accident, while the last of them is this young. */
const refusedInRow = 20
const refusedWithinMs = dayMs

/** What was given up before that has been seen, or nobody wants it. */
export const deadWithinMs = 7 * dayMs
const lateAfterMs = hourMs

const deadlineMs = 15_000

export type SilentCredential = Silence & { readonly id: number; readonly dialect: string }

export type Troubles = {
  readonly silent: readonly SilentCredential[]
  readonly streaks: readonly Streak[]
  readonly waiting: Waiting
  readonly switchedOff: readonly SwitchedOff[]
}

/** What of an account a person should know of. Throws what the database throws, and `busy`. */
export async function troublesOf(ctx: Context, account: Account): Promise<Troubles> {
  const { sql, inTime } = ctx.database
  const now = ctx.now()
  const recent = { atLeast: refusedInRow, changedAfter: now - refusedWithinMs }
  const times = { deadAfter: now - deadWithinMs, madeBefore: now - lateAfterMs }
  return {
    silent: await findSilent(ctx, account, now),
    streaks: await inTime(() => readStreaks(sql, account.id, recent)),
    waiting: await inTime(() => readWaiting(sql, account.id, times), { deadlineMs }),
    switchedOff: await inTime(() => readSwitchedOff(sql, account.id)),
  }
}

async function findSilent(
  { database: { sql, inTime } }: Context,
  { id: accountId }: Account,
  now: Instant,
): Promise<SilentCredential[]> {
  const callers = await inTime(() => readCallers(sql, accountId, now))
  const active = await inTime(() => readActiveHours(sql, accountId, now - usualMs))
  return callers.flatMap(({ id, dialect, lastUsedAt }) => {
    const hours = active.filter((one) => one.credentialId === id).map(({ hour }) => hour)
    const silence = findSilence(hours, now, lastUsedAt ?? 0)
    return silence === undefined ? [] : [{ id, dialect, ...silence }]
  })
}

/** How far the database's clock is ahead of ours, in milliseconds; what may be the way is left out. */
export async function clockAheadMs({ database, now }: Context): Promise<number> {
  const askedAt = now()
  const shown = await database.inTime(() => readClock(database))
  const answeredAt = now()
  if (shown > answeredAt) return shown - answeredAt
  return shown < askedAt ? shown - askedAt : 0
}

/** Which of both keeps the book from being opened or read; undefined: something else is wrong. */
export function bookTrouble(error: unknown): 'key' | 'database' | undefined {
  if (error instanceof WrongKey || error instanceof Unopenable) return 'key'
  return isOutage(error) || isFailure(error, 'busy') ? 'database' : undefined
}
