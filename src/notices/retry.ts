import type { Instant } from '../model/order.ts'

const secondMs = 1000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs

/** What lies between one try and the next: ten tries over 72 hours. */
export const retryDelaysMs: readonly number[] = [
  5 * secondMs,
  minuteMs,
  5 * minuteMs,
  20 * minuteMs,
  hourMs,
  4 * hourMs,
  10 * hourMs,
  20 * hourMs,
  36 * hourMs + 34 * minuteMs,
]

/** Longer than this nobody can ask us to wait. */
const longestWaitMs = 24 * hourMs
const longestPauseMs = 5 * minuteMs

/** How a try ended. */
export type TryEnd = {
  /** Of the answer; null where there was none. */
  readonly status: number | null
  /** Of this delivery, this one counted. */
  readonly tries: number
  /** The header as it came; null where there was none. */
  readonly retryAfter: string | null
  /** Of the endpoint in a row, before this try. */
  readonly failures: number
  readonly now: Instant
  /** From 0 to 1: spreads tries that would meet. */
  readonly random: number
}

/** What becomes of the delivery and of its endpoint. */
export type Verdict = {
  readonly becomes: 'delivered' | 'waiting' | 'dead'
  /** Of one that waits: when it is tried next. */
  readonly dueAt: Instant
  /** Until then the endpoint is sent nothing. */
  readonly pausedUntil: Instant | null
  /** For the operator; null: it stays as it is. */
  readonly disabledWhy: string | null
}

/** Decides after a try, good or bad. `delaysMs`: one less than there are tries. */
export function judge(end: TryEnd, delaysMs: readonly number[] = retryDelaysMs): Verdict {
  const { status, tries, now, random } = end
  const nothingMore = { dueAt: now, pausedUntil: null, disabledWhy: null }
  if (isGood(status)) return { ...nothingMore, becomes: 'delivered' }
  if (status === 410) {
    return { ...nothingMore, becomes: 'dead', disabledWhy: 'it answered 410 Gone' }
  }
  const askedMs = readRetryAfter(end.retryAfter, now)
  const pausedUntil = isOverloaded(status) ? now + pauseMs(askedMs, end.failures) : null
  const delayMs = delaysMs[tries - 1]
  if (delayMs === undefined) return { ...nothingMore, becomes: 'dead', pausedUntil }
  const waitMs = Math.max(Math.round(delayMs * (0.9 + 0.2 * random)), askedMs ?? 0)
  return { ...nothingMore, becomes: 'waiting', dueAt: now + waitMs, pausedUntil }
}

/** Any 2xx; a redirect is none, since it is not followed. */
export function isGood(status: number | null): boolean {
  return status !== null && status >= 200 && status < 300
}

/** The endpoint says that it has too much, or what stands before it does. */
function isOverloaded(status: number | null): boolean {
  return status === 429 || status === 502 || status === 503 || status === 504
}

function pauseMs(askedMs: number | undefined, failures: number): number {
  if (askedMs !== undefined) return Math.max(secondMs, askedMs)
  return Math.min(longestPauseMs, secondMs * 2 ** failures)
}

/** Seconds, or the one form of date that servers may still send (RFC 9110 §10.2.3). */
function readRetryAfter(text: string | null, now: Instant): number | undefined {
  const trimmed = text?.trim() ?? ''
  if (/^\d+$/.test(trimmed)) return Math.min(longestWaitMs, Number(trimmed) * secondMs)
  if (!/^[a-z]{3}, \d\d [a-z]{3} \d{4} \d\d:\d\d:\d\d gmt$/i.test(trimmed)) return undefined
  const at = Date.parse(trimmed)
  return Number.isNaN(at) ? undefined : Math.min(longestWaitMs, Math.max(0, at - now))
}
