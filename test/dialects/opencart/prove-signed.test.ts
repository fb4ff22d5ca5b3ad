import { describe, expect, it } from 'vitest'
import type { EnteringCredential } from '../../../src/core/directory.ts'
import type { Call } from '../../../src/dialects/dialect.ts'
import { readRequest } from '../../../src/dialects/opencart/request.ts'
import {
  claimOf,
  prove,
  usersNamed,
  windowSeconds,
} from '../../../src/dialects/opencart/v41/proof.ts'
import {
  bodyDigest,
  expectedSignature,
  signedText,
} from '../../../src/dialects/opencart/v41/signature.ts'
import { aCall, aUser, read } from './a-call.ts'

const nowMs = 1_700_000_000_500
const seconds = 1_700_000_000

type Said = {
  route: string
  call: string
  username: string
  language: string
  currency: string
  storeId: string
  time: number | string
  host: string
  directory: string
  key: string
  body: string
}

const right: Said = {
  route: 'api/order',
  call: 'history_add',
  username: 'Default',
  language: 'en-gb',
  currency: 'USD',
  storeId: '0',
  time: seconds,
  host: 'shop.example',
  directory: '/store/',
  key: aUser(3).secret,
  body: 'order_id=7',
}

/** The query as a client sends it, which has signed `signed` and says `sent`. */
function queryOf(sent: Said, signed: Said): URLSearchParams {
  const text = signedText({
    ...signed,
    storeId: Number(signed.storeId),
    time: Number(signed.time),
    bodyMd5: bodyDigest(read({ body: signed.body }).body),
  })
  return new URLSearchParams({
    route: sent.route,
    call: sent.call,
    username: sent.username,
    store_id: sent.storeId,
    language: sent.language,
    currency: sent.currency,
    time: String(sent.time),
    signature: expectedSignature(text, signed.key),
  })
}

/** A call as the gateway gets it: at `shop.example/store/`, its own address being another. */
function callOf(query: string, body: string, credentials: readonly EnteringCredential[]): Call {
  const headers = { host: 'shop.example' }
  return {
    ...aCall({ query, body, headers }),
    wholePath: '/store/index.php',
    peerAddress: '192.0.2.9',
    credentials,
    baseUrl: 'https://gw.example/opencart/shop',
  }
}

function proofOf(
  signs: Partial<Said> = {},
  {
    sends = {},
    users = [aUser(3)],
    change = () => undefined,
  }: {
    sends?: Partial<Said>
    users?: readonly EnteringCredential[]
    change?: (query: URLSearchParams) => void
  } = {},
) {
  const signed = { ...right, ...signs }
  const sent = { ...signed, ...sends }
  const query = queryOf(sent, signed)
  change(query)
  const call = callOf(query.toString(), sent.body, users)
  return { query, proof: prove(call, readRequest(call), nowMs) }
}

