import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OrderCommand, OrderFacts } from '../../src/model/command.ts'
import { decide } from '../../src/model/decide.ts'
import { newOrderState } from '../../src/model/order.ts'
import {
  anyCommand,
  fulfilmentCommand,
  otherCommand,
  paymentCommand,
  saying,
  setStatus,
  someOrder,
  started,
  type Told,
  tell,
} from './order-histories.ts'

const now = started + 1000

const always = (
  name: string,
  command: fc.Arbitrary<OrderCommand>,
  check: (before: OrderFacts, command: OrderCommand, told: Told) => void,
) =>
  it(name, () => {
    fc.assert(
      fc.property(someOrder, command, (order, wanted) =>
        check(order, wanted, tell(order, wanted, now)),
      ),
      { numRuns: 2000 },
    )
  })

const fulfilmentOf = ({ fulfilment, sentAt, returnedAt, shipments }: OrderFacts) => ({
  fulfilment,
  sentAt,
  returnedAt,
  shipments,
})
const paymentOf = ({ payment, paidAt, cancelledAt, refundedAt }: OrderFacts) => ({
  payment,
  paidAt,
  cancelledAt,
  refundedAt,
})

describe('whatever an order has been through', () => {
  always('a payment command never touches fulfilment', paymentCommand, (before, _, { order }) => {
    expect(fulfilmentOf(order)).toEqual(fulfilmentOf(before))
  })

  always(
    'a fulfilment command never touches payment',
    fulfilmentCommand,
    (before, _, { order, decision }) => {
      expect(paymentOf(order)).toEqual(paymentOf(before))
      expect(decision?.stock ?? 'none').toBe('none')
    },
  )

  always(
    'the other commands touch neither axis',
    fc.oneof(otherCommand, saying),
    (before, _, told) => {
      expect(paymentOf(told.order)).toEqual(paymentOf(before))
      expect(fulfilmentOf(told.order)).toEqual(fulfilmentOf(before))
    },
  )

  always(
    'a repeated command changes nothing more',
    fc.oneof(paymentCommand, fulfilmentCommand, otherCommand, setStatus),
    (_before, command, { order }) => {
      const again = tell(order, command, now + 1)
      expect(again.order).toEqual(order)
      expect(again.decision?.events ?? []).toEqual([])
      expect(again.decision?.attention ?? []).toEqual([])
      expect(again.decision?.shipments ?? []).toEqual([])
      expect(again.decision?.stock ?? 'none').toBe('none')
    },
  )

  always(
    'a hidden order hears of facts and of unhide only',
    anyCommand,
    (before, command, told) => {
      if (!before.hidden) return
      const heard = ['unhide', 'send', 'hand-over'].includes(command.kind)
      expect(told.decision !== undefined).toBe(heard)
      if (command.kind !== 'unhide') expect(told.order.hidden).toBe(true)
    },
  )

  always('a hand-over is never forgotten', anyCommand, (before, command, told) => {
    if (before.handedOver) expect(told.order.handedOver).toBe(true)
    if (command.kind === 'hand-over') expect(told.order.handedOver).toBe(true)
  })

  always('a time of payment is never lost', anyCommand, (before, _, { order }) => {
    if (before.paidAt !== null) expect(order.paidAt).not.toBeNull()
    if (before.paidAt !== null && before.payment !== 'cancelled') {
      expect(order.paidAt).toBe(before.paidAt)
    }
  })

  always(
    'cancelling keeps the time of payment',
    fc.constant({ kind: 'cancel' }),
    (before, _, told) => {
      expect(told.order.paidAt).toBe(before.paidAt)
    },
  )

  always('a release number is drawn once and stays', anyCommand, (before, _, told) => {
    if (before.releaseNumber === null) return
    expect(told.decision?.releases ?? false).toBe(false)
    expect(told.order.releaseNumber).toBe(before.releaseNumber)
    expect(told.order.releasedAt).toBe(before.releasedAt)
  })

  always('who draws a release number is fit for fulfilment', anyCommand, (_before, _, told) => {
    if (told.decision?.releases !== true) return
    expect(['waiting', 'paid']).toContain(told.order.payment)
    expect(told.order.hidden).toBe(false)
    expect(told.decision.events.at(-1)?.kind).toBe('released')
  })

  always(
    'a label stands until an axis moves otherwise',
    anyCommand,
    (before, command, { order }) => {
      const moved = order.payment !== before.payment || order.fulfilment !== before.fulfilment
      if (command.kind === 'set-status') {
        if (!before.hidden) expect(order.label).toBe(command.status)
      } else {
        expect(order.label).toBe(moved ? null : before.label)
      }
    },
  )

  always('nothing is written without an event', anyCommand, (before, _, { order, decision }) => {
    if ((decision?.events ?? []).length > 0) {
      expect(order.changedAt).toBe(now)
    } else {
      expect(order).toEqual(before)
      expect(decision?.attention ?? []).toEqual([])
      expect(decision?.shipments ?? []).toEqual([])
      expect(decision?.stock ?? 'none').toBe('none')
    }
  })

  always('a parcel, once known, is only ever corrected', anyCommand, (before, _, { order }) => {
    expect(order.shipments.length).toBeGreaterThanOrEqual(before.shipments.length)
    expect(order.shipments.map(({ position }) => position)).toEqual(
      order.shipments.map((_parcel, index) => index + 1),
    )
    for (const [index, { via, tracking }] of before.shipments.entries()) {
      expect(order.shipments[index]?.via).toBe(via)
      if (tracking !== '') expect(order.shipments[index]?.tracking).not.toBe('')
    }
  })

  always('the times agree with the axes', anyCommand, (_before, _, { order }) => {
    if (order.payment === 'waiting') expect(order.paidAt).toBeNull()
    if (order.payment === 'paid') expect(order.paidAt).not.toBeNull()
    if (order.payment === 'refunded') expect(order.refundedAt).not.toBeNull()
    expect(order.payment === 'cancelled' && order.cancelledAt === null).toBe(false)
    if (order.fulfilment === 'open') expect(order.shipments).toEqual([])
    if (order.fulfilment === 'sent') expect(order.sentAt).not.toBeNull()
    if (order.fulfilment === 'returned') expect(order.returnedAt).not.toBeNull()
  })

  always(
    'paid, or to be paid at the door, it has been released',
    anyCommand,
    (_before, _, told) => {
      const { payment, payOnDelivery, releaseNumber } = told.order
      if (payment === 'paid' || payOnDelivery) expect(releaseNumber).not.toBeNull()
    },
  )

  always('an event holds no words of a person', anyCommand, (_before, _, { decision }) => {
    const known = ['fields', 'parcel', 'status', 'tracking', 'via']
    for (const { data } of decision?.events ?? []) {
      expect(known).toEqual(expect.arrayContaining(Object.keys(data)))
    }
  })
})

describe('a locked order, which carries keys of its own', () => {
  it('comes out as a state and nothing else', () => {
    const locked = {
      ...newOrderState(started),
      payOnDelivery: false,
      accountId: 1,
      number: 5,
      eventSeq: 3,
    }
    const { state } = decide(locked, { kind: 'pay' }, now)
    expect(Object.keys(state).sort()).toEqual(Object.keys(newOrderState(started)).sort())
  })
})
