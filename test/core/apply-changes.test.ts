import { describe, expect, it } from 'vitest'
import { applyChanges, countersForChanges } from '../../src/core/apply-changes.ts'
import type { ChangeCommand, ChangeOrder } from '../../src/core/commands.ts'
import { highestOrderNumber } from '../../src/model/order.ts'
import { author, draftWith, lockedOrder, lockedOrders, now, sizes } from './orders-in-hand.ts'

const entry = (number: number, command: ChangeCommand, more: Partial<ChangeOrder> = {}) => ({
  accountId: 1,
  command: { number, command, author, ...more },
})

const parcel = (tracking: string) => ({ service: 'Post', tracking, link: '' })
const send = (tracking: string): ChangeCommand => ({
  kind: 'send',
  parcel: parcel(tracking),
  via: 'influencersoft',
  replaces: true,
})

describe('changing a batch of orders', () => {
  it('applies the commands on one order in order of arrival', () => {
    const draft = draftWith({ 1: { release: 9 } })
    const locked = lockedOrders(lockedOrder({ eventSeq: 4 }))
    const entries = [
      entry(100, { kind: 'pay' }),
      entry(100, send('A1')),
      entry(100, { kind: 'cancel' }),
    ]
    const outcomes = applyChanges(entries, locked, draft, now)
    expect(outcomes.map((outcome) => 'changed' in outcome && outcome.changed)).toEqual([
      true,
      true,
      true,
    ])
    expect(draft.events.map(({ seq, kind }) => [seq, kind])).toEqual([
      [5, 'paid'],
      [6, 'released'],
      [7, 'sent'],
      [8, 'cancelled'],
    ])
    expect([...draft.states.values()]).toEqual([
      expect.objectContaining({
        number: 100,
        eventSeq: 8,
        state: expect.objectContaining({
          payment: 'cancelled',
          fulfilment: 'sent',
          releaseNumber: 9,
        }),
      }),
    ])
  })

  it('writes nothing for a command that changes nothing', () => {
    const draft = draftWith({ 1: { release: 9 } })
    const paid = lockedOrder({ payment: 'paid', paidAt: now - 9, releaseNumber: 3 })
    const [outcome] = applyChanges([entry(100, { kind: 'pay' })], lockedOrders(paid), draft, now)
    expect(outcome).toMatchObject({ changed: false, found: true, state: { payment: 'paid' } })
    expect(Object.values(sizes(draft)).every((size) => size === 0)).toBe(true)
  })

  it('refuses one command and none of its neighbours', () => {
    const draft = draftWith({ 1: { release: 9 } })
    const locked = lockedOrders(lockedOrder(), lockedOrder({ number: 101 }))
    const entries = [
      entry(100, { kind: 'refund' }),
      entry(999, { kind: 'pay' }),
      entry(101, { kind: 'pay' }),
      entry(100, { kind: 'pay' }),
    ]
    const outcomes = applyChanges(entries, locked, draft, now)
    expect(outcomes[0]).toMatchObject({ code: 'order-not-paid' })
    expect(outcomes[1]).toMatchObject({ code: 'order-not-found' })
    expect(outcomes.slice(2)).toMatchObject([{ changed: true }, { changed: true }])
    expect(draft.events.map(({ number, kind }) => [number, kind])).toEqual([
      [101, 'paid'],
      [101, 'released'],
      [100, 'paid'],
      [100, 'released'],
    ])
  })

  it('keeps what is told of a hidden order, and says that it was not found', () => {
    const draft = draftWith({})
    const hidden = lockedOrders(lockedOrder({ hidden: true }))
    const [outcome] = applyChanges([entry(100, send('A1'))], hidden, draft, now)
    expect(outcome).toMatchObject({ found: false, changed: true })
    expect(draft.attention).toEqual([
      { accountId: 1, number: 100, seq: 2, reason: 'sent-while-hidden', raisedAt: now },
    ])
    expect(sizes(draft)).toMatchObject({ shipments: 1, states: 1, events: 1 })
  })

  it('does not mix up two accounts with the same number', () => {
    const draft = draftWith({ 1: { release: 9 }, 2: { release: 70 } })
    const locked = lockedOrders(lockedOrder(), lockedOrder({ accountId: 2 }))
    const of2 = { ...entry(100, { kind: 'pay' }), accountId: 2 }
    applyChanges([of2], locked, draft, now)
    expect(draft.releases).toEqual([
      { accountId: 2, number: 100, releaseNumber: 70, releasedAt: now },
    ])
    expect([...draft.states.keys()]).toEqual(['2/100'])
    expect(locked.get('1/100')?.payment).toBe('waiting')
  })

  it('writes a corrected parcel once, as it was reported last', () => {
    const draft = draftWith({})
    const locked = lockedOrders(lockedOrder())
    applyChanges([entry(100, send('A1')), entry(100, send('B2'))], locked, draft, now)
    expect([...draft.shipments.values()]).toMatchObject([{ position: 1, tracking: 'B2' }])
    expect(draft.events.map(({ kind }) => kind)).toEqual(['sent', 'parcel-changed'])
  })
})

