import { Failure } from '../../model/failure.ts'
import { fromLocalTime, isRealDate, type LocalTime } from '../../model/local-time.ts'
import type { Instant } from '../../model/order.ts'
import { firstInstant, lastInstant } from './fields.ts'

const time = '(?:[ T]+(\\d{1,2}):(\\d{2})(?::(\\d{2}))?)?'
const dayFirst = new RegExp(`^(\\d{1,2})\\.(\\d{1,2})\\.(\\d{4})${time}$`)
const yearFirst = new RegExp(`^(\\d{4})-(\\d{1,2})-(\\d{1,2})${time}$`)

/**
 * `30.01.2020 04:22:16` or `2019-07-30 04:22:16` on the account's own clock (contract §8);
 * undefined for nothing. Throws `invalid-input`.
 */
export function readLocalTime(
  written: string,
  field: string,
  timezone: string,
): Instant | undefined {
  if (written.trim() === '') return undefined
  const local = readDayFirst(written.trim()) ?? readYearFirst(written.trim())
  if (local === undefined || !isRealDate(local) || local.hour > 23 || local.minute > 59) {
    throw new Failure('invalid-input', { field })
  }
  const at = fromLocalTime(local, timezone)
  if (local.second > 59 || at < firstInstant || at > lastInstant) {
    throw new Failure('invalid-input', { field })
  }
  return at
}

function readDayFirst(written: string): LocalTime | undefined {
  const [, day, month, year, ...clock] = dayFirst.exec(written) ?? []
  return day === undefined ? undefined : local([year, month, day], clock)
}

function readYearFirst(written: string): LocalTime | undefined {
  const [, year, month, day, ...clock] = yearFirst.exec(written) ?? []
  return year === undefined ? undefined : local([year, month, day], clock)
}

function local(date: (string | undefined)[], clock: (string | undefined)[]): LocalTime {
  const [year = 0, month = 0, day = 0] = date.map(Number)
  const [hour = 0, minute = 0, second = 0] = clock.map((part) => Number(part ?? 0))
  return { year, month, day, hour, minute, second }
}
