import type { DownloadFilter } from '../../core/download-orders.ts'
import type { Account } from '../../model/account.ts'
import { fromLocalTime, isRealDate } from '../../model/local-time.ts'
import { highestOrderNumber, type Instant } from '../../model/order.ts'
import { type Parameters, textOf } from './parameters.ts'

/** `none`: the bounds exclude each other; `problem`: what is wrong, for the client (code 3). */
export type FilterReading =
  | { readonly kind: 'filter'; readonly filter: Omit<DownloadFilter, 'by'> }
  | { readonly kind: 'none' }
  | { readonly kind: 'problem'; readonly problem: string }

/** Dates beyond are as good as these, and no database minds them. */
const [earliest, latest] = [0, Date.UTC(3000, 0, 1)]

class Problem extends Error {}

/**
 * Which orders a call asks for: numbers and days of the account's clock, both ends included, each
 * end optional, both families at once (contract §5).
 */
export function readFilter(parameters: Parameters, { settings }: Pick<Account, 'settings'>) {
  try {
    const zone = settings.timezone
    const from = numberIn(parameters, 'startorder')
    const end = numberIn(parameters, 'endorder')
    const to = end === undefined ? undefined : Math.min(end, highestOrderNumber)
    const most = numberIn(parameters, 'maxorder')
    const createdFrom = dayIn(parameters, 'startdate', zone)?.first
    const createdTo = dayIn(parameters, 'enddate', zone)?.last
    if (most !== undefined && most < 1) throw new Problem('maxorder is less than 1')
    const isEmpty =
      isReversed(from, to) || isReversed(createdFrom, createdTo) || (from ?? 0) > highestOrderNumber
    if (isEmpty) return { kind: 'none' } satisfies FilterReading
    const filter = defined({ from, to, createdFrom, createdTo, most })
    return { kind: 'filter', filter } satisfies FilterReading
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { kind: 'problem', problem: error.message } satisfies FilterReading
  }
}

function isReversed(first: number | undefined, last: number | undefined): boolean {
  return first !== undefined && last !== undefined && first > last
}

function numberIn(parameters: Parameters, name: string): number | undefined {
  const text = textOf(parameters, name)
  if (text === undefined) return undefined
  if (!/^[+-]?\d+$/.test(text)) throw new Problem(`${name} is no whole number`)
  // What lies beyond the numbers that there are says no more than their ends, and databases mind it.
  return Math.max(0, Math.min(Number(text), highestOrderNumber + 1))
}

/** The first and the last instant of a day `mm/dd/yyyy`, padded or not. */
function dayIn(
  parameters: Parameters,
  name: string,
  zone: string,
): { readonly first: Instant; readonly last: Instant } | undefined {
  const text = textOf(parameters, name)
  if (text === undefined) return undefined
  const [, month, day, year] = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text)?.map(Number) ?? []
  if (month === undefined || day === undefined || year === undefined) {
    throw new Problem(`${name} is not written mm/dd/yyyy`)
  }
  if (!isRealDate({ year, month, day })) throw new Problem(`${name} is a day that there is not`)
  const midnight = { year, month, day, hour: 0, minute: 0, second: 0 }
  const next = new Date(Date.UTC(2000, 0, 1))
  next.setUTCFullYear(year, month - 1, day + 1)
  const following = {
    ...midnight,
    year: next.getUTCFullYear(),
    month: next.getUTCMonth() + 1,
    day: next.getUTCDate(),
  }
  return {
    first: within(fromLocalTime(midnight, zone)),
    last: within(fromLocalTime(following, zone) - 1),
  }
}

function within(at: Instant): Instant {
  return Math.max(earliest, Math.min(at, latest))
}

/** Without the members that are undefined. */
function defined(
  filter: {
    readonly [Name in keyof Omit<DownloadFilter, 'by'>]: DownloadFilter[Name] | undefined
  },
): Omit<DownloadFilter, 'by'> {
  const entries = Object.entries(filter).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries)
}
