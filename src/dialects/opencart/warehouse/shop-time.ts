import { toLocalTime } from '../../../model/local-time.ts'
import type { Instant } from '../../../model/order.ts'

/** `2026-03-09 10:15:00` on the shop's own clock (contract A.5). */
export function shopTime(at: Instant, timezone: string): string {
  const { year, month, day, hour, minute, second } = toLocalTime(at, timezone)
  const two = (part: number) => String(part).padStart(2, '0')
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`
  return `${date} ${two(hour)}:${two(minute)}:${two(second)}`
}
