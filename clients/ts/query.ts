export type ParamValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | readonly ParamValue[]
  | ReadonlyMap<string, ParamValue>
  | { readonly [name: string]: ParamValue }

/** A JavaScript object moves number-like names to the front; take a Map where their order counts. */
export type Params = ReadonlyMap<string, ParamValue> | { readonly [name: string]: ParamValue }

const PHP_DIGITS = 14
const LONE_SURROGATE = /\p{Surrogate}/u

/**
 * PHP's `http_build_query`: true is 1, false 0; null, undefined and empty arrays are left out;
 * lists become `name[0]`. A number without a fraction is a PHP int, any other a PHP float, which
 * has 14 digits. Throws TypeError for what has no form there: NaN, infinities, functions, halves
 * of a surrogate pair.
 */
export function buildQuery(params: Params): string {
  const pairs: string[] = []
  for (const [name, value] of entriesOf(params)) addPairs(pairs, encode(name), value)
  return pairs.join('&')
}

function addPairs(pairs: string[], name: string, value: ParamValue) {
  if (value === null || value === undefined) return
  if (typeof value === 'object') {
    for (const [key, inner] of entriesOf(value)) {
      addPairs(pairs, `${name}%5B${encode(key)}%5D`, inner)
    }
    return
  }
  pairs.push(`${name}=${encode(scalarText(value))}`)
}

function entriesOf(value: Params | readonly ParamValue[]): [string, ParamValue][] {
  if (value instanceof Map) return [...value].map(([key, inner]) => [String(key), inner])
  if (isPlain(value)) return Object.entries(value)
  throw new TypeError('parameters are plain objects, lists and Maps')
}

function isPlain(value: object): value is { readonly [name: string]: ParamValue } {
  const prototype: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || prototype === null || prototype === Object.prototype
}

function scalarText(value: string | number | bigint | boolean): string {
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? String(value) : phpFloat(value)
  if (typeof value === 'string' || typeof value === 'bigint') return String(value)
  throw new TypeError(`a parameter cannot be a ${typeof value}`)
}

/** RFC 1738 as PHP writes it: bare are only letters, digits, `-`, `_` and `.`; a space is `+`. */
function encode(text: string): string {
  if (LONE_SURROGATE.test(text)) throw new TypeError('a parameter holds half a surrogate pair')
  return encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replace(/[!'()*~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** A float as PHP prints it with `precision=14`: `0.3` for 0.1+0.2, `1.0E+22`, `1.0E-5`. */
function phpFloat(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`a parameter cannot be ${value}`)
  const sign = value < 0 ? '-' : ''
  const [mantissa = '', power = ''] = roundToPhp(Math.abs(value)).split('e')
  const digits = mantissa.replace('.', '').replace(/(?!^)0+$/, '')
  const point = Number(power) + 1
  if (point < -3 || point > PHP_DIGITS) {
    const exponent = point - 1
    const head = `${digits.charAt(0)}.${digits.slice(1) || '0'}`
    return `${sign}${head}E${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`
  }
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  const whole = digits.slice(0, point).padEnd(point, '0')
  return sign + (digits.length > point ? `${whole}.${digits.slice(point)}` : whole)
}

/** `d.ddde±x` with 14 digits. PHP rounds an exact half to the even digit, JavaScript upwards. */
function roundToPhp(value: number): string {
  const exact = value.toExponential(60)
  const e = exact.indexOf('e')
  const cut = exact.slice(0, PHP_DIGITS + 1)
  const isExactHalf = /^50*$/.test(exact.slice(PHP_DIGITS + 1, e))
  const isEven = Number(cut.at(-1)) % 2 === 0
  return isExactHalf && isEven ? cut + exact.slice(e) : value.toExponential(PHP_DIGITS - 1)
}
