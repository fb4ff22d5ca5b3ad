import { describe, expect, it } from 'vitest'
import { applyPlacements } from '../../src/core/apply-placements.ts'
import type { Arrival, ArrivalOutcome } from '../../src/core/commands.ts'
import { newOrderState, type OrderState } from '../../src/model/order.ts'
import { type KnownArrivals, linkKey, nothingKnown } from '../../src/store/arrivals.ts'
import { draftWith, now, placing, sizes } from './orders-in-hand.ts'

const made = now - 1_000_000

const arriving = (number: number, change: Partial<Arrival> = {}) => ({
  accountId: 1,
  command: {
    ...placing(),
    arrival: { number, state: newOrderState(made), link: null, check: 'a', ...change },
  },
})

const outcomesOf = (
  entries: readonly ReturnType<typeof arriving>[],
  known: KnownArrivals = nothingKnown(),
  draft = draftWith({ 1: { order: 100 } }),
): (ArrivalOutcome | undefined)[] =>
  applyPlacements(entries, [], draft, now, known).map((outcome) =>
    outcome instanceof Error ? undefined : outcome.arrival,
  )

const there = (imported: boolean, check: string | null): KnownArrivals => ({
  orders: new Map([['1/7', { imported, check, since: made }]]),
  links: new Map(),
})

describe('an order of an old system in a batch', () => {
  it('is written as it stands, with one event, and nothing else', () => {
    const parcel = { service: '', tracking: 'A1', link: '', sentAt: made, via: 'influencersoft' }
    const state: OrderState = {
      ...newOrderState(made),
      ...{ payment: 'paid', fulfilment: 'sent', paidAt: made, sentAt: made },
      shipments: [{ ...parcel, position: 1 }],
    }
    const draft = draftWith({ 1: { order: 100 } })
    outcomesOf([arriving(7, { state, link: 'old' })], nothingKnown(), draft)
    const written = Object.entries(sizes(draft)).filter(([, count]) => count > 0)
    expect(Object.fromEntries(written)).toEqual({
      ...{ orders: 1, newStates: 1, events: 1, shipments: 1, links: 1 },
    })
    expect([...draft.newStates.values()]).toMatchObject([{ number: 7, state, eventSeq: 1 }])
    expect(draft.events).toMatchObject([
      { number: 7, seq: 1, at: now, kind: 'imported', draw: null },
    ])
  })

  it('moves the counter above itself, and never back', () => {
    const draft = draftWith({ 1: { order: 100 } })
    outcomesOf([arriving(99), arriving(100), arriving(250), arriving(120)], nothingKnown(), draft)
    expect([...draft.counters.values()]).toEqual([{ accountId: 1, name: 'order', next: 251 }])
  })

  it('leaves the next number to what is placed in the same batch', () => {
    const draft = draftWith({ 1: { order: 100 } })
    const entries = [arriving(300), { accountId: 1, command: placing() }]
    const outcomes = applyPlacements(entries, [], draft, now)
    expect(outcomes).toMatchObject([{ number: 300 }, { number: 301, duplicate: false }])
  })

  it.each([
    [there(true, 'a'), { kind: 'same', since: made }],
    [there(true, 'b'), { kind: 'differs' }],
    [there(true, null), { kind: 'same', since: made }],
    [there(false, null), { kind: 'number-taken', since: made }],
    [
      { orders: new Map(), links: new Map([[linkKey(1, 'old'), 5]]) },
      { kind: 'link-taken', by: 5 },
    ],
  ] as const)('that meets what is there already writes nothing (%#)', (known, outcome) => {
    const draft = draftWith({ 1: { order: 100 } })
    expect(outcomesOf([arriving(7, { link: 'old' })], known, draft)).toEqual([outcome])
    expect(Object.values(sizes(draft)).every((count) => count === 0)).toBe(true)
  })

  it('that comes twice in a batch comes in once', () => {
    const twice = [arriving(7), arriving(7), arriving(7, { check: 'b' })]
    expect(outcomesOf(twice)).toMatchObject([
      { kind: 'added' },
      { kind: 'same' },
      { kind: 'differs' },
    ])
  })

  it('does not share a pay link with another', () => {
    const both = [arriving(7, { link: 'old' }), arriving(8, { link: 'old' })]
    expect(outcomesOf(both)).toEqual([{ kind: 'added' }, { kind: 'link-taken', by: 7 }])
  })
})
