import { textToBinary, toBinary } from './binary.ts'
import { encodeForm } from './percent.ts'
import type { PhpArray, PhpValue } from './php-array.ts'
import { phpFloat } from './php-number.ts'

/** `rfc1738` is PHP's default (space as `+`); `rfc3986` writes `%20` and leaves `~` bare. */
export type QueryStyle = 'rfc1738' | 'rfc3986'

export type QueryValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | Uint8Array
  | readonly QueryValue[]
  | ReadonlyMap<string, QueryValue>
  | { readonly [name: string]: QueryValue }

export type QueryParams = ReadonlyMap<string, QueryValue> | { readonly [name: string]: QueryValue }

/** PHP's `http_build_query` of a tree (contract §2.1). The answer is ASCII. */
export function httpBuildQuery(tree: PhpArray, style: QueryStyle = 'rfc1738'): string {
  const pairs: string[] = []
  for (const [key, value] of tree) addPairs(pairs, encodeForm(key), value)
  const query = pairs.join('&')
  return style === 'rfc1738' ? query : toRfc3986(query)
}

/** A query of `httpBuildQuery` in the other style, `rfc3986`. */
export function toRfc3986(query: string): string {
  // Both spellings stand for one byte each and come from nothing else: a `%` is always `%25`.
  return query.replaceAll('+', '%20').replaceAll('%7E', '~')
}

function addPairs(pairs: string[], name: string, value: PhpValue) {
  if (typeof value === 'string') {
    pairs.push(`${name}=${encodeForm(value)}`)
    return
  }
  for (const [key, inner] of value) addPairs(pairs, `${name}%5B${encodeForm(key)}%5D`, inner)
}

/**
 * PHP's `http_build_query` of a JavaScript value: true is 1, false 0, null and undefined are
 * dropped, texts become UTF-8, bytes stay. A number without a fraction is a PHP int, any other a
 * PHP float; for a float such as 1e15 pass `phpFloat(1e15)`. A JavaScript object moves number-like
 * names to the front: pass a Map where their order counts. Cyclic values are not supported.
 */
export function buildQuery(params: QueryParams, style: QueryStyle = 'rfc1738'): string {
  return httpBuildQuery(toPhpArray(params), style)
}

/** The same value as a tree, as PHP would hold it; see `buildQuery`. */
export function toPhpArray(value: QueryParams | readonly QueryValue[]): PhpArray {
  const tree: PhpArray = new Map()
  const entries: Iterable<[string | number, QueryValue]> =
    value instanceof Map || isList(value) ? value.entries() : Object.entries(value)
  for (const [key, inner] of entries) {
    const converted = toPhpValue(inner)
    if (converted !== undefined) tree.set(textToBinary(String(key)), converted)
  }
  return tree
}

function toPhpValue(value: QueryValue): PhpValue | undefined {
  if (value === null || value === undefined) return undefined
  if (typeof value === 'string') return textToBinary(value)
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return numberText(value)
  return value instanceof Uint8Array ? toBinary(value) : toPhpArray(value)
}

function numberText(value: number): string {
  return Number.isSafeInteger(value) ? String(value) : phpFloat(value)
}

function isList(value: unknown): value is readonly QueryValue[] {
  return Array.isArray(value)
}
