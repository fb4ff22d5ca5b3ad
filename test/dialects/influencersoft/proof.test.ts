import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { candidates, prove } from '../../../src/dialects/influencersoft/proof.ts'
import type { Credential } from '../../../src/model/credential.ts'
import { readVectors } from '../../wire/vectors.ts'

type Verdict = 'accept' | 'reject' | 'either'
type SignatureCase = {
  name: string
  login: string
  secret: string
  body: string
  expected: Verdict
}
type RequestCase = {
  name: string
  login: string
  secret: string
  method: string
  headers: [string, string][]
  body_base64: string
  expected: Verdict
  error_codes?: number[]
}

const form = 'application/x-www-form-urlencoded'
const codes = { 'no-data': 2, 'proof-missing': 1, 'proof-wrong': 4 }

function aKey(secret: string, id = 1): Credential {
  return {
    accountId: 1,
    id,
    dialect: 'influencersoft',
    kind: 'key',
    publicPart: '',
    secret,
    ipList: [],
    validFrom: 0,
    validUntil: null,
    settings: {},
  }
}

function proveCase(
  body: Buffer,
  type: string | undefined,
  keys: { login: string; secret: string },
) {
  return prove(body, type, { login: keys.login, credentials: [aKey(keys.secret)] })
}

describe('the proof of a call made with PHP', () => {
  const signatures = readVectors<SignatureCase>('signatures')
  it.each(signatures.filter((one) => one.expected !== 'either'))('$name: $expected', (one) => {
    const proof = proveCase(Buffer.from(one.body), form, one)
    expect(proof.proved ? 'accept' : 'reject').toBe(one.expected)
  })

  it('refuses a hash in upper case, as PHP would', () => {
    const open = signatures.filter((one) => one.expected === 'either')
    const proofs = open.map((one) => proveCase(Buffer.from(one.body), form, one))
    expect(proofs.map((proof) => proof.proved)).toEqual([false, false])
  })
})

describe('the proof of a request of a real client', () => {
  const requests = readVectors<RequestCase>('client-requests')
  it.each(requests)('$name: $expected', (one) => {
    const type = one.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1]
    const proof = proveCase(Buffer.from(one.body_base64, 'base64'), type, one)
    if (one.expected !== 'either') {
      expect(proof.proved ? 'accept' : 'reject').toBe(one.expected)
    }
    if (!proof.proved) expect(one.error_codes).toContain(codes[proof.failure])
  })
})

