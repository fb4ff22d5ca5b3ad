import { z } from 'zod'
import { hasControls } from '../../wire/charset.ts'
import { sha256Hex } from '../../wire/digest.ts'
import type { CredentialKind, Dialect } from '../dialect.ts'
import { explain } from './explain.ts'
import { functionNameIn, functionNames, isFunction } from './functions.ts'
import { createHandler } from './handler.ts'
import { newest } from './newest.ts'
import { notices } from './notices.ts'
import { sign } from './sign.ts'

/** The vendor's "API key"; any printable characters, since real keys have them (contract §2). */
const key: CredentialKind = {
  name: 'key',
  title: 'API key',
  publicPart: () => '',
  // 40 characters of hex: the shape that the vendor's own keys have.
  secret: (newKey) => sha256Hex(newKey(32)).slice(0, 40),
  refuseSecret(secret) {
    if (secret === '') return 'the key is empty'
    if (secret.length > 256) return 'the key is longer than 256 characters'
    return hasControls(secret) ? 'the key has control characters, a line end perhaps' : undefined
  },
  byDefault: true,
}

export const influencersoft: Dialect = {
  name: 'influencersoft',
  title: 'InfluencerSoft / JustClick API 1.0 and 2.0',
  bodyLimit: 1_000_000,
  calls: functionNames,
  credentialKinds: [key],
  settings: z.strictObject({}),
  matchNative(path) {
    const named = functionNameIn(path)
    if (named === undefined || (!named.underApi && !isFunction(named.name))) return undefined
    return `/api/${named.name}`
  },
  createHandler,
  connectionSheet: ({ baseUrl, credentials }) => ({
    url: `${baseUrl}/api/`,
    secret: newest(credentials)?.secret,
  }),
  explain,
  sign,
  notices,
  // The example of the vendor's own page on UpdateOrderStatus.
  tryOut: (orderNumber) => ({
    functionName: 'UpdateOrderStatus',
    parameters: [
      ['bill_id', String(orderNumber)],
      ['status', 'sent'],
      ['date', '1362254400'],
      ['rpo', '10000000000000'],
    ],
  }),
}
