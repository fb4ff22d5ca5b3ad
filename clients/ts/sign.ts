import { createHash } from 'node:crypto'
import { buildQuery, type Params } from './query.ts'

export type SignedCall = {
  /** What is signed: the parameters in the order given. */
  readonly query: string
  /** 32 lower-case hex digits: md5 of `query::login::secret`. */
  readonly hash: string
  /** What is posted: the query with `hash` behind it. */
  readonly body: string
}

/** Signs the parameters of a call. Throws TypeError where they already hold a `hash`. */
export function signCall(login: string, secret: string, params: Params = {}): SignedCall {
  const isTaken = params instanceof Map ? params.has('hash') : Object.hasOwn(params, 'hash')
  if (isTaken) throw new TypeError('the parameter "hash" is the client\'s own')
  const query = buildQuery(params)
  const hash = md5Hex(`${query}::${login}::${secret}`)
  return { query, hash, body: query === '' ? `hash=${hash}` : `${query}&hash=${hash}` }
}

/** MD5 of the text's UTF-8 bytes, lower-case hex. The protocol wants it; it protects little. */
export function md5Hex(text: string): string {
  return createHash('md5').update(text, 'utf8').digest('hex')
}
