import type { Instant } from './order.ts'

export type LocalTime = {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
}

const formats = new Map<string, Intl.DateTimeFormat>()

function formatFor(timezone: string): Intl.DateTimeFormat {
  let format = formats.get(timezone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    formats.set(timezone, format)
  }
  return format
}

/** What a clock on the wall of `timezone` (IANA name) shows. */
export function toLocalTime(at: Instant, timezone: string): LocalTime {
  const parts = new Map(
    formatFor(timezone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0
  return {
    year: part('year'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
    second: part('second'),
  }
}

/**
 * The instant at which a clock in `timezone` shows `local`. A time that the clock skips counts
 * as if it had not been put forward; one that it shows twice is the earlier.
 */
export function fromLocalTime(local: LocalTime, timezone: string): Instant {
  const wanted = asUtc(local)
  const offsets = [wanted - 86_400_000, wanted + 86_400_000].map(
    (near) => asUtc(toLocalTime(near, timezone)) - near,
  )
  const candidates = offsets.map((offset) => wanted - offset).sort((a, b) => a - b)
  return (
    candidates.find((at) => asUtc(toLocalTime(at, timezone)) === wanted) ??
    candidates.at(-1) ??
    wanted
  )
}

function asUtc({ year, month, day, hour, minute, second }: LocalTime): number {
  // Not Date.UTC alone: it takes the years 0 to 99 for 1900 to 1999.
  const at = new Date(Date.UTC(2000, 0, 1, hour, minute, second))
  return at.setUTCFullYear(year, month - 1, day)
}

/** False for the 31st of April and its like. */
export function isRealDate({ year, month, day }: Pick<LocalTime, 'year' | 'month' | 'day'>) {
  const date = new Date(asUtc({ year, month, day, hour: 0, minute: 0, second: 0 }))
  return (
    year >= 1 &&
    year <= 9999 &&
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day
  )
}
