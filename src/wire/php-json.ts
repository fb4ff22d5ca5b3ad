import { isPlainObject } from './plain-object.ts'

const NEEDS_ESCAPE = /[^ !#-.0-[\]-~]/
const NON_ASCII = /[\u0080-\uffff]/g

/**
 * JSON as PHP's `json_encode` writes it unless told otherwise: `\/`, `\uXXXX` for all that is not
 * ASCII, an empty object as `[]`. Names keep their order, but an object has number-like ones first,
 * as JavaScript does: pass a Map, which is an object in its own order, where that counts. Members
 * that are undefined are left out; in a list they are null. Half a surrogate pair becomes U+FFFD.
 * Throws a TypeError for what JSON has no form for: bigint, NaN, functions, dates and the like.
 */
export function phpJson(value: unknown): string {
  if (typeof value === 'string') return quote(value)
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(phpJson).join(',')}]`
  if (value instanceof Map) return object(value)
  // Anything with a class of its own would lose what it is, as a date does.
  if (isPlainObject(value)) return object(Object.entries(value))
  throw new TypeError(`JSON has no form for a ${typeof value} such as this`)
}

function object(entries: Iterable<[unknown, unknown]>): string {
  const members: string[] = []
  for (const [name, value] of entries) {
    if (value !== undefined) members.push(`${quote(String(name))}:${phpJson(value)}`)
  }
  return members.length === 0 ? '[]' : `{${members.join(',')}}`
}

function quote(text: string): string {
  if (!NEEDS_ESCAPE.test(text)) return `"${text}"`
  const whole = text.replace(/\p{Surrogate}/gu, '\ufffd')
  return JSON.stringify(whole).replaceAll('/', '\\/').replace(NON_ASCII, escapeUnit)
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
