import { type Money, parseMoney } from '../../../model/money.ts'

const lowest = -2_147_483_648
const highest = 2_147_483_647
const longestNumber = 40
const numeric = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i
const unstorable = /\0|\p{Surrogate}/u
const quotedLength = 60

/** A quantity in pieces from a JSON number or a numeric text, rounded half away from zero. */
export function quantityOf(value: unknown): number | undefined {
  const text = decimalText(value)
  if (text === undefined) return undefined
  const number = Number(text)
  const size = Math.round(Math.abs(number))
  const quantity = number < 0 && size > 0 ? -size : size
  return quantity >= lowest && quantity <= highest ? quantity : undefined
}

/** A price from a JSON number or a numeric text; undefined also where it is negative. */
export function priceOf(value: unknown): Money | undefined {
  const price = parseMoney(decimalText(value) ?? '')
  return price === undefined || price < 0n ? undefined : price
}

/** A whole number of 0 to 2147483647, as a JSON number or digits. */
export function idOf(value: unknown): number | undefined {
  const isDigits = typeof value === 'string' && /^\d{1,10}$/.test(value.trim())
  const id = isDigits ? Number(value) : value
  return typeof id === 'number' && Number.isInteger(id) && id >= 0 && id <= highest ? id : undefined
}

/**
 * A trimmed text; a number that JSON holds exactly counts as its digits. Undefined for anything
 * else, and for a text that no database can hold.
 */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return isExact(value) ? String(value) : undefined
  if (typeof value !== 'string' || unstorable.test(value)) return undefined
  return value.trim()
}

/**
 * A product's name. What `getnames` shows of a quotation mark is one again, so that a name which is
 * read and sent back stays what it was.
 */
export function nameOf(value: unknown): string | undefined {
  return textOf(value)?.replaceAll('&quot;', '"')
}

/** A caller's value for a sentence: short, on one line. */
export function quoted(value: unknown): string {
  if (typeof value === 'object' && value !== null)
    return Array.isArray(value) ? 'a list' : 'an object'
  if (typeof value !== 'string') return String(value)
  const points = [...value.slice(0, 2 * quotedLength)]
  const shown = points.slice(0, quotedLength).join('')
  const ellipsis = shown.length < value.length ? '…' : ''
  return `"${shown.replace(/[\p{Cc}\p{Surrogate}]/gu, ' ')}${ellipsis}"`
}

/** Plain decimal text, a comma read as the point. */
function decimalText(value: unknown): string | undefined {
  if (typeof value === 'number') return plainDecimal(value)
  if (typeof value !== 'string' || value.length > longestNumber) return undefined
  const text = value.trim().replace(',', '.')
  if (!numeric.test(text)) return undefined
  return /e/i.test(text) ? plainDecimal(Number(text)) : text
}

// JavaScript writes an exponent below a millionth, which is no amount, and from 10^21 on, which is
// beyond every limit.
function plainDecimal(number: number): string | undefined {
  if (!Number.isFinite(number) || Math.abs(number) >= 1e21) return undefined
  return Math.abs(number) < 1e-6 ? '0' : String(number)
}

function isExact(number: number): boolean {
  return Number.isFinite(number) && Math.abs(number) <= Number.MAX_SAFE_INTEGER
}
