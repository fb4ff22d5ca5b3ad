import type { Instant } from './order.ts'

const hourMs = 3_600_000
const weekMs = 7 * 24 * hourMs

/** What is looked at to learn what is usual. */
export const usualMs = 28 * 24 * hourMs

/** With fewer hours in which it called, nothing is known of a client's habits. */
const fewestHours = 10

/** No client is missed sooner. */
const shortestMs = 3 * hourMs

/** How many times its usual longest pause a client may be silent. */
const patience = 2

/** In each of the last weeks it called in so many hours of the stretch in which it is silent now. */
const hoursMissed = 5
const weeksBack = [1, 2, 3]

export type Silence = {
  readonly lastAt: Instant
  /** Its longest pause, but for the one that was longer still. */
  readonly usualMs: number
  /** `pause`: far longer than it ever was; `week`: at this time of the week it has always called. */
  readonly why: 'pause' | 'week'
}

/**
 * Whether a client has stopped calling; undefined: no, or nobody can say. `hours`: when each hour
 * began in which it called, of the last 28 days, ascending. `lastAt`: its last call, if known.
 *
 * A poller is missed by its pauses, which are all short. A shop that sleeps at night and over the
 * weekend has long ones, so it is also held against the same stretch of the three weeks before.
 */
export function findSilence(
  hours: readonly Instant[],
  now: Instant,
  lastAt: Instant = 0,
): Silence | undefined {
  const lastHour = hours.at(-1)
  if (lastHour === undefined || hours.length < fewestHours) return undefined
  const last = Math.min(now, Math.max(lastHour, lastAt))
  if (now - last <= shortestMs) return undefined
  const usual = longestUsual(hours)
  const silence = { lastAt: last, usualMs: usual }
  if (now - last > patience * usual) return { ...silence, why: 'pause' }
  const calledEachWeek = weeksBack.every((week) => {
    const from = last + hourMs - week * weekMs
    const to = now - week * weekMs
    return countWithin(hours, from, to) >= hoursMissed
  })
  return calledEachWeek ? { ...silence, why: 'week' } : undefined
}

/** The longest time from one active hour to the next; a single longer one was an accident. */
function longestUsual(hours: readonly Instant[]): number {
  const gaps = hours.slice(1).map((hour, at) => hour - (hours[at] ?? hour))
  const [longest = 0, next = longest] = gaps.sort((a, b) => b - a)
  return next
}

/** Whole hours inside a stretch. */
function countWithin(hours: readonly Instant[], from: Instant, to: Instant): number {
  return hours.filter((hour) => hour >= from && hour + hourMs <= to).length
}
