import { describe, expect, it } from 'vitest'
import { noticeTypes } from '../../src/model/notice.ts'
import { freeze, noticeFormats } from '../../src/notices/formats.ts'
import { signatureHeaders } from '../../src/notices/sign.ts'
import {
  newStandardSecret,
  refuseStandardSecret,
  standardFormat,
} from '../../src/notices/standard.ts'
import { hmacSha256Base64 } from '../../src/wire/digest.ts'
import { aNotice, mugOrder } from './a-notice.ts'

const secretOf = (bytes: number) => `whsec_${Buffer.alloc(bytes, 0xfb).toString('base64')}`
const parsed = (body: string | undefined) => JSON.parse(body ?? '')

describe('the standard format', () => {
  it('tells what happened, when, to which order', () => {
    const event = {
      seq: 4,
      kind: 'commented',
      via: 'opencart',
      data: { status: 2 },
      text: 'On its way – Łódź',
      attention: ['edited-after-hand-over'],
    } as const
    const message = standardFormat.render(aNotice({ type: 'order.commented', event }))
    expect(parsed(message)).toMatchObject({
      type: 'order.commented',
      timestamp: '2026-03-14T20:09:30.500Z',
      data: {
        account: 'demo',
        order: { number: 100000, payment: 'paid', total: '25.80', lines: [{ quantity: 2 }] },
        event: {
          number: 4,
          kind: 'commented',
          at: '2026-03-14T20:09:30.500Z',
          via: 'opencart',
          data: { status: 2 },
          text: 'On its way – Łódź',
          attention: ['edited-after-hand-over'],
        },
      },
    })
  })

  it('shows neither the key of the pay link nor a release number', () => {
    const message = standardFormat.render(aNotice())
    expect(message).not.toContain(mugOrder.payKey)
    expect(message).not.toContain('releaseNumber')
    expect(message).toContain('"releasedAt":"2026-03-14T20:09:30.500Z"')
  })

  it.each(noticeTypes)('has words for %s', (type) => {
    expect(parsed(freeze('standard', aNotice({ type })))).toMatchObject({ type })
  })

  it('sends a message as it was kept, whatever the secret', () => {
    const message = standardFormat.render(aNotice())
    expect(standardFormat.seal(message, secretOf(32))).toBe(message)
  })

  it('tries an endpoint with a message that names no order', () => {
    expect(parsed(standardFormat.renderTest('demo', 1_700_000_000_000))).toEqual({
      type: 'test',
      timestamp: '2023-11-14T22:13:20.000Z',
      data: { account: 'demo' },
    })
  })
})

describe('a standard secret', () => {
  it('is made of 32 random bytes, and is one that can be used', () => {
    const bytes = Buffer.from(Array.from({ length: 32 }, (_, at) => at * 8 + 7))
    const secret = newStandardSecret((count) => bytes.subarray(0, count).toString('base64url'))
    expect(secret).toBe(`whsec_${bytes.toString('base64')}`)
    expect(refuseStandardSecret(secret)).toBeUndefined()
    expect(Buffer.from(standardFormat.keyOf(secret))).toEqual(bytes)
  })

  it.each([24, 25, 32, 64])('may stand for %s bytes', (bytes) => {
    expect(refuseStandardSecret(secretOf(bytes))).toBeUndefined()
  })

  it.each([
    ['', 'does not begin'],
    [secretOf(32).slice(6), 'does not begin'],
    [`WHSEC_${secretOf(32).slice(6)}`, 'does not begin'],
    ['whsec_', '0 bytes'],
    [secretOf(23), '23 bytes'],
    [secretOf(65), '65 bytes'],
    [secretOf(32).replaceAll('+', '-'), 'not base64'],
    [secretOf(32).replace('=', ''), 'not base64'],
    [`${secretOf(32)}\n`, 'not base64'],
    [`whsec_${'!'.repeat(40)}`, 'not base64'],
  ])('is refused as %j', (secret, why) => {
    expect(refuseStandardSecret(secret)).toContain(why)
    expect(() => standardFormat.keyOf(secret)).toThrow('not a standard secret')
  })

  it('is not told in what is said of it', () => {
    const secret = `whsec_${'A'.repeat(20)}`
    expect(refuseStandardSecret(secret)).not.toContain('AAAA')
  })
})

describe('the formats', () => {
  it('are our own and those of the dialects that tell of events', () => {
    expect([...noticeFormats.keys()]).toEqual(['standard', 'influencersoft'])
  })

  it.each([
    ['mintsoft', 'order.paid'],
    ['', 'order.paid'],
    ['influencersoft', 'order.sent'],
    ['influencersoft', 'order.notify'],
    ['influencersoft', 'order.needs-attention'],
  ] as const)('have no message of %j about %s', (format, type) => {
    expect(freeze(format, aNotice({ type }))).toBeUndefined()
  })
})

describe('the signature headers', () => {
  const [current, previous] = [Buffer.alloc(24, 1), Buffer.alloc(24, 2)]
  const message = { id: 'msg_demo_1_100000_2', timestampSeconds: 1_700_000_000, body: '{"ö":1}' }

  it('sign id, time and the bytes of the body', () => {
    const wanted = hmacSha256Base64(
      current,
      Buffer.from('msg_demo_1_100000_2.1700000000.{"ö":1}', 'utf8'),
    )
    expect(signatureHeaders({ ...message, keys: [current] })).toEqual({
      'webhook-id': 'msg_demo_1_100000_2',
      'webhook-timestamp': '1700000000',
      'webhook-signature': `v1,${wanted}`,
    })
  })

  it('hold a signature a key, the current one first', () => {
    const one = signatureHeaders({ ...message, keys: [current] })['webhook-signature']
    const other = signatureHeaders({ ...message, keys: [previous] })['webhook-signature']
    const both = signatureHeaders({ ...message, keys: [current, previous] })['webhook-signature']
    expect(one).not.toBe(other)
    expect(both).toBe(`${one} ${other}`)
  })
})
