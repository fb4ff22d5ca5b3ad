import type { Instant } from './order.ts'

/** ISO 8601, UTC; null stays. */
export function isoTime(at: Instant | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}
