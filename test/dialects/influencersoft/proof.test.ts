import { describe, expect, it } from 'vitest'
import { prove } from '../../../src/dialects/influencersoft/proof.ts'
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

  it.each([
    ['two hashes, one spelt %68ash', `%68ash=0&${empty}`],
    ['hash as an array', 'hash[]=e689c16a15be08032d7a7b518d67bf59'],
    ['bytes that no encoder makes', `a=\xff\xfe&${empty}`],
    ['an element under hash besides', `${empty}&hash[x]=1`],
  ])('is refused with code 4 for %s', (_, body) => {
    const proof = proveCase(Buffer.from(body, 'latin1'), form, { login, secret })
    expect(proof).toMatchObject({ proved: false, failure: 'proof-wrong' })
  })

  it.each([
    ['an empty body', '', form, 'no-data'],
    ['JSON', '{"bill_id":1}', 'application/json', 'no-data'],
    ['no hash', 'bill_id=1', form, 'proof-missing'],
    ['an empty hash', 'bill_id=1&hash=', form, 'proof-wrong'],
  ])('is refused for %s as %s', (_, body, type, failure) => {
    const proof = proveCase(Buffer.from(body), type, { login, secret })
    expect(proof).toMatchObject({ proved: false, failure })
  })

  it.each(['rpsKey', 'rps_key'])('by key takes %s and keeps it out of the parameters', (name) => {
    const proof = proveCase(Buffer.from(`${name}=secret123&note=x`), form, { login, secret })
    expect(proof).toMatchObject({ proved: true, api: '2.0' })
    expect(proof.proved && [...proof.tree]).toEqual([['note', 'x']])
  })

  it('by key is refused for another key and for a list of keys', () => {
    for (const body of ['rpsKey=secret124', 'rpsKey[]=secret123', 'rpsKey=']) {
      const proof = proveCase(Buffer.from(body), form, { login, secret })
      expect(proof).toMatchObject({ proved: false, failure: 'proof-wrong' })
    }
  })

  it('counts the hash where a call carries hash and key', () => {
    const proof = proveCase(Buffer.from('rpsKey=secret123&hash=0'), form, { login, secret })
    expect(proof.proved).toBe(false)
  })
})
