import { TargetRefused } from '../core/check-target.ts'

const longestProblem = 300

/** By code of Node and undici; the messages of errors may hold what is nobody's business. */
const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: closed(),
  EPIPE: closed(),
  UND_ERR_SOCKET: closed(),
  ENOTFOUND: 'the name does not resolve',
  EAI_AGAIN: 'the name does not resolve at the moment',
  EHOSTUNREACH: 'no route to its address',
  ENETUNREACH: 'no route to its address',
  ETIMEDOUT: 'no connection in time',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  UND_ERR_HEADERS_OVERFLOW: 'the headers of the answer are too long',
  ERR_TLS_CERT_ALTNAME_INVALID: 'TLS: the certificate is made out to another name',
  EPROTO: 'TLS: the two ends do not understand each other',
}

/** Undici ends the connection there, and says no more than that it did. */
const unasked = 'it answered 100 or 101, which nobody asked for'

/** What OpenSSL says of a certificate: fixed words, without names. */
const certificateCodes =
  /^(CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|INVALID_|PATH_LENGTH_|HOSTNAME_MISMATCH|ERROR_IN_)/

/** Why a try got no answer, shortly, for the operator; never a part of the URL but its host. */
export function problemOf(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (at instanceof TargetRefused) return at.message.slice(0, longestProblem)
    // The parser's error has no code where it could not even begin.
    const isNoHttp = at.name === 'HTTPParserError' && !('code' in at && at.code)
    if (isNoHttp) return 'what it answers is not HTTP'
    if (at.message === 'bad response' || at.message === 'bad upgrade') return unasked
    const code = 'code' in at && typeof at.code === 'string' ? at.code : undefined
    if (code === undefined) continue
    if (words[code] !== undefined) return words[code]
    if (certificateCodes.test(code)) return `TLS: ${at.message.slice(0, longestProblem)}`
    if (code.startsWith('ERR_SSL_')) return `TLS: ${code.slice('ERR_SSL_'.length).toLowerCase()}`
    if (code.startsWith('HPE_')) return `what it answers is not HTTP (${code})`
    return `it failed (${code})`
  }
  return `it failed (${error instanceof Error ? error.name : typeof error})`
}

/** Why an answer counts for nothing; null for a good one. */
export function problemOfStatus(status: number): string | null {
  if (status >= 200 && status < 300) return null
  const redirects = status >= 300 && status < 400
  return `it answered ${status}${redirects ? ', and redirects are not followed' : ''}`
}

function closed(): string {
  return 'the connection was closed without an answer'
}
