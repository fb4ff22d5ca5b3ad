import { describe, expect, it } from 'vitest'
import type { OrderCommand, OrderFacts } from '../../src/model/command.ts'
import { decide } from '../../src/model/decide.ts'
import { newOrderState } from '../../src/model/order.ts'
import { now, parcelOf, past } from './order-states.ts'

// What the tables of the docs have no column for: numbers, texts and times beside the states.

const waiting: OrderFacts = { ...newOrderState(past), payOnDelivery: false }
const paid: OrderFacts = { ...waiting, payment: 'paid', paidAt: past + 100 }
const sent: OrderFacts = { ...paid, fulfilment: 'sent', sentAt: past + 300 }
const parcel = { service: 'DHL', tracking: 'Z9', link: 'https://t.example/Z9' }
const send = (changes: object = {}): OrderCommand => ({
  ...{ kind: 'send', parcel, via: 'mintsoft', replaces: false },
  ...changes,
})

describe('the event of a parcel', () => {
  const own = parcelOf('mintsoft', 'A1', 2)
  const first = parcelOf('influencersoft', 'B1', 1)

  it.each<[string, OrderFacts, OrderCommand, { kind: string; parcel: number; tracking: string }]>([
    ['the first', paid, send(), { kind: 'sent', parcel: 1, tracking: 'Z9' }],
    [
      'a further one',
      { ...sent, shipments: [first] },
      send(),
      { kind: 'parcel-added', parcel: 2, tracking: 'Z9' },
    ],
    [
      'a corrected one',
      { ...sent, shipments: [first, own] },
      send({ replaces: true }),
      { kind: 'parcel-changed', parcel: 2, tracking: 'Z9' },
    ],
    [
      'one that is told more of',
      { ...sent, shipments: [first, own] },
      send({ parcel: { ...parcel, tracking: 'A1' } }),
      { kind: 'parcel-changed', parcel: 2, tracking: 'A1' },
    ],
  ])('says which it is: %s', (_what, order, command, { kind, ...data }) => {
    const { events } = decide(order, command, now)
    expect(events).toEqual([{ kind, data: { ...data, via: 'mintsoft' } }])
  })
})

describe('a parcel of one’s own that is reported anew', () => {
  const others = parcelOf('influencersoft', 'B1', 1)
  const bare = { service: '', tracking: 'C3', link: '' }
  const told = { link: 'https://t.example/', sentAt: past + 300 }

  it('keeps what was told of it where only its number was missing', () => {
    const known = { ...parcelOf('mintsoft', '', 2), ...told }
    const order = { ...sent, shipments: [others, known] }
    const { state, shipments } = decide(order, send({ parcel: bare }), now)
    expect(shipments).toEqual([{ ...known, tracking: 'C3' }])
    expect(state.shipments).toEqual([others, ...shipments])
  })

  it('takes nothing of one that it replaces', () => {
    const known = { ...parcelOf('mintsoft', 'A1', 2), ...told }
    const order = { ...sent, shipments: [others, known] }
    const command = send({ parcel: bare, replaces: true })
    const { state, shipments } = decide(order, command, now)
    expect(shipments).toEqual([{ ...bare, position: 2, sentAt: now, via: 'mintsoft' }])
    expect(state.shipments).toEqual([others, ...shipments])
  })

  it('has no service and no link where nobody told of any', () => {
    const [shipment] = decide(paid, send({ parcel: bare }), now).shipments
    expect(shipment).toEqual({ ...bare, position: 1, sentAt: now, via: 'mintsoft' })
  })
})

it('the event of a status says which', () => {
  const effect = { payment: 'none', fulfilment: 'none' } as const
  const command = { kind: 'set-status', status: 17, effect, releases: false } as const
  expect(decide(paid, command, now).events).toEqual([{ kind: 'status-set', data: { status: 17 } }])
})

describe('an edit', () => {
  const lines = [] as const
  const edit = (changes: object): OrderCommand => ({ kind: 'edit', content: {}, ...changes })

  it.each<[string, OrderFacts, object, string]>([
    ['of the lines', waiting, { lines }, 'replace'],
    ['of the lines of a paid order', paid, { lines }, 'replace'],
    ['of something else', waiting, { tag: 'x' }, 'none'],
    ['of what is called off', { ...waiting, payment: 'cancelled' }, { lines }, 'none'],
  ])('%s moves stock as it should', (_what, order, content, stock) => {
    expect(decide(order, edit({ content }), now).stock).toBe(stock)
  })

  it('names what it changed, in order', () => {
    const { events } = decide(paid, edit({ content: { tag: 'x', comment: 'y' } }), now)
    expect(events).toEqual([{ kind: 'edited', data: { fields: ['comment', 'tag'] } }])
  })

  it.each<[string, OrderFacts, boolean | undefined, boolean]>([
    ['to payment on delivery', waiting, true, true],
    ['away from payment on delivery', { ...waiting, payOnDelivery: true }, false, false],
    ['that leaves payment as it is', waiting, undefined, false],
    ['of one that was to be paid on delivery', { ...waiting, payOnDelivery: true }, true, false],
    ['of one that came in paid', paid, true, false],
    ['of one that is called off', { ...waiting, payment: 'cancelled' }, true, false],
    ['of one that was released', { ...waiting, releasedAt: past }, true, false],
  ])('%s releases: %#', (_what, order, payOnDelivery, releases) => {
    const command = edit({
      content: { tag: 'x' },
      ...(payOnDelivery === undefined ? {} : { payOnDelivery }),
    })
    const decision = decide(order, command, now)
    expect(decision.releases).toBe(releases)
    expect(decision.state.releasedAt).toBe(releases ? now : order.releasedAt)
  })
})

it.each<[string, OrderFacts, OrderCommand['kind'], boolean]>([
  [
    'is reopened to be paid at the door',
    { ...waiting, payment: 'cancelled', payOnDelivery: true },
    'reopen',
    true,
  ],
  ['was paid and hidden, and is shown', { ...paid, hidden: true }, 'unhide', false],
])('an imported order that %s is released, or not', (_what, order, kind, releases) => {
  expect(decide(order, { kind } as OrderCommand, now).releases).toBe(releases)
})

describe('what a refusal tells the operator', () => {
  it.each<[OrderFacts, OrderCommand, RegExp]>([
    [{ ...paid, payment: 'refunded' }, { kind: 'release' }, /cannot be released; pay or reopen/],
    [{ ...paid, releasedAt: past }, { kind: 'erase', force: false }, /on its way.*send or cancel/],
  ])('%#', (order, command, words) => {
    expect(() => decide(order, command, now)).toThrow(words)
  })
})

it('a hand-over by the same taker as before is no news of an order that was sent', () => {
  const command = { kind: 'hand-over', asServed: true } as const
  const { events, attention } = decide({ ...sent, handedOver: true }, command, now)
  expect([events, attention]).toEqual([[], []])
})
