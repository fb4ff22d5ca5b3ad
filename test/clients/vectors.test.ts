import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildQuery, type Params, signCall, verifyAnswer } from '../../clients/ts/index.ts'
import { buildQuery as wireQuery } from '../../src/wire/php-query.ts'
import { isPhpReady, needPhp } from '../wire/php.ts'
import { readVectors } from '../wire/vectors.ts'
import type { Outcome } from './drivers.ts'
import { type PhpLines, startPhpLines } from './php-lines.ts'

type SignatureCase = {
  name: string
  login: string
  secret: string
  params: Params | null
  params_exact: boolean
  entries: unknown
  query: string
  hash: string
}

type ResponseCase = {
  name: string
  secret: string
  envelope?: string
  envelope_base64?: string
  code?: unknown
  text?: string
  valid: boolean | 'mixed'
}

const signatures = readVectors<SignatureCase>('signatures')
const plain = signatures.flatMap(({ params, params_exact, ...call }) =>
  params_exact && params !== null ? [{ ...call, params }] : [],
)

// Their hash is right, but the code is a text, where the contract wants a number (contract §3).
const codeAsText = ['d-types-038', 'd-types-039']
const responses = readVectors<ResponseCase>('responses').map((response) => ({
  ...response,
  bytes:
    response.envelope === undefined
      ? Buffer.from(response.envelope_base64 ?? '', 'base64')
      : Buffer.from(response.envelope, 'utf8'),
  believed: response.valid === true && !codeAsText.includes(response.name),
}))

describe('the TypeScript client', () => {
  it.each(plain)('signs $name as PHP does', ({ login, secret, params, query, hash }) => {
    expect(signCall(login, secret, params)).toEqual({
      query,
      hash,
      body: `${query}${query === '' ? '' : '&'}hash=${hash}`,
    })
  })

  it.each(responses)('judges $name (valid: $valid)', ({ bytes, secret, believed, code, text }) => {
    const raw = { functionName: 'test', status: 200, body: bytes, header: () => null }
    const judge = () => verifyAnswer(raw, { secret })
    if (believed) expect(judge()).toMatchObject({ code, text })
    else expect(judge).toThrowError('answer not believed')
  })

  it('writes every number as PHP does', () => {
    const numbers = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.maxSafeInteger(),
      fc.integer({ min: 0, max: 2 ** 31 }).map((n) => n / 8),
      fc.bigInt({ min: 2n ** 42n, max: 2n ** 46n }).map((n) => Number(n) + 0.25),
    )
    fc.assert(
      fc.property(numbers, (value) => {
        expect(buildQuery({ value })).toBe(wireQuery({ value }))
      }),
      { numRuns: 3000 },
    )
  })

  it('writes every text and every nesting as PHP does', () => {
    const { tree } = fc.letrec<{ tree: object; value: unknown }>((tie) => ({
      tree: fc.dictionary(fc.string({ unit: 'grapheme' }), tie('value'), { maxKeys: 4 }),
      value: fc.oneof(
        { maxDepth: 3 },
        fc.string({ unit: 'grapheme' }),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 3 }),
        tie('tree'),
      ),
    }))
    fc.assert(
      fc.property(tree, (value) => {
        expect(buildQuery(value as Params)).toBe(wireQuery(value as Params))
      }),
    )
  })

  it.each([
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['half a surrogate pair', '\ud800'],
    ['a Date', new Date(0)],
    ['a function', () => 1],
  ])('refuses %s as a parameter', (_, value) => {
    expect(() => buildQuery({ value } as unknown as Params)).toThrowError(TypeError)
  })
})

describe('the PHP client', () => {
  let php: PhpLines
  beforeAll(() => {
    if (isPhpReady) php = startPhpLines('drive-client.php', { withCurl: true })
  })
  afterAll(() => php?.stop())
  beforeEach((context) => needPhp(context))

  const run = (task: object) => php.ask({ url: 'http://localhost/', ...task }) as Promise<Outcome>
  const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64')

  it.each(signatures)('signs $name', async ({ login, secret, entries, query, hash }) => {
    const got = await run({ login, secret: base64(secret), method: 'sign', entries })
    const body = `${query}${query === '' ? '' : '&'}hash=${hash}`
    expect(got).toEqual({ outcome: 'ok', result: { query, hash, body } })
  })

  it.each(responses)('judges $name (valid: $valid)', async (response) => {
    const { bytes, believed, code, text } = response
    const task = { login: 'any', secret: base64(response.secret), method: 'verify' }
    const got = await run({ ...task, body: base64(bytes) })
    expect(got.outcome).toBe(believed ? 'ok' : 'unverifiable')
    if (believed) expect(got.result).toMatchObject({ code, text })
  })

  it('keeps its secret out of dumps', async () => {
    const got = await run({ login: 'any', secret: base64('hush'), method: 'dump' })
    expect(got.result).toContain('any')
    expect(got.result).not.toContain('hush')
  })
})
