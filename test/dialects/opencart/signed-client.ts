import type { Gateway } from '../../support/gateway.ts'
import type { Answer } from './compare.ts'
import type { RecordedRequest, Signing } from './recording.ts'
import { readKeys } from './recording.ts'
import { hostOf, send, type Target } from './send.ts'
import { sign } from './signing.ts'

export type SignedSend = {
  readonly call: string
  readonly route?: string
  /** As it is sent; a form, unless the headers say otherwise. */
  readonly body?: string
  readonly currency?: string
  readonly username?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly from?: string
  /** More query parameters, which are not signed. */
  readonly extra?: Readonly<Record<string, string>>
  /** Where the request is sent to, if not to the folder that is signed. */
  readonly basePath?: string
  readonly signing?: Partial<Signing>
}

export type SignedClient = {
  readonly target: Target
  readonly send: (sent: SignedSend) => Promise<Answer>
}

/** A client of 4.1 that signs each call as the API user `alumio` of the recorded store. */
export function aSignedClient(
  { port, clock }: Pick<Gateway, 'port' | 'clock'>,
  basePath: string,
  host?: string,
): SignedClient {
  const target = { port, basePath, ...(host === undefined ? {} : { host }) }
  return {
    target,
    send: (sent) => {
      const request = signedRequest(sent, target, () => clock.now)
      return send({ ...target, basePath: sent.basePath ?? basePath, host: hostOf(target) }, request)
    },
  }
}

/** The request of such a call, signed for a target. */
export function signedRequest(
  sent: SignedSend,
  target: Target,
  now: () => number,
): RecordedRequest {
  const { call, route = 'api/order', body = '', currency = 'USD', username = 'alumio' } = sent
  const signing: Signing = {
    user: 'alumio',
    key: 'of the user',
    route,
    call,
    host: '{{host}}',
    directory: '{{directory}}',
    store_id: '0',
    language: 'en-gb',
    currency,
    time_offset: 0,
    body: 'escaped',
    percent_encode: 'once',
    ...sent.signing,
  }
  const { time, signature } = sign(signing, body, target, { keys: readKeys(), now })
  return {
    method: 'POST',
    path: '/index.php',
    query: [
      ['route', route],
      ['call', call],
      ['username', username],
      ['store_id', '0'],
      ['language', 'en-gb'],
      ['currency', currency],
      ['time', time],
      ['signature', signature],
      ...Object.entries(sent.extra ?? {}),
    ],
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...sent.headers },
    body,
    ...(sent.from === undefined ? {} : { from_ip: sent.from }),
  }
}
