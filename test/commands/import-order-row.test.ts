import { describe, expect, it } from 'vitest'
import { readOrder } from '../../src/commands/import-order-row.ts'
import { accountSettingsSchema } from '../../src/model/account.ts'

const settings = accountSettingsSchema.parse({ currency: 'RUB', timezone: 'Europe/Moscow' })
const created = 1_700_000_000
const row = { id: 1, created }

function orderOf(more: Readonly<Record<string, unknown>>) {
  const read = readOrder({ ...row, ...more }, { settings })
  if ('order' in read) return read.order
  throw new Error(read.problems.join('; '))
}

function problemOf(more: Readonly<Record<string, unknown>>): string {
  const read = readOrder({ ...row, ...more }, { settings })
  return 'problems' in read ? read.problems.join('; ') : ''
}

const ms = (seconds: number): number => seconds * 1000
const at = { created: ms(created), paid: ms(created + 60), sent: ms(created + 600) }
const [paid, sent, returned] = [created + 60, created + 600, created + 6000]

describe('where an old order stands', () => {
  const states: readonly (readonly [Readonly<Record<string, unknown>>, object])[] = [
    [{}, { payment: 'waiting', fulfilment: 'open', paidAt: null }],
    [
      { pay_status: 'waiting', paid: 0 },
      { payment: 'waiting', paidAt: null },
    ],
    [{ pay_status: 'Expected' }, { payment: 'waiting' }],
    [{ paid }, { payment: 'paid', paidAt: at.paid }],
    [
      { pay_status: 'paid', paid: String(paid) },
      { payment: 'paid', paidAt: at.paid },
    ],
    [{ pay_status: 'paid' }, { payment: 'paid', paidAt: at.created }],
    [
      { paid: '1', paydate: '2023-11-15 01:14:20' },
      { payment: 'paid', paidAt: at.paid },
    ],
    [
      { paid: 'no', paydate: '' },
      { payment: 'waiting', paidAt: null },
    ],
    [
      { pay_status: 'cancel' },
      { payment: 'cancelled', paidAt: null, cancelledAt: at.created, refundedAt: null },
    ],
    [
      { pay_status: 'cancel', paid },
      { payment: 'cancelled', paidAt: at.paid },
    ],
    [
      { pay_status: 'MoneyBack', paid },
      { payment: 'refunded', refundedAt: at.paid },
    ],
    [
      { pay_status: 'cancel', paid, refunded: sent },
      { payment: 'refunded', paidAt: at.paid, refundedAt: at.sent, cancelledAt: null },
    ],
    [
      { pay_status: 'paid', paid, sent },
      { fulfilment: 'sent', sentAt: at.sent, shipments: [] },
    ],
    [
      { pay_status: 'paid', paid, rpo: 'A1' },
      { fulfilment: 'sent', sentAt: at.paid },
    ],
    [
      { paid, sent, delivery_status: 'return' },
      { fulfilment: 'returned', sentAt: at.sent, returnedAt: at.sent },
    ],
    [
      { paid, sent, returned },
      { fulfilment: 'returned', returnedAt: ms(returned) },
    ],
    [
      { paid, sent, returned },
      { changedAt: ms(returned), releasedAt: null, label: null },
    ],
  ]
  it.each(states)('%j', (told, state) => {
    expect(orderOf(told).state).toMatchObject(state)
  })

  it('knows every parcel, with commas between them or as a list', () => {
    const parcels = [
      { position: 1, tracking: 'A1', service: 'Почта', sentAt: at.sent },
      { position: 2, tracking: 'B2', service: 'Почта', sentAt: at.sent },
    ]
    const one = orderOf({ paid, sent, rpo: 'A1, B2', service: 'Почта' })
    expect(one.state.shipments).toMatchObject(parcels)
    const list = ['A1', 'B2'].map((tracking) => ({ tracking, service: 'Почта', sent }))
    expect(orderOf({ paid, shipments: list }).state.shipments).toMatchObject(parcels)
  })

  it.each([
    [{ pay_status: 'toString' }, /^pay_status "tostring" is none of waiting, /],
    [{ delivery_status: 'lost' }, /^delivery_status "lost" is none of open, /],
    [{ delivery_status: 'open', rpo: 'A1' }, /^delivery_status is open, but there is a parcel/],
    [{ paid: 'soon' }, /^paid "soon" is no time; write seconds since 1970/],
    [{ created: '31.02.2020' }, /^created "31.02.2020" is no time/],
    [{ id: '2000000001' }, /^id "2000000001" is no whole number from 1 to 2000000000$/],
  ])('refuses %j', (told, problem) => {
    expect(problemOf(told)).toMatch(problem)
  })
})

