import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyChanges } from '../../src/core/apply-changes.ts'
import { finishedDraft } from '../../src/core/batch-draft.ts'
import type { ChangeCommand } from '../../src/core/commands.ts'
import { awaitsShipment } from '../../src/model/step.ts'
import { author, draftWith, lockedOrder, lockedOrders, now } from './orders-in-hand.ts'

const entry = (number: number, command: ChangeCommand) => ({
  accountId: 1,
  command: { number, command, author },
})

const parcel = (tracking: string) => ({ service: 'Post', tracking, link: '' })
const send = (tracking: string): ChangeCommand => ({
  kind: 'send',
  parcel: parcel(tracking),
  via: 'influencersoft',
  replaces: true,
})

describe('whatever a batch holds', () => {
  const commands = fc.constantFrom<ChangeCommand>(
    { kind: 'pay' },
    { kind: 'cancel' },
    { kind: 'reopen' },
    { kind: 'refund' },
    { kind: 'return' },
    { kind: 'hide' },
    { kind: 'unhide' },
    { kind: 'release' },
    { kind: 'comment' },
    send('A1'),
    send('B2'),
  )
  const batch = fc.array(
    fc.record({ number: fc.integer({ min: 100, max: 103 }), command: commands }),
    {
      maxLength: 40,
      size: 'max',
    },
  )
  const orders = [100, 101, 102].map((number) => lockedOrder({ number }))

  it('counts the events of each order without a gap or a double', () => {
    fc.assert(
      fc.property(batch, (wanted) => {
        const draft = draftWith({})
        const entries = wanted.map(({ number, command }) => entry(number, command))
        applyChanges(entries, lockedOrders(...orders), draft, now)
        for (const { number } of orders) {
          const seqs = draft.events.filter((one) => one.number === number).map(({ seq }) => seq)
          expect(seqs).toEqual(seqs.map((_seq, index) => index + 2))
          const written = draft.states.get(`1/${number}`)?.eventSeq
          expect(written).toBe(seqs.length === 0 ? undefined : seqs.length + 1)
        }
      }),
    )
  })

  it('ends as the same commands one at a time', () => {
    fc.assert(
      fc.property(batch, (wanted) => {
        const together = lockedOrders(...orders)
        const alone = lockedOrders(...orders)
        const draft = draftWith({})
        const single = draftWith({})
        const entries = wanted.map(({ number, command }) => entry(number, command))
        const outcomes = applyChanges(entries, together, draft, now)
        const oneByOne = entries.flatMap((one) => applyChanges([one], alone, single, now))
        expect(together).toEqual(alone)
        expect(outcomes).toEqual(oneByOne)
        expect(draft.events).toEqual(single.events)
      }),
    )
  })

  it('changes the list of what awaits shipment to what the states then say', () => {
    const released = { releasedAt: 1, releaseNumber: 0 }
    const inHand = [
      lockedOrder({ number: 100 }),
      lockedOrder({ ...released, number: 101, releaseNumber: 7, payment: 'paid', paidAt: 1 }),
      lockedOrder({ ...released, number: 102, releaseNumber: 8, payment: 'cancelled', paidAt: 1 }),
      lockedOrder({ ...released, number: 103, releaseNumber: 9, hidden: true }),
    ]
    fc.assert(
      fc.property(batch, (wanted) => {
        const locked = lockedOrders(...inHand)
        const draft = draftWith({})
        const entries = wanted.map(({ number, command }) => entry(number, command))
        applyChanges(entries, locked, draft, now)
        const { awaited, unawaited } = finishedDraft(draft)
        const gone = new Set(unawaited.map(({ releaseNumber }) => releaseNumber))
        const before = inHand.filter(awaitsShipment)
        const kept = before.filter(({ releaseNumber }) => !gone.has(releaseNumber ?? -1))
        const list = new Set([...kept, ...awaited].map(({ number }) => number))
        const expected = [...locked.values()].filter(awaitsShipment).map(({ number }) => number)
        expect([...list].sort()).toEqual(expected.sort())
        for (const { releaseNumber, draw } of awaited) {
          expect([releaseNumber, draw].filter((one) => one !== null)).toHaveLength(1)
        }
      }),
    )
  })
})
