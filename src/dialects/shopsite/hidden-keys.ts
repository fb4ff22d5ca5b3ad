import type { Credential } from '../../model/credential.ts'
import { bare, keysOf } from './credential.ts'

const hidden = '(a key, not shown)'

/** Text that may be base64 of more than a few characters. */
const encodedRun = /[A-Za-z0-9+/_-]{12,}={0,2}/g

/**
 * Lines for a person without the keys of these credentials: a client may have sent one as a
 * parameter or as its Client ID, in any letter case, percent-encoded or within base64.
 */
export function withoutKeys(
  lines: readonly string[],
  credentials: readonly Pick<Credential, 'dialect' | 'kind' | 'secret'>[],
): string[] {
  const keys = credentials.flatMap(secretsOf).filter((key) => key !== '')
  if (keys.length === 0) return [...lines]
  const forms = keys.flatMap((key) => [key, encodeURIComponent(key), percentEncoded(key)])
  // The longest first, so that no part of one is left.
  const words = [...new Set(forms)].sort((a, b) => b.length - a.length).map(literal)
  const pattern = new RegExp(words.join('|'), 'gi')
  const holdsKey = (run: string) => Buffer.from(run, 'base64').toString().search(pattern) !== -1
  return lines.map((line) =>
    line
      .replace(pattern, hidden)
      .replace(encodedRun, (run: string) => (holdsKey(run) ? hidden : run)),
  )
}

/** Of ShopSite: keys of other protocols may be looked for, too. */
export function isApplication({ dialect, kind }: Pick<Credential, 'dialect' | 'kind'>): boolean {
  return dialect === 'shopsite' && kind === 'application'
}

function secretsOf(credential: Pick<Credential, 'dialect' | 'kind' | 'secret'>): string[] {
  if (!isApplication(credential)) return [credential.secret]
  const { secretKey, code } = keysOf(credential)
  return [secretKey, bare(secretKey), code]
}

/** As a base string has it: everything but letters, digits and `-._~`. */
function percentEncoded(key: string): string {
  return encodeURIComponent(key).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16)}`,
  )
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
