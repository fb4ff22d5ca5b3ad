import type { WantedLine } from '../../core/place-order.ts'
import { Failure } from '../../model/failure.ts'
import { type Money, parseMoney } from '../../model/money.ts'
import type { PlainValue } from '../../wire/tree.ts'
import type { Params } from './api-function.ts'

/** Lenient, as shops invent addresses such as `79001234567@from.form` (contract §11 #22). */
export function isEmail(email: string): boolean {
  return email.length <= 254 && /^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(email)
}

/**
 * One product of an order. A price of nothing or 0 means the catalogue's (contract §5.2). Throws
 * `invalid-input` for what is no price and `amount-too-large`.
 */
export function wantedLine(code: string, price: string): WantedLine {
  const sum = readPrice(price.trim())
  return { code, quantity: 1, ...(sum === 0n ? {} : { price: sum }) }
}

function readPrice(written: string): Money {
  if (written === '') return 0n
  const sum = parseMoney(written)
  if (sum !== undefined && sum >= 0n) return sum
  const tooLarge = sum === undefined && Number(written.replace(',', '.')) >= 1e11
  throw new Failure(tooLarge ? 'amount-too-large' : 'invalid-input', { field: 'good_sum' })
}

/** A host for the pay link, without scheme and final slash; undefined for none. */
export function readDomain(written: string): string | undefined {
  const domain = written
    .trim()
    .replace(/^https?:\/\//i, '')
    .replace(/\/+$/, '')
  if (domain === '') return undefined
  if (domain.length <= 253 && /^[^\s"'<>@?#\\]+$/.test(domain)) return domain
  throw new Failure('invalid-input', { field: 'bill_domain' })
}

/** Campaign words without their `utm_`; a partner's own keep `aff_`. */
export function campaignWords(sent: PlainValue | undefined): Record<string, string> {
  const words = entriesOf(sent).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '',
  )
  // Not by assignment: `__proto__` is a name like any other.
  return Object.fromEntries(words.map(([name, value]) => [name.replace(/^utm_/, ''), value]))
}

/** What no place of the book holds, under the names it was sent with: nothing sent is lost. */
export function otherFields(
  params: Params,
  placed: ReadonlySet<string>,
): Record<string, PlainValue> {
  const rest = Object.entries(params).filter(([name, value]) => !placed.has(name) && value !== '')
  return Object.fromEntries(rest)
}

export function entriesOf(value: PlainValue | undefined): [string, PlainValue][] {
  return typeof value === 'object' ? Object.entries(value) : []
}
