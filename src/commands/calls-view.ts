import type { RefusedCall, RefusedCallHead } from '../core/find-refused-calls.ts'
import { isoTime } from '../model/iso-time.ts'
import type { ShownRequest } from './mask-call.ts'
import { namedLines, plain, shortTime } from './output.ts'

export const callTitles = [
  'id',
  'time',
  'dialect',
  'function',
  'address',
  'outcome',
  'reason',
  'credential',
]

export function callRow(call: RefusedCallHead): string[] {
  return [
    String(call.id),
    shortTime(call.at),
    call.dialect,
    call.function ?? '-',
    call.address,
    call.outcome,
    call.reason ?? '-',
    call.credentialId === null ? '-' : String(call.credentialId),
  ]
}

export function callJson(call: RefusedCallHead): Record<string, unknown> {
  const { id, dialect, address, outcome, reason, tried, digest, bodyBytes } = call
  return {
    id,
    at: isoTime(call.at),
    dialect,
    function: call.function,
    address,
    outcome,
    reason,
    credential: call.credentialId,
    tried,
    sha256: digest?.toString('hex') ?? null,
    bodyBytes,
    kept: call.hasRequest,
  }
}

/** Everything of a call for a person, but for what it sent and why it was refused. */
export function callLines(call: RefusedCall): string[] {
  const { digest, bodyBytes, tried } = call
  const [first = '-', ...more] = tried ?? []
  return namedLines([
    ['id', String(call.id)],
    ['time', shortTime(call.at)],
    ['dialect', call.dialect],
    ['function', call.function ?? '-'],
    ['address', call.address],
    ['outcome', call.outcome],
    ['reason', call.reason ?? '-'],
    ['credential', call.credentialId === null ? 'none proved it' : String(call.credentialId)],
    ['compared with', first],
    ...more.map((name): [string, string] => ['', name]),
    ['body', bodyBytes === null ? 'too large' : `${bodyBytes} bytes`],
    ['SHA-256 of it', digest?.toString('hex') ?? '-'],
  ])
}

export function requestLines({ method, path, query, headers }: ShownRequest): string[] {
  const target = query === '' ? path : `${path}?${query}`
  return [`${method} ${target}`, ...headers.map(([name, value]) => `${name}: ${value}`)].map(plain)
}
