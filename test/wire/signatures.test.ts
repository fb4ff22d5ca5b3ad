import { describe, expect, it } from 'vitest'
import { fromBinary } from '../../src/wire/binary.ts'
import { equalConstantTime, md5Hex } from '../../src/wire/digest.ts'
import { cutPairs } from '../../src/wire/form-pairs.ts'
import type { PhpArray, PhpValue } from '../../src/wire/php-array.ts'
import { phpFloat } from '../../src/wire/php-number.ts'
import {
  buildQuery,
  httpBuildQuery,
  type QueryParams,
  type QueryValue,
  toPhpArray,
} from '../../src/wire/php-query.ts'
import { readSignedForm } from '../../src/wire/signed-form.ts'
import { type AcceptedBy, readVectors, toVectorTree, type VectorTree } from './vectors.ts'

type Entry =
  | { string: string }
  | { base64: string }
  | { int: string }
  | { float: string }
  | { bool: boolean }
  | { null: true }
  | { array: Entries }
type Entries = [string | number | { base64: string } | { int: string }, Entry][]

type SignatureCase = {
  name: string
  login: string
  secret: string
  params: QueryParams | null
  params_exact: boolean
  entries: Entries
  query: string
  hash: string
  body: string
  accepted_by: AcceptedBy
}

type RequestCase = {
  name: string
  login: string
  secret: string
  method: string
  headers: [string, string][]
  body_base64: string
  accepted_by: AcceptedBy
  expected: 'accept' | 'reject' | 'either'
  post: VectorTree
  php_query: string
}

const signatures = readVectors<SignatureCase>('signatures')
const requests = readVectors<RequestCase>('client-requests')
const responses = readVectors<{
  name: string
  code?: number
  text: string
  secret: string
  hash: string
}>('responses').filter((response) => response.code !== undefined)

const NOTHING: AcceptedBy = {
  raw: false,
  php_rebuild: false,
  js_rebuild: false,
  rfc3986_rebuild: false,
}

type Proof = { login: string; secret: string }

function verify(body: Buffer, contentType: string | undefined, proof: Proof): AcceptedBy {
  const form = readSignedForm(body, contentType, 'hash')
  if (!form.ok) return NOTHING
  const fits = (text: string | null, signature = form.signature) =>
    text !== null &&
    signature !== undefined &&
    equalConstantTime(
      md5Hex(fromBinary(text), '::', proof.login, '::', proof.secret),
      fromBinary(signature),
    )
  return {
    raw: fits(form.texts.raw, cutPairs(body.toString('latin1'), 'hash').values.at(-1)),
    php_rebuild: fits(form.texts.phpRebuild),
    js_rebuild: fits(form.texts.jsRebuild),
    rfc3986_rebuild: fits(form.texts.rfc3986Rebuild),
  }
}

function contentTypeOf(request: RequestCase): string | undefined {
  return request.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1]
}

function entryTree(entries: Entries): PhpArray {
  const tree: PhpArray = new Map()
  for (const [key, entry] of entries) {
    const value = entryValue(entry)
    if (value !== undefined) tree.set(binaryKey(key), value)
  }
  return tree
}

function binaryKey(key: Entries[number][0]): string {
  if (typeof key === 'object') {
    return 'int' in key ? key.int : Buffer.from(key.base64, 'base64').toString('latin1')
  }
  return Buffer.from(String(key), 'utf8').toString('latin1')
}

function entryValue(entry: Entry): PhpValue | undefined {
  return 'array' in entry ? entryTree(entry.array) : toPhpArray([entryScalar(entry)]).get('0')
}

function entryScalar(entry: Exclude<Entry, { array: Entries }>): QueryValue {
  if ('string' in entry) return entry.string
  if ('base64' in entry) return Buffer.from(entry.base64, 'base64')
  if ('int' in entry) return BigInt(entry.int)
  if ('float' in entry) return phpFloat(Number(entry.float.replace('INF', 'Infinity')))
  return 'bool' in entry ? entry.bool : null
}

