import { fromLocalTime, isRealDate, type LocalTime, toLocalTime } from '../../model/local-time.ts'
import type { Instant } from '../../model/order.ts'

const two = (count: number): string => String(count).padStart(2, '0')

/** `2026-11-21 21:12:43`, as a clock in the account's time zone shows it. */
export function clockText(at: Instant, timezone: string): string {
  const { year, month, day, hour, minute, second } = toLocalTime(at, timezone)
  const date = [String(year).padStart(4, '0'), two(month), two(day)].join('-')
  return `${date} ${[hour, minute, second].map(two).join(':')}`
}

const written = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/

export type TimeSpan = { readonly from: Instant; readonly to: Instant; readonly isDay: boolean }

/**
 * The first and last millisecond of what `2026-11-21`, with or without a time of day, means on the
 * account's clock; undefined for what is no date.
 */
export function spanOf(text: string, timezone: string): TimeSpan | undefined {
  const match = written.exec(text.trim())
  if (match === null) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0))
  if (!isRealDate({ year, month, day }) || hour > 23 || minute > 59 || second > 59) return undefined
  const local: LocalTime = { year, month, day, hour, minute, second }
  const from = fromLocalTime(local, timezone)
  const isDay = match[4] === undefined
  const to = isDay ? fromLocalTime({ ...local, day: day + 1 }, timezone) - 1 : from + 999
  return { from, to, isDay }
}
