import { fromLocalTime, isRealDate } from '../model/local-time.ts'
import { type Money, parseMoney } from '../model/money.ts'
import type { Instant } from '../model/order.ts'
import { isRecord } from './import-rows.ts'

/** The members of one order as they are looked at: what is left over is kept as it came. */
export type Members = {
  /** What is wrong so far, each with what to write instead. */
  readonly problems: string[]
  /** The first of these members that says anything, trimmed; `''` where none does. */
  text(names: readonly string[], longest?: number): string
  /** The value itself; undefined where it says nothing. */
  value(names: readonly string[]): unknown
  /** Members that nobody has asked for, without those that say nothing. */
  rest(): Record<string, unknown>
}

/** What columns and members are called. The first name is the one that answers use. */
export type Names = readonly [string, ...string[]]

export function membersOf(row: Readonly<Record<string, unknown>>, problems: string[]): Members {
  const asked = new Set<string>()
  const value = (names: readonly string[]): unknown => {
    for (const name of names) asked.add(name)
    return names.map((name) => row[name]).find(says)
  }
  return {
    problems,
    value,
    text(names, longest = 1000) {
      const found = value(names)
      if (found === undefined) return ''
      const problem = textProblem(found, longest)
      if (problem === undefined) return String(found).trim()
      problems.push(`${names.find((name) => says(row[name]))} ${problem}`)
      return ''
    },
    rest: () => {
      const left = Object.entries(row).filter(([name, one]) => !asked.has(name) && says(one))
      refuseUnkeepable(left, problems)
      return Object.fromEntries(left)
    },
  }
}

/** Whether a member tells anything: answers fill what they do not know with these. */
export function says(given: unknown): boolean {
  if (given === undefined || given === null || given === '' || given === false) return false
  if (Array.isArray(given)) return given.some(says)
  if (isRecord(given)) return Object.values(given).some(says)
  return typeof given !== 'string' || given.trim() !== ''
}

const unkeepable = 'holds a character that no database keeps (NUL or half a pair); take it out'

function textProblem(given: unknown, longest: number): string | undefined {
  if (typeof given !== 'string' && typeof given !== 'number') return 'is no text'
  if (String(given).length > longest) return `is longer than ${longest} characters; shorten it`
  return hasUnkeepable(given) ? unkeepable : undefined
}

/** Names of members stand in the book as well as what they say. */
export function refuseUnkeepable(
  members: readonly (readonly [name: string, said: unknown])[],
  problems: string[],
): void {
  const [bad] = members.find((member) => hasUnkeepable(member)) ?? []
  if (bad !== undefined) problems.push(`${bad} ${unkeepable}`)
}

function hasUnkeepable(given: unknown): boolean {
  if (typeof given === 'string') return /[\0\p{Cs}]/u.test(given)
  if (Array.isArray(given)) return given.some(hasUnkeepable)
  return isRecord(given) && Object.entries(given).flat().some(hasUnkeepable)
}

/**
 * An amount that is not below zero; blanks between thousands count for nothing. Three digits behind
 * a comma may be thousands or decimals: nobody guesses.
 */
export function readAmount(members: Members, names: Names): Money | undefined {
  const text = members.text(names).replace(/[\s\u00a0\u202f]/g, '')
  if (text === '') return undefined
  const amount = /^[1-9]\d{0,2},\d{3}$/.test(text) ? undefined : parseMoney(text)
  if (amount !== undefined && amount >= 0n) return amount
  members.problems.push(`${names[0]} "${text}" is no amount; write it as 1500.00`)
  return undefined
}

export function readWhole(members: Members, names: Names, most: number): number | undefined {
  const text = members.text(names)
  if (text === '') return undefined
  if (/^\d{1,10}$/.test(text) && Number(text) >= 1 && Number(text) <= most) return Number(text)
  members.problems.push(`${names[0]} "${text}" is no whole number from 1 to ${most}`)
  return undefined
}

/**
 * Unix seconds; `30.01.2020 04:22:16`, `2020-01-30 04:22` or a day alone on the account's clock; or
 * ISO 8601 with its zone. Nothing and 0 are no time.
 */
export function readTime(members: Members, names: Names, timezone: string): Instant | undefined {
  const text = members.text(names)
  if (text === '' || /^0+(\.0+)?$/.test(text) || /^0000-00-00/.test(text)) return undefined
  const at = timeOf(text, timezone)
  if (at !== undefined && at > earliest && at < latest) return at
  members.problems.push(`${names[0]} "${text}" ${timeHint(text)}`)
  return undefined
}

const [earliest, latest] = [Date.UTC(1970, 0, 2), Date.UTC(2100, 0, 1)]

function timeHint(text: string): string {
  if (/^\d{12,14}$/.test(text)) return 'is in milliseconds; write seconds since 1970'
  return 'is no time; write seconds since 1970, 2020-01-30 04:22:16 or 30.01.2020 04:22'
}

const clock = '(?:[ T]+(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:\\.\\d+)?)?)?'
const dayFirst = new RegExp(`^(\\d{1,2})\\.(\\d{1,2})\\.(\\d{4})${clock}$`)
const yearFirst = new RegExp(`^(\\d{4})-(\\d{1,2})-(\\d{1,2})${clock}$`)

function timeOf(text: string, timezone: string): Instant | undefined {
  if (/^\d{1,11}$/.test(text)) return Number(text) * 1000
  if (/^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:?\d{2})$/.test(text)) {
    const at = Date.parse(text)
    return Number.isNaN(at) ? undefined : at
  }
  const [, day, month, year, ...later] = dayFirst.exec(text) ?? []
  if (day !== undefined) return localTime([year, month, day, ...later], timezone)
  const [whole, ...parts] = yearFirst.exec(text) ?? []
  return whole === undefined ? undefined : localTime(parts, timezone)
}

function localTime(parts: readonly (string | undefined)[], timezone: string): Instant | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map((part) =>
    Number(part ?? 0),
  )
  if (!isRealDate({ year, month, day }) || hour > 23 || minute > 59 || second > 59) return undefined
  return fromLocalTime({ year, month, day, hour, minute, second }, timezone)
}