describe('a signed call made with PHP', () => {
  it.each(signatures)('$name: its entries give the query and the hash', (call) => {
    expect(httpBuildQuery(entryTree(call.entries))).toBe(call.query)
    expect(md5Hex(call.query, '::', call.login, '::', call.secret)).toBe(call.hash)
  })

  it.each(signatures.filter((call) => call.params_exact))(
    '$name: its parameters as plain JSON give the query',
    (call) => {
      expect(call.params === null ? undefined : buildQuery(call.params)).toBe(call.query)
    },
  )

  it.each(signatures)('$name: each way of checking finds what the table says', (call) => {
    const type = 'application/x-www-form-urlencoded'
    expect(verify(Buffer.from(call.body), type, call)).toEqual(call.accepted_by)
  })

  it('reports the NUL in the one value that holds one, so that it never reaches the book', () => {
    const withNul = signatures.filter((call) => {
      const form = readSignedForm(
        Buffer.from(call.body),
        'application/x-www-form-urlencoded',
        'hash',
      )
      return form.ok && form.nulInValues
    })
    expect(withNul.map((call) => call.name)).toEqual(['d-not-utf8-002'])
  })
})

// Every request that we do not read as PHP does, under its rule of contract §2.4: a NUL in a name,
// a name that deletes others, pairs that PHP does not see. Where the table finds a right signature
// on one, ours is refused all the same; the vectors leave those open ("either").
const refusedByRule: Record<string, string[]> = {
  nul: [
    'd-changed-030',
    'd-changed-035',
    'd-changed-071',
    'd-changed-076',
    'd-changed-113',
    'd-changed-156',
    'd-changed-188',
    'd-changed-193',
    'd-changed-233',
  ],
  'too-deep': [
    'd-changed-036',
    'd-changed-077',
    'd-changed-119',
    'd-changed-120',
    'd-changed-157',
    'd-changed-194',
    'd-changed-234',
  ],
  'too-many-pairs': [
    'd-changed-037',
    'd-changed-078',
    'd-changed-079',
    'd-changed-121',
    'd-changed-158',
    'd-changed-195',
    'd-changed-235',
    'd-changed-236',
  ],
}

describe('a request of a real client', () => {
  const refusedNames = Object.values(refusedByRule).flat()
  const refused = requests.filter((request) => refusedNames.includes(request.name))
  const read = requests.filter((request) => !refusedNames.includes(request.name))

  it.each(read)('$name: each way of checking finds what the table says', (request) => {
    const body = Buffer.from(request.body_base64, 'base64')
    expect(verify(body, contentTypeOf(request), request)).toEqual(request.accepted_by)
  })

  it.each(read)('$name: is read as PHP reads it', (request) => {
    const body = Buffer.from(request.body_base64, 'base64')
    const form = readSignedForm(body, contentTypeOf(request), 'hash')
    if (!form.ok) throw new Error(`refused: ${form.reason}`)
    const post = request.post.filter(([name]) => name !== 'hash')
    expect(toVectorTree(form.tree)).toEqual(post)
    expect(form.texts.phpRebuild).toBe(request.php_query)
  })

  it.each(refused)(
    '$name: is refused by its rule, and is no call that must be accepted',
    (request) => {
      const body = Buffer.from(request.body_base64, 'base64')
      const form = readSignedForm(body, contentTypeOf(request), 'hash')
      const reason = form.ok ? 'none' : form.reason
      expect(refusedByRule[reason]).toContain(request.name)
      expect(request.expected).not.toBe('accept')
    },
  )

  it('with a right signature is lost to those rules only where the vectors leave it open', () => {
    const lost = refused.filter((request) => Object.values(request.accepted_by).includes(true))
    expect(lost).toHaveLength(12)
    expect(new Set(lost.map((request) => request.expected))).toEqual(new Set(['either']))
  })
})

describe('an answer', () => {
  it.each(responses)('$name carries the hash of code, text and secret', (response) => {
    const { code, text, secret } = response
    expect(md5Hex(String(code), '::', text, '::', secret)).toBe(response.hash)
  })
})