describe('a proof', () => {
  const secret = 'secret123'
  const login = 'username'
  const empty = Buffer.from('hash=e689c16a15be08032d7a7b518d67bf59')

  it('takes the credential that fits while two are valid', () => {
    const credentials = [aKey('another-key', 8), aKey(secret, 7)]
    const proof = prove(empty, form, { login, credentials })
    expect(proof.proved && proof.credential.id).toBe(7)
  })

  it('is refused where no credential is left', () => {
    expect(prove(empty, form, { login, credentials: [] }).proved).toBe(false)
  })

  const several = 'more than one pair is read as hash'
  const list = 'hash is sent as an array'
  it.each([
    ['two hashes, one spelt %68ash', `%68ash=0&${empty}`, several],
    ['hash as an array', 'hash[]=e689c16a15be08032d7a7b518d67bf59', list],
    ['an element under hash besides', `${empty}&hash[x]=1`, list],
    ['bytes that no encoder makes', `a=\xff\xfe&${empty}`, 'bytes that no form encoder makes'],
    ['an empty hash', 'bill_id=1&hash=', 'hash fits no reading of the body'],
  ])('is refused with code 4 for %s, and says why', (_, body, reason) => {
    const proof = proveCase(Buffer.from(body, 'latin1'), form, { login, secret })
    expect(proof).toMatchObject({ proved: false, failure: 'proof-wrong' })
    expect(!proof.proved && proof.reason).toContain(reason)
  })

  it.each([
    ['an empty body', '', form, 'no-data', 'the body is empty'],
    ['JSON', '{"bill_id":1}', 'application/json', 'no-data', 'the body is no form (Content-Type)'],
    ['no hash', 'bill_id=1', form, 'proof-missing', 'no pair is named hash'],
  ])('is refused for %s as %s', (_, body, type, failure, reason) => {
    const proof = proveCase(Buffer.from(body), type, { login, secret })
    expect(proof).toEqual({ proved: false, failure, reason })
  })

  it('names what a refused hash was compared with, by how the body came', () => {
    const credentials = [aKey(secret, 7), aKey('another-key', 8)]
    const tried = (body: string, type: string) => {
      const proof = prove(Buffer.from(body), type, { login, credentials })
      return proof.proved ? undefined : proof.tried
    }
    const keys = ['key of credential 7', 'key of credential 8']
    const readings = ['raw body', 'PHP rebuild', 'JavaScript rebuild', 'RFC 3986 rebuild']
    expect(tried('a=1&hash=0', form)).toEqual([...readings, ...keys])
    const part = '--x\r\nContent-Disposition: form-data; name="hash"\r\n\r\n0\r\n--x--\r\n'
    expect(tried(part, 'multipart/form-data; boundary=x')).toEqual([
      'PHP rebuild',
      'RFC 3986 rebuild',
      ...keys,
    ])
    expect(tried('rpsKey=0', form)).toEqual(keys)
  })

  /** A body as it was sent, and the text that each client has hashed instead of it. */
  it.each([
    ['as sent', 'a=%2a+%7e', 'a=%2a+%7e'],
    ['as PHP writes it', 'a=%2a+%7e', 'a=%2A+%7E'],
    ['as JavaScript writes it', 'a=%2a+%7e', 'a=*+~'],
    ['as RFC 3986 writes it', 'a=%2a+%7e', 'a=%2A%20~'],
  ])('covers the text %s', (_, sent, hashed) => {
    const hash = createHash('md5').update(`${hashed}::${login}::${secret}`).digest('hex')
    const proof = proveCase(Buffer.from(`${sent}&hash=${hash}`), form, { login, secret })
    expect(proof).toMatchObject({ proved: true, api: '1.0', text: hashed })
    expect(proof.proved && [...proof.tree]).toEqual([['a', '* ~']])
  })

  it('is compared with the readings that there are, likeliest first', () => {
    const texts = { raw: 'r', phpRebuild: 'p', jsRebuild: 'j', rfc3986Rebuild: '3' }
    const all = [...candidates(texts)]
    expect(all).toEqual([
      { name: 'raw body', text: 'r' },
      { name: 'PHP rebuild', text: 'p' },
      { name: 'JavaScript rebuild', text: 'j' },
      { name: 'RFC 3986 rebuild', text: '3' },
    ])
    const left = [...candidates({ ...texts, raw: null, jsRebuild: null })]
    expect(left).toEqual([all[1], all[3]])
  })

  it.each(['rpsKey', 'rps_key'])('by key takes %s and keeps it out of the parameters', (name) => {
    const proof = proveCase(Buffer.from(`${name}=secret123&note=x`), form, { login, secret })
    expect(proof).toMatchObject({ proved: true, api: '2.0' })
    expect(proof.proved && [...proof.tree]).toEqual([['note', 'x']])
  })

  it('by key is refused for another key and for a list of keys', () => {
    for (const [body, reason] of [
      ['rpsKey=secret124', 'rpsKey is not the key'],
      ['rpsKey[]=secret123', 'rpsKey is sent as an array'],
      ['rpsKey=', 'rpsKey is not the key'],
    ]) {
      const proof = proveCase(Buffer.from(body ?? ''), form, { login, secret })
      expect(proof).toMatchObject({ proved: false, failure: 'proof-wrong', reason })
    }
  })

  it('counts the hash where a call carries hash and key', () => {
    const proof = proveCase(Buffer.from('rpsKey=secret123&hash=0'), form, { login, secret })
    expect(proof.proved).toBe(false)
  })
})
