import { isRefusal, outcomeKind } from '../model/call-outcome.ts'
import { isFailure } from '../model/failure.ts'
import type { Instant } from '../model/order.ts'
import { addCallCounts, type HourCount, type StreakChange } from '../store/call-counts.ts'
import { isOutage } from '../store/errors.ts'
import type { CallRecord, RecordLog } from './call-records.ts'
import type { Context } from './context.ts'
import { loggable } from './loggable.ts'
import type { SeenCall } from './seen-call.ts'

export const hourMs = 3_600_000

/** For how long hours are kept: the four weeks that tell what is usual, and a week to look back. */
export const keepHoursMs = 35 * 24 * hourMs

const writeEveryMs = 5000

/** Nobody waits for it, and a write that is only slow should not be taken for one that failed. */
const writeDeadlineMs = 10_000

/** Rows that wait to be written; a database that is away for a day must not fill the memory. */
const mostRows = 20_000

type Count = { -readonly [Key in keyof HourCount]: HourCount[Key] }
type Streak = { -readonly [Key in keyof StreakChange]: StreakChange[Key] }
type Counts = { readonly hours: Map<string, Count>; readonly streaks: Map<string, Streak> }

/**
 * Counts calls by hour and refusals in a row, and writes both down every few seconds. What a crash
 * takes along, or a write whose answer is lost, is a few seconds' calls.
 */
export function startCallCounts(
  ctx: Context,
  log: RecordLog,
  { deadlineMs } = { deadlineMs: writeDeadlineMs },
): CallRecord {
  let counts = nothing()
  let running: Promise<void> | undefined
  let failing = false

  const write = async (): Promise<void> => {
    const { hours, streaks } = counts
    if (hours.size === 0 && streaks.size === 0) return
    counts = nothing()
    const { sql, inTime } = ctx.database
    try {
      await inTime(() => addCallCounts(sql, [...hours.values()], [...streaks.values()]), {
        deadlineMs,
        unanswered: 'outcome-unknown',
      })
      failing = false
    } catch (error) {
      if (!failing) log.warn(loggable(error), 'calls could not be counted')
      failing = true
      // Whatever may have been written is not written again.
      if (!isFailure(error, 'busy') && !isOutage(error)) return
      const since = counts
      counts = { hours, streaks }
      for (const count of since.hours.values()) addHour(counts, count)
      for (const streak of since.streaks.values()) addStreak(counts, streak)
    }
  }
  const runOnce = (): Promise<void> => {
    running ??= write().finally(() => {
      running = undefined
    })
    return running
  }
  const timer = setInterval(() => void runOnce(), writeEveryMs)
  timer.unref()
  return {
    note: (call) => noteCall(counts, call),
    runOnce,
    async stop() {
      clearInterval(timer)
      await running
      await runOnce()
    },
  }
}

function nothing(): Counts {
  return { hours: new Map(), streaks: new Map() }
}

function noteCall(counts: Counts, call: SeenCall): void {
  const isOk = outcomeKind(call.outcome) === 'ok'
  if (!isOk && !isRefusal(call.outcome)) return
  const { account, dialect, credentialId = 0, at } = call
  const [accepted, refused] = isOk ? [1, 0] : [0, 1]
  const hour = at - (at % hourMs)
  addHour(counts, { accountId: account.id, dialect, credentialId, hour, accepted, refused })
  const since: Instant | null = isOk ? null : at
  addStreak(counts, { accountId: account.id, dialect, afresh: isOk, refused, since, at })
}

function addHour({ hours }: Counts, count: Count): void {
  const key = `${count.accountId} ${count.dialect} ${count.credentialId} ${count.hour}`
  const known = hours.get(key)
  if (known !== undefined) {
    known.accepted += count.accepted
    known.refused += count.refused
  } else if (hours.size < mostRows) {
    hours.set(key, count)
  }
}

/** `streak` is what came after all that is known. */
function addStreak({ streaks }: Counts, streak: Streak): void {
  const key = `${streak.accountId} ${streak.dialect}`
  const known = streaks.get(key)
  if (known === undefined) {
    if (streaks.size < mostRows) streaks.set(key, streak)
    return
  }
  known.refused = streak.afresh ? streak.refused : known.refused + streak.refused
  known.since = streak.afresh ? streak.since : (known.since ?? streak.since)
  known.afresh ||= streak.afresh
  known.at = streak.at
}
