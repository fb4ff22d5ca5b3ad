import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { md5Hex } from '../../src/wire/digest.ts'
import { isPhpReady, needPhp } from '../wire/php.ts'
import { type Driver, driverNames, type Settings, startDriver } from './drivers.ts'
import {
  envelope,
  login,
  now,
  type Receiver,
  reply,
  secret,
  signatureHeaders,
  useReceiver,
} from './receiver.ts'

const receiver = useReceiver()

type Case = {
  readonly name: string
  readonly answer: Receiver['replies'][number]
  readonly outcome: 'unverifiable' | 'transport' | 'either'
  readonly reason?: string
}

const good = envelope(0, 'OK')
const hashOf = (text: string) => md5Hex(`${text}::${secret}`)
const written = (code: string, hashed: string) =>
  `{"error_code":${code},"error_text":"OK","result":[],"hash":"${hashOf(`${hashed}::OK`)}"}`

const doubted = (name: string, body: string, reason: string): Case => {
  return { name, answer: reply(body), outcome: 'unverifiable', reason }
}

/** Answers that neither client may believe, whatever it asks for. */
const doubtful: Case[] = [
  doubted('the hash of another key', envelope(0, 'OK', [], { hash: md5Hex('0::OK::x') }), 'hash'),
  doubted(
    'a hash in upper case',
    envelope(0, 'OK', [], { hash: hashOf('0::OK').toUpperCase() }),
    'envelope',
  ),
  doubted('the hash true', envelope(0, 'OK', [], { hash: true }), 'envelope'),
  doubted('the hash null', envelope(0, 'OK', [], { hash: null }), 'envelope'),
  doubted('the hash 0', envelope(0, 'OK', [], { hash: 0 }), 'envelope'),
  doubted('a list as hash', envelope(0, 'OK', [], { hash: [hashOf('0::OK')] }), 'envelope'),
  doubted('no hash', envelope(0, 'OK', [], { hash: undefined }), 'envelope'),
  doubted('the code as a text', written('"0"', '0'), 'envelope'),
  doubted('the code 0.0', written('0.0', '0'), 'envelope'),
  doubted('the code 0e0', written('0e0', '0'), 'envelope'),
  doubted('the code -0', written('-0', '0'), 'envelope'),
  doubted('the code 0.5', written('0.5', '0.5'), 'envelope'),
  doubted('the code -1', written('-1', '-1'), 'envelope'),
  doubted('the code true', written('true', '1'), 'envelope'),
  doubted('the code null', written('null', ''), 'envelope'),
  doubted('a number as text', envelope(0, '5', [], { error_text: 5 }), 'envelope'),
  doubted('another text', envelope(0, 'OK', [], { error_text: 'ok' }), 'hash'),
  doubted('another code', envelope(4, 'OK', [], { error_code: 0 }), 'hash'),
  doubted('a list of one envelope', `[${good}]`, 'json'),
  doubted('a byte order mark in front', `\ufeff${good}`, 'json'),
  doubted('an envelope with something behind it', `${good}x`, 'json'),
  doubted('nothing', '', 'json'),
  {
    name: 'an account that is unknown there: signed with an empty key',
    answer: reply(envelope(5, 'Invalid user name', [], { hash: md5Hex('5::Invalid user name::') })),
    outcome: 'unverifiable',
    reason: 'hash',
  },
  {
    name: 'an HTML page with status 500',
    answer: reply('<html>oops</html>', { 'content-type': 'text/html' }, 500),
    outcome: 'unverifiable',
    reason: 'status',
  },
  {
    name: 'a right success with status 503',
    answer: reply(good, {}, 503),
    outcome: 'unverifiable',
    reason: 'status',
  },
  {
    name: 'half of the promised bytes',
    outcome: 'transport',
    answer: (response) => {
      response.writeHead(200, { 'content-length': String(good.length) })
      response.write(good.slice(0, 20), () => response.destroy())
    },
  },
  {
    name: 'a stream that breaks off',
    outcome: 'either',
    answer: (response) => {
      response.writeHead(200)
      response.write(good.slice(0, 20), () => response.destroy())
    },
  },
  { name: 'a closed connection', outcome: 'transport', answer: (response) => response.destroy() },
]

const signed = envelope(0, 'OK', { bill_id: 7 })
const forged = envelope(0, 'OK', { bill_id: 8 })
const withHeaders = (name: string, body: string, headers: object, reason: string): Case => {
  return { name, answer: reply(body, { ...headers }), outcome: 'unverifiable', reason }
}