describe('what no database keeps', () => {
  const item = { id: 'mug', sum: '1' }
  it.each([
    ['the name of a member', { 'odd\0': 'x' }],
    ['half a sign in the name of a member', { 'odd\ud800': 'x' }],
    ['the name of a campaign word', { utm: { 'a\0': 'x' } }],
    ['the name of a column of campaign words', { 'utm_a\0': 'x' }],
    ['what is left to pay', { pay_status: 'waiting', bill_sum_topay: '5\0' }],
    ['the name of an item’s member', { items: [{ ...item, 'o\0': 'x' }] }],
    ['a name deep inside', { odd: [{ deep: { 'o\0': 'x' } }] }],
  ])('is refused in %s', (_where, told) => {
    expect(problemOf(told)).toContain('holds a character that no database keeps')
  })

  it('is a line of more pieces than it counts', () => {
    const items = [
      { ...item, quantity: '1000000' },
      { ...item, quantity: '1' },
    ]
    expect(problemOf({ items })).toBe('items are more than 1000000 pieces of one line')
  })

  it('is a sum beyond the limit, told or worked out', () => {
    const most = '99999999999'
    expect(problemOf({ items: [item], price: '5', shipping_cost: most, tax: most })).toBe(
      'price is too large',
    )
  })
})

describe('what an old order came to', () => {
  const items = [
    { id: 'mug', title: 'Mug', sum: '10.00', price: '12.00' },
    { id: 'mug', title: 'Mug', sum: '10.00', price: '12.00' },
    { id: 'pen', title: '', sum: 5 },
  ]
  const sums: readonly (readonly [
    Readonly<Record<string, unknown>>,
    readonly [bigint, bigint, bigint],
  ])[] = [
    [{}, [250_000n, 0n, 0n]],
    [{ price: '25.00' }, [250_000n, 0n, 0n]],
    [{ price: '20.00' }, [200_000n, 50_000n, 0n]],
    [{ price: '30.00' }, [300_000n, 0n, 50_000n]],
    [{ price: '30.00', discount: '5', delivery_price: '10' }, [300_000n, 50_000n, 100_000n]],
    [{ items: [], price: '30.00' }, [300_000n, 0n, 0n]],
  ]
  it.each(sums)('%j', (told, wanted) => {
    const { total, discount, shippingCost } = orderOf({ items, ...told })
    expect([total, discount, shippingCost]).toEqual(wanted)
  })

  it.each([
    ['12,90', 129_000n],
    ['1 500,00', 15_000_000n],
    ['0,125', 1250n],
    ['1,5000', 15_000n],
  ])('is read from %s', (price, wanted) => {
    expect(orderOf({ price }).total).toBe(wanted)
  })

  it.each(['1,500', '12,900', '999,000', '1,234.56'])(
    'is not guessed from %s, which may be thousands',
    (price) => {
      expect(problemOf({ price })).toBe(`price "${price}" is no amount; write it as 1500.00`)
    },
  )

  it('is in lines: equal items are pieces of one', () => {
    expect(orderOf({ items }).lines).toEqual([
      { code: 'mug', title: 'Mug', quantity: 2, unitPrice: 100_000n, cataloguePrice: 120_000n },
      { code: 'pen', title: 'pen', quantity: 1, unitPrice: 50_000n, cataloguePrice: 50_000n },
    ])
    // PHP writes a list with gaps as an object.
    expect(orderOf({ items: { 3: items[0], 7: items[1] } }).lines[0]?.quantity).toBe(2)
  })
})

describe('what the book has no place for', () => {
  it('is kept as it came', () => {
    const told = { type: 'subscription', is_recurrent: true, manager: { id: 7 }, empty: '' }
    const items = [{ id: 'mug', sum: 1, pincode: 'X-1', partners: [{ partner_id: 3 }] }]
    expect(orderOf({ ...told, items }).fields).toEqual({
      type: 'subscription',
      is_recurrent: true,
      manager: { id: 7 },
      items: { '1': { pincode: 'X-1', partners: [{ partner_id: 3 }] } },
    })
  })

  it('is a payment in part', () => {
    const told = { pay_status: 'waiting', price: '10.00', paid, bill_sum_topay: '4.00' }
    expect(orderOf(told).fields).toEqual({ paid, bill_sum_topay: '4.00' })
    const whole = { pay_status: 'waiting', price: '10.00', paid: 0, bill_sum_topay: '10.00' }
    expect(orderOf(whole).fields).toEqual({})
  })

  it.each([
    ['/bill/abc', null, 'abc', {}],
    ['http://pay.example.com/bill/abc/7/', 'pay.example.com', 'abc/7/', {}],
    ['https://shop.example.com/?pay=7', null, null, { link: 'https://shop.example.com/?pay=7' }],
  ])('is a link of another shape than /bill/…: %s', (link, payDomain, key, fields) => {
    expect(orderOf({ link })).toMatchObject({ payDomain, link: key, fields })
    expect(orderOf({ link }).fields).toEqual(fields)
  })

  it('is no campaign word, however it is told', () => {
    const wanted = { source: 'ya', medium: 'cpc', aff_source: 'p' }
    const utm = { utm_source: 'ya', medium: 'cpc', aff_source: 'p', term: '' }
    expect(orderOf({ utm }).utm).toEqual(wanted)
    const columns = { utm_source: 'ya', utm_medium: 'cpc', aff_source: 'p', utm_term: '' }
    expect(orderOf(columns)).toMatchObject({ utm: wanted, fields: {} })
  })
})
