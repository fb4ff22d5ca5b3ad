import type { KeptRequest } from '../core/find-refused-calls.ts'
import type { Credential } from '../model/credential.ts'

/** Method, path, query and headers of a call without what proves it. */
export type ShownRequest = {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: readonly (readonly [name: string, value: string])[]
}

const hidden = '***'
const telling = /key|token|secret|passw|pwd|hash|sign|auth|cookie|session|credential|^code$/i

/** A request for a screen: no key, token or password, in whatever place it came. */
export function maskRequest(
  { method, path, query, headers }: KeptRequest,
  credentials: readonly Pick<Credential, 'secret'>[],
): ShownRequest {
  const withoutKeys = hidingKeys(credentials)
  const maskText = (text: string) => withoutKeys(maskPairs(text, /([^?&;=\s,/]+)=([^&\s]*)/g))
  return {
    method,
    path: maskText(path),
    query: withoutKeys(maskPairs(query, /([^&=]+)=([^&]*)/g)),
    headers: Object.entries(headers).map(([name, value]) => [
      name,
      telling.test(name) ? hidden : maskText(typeof value === 'string' ? value : value.join(', ')),
    ]),
  }
}

function maskPairs(text: string, pairs: RegExp): string {
  return text.replace(pairs, (pair: string, name: string) =>
    telling.test(decoded(name)) ? `${name}=${hidden}` : pair,
  )
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Hides the account's own keys wherever they stand, in any case and percent-encoded too. */
function hidingKeys(credentials: readonly Pick<Credential, 'secret'>[]): (text: string) => string {
  const parts = credentials.flatMap(({ secret }) => [secret, ...secret.split(' ')])
  const spellings = parts
    .flatMap((part) => [part, encodeURIComponent(part), part.replaceAll('-', '')])
    .filter((spelling) => spelling.length >= 6)
    // The longest first, so that no part of one is left.
    .sort((a, b) => b.length - a.length)
    .map((spelling) => spelling.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  if (spellings.length === 0) return (text) => text
  const pattern = new RegExp(spellings.join('|'), 'gi')
  return (text) => text.replace(pattern, hidden)
}