describe('a signed call', () => {
  it('is proved, and its signature is given as it was made', () => {
    const { proof, query } = proofOf()
    const credential = expect.objectContaining({ id: 3 })
    expect(proof).toEqual({ proved: true, credential, signature: query.get('signature') })
  })

  it.each<[string, Partial<Said>]>([
    ['the host of our own address', { host: 'gw.example' }],
    ['the folder of our own address', { directory: '/opencart/shop/' }],
    ['the folder that a proxy left', { directory: '/' }],
    ['our own host and folder', { host: 'gw.example', directory: '/opencart/shop/' }],
  ])('may have signed %s', (_what, signs) => {
    expect(proofOf(signs).proof.proved).toBe(true)
  })

  it.each<[string, Partial<Said>, Partial<Said>]>([
    ['route', {}, { route: 'api/orders' }],
    ['call', {}, { call: 'confirm' }],
    ['store', {}, { storeId: '1' }],
    ['language', {}, { language: 'de-de' }],
    ['currency', {}, { currency: 'EUR' }],
    ['time', {}, { time: seconds + 1 }],
    ['body', {}, { body: 'order_id=8' }],
    ['host', { host: 'other.example' }, {}],
    ['folder', { directory: '/other/' }, {}],
    ['key', { key: 'x'.repeat(64) }, {}],
  ])('is refused for another %s than it signed', (_what, signs, sends) => {
    expect(proofOf(signs, { sends }).proof).toEqual({
      proved: false,
      code: 'proof-wrong',
      reason: 'the signature is not that of API user 3',
      tried: [
        'host as called, directory /store/',
        'host as called, directory /',
        'host as called, directory /opencart/shop/',
        'host gw.example, directory /store/',
        'host gw.example, directory /',
        'host gw.example, directory /opencart/shop/',
        'key of credential 3',
      ],
    })
  })

  it.each([
    ['450 s old', -windowSeconds, undefined],
    ['451 s old', -windowSeconds - 1, '451 s old'],
    ['450 s ahead', windowSeconds, undefined],
    ['451 s ahead', windowSeconds + 1, '451 s ahead'],
  ])('that is %s', (_what, offset, reason) => {
    const { proof } = proofOf({ time: seconds + offset })
    if (reason === undefined) expect(proof.proved).toBe(true)
    else {
      expect(proof).toEqual({ proved: false, code: 'proof-wrong', reason: `the call is ${reason}` })
    }
  })

  it.each(['1e9', '-5', '', '1'.repeat(16), 'now', ` ${seconds}`])(
    'has no time where it says "%s"',
    (time) => {
      const { proof } = proofOf({ time: 0 }, { sends: { time } })
      expect(proof).toMatchObject({ proved: false, reason: `the call is ${seconds} s old` })
    },
  )

  it('takes 15 digits for a time', () => {
    const { proof } = proofOf({ time: 0 }, { sends: { time: '9'.repeat(15) } })
    expect(proof).toMatchObject({ reason: `the call is ${999_999_999_999_999 - seconds} s ahead` })
  })

  it('names what is missing in the query, whatever the body holds', () => {
    const { proof } = proofOf(
      { body: 'signature=x&time=1' },
      {
        change: (query) => {
          for (const name of ['store_id', 'time', 'signature']) query.delete(name)
        },
      },
    )
    const reason = 'missing in the query: store_id, time, signature'
    expect(proof).toEqual({ proved: false, code: 'proof-missing', reason })
  })

  it('is refused where it cannot be read', () => {
    const { proof } = proofOf({}, { change: (query) => query.append(`a${'[b]'.repeat(80)}`, '1') })
    expect(proof).toMatchObject({ proved: false, code: 'proof-wrong' })
    expect(!proof.proved && proof.reason).toMatch(/^the call cannot be read: ./)
  })
})

describe('the user of a signed call', () => {
  it('is named in any case and with spaces, but signs under the name that the shop has', () => {
    const { proof } = proofOf({}, { sends: { username: ' dEFAULT ' } })
    expect(proof.proved).toBe(true)
    expect(proofOf({ username: 'dEFAULT' }).proof.proved).toBe(false)
    expect(usersNamed([aUser(3, { publicPart: 'DEFAULT' })], 'default')).toHaveLength(1)
    expect(usersNamed([aUser(3)], 'defaul')).toEqual([])
  })

  it('is refused where there is none of the name, be the signature anyhow', () => {
    const proof = { proved: false, code: 'proof-wrong', reason: 'there is no such user' }
    expect(proofOf({}, { users: [] }).proof).toEqual(proof)
    const nobody = { username: 'nobody', key: 'x'.repeat(64) }
    expect(proofOf(nobody).proof).toEqual(proof)
  })

  it('may have two keys while one is replaced', () => {
    const users = [aUser(3, { secret: 'o'.repeat(84) }), aUser(4)]
    const { proof } = proofOf({}, { users })
    expect(proof.proved && proof.credential.id).toBe(4)
  })

  it('is refused from an address that none of its keys admits, before its time is looked at', () => {
    const shut = { admits: (peer: string) => peer === '198.51.100.1' }
    const { proof } = proofOf({ time: 0 }, { users: [aUser(3, shut)] })
    expect(proof).toEqual({
      proved: false,
      code: 'address-refused',
      reason: '192.0.2.9 is not on the list of API user 3',
    })
  })

  it('is refused where the key that signed admits only other addresses', () => {
    const users = [aUser(3, { admits: () => false }), aUser(4, { secret: 'o'.repeat(84) })]
    expect(proofOf({}, { users }).proof).toMatchObject({ proved: false, code: 'proof-wrong' })
    const open = [aUser(3, { admits: (peer) => peer === '192.0.2.9' }), users[1] ?? aUser(4)]
    expect(proofOf({}, { users: open }).proof.proved).toBe(true)
  })
})

it('a claim holds what the query says, numbers as PHP reads them', () => {
  const query = queryOf({ ...right, storeId: '2x' }, right)
  const call = callOf(query.toString(), '', [])
  expect(claimOf(readRequest(call))).toEqual({
    route: 'api/order',
    call: 'history_add',
    username: 'Default',
    storeId: 2,
    language: 'en-gb',
    currency: 'USD',
    time: seconds,
    signature: query.get('signature'),
  })
})
