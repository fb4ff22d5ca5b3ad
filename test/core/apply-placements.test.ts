import { describe, expect, it } from 'vitest'
import { applyPlacements, countersForPlacements } from '../../src/core/apply-placements.ts'
import type { PlaceOrder } from '../../src/core/commands.ts'
import { highestOrderNumber } from '../../src/model/order.ts'
import { digest, draftWith, now, placing, sizes } from './orders-in-hand.ts'

const ofAccount = (accountId: number, ...commands: readonly PlaceOrder[]) =>
  commands.map((command) => ({ accountId, command }))

const fresh = (number: number, payKey = 'key-0') => ({
  number,
  payKey,
  payDomain: null,
  duplicate: false,
})

describe('placing a batch of orders', () => {
  it('numbers each account in order of arrival', () => {
    const draft = draftWith({ 1: { order: 100 }, 2: { order: 7 } })
    const entries = [
      ...ofAccount(1, placing({ payKey: 'a' })),
      ...ofAccount(2, placing({ payKey: 'b' })),
      ...ofAccount(1, placing({ payKey: 'c' })),
    ]
    expect(applyPlacements(entries, [], draft, now)).toEqual([
      fresh(100, 'a'),
      fresh(7, 'b'),
      fresh(101, 'c'),
    ])
    expect([...draft.counters.values()]).toEqual([
      { accountId: 1, name: 'order', next: 102 },
      { accountId: 2, name: 'order', next: 8 },
    ])
    expect(draft.orders.map(({ number, content }) => [number, content.payKey])).toEqual([
      [100, 'a'],
      [7, 'b'],
      [101, 'c'],
    ])
  })

  it('writes an order, its state and its first event, and nothing else', () => {
    const draft = draftWith({ 1: { order: 100 } })
    applyPlacements(ofAccount(1, placing()), [], draft, now)
    expect(sizes(draft)).toEqual({
      counters: 1,
      orders: 1,
      newStates: 1,
      states: 0,
      events: 1,
      comments: 0,
      shipments: 0,
      releases: 0,
      awaiting: 0,
      stock: 0,
      takings: 0,
      attention: 0,
      fingerprints: 0,
      timers: 0,
      links: 0,
      doneTimers: 0,
      sessions: 0,
      allowances: 0,
      uses: 0,
      vouchers: 0,
      deliveries: 0,
      edits: 0,
      erasures: 0,
    })
    expect(draft.events[0]).toMatchObject({ kind: 'placed', seq: 1, credentialId: 3, at: now })
    expect(draft.newStates.get('1/100')).toMatchObject({
      eventSeq: 1,
      state: { payment: 'waiting', fulfilment: 'open', changedAt: now },
    })
  })

  it('keeps the state free of keys that are none of its own', () => {
    const draft = draftWith({ 1: { order: 100 } })
    const followUps = [{ kind: 'pay' as const }]
    applyPlacements(ofAccount(1, placing({ followUps })), [], draft, now)
    const state = draft.newStates.get('1/100')?.state ?? {}
    for (const key of ['accountId', 'number', 'eventSeq', 'payOnDelivery']) {
      expect(state).not.toHaveProperty(key)
    }
  })

  it('carries out what the order goes through at once, with events in one count', () => {
    const draft = draftWith({ 1: { order: 100 } })
    const followUps = [{ kind: 'pay' as const, at: now - 5 }, { kind: 'cancel' as const }]
    applyPlacements(ofAccount(1, placing({ followUps })), [], draft, now)
    expect(draft.events.map(({ seq, kind }) => [seq, kind])).toEqual([
      [1, 'placed'],
      [2, 'paid'],
      [3, 'released'],
      [4, 'cancelled'],
    ])
    expect(draft.newStates.get('1/100')).toMatchObject({
      eventSeq: 4,
      state: { payment: 'cancelled', paidAt: now - 5, releasedAt: now },
      draw: 0,
    })
    expect(sizes(draft)).toMatchObject({ newStates: 1, states: 0, releases: 1 })
  })

  it('releases an order to be paid at the door, once, also when it arrives paid', () => {
    const draft = draftWith({ 1: { order: 100 } })
    const paid = placing({ payOnDelivery: true, followUps: [{ kind: 'pay' }] })
    applyPlacements(ofAccount(1, placing({ payOnDelivery: true }), paid), [], draft, now)
    expect(draft.releases.map(({ number, draw }) => [number, draw])).toEqual([
      [100, 0],
      [101, 1],
    ])
  })

  it('sets the timer of an order that ends by itself', () => {
    const draft = draftWith({ 1: { order: 100 } })
    const entries = ofAccount(1, placing(), placing({ cancelAt: now + 60_000 }))
    applyPlacements(entries, [], draft, now)
    expect(draft.timers).toEqual([{ accountId: 1, number: 101, dueAt: now + 60_000 }])
  })

  it('locks the counter of each account once', () => {
    expect(
      countersForPlacements([...ofAccount(2, placing(), placing()), ...ofAccount(1, placing())]),
    ).toEqual([
      { accountId: 2, name: 'order' },
      { accountId: 1, name: 'order' },
    ])
  })
})

describe('when the numbers are used up', () => {
  const before = { 1: { order: highestOrderNumber } }

  it('gives out the last one and refuses the next, which leaves no trace', () => {
    const draft = draftWith(before)
    const call = placing({ callDigest: digest('late'), likenessDigest: null })
    const outcomes = applyPlacements(ofAccount(1, placing(), call, call), [], draft, now)
    expect(outcomes[0]).toEqual(fresh(highestOrderNumber))
    for (const outcome of outcomes.slice(1)) {
      expect(outcome).toMatchObject({ code: 'numbers-exhausted' })
    }
    expect(sizes(draft)).toMatchObject({ orders: 1, newStates: 1, events: 1, fingerprints: 0 })
  })

  it('harms no other account', () => {
    const draft = draftWith({ ...before, 2: { order: 5 } })
    const entries = [...ofAccount(1, placing(), placing()), ...ofAccount(2, placing())]
    expect(applyPlacements(entries, [], draft, now)[2]).toEqual(fresh(5))
  })

  it('takes a counter that nobody locked for a mistake of ours', () => {
    const draft = draftWith({})
    expect(() => applyPlacements(ofAccount(1, placing()), [], draft, now)).toThrow(/not locked/)
    expect(Object.values(sizes(draft)).every((size) => size === 0)).toBe(true)
  })
})
