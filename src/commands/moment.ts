import { fromLocalTime, isRealDate } from '../model/local-time.ts'
import type { Instant } from '../model/order.ts'
import { mistake } from './command-line.ts'
import { parseDuration } from './duration.ts'

const local = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2}))?)?$/

/**
 * A time as an operator writes it: `2026-03-01`, `2026-03-01 14:30` (in the account's zone),
 * ISO 8601 with a zone, or an age such as `7d`. A day alone means its beginning, or with
 * `edge` "to" its last millisecond.
 */
export function parseMoment(
  text: string,
  { timezone, now, edge }: { timezone: string; now: Instant; edge: 'from' | 'to' },
): Instant {
  const age = parseDuration(text)
  if (age !== undefined) return now - age
  const match = local.exec(text)
  if (match === null) return zoned(text)
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0))
  if (!isRealDate({ year, month, day }) || hour > 23 || minute > 59 || second > 59) {
    throw unreadable(text)
  }
  if (edge === 'to' && match[4] === undefined) {
    return fromLocalTime({ ...nextDay(year, month, day), hour, minute, second }, timezone) - 1
  }
  return fromLocalTime({ year, month, day, hour, minute, second }, timezone)
}

function nextDay(year: number, month: number, day: number) {
  const next = new Date(Date.UTC(year, month - 1, day + 1))
  return { year: next.getUTCFullYear(), month: next.getUTCMonth() + 1, day: next.getUTCDate() }
}

function zoned(text: string): Instant {
  const at = /^\d{4}-\d{2}-\d{2}T\S+(Z|[+-]\d{2}:?\d{2})$/.test(text)
    ? Date.parse(text)
    : Number.NaN
  if (Number.isNaN(at)) throw unreadable(text)
  return at
}

function unreadable(text: string): Error {
  return mistake(
    `"${text}" is no time; write 2026-03-01, "2026-03-01 14:30", an ISO time or an age as 7d`,
  )
}
