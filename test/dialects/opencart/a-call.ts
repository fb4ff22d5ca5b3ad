import type { EnteringCredential } from '../../../src/core/directory.ts'
import type { Call } from '../../../src/dialects/dialect.ts'
import { type OpencartRequest, readRequest } from '../../../src/dialects/opencart/request.ts'

export const form = 'application/x-www-form-urlencoded'
export const json = 'application/json'

export type Sent = {
  readonly method?: string
  readonly query?: string
  readonly type?: string
  readonly body?: string | Uint8Array | 'too-large'
  readonly headers?: Readonly<Record<string, string>>
}

export function aCall({
  method = 'POST',
  query = '',
  type = form,
  body = '',
  headers = {},
}: Sent): Call {
  const all: Record<string, string> = {
    ...headers,
    ...(type === '' ? {} : { 'content-type': type }),
  }
  return {
    method,
    path: '/index.php',
    wholePath: '/opencart/demo/index.php',
    query,
    header: (name) => all[name],
    body: body === 'too-large' || typeof body !== 'string' ? body : Buffer.from(body),
    peerAddress: '127.0.0.1',
    login: 'demo',
    account: undefined,
    unavailable: false,
    crowded: false,
    credentials: [],
    baseUrl: 'http://gateway.test/opencart/demo',
    note: () => {},
  }
}

export function read(sent: Sent): OpencartRequest {
  return readRequest(aCall(sent))
}

/** An API user's key that works now. */
export function aUser(id: number, changes: Partial<EnteringCredential> = {}): EnteringCredential {
  return {
    accountId: 1,
    id,
    dialect: 'opencart',
    kind: 'key',
    publicPart: 'Default',
    secret: 'k'.repeat(84),
    ipList: [],
    validFrom: 0,
    validUntil: null,
    settings: {},
    admits: () => true,
    ...changes,
  }
}
