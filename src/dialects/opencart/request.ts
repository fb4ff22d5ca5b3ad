import { fromBinary, textToBinary } from '../../wire/binary.ts'
import type { PhpArray } from '../../wire/php-array.ts'
import { parsePhpForm } from '../../wire/php-form.ts'
import { text } from '../../wire/tree.ts'
import type { Call } from '../dialect.ts'
import { asPart, keepNuls, readBody, refused } from './request-body.ts'

/** What a call says, query and body kept apart as in PHP. */
export type OpencartRequest = {
  /** Without slashes at the ends, and none doubled; empty where none is named. */
  readonly route: string
  readonly query: PhpArray
  /** Empty but for POST (contract §1). */
  readonly body: PhpArray
  /** The bytes of a POST as they came. */
  readonly rawBody: Uint8Array
  /** Whether a NUL, which no database text can hold, stands in a name or a value. */
  readonly nul: boolean
  /** Why the query or the body was not read, for the operator; what was not read is empty. */
  readonly problem?: string
}

const nothing = new Uint8Array()
const BEARER = /^\s*bearer\s+(\S+)\s*$/i
const NUMBER_START = /^[ \t\n\r\v\f]*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)/i
const MIN_INT = -(2 ** 31)
const MAX_INT = 2 ** 31 - 1

/** Reads route, query and body of a call (contract §1, §13). Never throws on input. */
export function readRequest({
  method,
  query,
  header,
  body,
}: Pick<Call, 'method' | 'query' | 'header' | 'body'>): OpencartRequest {
  const posted = method === 'POST' ? body : nothing
  const inQuery = asPart(parsePhpForm(fromBinary(query), keepNuls))
  const inBody =
    posted === 'too-large' ? refused('too-large') : readBody(posted, header('content-type'))
  const problem = inQuery.problem ?? inBody.problem
  return {
    route: routeOf(inQuery.tree),
    query: inQuery.tree,
    body: inBody.tree,
    rawBody: posted === 'too-large' ? nothing : posted,
    nul: inQuery.nul || inBody.nul,
    ...(problem === undefined ? {} : { problem }),
  }
}

function routeOf(query: PhpArray): string {
  const pieces = (text(query, 'route') ?? '').split('/')
  return pieces.filter((piece) => piece !== '').join('/')
}

/** The text of a posted field; undefined if there is none, or an array. */
export function field({ body }: OpencartRequest, name: string): string | undefined {
  return text(body, name)
}

/** The text under a name of the query; undefined if there is none, or an array. */
export function queryValue({ query }: OpencartRequest, name: string): string | undefined {
  return text(query, name)
}

/** A posted field, or where it is missing or empty the query's value of that name. */
export function fieldOrQuery(request: OpencartRequest, name: string): string | undefined {
  const posted = field(request, name)
  return posted === undefined || posted === '' ? (queryValue(request, name) ?? posted) : posted
}

/** The other way round: what OpenCart looks for in the query, `order_id` above all (§0.5). */
export function queryOrField(request: OpencartRequest, name: string): string | undefined {
  const asked = queryValue(request, name)
  return asked === undefined || asked === '' ? (field(request, name) ?? asked) : asked
}

/** The array of a posted field, `product[0][…]`; undefined if there is none, or a text. */
export function fields({ body }: OpencartRequest, name: string): PhpArray | undefined {
  const value = body.get(textToBinary(name))
  return value instanceof Map ? value : undefined
}

/**
 * The tokens that a call may mean, the likeliest first. The query wins: clients with a cookie jar
 * send the login's useless cookie beside it (contract §2.2).
 */
export function tokensOf({ header }: Pick<Call, 'header'>, request: OpencartRequest): string[] {
  const candidates = [
    queryValue(request, 'api_token'),
    queryValue(request, 'token'),
    field(request, 'api_token'),
    field(request, 'token'),
    BEARER.exec(header('authorization') ?? '')?.[1],
    cookieOf(header('cookie') ?? '', 'OCSESSID'),
  ].map((token) => token?.trim() ?? '')
  return [...new Set(candidates.filter((token) => token !== ''))]
}

/** The first of a name, as in PHP. */
function cookieOf(header: string, name: string): string | undefined {
  for (const pair of header.split(';')) {
    const [found = '', ...value] = pair.split('=')
    if (found.trim() !== name) continue
    return value
      .join('=')
      .trim()
      .replace(/^"(.*)"$/, '$1')
  }
  return undefined
}

/** PHP's `(int)` of a text: the number that it begins with, cut, else 0; kept within 32 bits. */
export function intOf(text: string | undefined): number {
  const number = Number(NUMBER_START.exec(text ?? '')?.[1] ?? 0)
  // Adding 0 makes 0 of minus zero.
  return Math.min(Math.max(Math.trunc(number), MIN_INT), MAX_INT) + 0
}

/** PHP's `(bool)` of a text, but that the word "false" means what it says. */
export function flagOf(text: string | undefined): boolean {
  return !['', '0', 'false'].includes((text ?? '').trim().toLowerCase())
}
