import { equalDigests, hmacSha1Base64, md5Hex } from '../../../wire/digest.ts'
import { escapeHtml } from '../../../wire/html.ts'
import type { PhpArray } from '../../../wire/php-array.ts'
import { httpBuildQuery } from '../../../wire/php-query.ts'

export type SignedParts = {
  readonly route: string
  readonly call: string
  /** As stored, in its own case, whatever the caller wrote in the query. */
  readonly username: string
  /** The Host header, with the port if it has one. */
  readonly host: string
  /** The folder of index.php as the client sees it, with slashes at both ends. */
  readonly directory: string
  readonly storeId: number
  readonly language: string
  readonly currency: string
  /** See `bodyDigest`. */
  readonly bodyMd5: string
  /** Seconds since 1970, from the query. */
  readonly time: number
}

/** What PHP's `trim` takes off. */
const BLANKS = ' \t\n\r\0\x0B'
const ESCAPED = /%([\dA-Fa-f]{2})/g

/** What a request of 4.1 signs: ten lines, each ended by a line feed (contract §6.1). */
export function signedText(parts: SignedParts): string {
  const { route, call, username, host, directory, storeId, language, currency } = parts
  const { bodyMd5, time } = parts
  return [route, call, username, host, directory, storeId, language, currency, bodyMd5, time]
    .map((line) => `${line}\n`)
    .join('')
}

/**
 * MD5 hex of a form body as the original reads it: keys and values HTML-escaped and trimmed, then
 * encoded again as PHP does (contract §6.1). An empty body gives the MD5 of nothing.
 */
export function bodyDigest(tree: PhpArray): string {
  return md5Hex(httpBuildQuery(cleaned(tree)))
}

/** The signature of a text: base64 of its HMAC-SHA1 under the API key (contract §6.1). */
export function expectedSignature(text: string, key: string): string {
  return hmacSha1Base64(key, text)
}

/**
 * Whether a signature, taken from the decoded query, is the expected one; in constant time. The
 * sender may have percent-encoded it once or twice. A bare `+` has become a space and fails.
 */
export function isSignature(sent: string, expected: string): boolean {
  return equalDigests(decodedSignature(sent), expected)
}

/** A signature as it was made, however often it was percent-encoded. */
export function decodedSignature(sent: string): string {
  return sent.replace(ESCAPED, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
}

function cleaned(tree: PhpArray): PhpArray {
  const copy: PhpArray = new Map(tree)
  for (const [key, value] of tree) {
    // Out and in again one by one: keys that become equal end up where the original has them.
    copy.delete(key)
    copy.set(clean(key), typeof value === 'string' ? clean(value) : cleaned(value))
  }
  return copy
}

function clean(text: string): string {
  return trimmed(escapeHtml(text))
}

function trimmed(text: string): string {
  let [from, to] = [0, text.length]
  while (from < to && BLANKS.includes(text.charAt(from))) from++
  while (to > from && BLANKS.includes(text.charAt(to - 1))) to--
  return text.slice(from, to)
}
