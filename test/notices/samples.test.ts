import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { type NoticeFormat, type NoticeType, noticeTypes } from '../../src/model/notice.ts'
import { noticeFormats } from '../../src/notices/formats.ts'
import { signatureHeaders } from '../../src/notices/sign.ts'
import { newStandardSecret } from '../../src/notices/standard.ts'
import { aLine } from '../dialects/mintsoft/an-order.ts'
import { aNotice, mugOrder } from './a-notice.ts'
import {
  fenced,
  type Language,
  needLanguage,
  page,
  type Receiver,
  type Sample,
  useReceivers,
} from './receivers.ts'

const start = useReceivers()
const aSecret = (byte: number) =>
  newStandardSecret((count) => Buffer.alloc(count, byte).toString('base64url'))
const nowSeconds = () => Math.floor(Date.now() / 1000)

const standard = format('standard')
const influencersoft = format('influencersoft')

function format(name: string): NoticeFormat {
  const found = noticeFormats.get(name)
  if (found === undefined) throw new Error(`no format ${name}`)
  return found
}

type Delivery = { readonly body: string; readonly headers: Record<string, string> }

/** A notice as it is sent, signed with one secret or with several. */
function delivery(
  form: NoticeFormat,
  [secret, ...older]: readonly [string, ...string[]],
  { type = 'order.paid', ageSeconds = 0, message }: DeliveryOptions = {},
): Delivery {
  const body = form.seal(message ?? form.render(aNotice({ type })), secret)
  const signed = signatureHeaders({
    id: 'msg_demo_1_100000_2',
    timestampSeconds: nowSeconds() - ageSeconds,
    body,
    keys: [secret, ...older].map((one) => form.keyOf(one)),
  })
  return { body, headers: { 'content-type': form.contentType, ...signed } }
}

type DeliveryOptions = {
  readonly type?: NoticeType
  readonly ageSeconds?: number
  readonly message?: string
}

async function statusOf(receiver: Receiver, { body, headers }: Delivery): Promise<number> {
  return (await receiver.post(body, headers)).status
}

const checking = {
  standard: 'Checking a `standard` notice',
  influencersoft: 'Checking an `influencersoft` notice',
} as const

describe.each<Language>(['php', 'ts', 'python'])('the standard receiver in %s', (language) => {
  const secret = aSecret(5)
  const sample: Sample = { language, heading: checking.standard }

  it('takes true notices, and refuses what was changed, is old, or is signed by another', async (context) => {
    needLanguage(context, language)
    const receiver = await start(sample, secret)
    const whole = delivery(standard, [secret])
    expect(await statusOf(receiver, whole)).toBe(204)
    for (const type of noticeTypes) {
      expect(await statusOf(receiver, delivery(standard, [secret], { type })), type).toBe(204)
    }
    const test = { message: standard.renderTest('demo', Date.now()) }
    expect(await statusOf(receiver, delivery(standard, [secret], test))).toBe(204)

    const changed = { ...whole, body: whole.body.replace('"25.80"', '"25.81"') }
    expect(changed.body).not.toBe(whole.body)
    expect(await statusOf(receiver, changed)).toBe(400)
    expect(await statusOf(receiver, delivery(standard, [aSecret(6)]))).toBe(400)
    for (const ageSeconds of [3600, -3600]) {
      expect(await statusOf(receiver, delivery(standard, [secret], { ageSeconds }))).toBe(400)
    }
    for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature']) {
      const other = { ...whole.headers, [name]: `${whole.headers[name]}0` }
      expect(await statusOf(receiver, { ...whole, headers: other }), name).toBe(400)
      const { [name]: _left, ...fewer } = whole.headers
      expect(await statusOf(receiver, { ...whole, headers: fewer }), `no ${name}`).toBe(400)
    }
  })

  it('knows either secret while one replaces the other', async (context) => {
    needLanguage(context, language)
    for (const known of [aSecret(7), aSecret(8)]) {
      const receiver = await start(sample, known)
      expect(await statusOf(receiver, delivery(standard, [aSecret(7), aSecret(8)]))).toBe(204)
      expect(await statusOf(receiver, delivery(standard, [aSecret(9), aSecret(10)]))).toBe(400)
    }
  })
})

const key = 'k3y # with = ? [ } ; % Ключ'

describe('the vendor’s own check of a payment', () => {
  const sample: Sample = { language: 'php', heading: checking.influencersoft }

  it('takes a payment and a moneyback, and nothing that was changed', async (context) => {
    needLanguage(context, 'php')
    const receiver = await start(sample, key)
    for (const type of ['order.paid', 'order.refunded'] as const) {
      const { body, headers } = delivery(influencersoft, [key], { type })
      const answer = await receiver.post(body, headers)
      expect(answer).toEqual({ status: 200, text: 'paid: 100000' })
      for (const [from, to] of changes) {
        const changed = body.replace(from, to)
        expect(changed).not.toBe(body)
        expect(await statusOf(receiver, { body: changed, headers })).toBe(400)
      }
    }
    expect(await statusOf(receiver, delivery(influencersoft, ['another']))).toBe(400)
  })

  it('takes no new order, no cancelled one and no test for a payment', async (context) => {
    needLanguage(context, 'php')
    const receiver = await start(sample, key)
    for (const type of ['order.placed', 'order.cancelled', 'order.expired'] as const) {
      expect(await statusOf(receiver, delivery(influencersoft, [key], { type })), type).toBe(400)
    }
    const test = { message: influencersoft.renderTest('demo', Date.now()) }
    expect(await statusOf(receiver, delivery(influencersoft, [key], test))).toBe(400)
  })
})

