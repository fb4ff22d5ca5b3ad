import { describe, expect, it } from 'vitest'
import { applyChanges, withReleaseNumbers } from '../../src/core/apply-changes.ts'
import { finishedDraft } from '../../src/core/batch-draft.ts'
import type { ChangeCommand, ChangeOrder } from '../../src/core/commands.ts'
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
    const draft = draftWith({})
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
        draw: 0,
        state: expect.objectContaining({
          payment: 'cancelled',
          fulfilment: 'sent',
          releasedAt: now,
        }),
      }),
    ])
  })

  it('writes nothing for a command that changes nothing', () => {
    const draft = draftWith({})
    const paid = lockedOrder({ payment: 'paid', paidAt: now - 9, releasedAt: now - 9 })
    const [outcome] = applyChanges([entry(100, { kind: 'pay' })], lockedOrders(paid), draft, now)
    expect(outcome).toMatchObject({ changed: false, found: true, state: { payment: 'paid' } })
    expect(Object.values(sizes(draft)).every((size) => size === 0)).toBe(true)
  })

  it('refuses one command and none of its neighbours', () => {
    const draft = draftWith({})
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
    const draft = draftWith({})
    const locked = lockedOrders(lockedOrder(), lockedOrder({ accountId: 2 }))
    const of2 = { ...entry(100, { kind: 'pay' }), accountId: 2 }
    applyChanges([of2], locked, draft, now)
    expect(draft.releases).toEqual([{ accountId: 2, number: 100, draw: 0, releasedAt: now }])
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
    const draft = draftWith({})
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
    const outcomes = applyChanges(entries, locked, draft, now)
    expect(draft.releases.map(({ number, draw }) => [number, draw])).toEqual([
      [102, 0],
      [100, 1],
    ])
    const released = draft.events.filter(({ kind }) => kind === 'released')
    expect(released.map(({ draw }) => draw)).toEqual([0, 1])
    const told = withReleaseNumbers(outcomes, entries, draft, new Map([[1, 40]]))
    const numbers = told.map((outcome) => 'state' in outcome && outcome.state.releaseNumber)
    expect(numbers).toEqual([40, 41, 40, 41, null])
  })

  it('count in each account by itself', () => {
    const draft = draftWith({})
    const locked = lockedOrders(lockedOrder(), lockedOrder({ accountId: 2 }))
    const entries = [entry(100, { kind: 'pay' }), { ...entry(100, { kind: 'pay' }), accountId: 2 }]
    const outcomes = applyChanges(entries, locked, draft, now)
    const drawn = new Map([
      [1, 9],
      [2, 70],
    ])
    expect(withReleaseNumbers(outcomes, entries, draft, drawn)).toMatchObject([
      { state: { releaseNumber: 9 } },
      { state: { releaseNumber: 70 } },
    ])
  })

  it('are kept by an order that has one', () => {
    const draft = draftWith({})
    const released = { payment: 'paid', paidAt: 1, releasedAt: 1, releaseNumber: 3 } as const
    const entries = [entry(100, { kind: 'refund' }), entry(101, { kind: 'pay' })]
    const locked = lockedOrders(lockedOrder(released), lockedOrder({ number: 101 }))
    const outcomes = applyChanges(entries, locked, draft, now)
    const told = withReleaseNumbers(outcomes, entries, draft, new Map([[1, 8]]))
    expect(told).toMatchObject([{ state: { releaseNumber: 3 } }, { state: { releaseNumber: 8 } }])
    expect(draft.states.get('1/100')).toMatchObject({ draw: null, state: { releaseNumber: 3 } })
  })
})

describe("an order's timer", () => {
  it.each([
    ['that still waits', lockedOrder(), 'expired'],
    [
      'that was paid',
      lockedOrder({ payment: 'paid', paidAt: now - 1, releasedAt: now - 1 }),
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

describe('takings', () => {
  it('are counted, by credential and order, and written in the order of their keys', () => {
    const draft = draftWith({})
    const locked = lockedOrders(lockedOrder(), lockedOrder({ number: 101 }))
    const hand = { kind: 'hand-over', asServed: true } as const
    const entries = [
      entry(101, hand, { takenBy: 5 }),
      entry(100, hand, { takenBy: 5 }),
      entry(101, hand, { takenBy: 4 }),
      entry(101, hand, { takenBy: 5 }),
    ]
    applyChanges(entries, locked, draft, now)
    expect(
      finishedDraft(draft).takings.map(({ credentialId, number, times }) => [
        credentialId,
        number,
        times,
      ]),
    ).toEqual([
      [4, 101, 1],
      [5, 100, 1],
      [5, 101, 2],
    ])
  })

  it('are not noted of a command that is refused', () => {
    const draft = draftWith({})
    const entries = [
      entry(100, { kind: 'refund' }, { takenBy: 5 }),
      entry(999, { kind: 'pay' }, { takenBy: 5 }),
    ]
    applyChanges(entries, lockedOrders(lockedOrder()), draft, now)
    expect(finishedDraft(draft).takings).toEqual([])
  })
})
