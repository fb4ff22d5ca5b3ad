import { Failure } from '../../model/failure.ts'
import { fromLocalTime, isRealDate, type LocalTime, toLocalTime } from '../../model/local-time.ts'
import type { Instant } from '../../model/order.ts'
import { firstInstant, lastInstant } from './fields.ts'

type Day = Pick<LocalTime, 'year' | 'month' | 'day'>

/** How far a list reaches back from its last day (contract §11 #13). */
const mostDays = 31

/**
 * The time between two days written `dd.mm.yyyy` on the account's own clock, the last one
 * included, cut to 31 days before the last. Without both: the current day; without the last: until
 * now. Throws `invalid-input` for what is no date.
 */
export function readDateRange(
  written: { readonly begin: string; readonly end: string },
  timezone: string,
  now: Instant,
): { from: Instant; to: Instant } {
  const today = toLocalTime(now, timezone)
  const begin = readDay(written.begin, 'begin_date')
  const end = readDay(written.end, 'end_date')
  const last = end ?? today
  const earliest = midnight(last, timezone, -mostDays)
  const wanted = begin ?? (end === undefined ? today : undefined)
  return withinCalendar({
    from: wanted === undefined ? earliest : Math.max(earliest, midnight(wanted, timezone)),
    to: end === undefined ? now : midnight(end, timezone, 1) - 1,
  })
}

/** Times that a database can hold: the days at the calendar's ends reach beyond it. */
function withinCalendar({ from, to }: { from: Instant; to: Instant }) {
  const bounded = (at: Instant) => Math.min(lastInstant, Math.max(firstInstant, at))
  return { from: bounded(from), to: bounded(to) }
}

function readDay(written: string, field: string): Day | undefined {
  if (written.trim() === '') return undefined
  const match = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(written.trim())
  const day = { day: Number(match?.[1]), month: Number(match?.[2]), year: Number(match?.[3]) }
  if (match === null || !isRealDate(day)) throw new Failure('invalid-input', { field })
  return day
}

function midnight(day: Day, timezone: string, daysLater = 0): Instant {
  const { year, month } = day
  const local = { year, month, day: day.day + daysLater, hour: 0, minute: 0, second: 0 }
  return fromLocalTime(local, timezone)
}