/** One byte of each field that the hash covers. */
const changes = [
  ['&id=100000', '&id=100001'],
  ['example.com', 'example.org'],
  ['&paid=1773518966', '&paid=1773518967'],
] as const

describe.each([
  { language: 'php', nth: 1 },
  { language: 'python', nth: 0 },
] as const)('the InfluencerSoft receiver in $language', ({ language, nth }) => {
  const sample: Sample = { language, nth, heading: checking.influencersoft }

  it('takes every true notice, and none that was changed or is signed by another', async (context) => {
    needLanguage(context, language)
    const receiver = await start(sample, key)
    for (const type of influencersoft.types) {
      const { body, headers } = delivery(influencersoft, [key], { type })
      expect([200, 204], type).toContain(await statusOf(receiver, { body, headers }))
      for (const [from, to] of [...changes, ['&created=1', '&created=2'] as const]) {
        const covered = from.startsWith('&created') ? !body.includes('&paid=') : body.includes(from)
        if (!covered) continue
        expect(await statusOf(receiver, { body: body.replace(from, to), headers })).toBe(400)
      }
      expect(await statusOf(receiver, delivery(influencersoft, ['another'], { type }))).toBe(400)
    }
    const test = { message: influencersoft.renderTest('demo', Date.now()) }
    expect([200, 204]).toContain(await statusOf(receiver, delivery(influencersoft, [key], test)))
  })
})

it('tells new orders, cancelled ones, payments and moneybacks apart in PHP', async (context) => {
  needLanguage(context, 'php')
  const receiver = await start({ language: 'php', nth: 1, heading: checking.influencersoft }, key)
  const words = {
    'order.placed': 'new_order',
    'order.paid': 'paid',
    'order.cancelled': 'cancel_order',
    'order.expired': 'cancel_order',
    'order.refunded': 'moneyback',
  } as const
  for (const [type, word] of Object.entries(words)) {
    const { body, headers } = delivery(influencersoft, [key], { type: type as keyof typeof words })
    expect((await receiver.post(body, headers)).text).toBe(`${word}: 100000`)
  }
})

it('keeps the hash of an order with more fields than PHP reads', async (context) => {
  needLanguage(context, 'php')
  const lines = Array.from({ length: 400 }, (_, at) => aLine({ position: at + 1 }))
  const message = influencersoft.render(aNotice({ order: { ...mugOrder, lines } }))
  expect(message.split('&').length).toBeGreaterThan(1000)
  for (const nth of [0, 1]) {
    const receiver = await start({ language: 'php', nth, heading: checking.influencersoft }, key)
    const { body, headers } = delivery(influencersoft, [key], { message })
    expect(await receiver.post(body, headers)).toEqual({ status: 200, text: 'paid: 100000' })
  }
})

describe('the headers of an InfluencerSoft notice', () => {
  const verify = ({ body, headers }: Delivery) => {
    const webhook = new Webhook(Buffer.from(key), { format: 'raw' })
    webhook.verify(body, headers, { jsonParse: false })
  }

  it('verify with the bytes of the key, whatever it is made of', () => {
    expect(page).toContain("new Webhook(Buffer.from(apiKey), { format: 'raw' })")
    expect(page).toContain('{ jsonParse: false }')
    expect(() => verify(delivery(influencersoft, [key]))).not.toThrow()
  })

  it('are all that the receiver in TypeScript needs', async (context) => {
    needLanguage(context, 'ts')
    const receiver = await start({ language: 'ts', heading: checking.influencersoft }, key)
    for (const type of influencersoft.types) {
      expect(await statusOf(receiver, delivery(influencersoft, [key], { type })), type).toBe(204)
    }
    const test = { message: influencersoft.renderTest('demo', Date.now()) }
    expect(await statusOf(receiver, delivery(influencersoft, [key], test))).toBe(204)
    const { body, headers } = delivery(influencersoft, [key])
    const changed = body.replace('12.90', '12.91')
    expect(changed).not.toBe(body)
    expect(await statusOf(receiver, { body: changed, headers })).toBe(400)
    expect(await statusOf(receiver, delivery(influencersoft, ['another']))).toBe(400)
    const old = { ageSeconds: 3600 }
    expect(await statusOf(receiver, delivery(influencersoft, [key], old))).toBe(400)
  })

  it('cover what the hash does not', () => {
    const { body, headers } = delivery(influencersoft, [key])
    const changed = body.replace('12.90', '12.91')
    expect(changed).not.toBe(body)
    expect(() => verify({ body: changed, headers })).toThrow('No matching signature')
    expect(() => verify(delivery(influencersoft, [key], { ageSeconds: 3600 }))).toThrow('too old')
    expect(() => verify(delivery(influencersoft, ['another']))).toThrow('No matching signature')
  })
})

describe('docs/notices.md', () => {
  it('shows the bodies as they are sent', () => {
    const heading = 'What a notice looks like'
    const [json = ''] = fenced(heading, 'json')
    const [form = ''] = fenced(heading, 'text')
    expect(JSON.parse(json)).toEqual(JSON.parse(standard.render(aNotice())))
    expect(form.replaceAll('\n', '')).toBe(
      influencersoft.seal(influencersoft.render(aNotice()), 'key'),
    )
  })

  it('has every type in its table, and those that InfluencerSoft has a word for', () => {
    const rows = [...page.matchAll(/^\| `(order\.[a-z-]+)` +\|[^|]*\| *([^|]*?) *\|$/gm)]
    expect(rows.map(([, type]) => type)).toEqual(noticeTypes)
    const worded = rows.filter(([, , word]) => word !== '').map(([, type]) => type)
    expect(worded.sort()).toEqual([...influencersoft.types].sort())
  })
})
