import { describe, expect, it } from 'vitest'
import { influencersoft } from '../../../src/dialects/influencersoft/index.ts'
import { notices } from '../../../src/dialects/influencersoft/notices.ts'
import type { Credential } from '../../../src/model/credential.ts'
import type { NoticeType } from '../../../src/model/notice.ts'
import type { Order } from '../../../src/model/order.ts'
import { md5Hex } from '../../../src/wire/digest.ts'
import { readForm } from '../../../src/wire/form.ts'
import { treeToObject } from '../../../src/wire/tree.ts'
import { aNotice, mugOrder } from '../../notices/a-notice.ts'
import { aLine } from '../mintsoft/an-order.ts'

const secret = 'k3y # with = ? [ } ; % Ключ'

function fieldsOf(body: string): Record<string, unknown> {
  const form = readForm(Buffer.from(body), notices.contentType)
  if (!form.ok) throw new Error(form.reason)
  return { ...treeToObject(form.tree) }
}

function told(type: NoticeType, order: Order = mugOrder): Record<string, unknown> {
  return fieldsOf(notices.render(aNotice({ type, order })))
}

const buyer = {
  id: '100000',
  first_name: 'Zoë',
  last_name: 'O’Neil',
  middle_name: '',
  email: "o'neil+x@example.com",
  phone: '555 0142',
  city: 'Alton',
  country: 'United States',
  region: '',
  postalcode: '62002',
  created: '1773518462',
}
const item = { id: 'mug', title: 'Stoneware mug (Colour: blue)', sum: '12.90', price: '13.90' }
const utm = { medium: 'email', source: '', campaign: '', content: '', term: '' }
const comment = 'a gift & a surprise'

/** Contract §9, row by row. */
const rows: readonly (readonly [NoticeType, Record<string, unknown>])[] = [
  [
    'order.placed',
    {
      ...buyer,
      status: 'new_order',
      address: '9 Mill Lane',
      comment,
      tag: 'spring',
      kupon: 'MUG10',
      domain: 'pay.example.com',
      link: 'http://pay.example.com/bill/k3yk3y',
      utm,
      items: [item, item],
    },
  ],
  [
    'order.paid',
    {
      ...buyer,
      address: '9 Mill Lane',
      paid: '1773518966',
      last_payment_sum: '25.80',
      comment,
      tag: 'spring',
      kupon: 'MUG10',
      coupon: 'MUG10',
      type: '',
      payway: 'card',
      domain: 'pay.example.com',
      is_recurrent: '0',
      utm,
      items: [
        { ...item, pincode: '' },
        { ...item, pincode: '' },
      ],
    },
  ],
  ['order.cancelled', { ...buyer, status: 'cancel_order', comment, utm, items: [item, item] }],
  ['order.expired', { ...buyer, status: 'cancel_order', comment, utm, items: [item, item] }],
  [
    'order.refunded',
    {
      ...buyer,
      paid: '1773518966',
      status: 'moneyback',
      comment,
      is_recurrent: '0',
      utm,
      items: [item, item],
    },
  ],
]

describe('an InfluencerSoft notice', () => {
  it.each(rows)('of %s has the fields of the contract', (type, fields) => {
    expect(told(type)).toEqual(fields)
  })

  it('has words for these events alone', () => {
    expect([...notices.types].sort()).toEqual(rows.map(([type]) => type).sort())
    expect(() => notices.render(aNotice({ type: 'order.sent' }))).toThrow('no word for order.sent')
  })

  it('has no time of payment but where the contract has one, even of a paid order', () => {
    for (const [type] of rows) {
      expect('paid' in told(type), type).toBe(['order.paid', 'order.refunded'].includes(type))
    }
  })

  it('keeps the words of a partner to the partner', () => {
    const order = { ...mugOrder, utm: { medium: 'email', aff_source: 'ward' } }
    for (const [type] of rows) expect(told(type, order).utm).toEqual(utm)
  })

  it('is written as PHP writes a form', () => {
    const message = notices.render(aNotice())
    expect(message).toContain('&email=o%27neil%2Bx%40example.com&')
    expect(message).toContain('&first_name=Zo%C3%AB&')
    expect(message).toContain('&utm%5Bmedium%5D=email&')
    expect(message).toContain('&items%5B0%5D%5Btitle%5D=Stoneware+mug+%28Colour%3A+blue%29&')
    expect(message).toContain('&items%5B1%5D%5Bsum%5D=12.90&')
  })
})

describe('the hash of a notice', () => {
  const hashOf = (type: NoticeType, key = secret) =>
    fieldsOf(notices.seal(notices.render(aNotice({ type })), key)).hash

  it.each([
    ['order.placed', '1773518462'],
    ['order.paid', '1773518966'],
    ['order.cancelled', '1773518462'],
    ['order.expired', '1773518462'],
    ['order.refunded', '1773518966'],
  ] as const)('of %s is over number, e-mail and %s', (type, time) => {
    expect(hashOf(type)).toBe(md5Hex(`100000o'neil+x@example.com${time}${secret}`))
  })

  it('depends on the key', () => {
    expect(hashOf('order.paid', 'another')).not.toBe(hashOf('order.paid'))
  })

  it('is over what the message says, whatever it was made from', () => {
    const message = 'created=5&email=%D1%8F%40example.com&id=7&utm%5Bid%5D=9'
    expect(notices.seal(message, 'k')).toBe(`hash=${md5Hex('7я@example.com5k')}&${message}`)
  })

  it('is read by PHP, and all but items, of an order with more pairs than PHP takes', () => {
    const lines = Array.from({ length: 400 }, (_, at) => aLine({ position: at + 1 }))
    const order = { ...mugOrder, lines }
    for (const [type] of rows) {
      const body = notices.seal(notices.render(aNotice({ type, order })), secret)
      const pairs = body.split('&')
      expect(pairs.length).toBeGreaterThan(1000)
      const read = fieldsOf(pairs.slice(0, 1000).join('&'))
      expect(Object.keys(read)).toEqual(['hash', ...Object.keys(told(type))])
    }
  })
})

describe('the key of notices', () => {
  it('signs the headers with its UTF-8 bytes', () => {
    expect(Buffer.from(notices.keyOf('ключ'))).toEqual(Buffer.from('ключ', 'utf8'))
  })

  it('is that of the newest credential', () => {
    const keys = [
      { id: 3, secret: 'old' },
      { id: 8, secret: 'new' },
      { id: 5, secret: 'between' },
    ] as Credential[]
    expect(influencersoft.notices?.secretOf(keys)).toBe('new')
    expect(influencersoft.notices?.secretOf([])).toBeUndefined()
  })
})

describe('a test notice', () => {
  const body = notices.seal(notices.renderTest('demo', 1_700_000_000_000), secret)

  it('looks like no order and like no event', () => {
    const { hash, ...rest } = fieldsOf(body)
    expect(rest).toEqual({ id: '0', email: '', created: '1700000000', status: 'test' })
    expect(hash).toBe(md5Hex(`01700000000${secret}`))
  })

  it('is refused where payments are received', () => {
    const { id, email, paid, hash } = fieldsOf(body)
    expect(hash).not.toBe(md5Hex(`${id}${email}${paid ?? ''}${secret}`))
  })
})