/** Right by the protocol's own hash; refused where the caller asks for the signature header. */
const unsigned: Case[] = [
  withHeaders('no signature header', signed, {}, 'signature-missing'),
  withHeaders('a changed result', forged, signatureHeaders(signed), 'signature-wrong'),
  withHeaders('another key', signed, signatureHeaders(signed, { key: 'x' }), 'signature-wrong'),
  withHeaders(
    'a time 301 seconds ago',
    signed,
    signatureHeaders(signed, { timestamp: now - 301 }),
    'signature-stale',
  ),
  withHeaders(
    'a time 301 seconds ahead',
    signed,
    signatureHeaders(signed, { timestamp: now + 301 }),
    'signature-stale',
  ),
  withHeaders(
    'another time than the signed one',
    signed,
    { ...signatureHeaders(signed), 'webhook-timestamp': String(now + 1) },
    'signature-wrong',
  ),
  withHeaders(
    'another id than the signed one',
    signed,
    { ...signatureHeaders(signed), 'webhook-id': 'msg_1' },
    'signature-wrong',
  ),
  withHeaders(
    'a signature of another version',
    signed,
    {
      ...signatureHeaders(signed),
      'webhook-signature': signatureHeaders(signed)['webhook-signature'].replace('v1', 'v2'),
    },
    'signature-wrong',
  ),
]

describe.each(driverNames)('%s', (name) => {
  let driver: Driver
  beforeAll(() => {
    if (name === 'TypeScript' || isPhpReady) driver = startDriver(name)
  })
  afterAll(() => driver?.stop())
  beforeEach((context) => {
    if (name !== 'TypeScript') needPhp(context)
    receiver().calls.length = 0
  })

  const ask = (settings: Settings = {}) =>
    driver.run({ url: receiver().url, login, secret }, 'call', ['GetOrderInfo', { bill_id: 7 }], {
      now,
      ...settings,
    })

  const refuses = async ({ answer, outcome, reason }: Case, settings: Settings) => {
    receiver().replies = [answer]
    const got = await ask(settings)
    expect(outcome === 'either' ? ['unverifiable', 'transport'] : [outcome]).toContain(got.outcome)
    if (reason !== undefined) expect(got.reason).toBe(reason)
    expect(got).not.toHaveProperty('result')
    expect(got.shown).not.toContain(secret)
    expect(receiver().calls).toHaveLength(1)
  }

  it.each(doubtful)('does not believe $name', (one) => refuses(one, {}))

  it.each(unsigned)('with the header required, does not believe $name', (one) =>
    refuses(one, { requireSignature: true }),
  )

  it('does not follow a redirect, even one with a right envelope', async () => {
    receiver().replies = [reply(good, { location: `${receiver().url}/GetOrderInfo` }, 302)]
    expect(await ask()).toMatchObject({ outcome: 'unverifiable', reason: 'status', status: 302 })
    expect(receiver().calls).toHaveLength(1)
  })

  it('gives up where no answer comes in time', async () => {
    receiver().replies = [() => undefined]
    expect(await ask({ timeout: 0.2 })).toMatchObject({ outcome: 'transport' })
  })

  it('gives up where the answer stops half way', async () => {
    receiver().replies = [(response) => response.writeHead(200).write(good.slice(0, 20))]
    expect(await ask({ timeout: 0.3 })).toMatchObject({ outcome: 'transport' })
  })

  it('believes a signed answer, and one of several signatures is enough', async () => {
    const headers = signatureHeaders(signed)
    const several = `v1a,xyz v1,${'A'.repeat(43)}= ${headers['webhook-signature']}`
    receiver().replies = [
      reply(signed, headers),
      reply(signed, { ...headers, 'webhook-signature': several }),
    ]
    const expected = { outcome: 'ok', result: { result: { bill_id: 7 } } }
    expect(await ask({ requireSignature: true })).toMatchObject(expected)
    expect(await ask({ requireSignature: true })).toMatchObject(expected)
  })

  it('believes a signed answer as old as the caller allows', async () => {
    receiver().replies = [reply(signed, signatureHeaders(signed, { timestamp: now - 900 }))]
    expect(await ask({ requireSignature: true, tolerance: 900 })).toMatchObject({ outcome: 'ok' })
    expect(await ask({ requireSignature: true, tolerance: 899 })).toMatchObject({
      reason: 'signature-stale',
    })
  })

  it('believes the protocol’s own hash alone where nothing more is asked for', async () => {
    receiver().replies = [reply(forged, signatureHeaders(signed))]
    expect(await ask()).toMatchObject({ outcome: 'ok', result: { result: { bill_id: 8 } } })
  })
})