describe('the words of a comment', () => {
  it('stand beside the event that tells of them', () => {
    const draft = draftWith({})
    const more = { text: 'call first' }
    const entries = [entry(100, { kind: 'comment' }, more), entry(100, { kind: 'cancel' }, more)]
    applyChanges(entries, lockedOrders(lockedOrder()), draft, now)
    expect(draft.comments).toEqual([
      { accountId: 1, number: 100, seq: 2, text: 'call first' },
      { accountId: 1, number: 100, seq: 3, text: 'call first' },
    ])
    expect(JSON.stringify(draft.events)).not.toContain('call first')
  })

  it('are not kept where the command is refused', () => {
    const draft = draftWith({})
    const hidden = lockedOrders(lockedOrder({ hidden: true }))
    applyChanges([entry(100, { kind: 'comment' }, { text: 'lost' })], hidden, draft, now)
    expect(draft.comments).toEqual([])
  })
})

describe('release numbers', () => {
  it('are drawn in order of arrival, one for an order for good', () => {
    const draft = draftWith({ 1: { release: 40 } })
    const locked = lockedOrders(
      lockedOrder(),
      lockedOrder({ number: 101 }),
      lockedOrder({ number: 102 }),
    )
    const entries = [
      entry(102, { kind: 'pay' }),
      entry(100, { kind: 'release' }),
      entry(102, { kind: 'release' }),
      entry(100, { kind: 'pay' }),
      entry(101, { kind: 'cancel' }),
    ]
    applyChanges(entries, locked, draft, now)
    expect(draft.releases.map(({ number, releaseNumber }) => [number, releaseNumber])).toEqual([
      [102, 40],
      [100, 41],
    ])
    expect([...draft.counters.values()]).toEqual([{ accountId: 1, name: 'release', next: 42 }])
    const released = draft.events.filter(({ kind }) => kind === 'released')
    expect(released.map(({ data }) => data)).toEqual([{ release: 40 }, { release: 41 }])
  })

  it('that are used up refuse the payment and leave nothing of it', () => {
    const draft = draftWith({ 1: { release: highestOrderNumber + 1 } })
    const locked = lockedOrders(lockedOrder())
    const [outcome] = applyChanges([entry(100, { kind: 'pay' })], locked, draft, now)
    expect(outcome).toMatchObject({ code: 'numbers-exhausted' })
    expect(Object.values(sizes(draft)).every((size) => size === 0)).toBe(true)
    expect(locked.get('1/100')?.payment).toBe('waiting')
  })

  it('need the counter of accounts with a command that may draw one, once', () => {
    const other = { ...entry(5, { kind: 'pay' }), accountId: 2 }
    const entries = [
      entry(1, { kind: 'cancel' }),
      entry(2, send('A1')),
      other,
      { ...entry(6, { kind: 'unhide' }), accountId: 2 },
    ]
    expect(countersForChanges(entries)).toEqual([{ accountId: 2, name: 'release' }])
  })
})

describe("an order's timer", () => {
  it.each([
    ['that still waits', lockedOrder(), 'expired'],
    [
      'that was paid',
      lockedOrder({ payment: 'paid', paidAt: now - 1, releaseNumber: 1 }),
      undefined,
    ],
    ['that is hidden', lockedOrder({ hidden: true }), undefined],
  ])('goes, of an order %s', (_name, order, event) => {
    const draft = draftWith({})
    const timer = entry(100, { kind: 'expire' }, { dropsTimer: true })
    applyChanges([timer], lockedOrders(order), draft, now)
    expect(draft.doneTimers).toEqual([{ accountId: 1, number: 100 }])
    expect(draft.events.map(({ kind }) => kind)).toEqual(event === undefined ? [] : [event])
  })

  it('goes of an order that is no more', () => {
    const draft = draftWith({})
    const timer = entry(100, { kind: 'expire' }, { dropsTimer: true })
    expect(applyChanges([timer], lockedOrders(), draft, now)).toMatchObject([
      { code: 'order-not-found' },
    ])
    expect(draft.doneTimers).toHaveLength(1)
  })
})
