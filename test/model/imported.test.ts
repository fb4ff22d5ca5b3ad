import { describe, expect, it } from 'vitest'
import { type ArrivingOrder, arrivalText } from '../../src/model/arrival.ts'
import type { OrderCommand, OrderFacts } from '../../src/model/command.ts'
import { decide } from '../../src/model/decide.ts'
import { noticeTypeOf, noticeTypes } from '../../src/model/notice.ts'
import { newOrderState } from '../../src/model/order.ts'
import { statusesAfter } from '../../src/model/order-statuses.ts'
import { readTables, table } from './order-state-tables.ts'
import { now, past } from './order-states.ts'

const cameInAs: Readonly<Record<string, Partial<OrderFacts>>> = {
  waiting: {},
  'waiting, paid on delivery': { payOnDelivery: true },
  paid: { payment: 'paid', paidAt: past },
  'cancelled, never paid': { payment: 'cancelled', cancelledAt: past },
  'cancelled, paid before': { payment: 'cancelled', paidAt: past, cancelledAt: past },
}

const commands: Readonly<Record<string, OrderCommand>> = {
  pay: { kind: 'pay' },
  edit: { kind: 'edit', content: { tag: 'x' } },
  release: { kind: 'release' },
  reopen: { kind: 'reopen' },
}

const rows = table(readTables(), 'imported')

describe('an imported order', () => {
  it.each(rows.map((row) => [row['came in as'] ?? '', row.command ?? '', row.released] as const))(
    'that came in %s and hears %s is released: %s',
    (as, name, released) => {
      const part = cameInAs[as]
      const command = commands[name]
      if (part === undefined || command === undefined) throw new Error(`no ${as} or ${name}`)
      const order = { ...newOrderState(past), payOnDelivery: false, ...part }
      const decision = decide(order, command, now)
      expect(decision.releases).toBe(released === 'yes')
      expect(decision.state.releasedAt).toBe(released === 'yes' ? now : null)
    },
  )

  it('that came in paid is not released by being hidden and brought back', () => {
    const order = { ...newOrderState(past), payOnDelivery: false, ...cameInAs.paid, hidden: true }
    expect(decide(order, { kind: 'unhide' }, now).releases).toBe(false)
  })

  it('is told of to nobody', () => {
    expect(noticeTypeOf('imported')).toBeUndefined()
    expect(noticeTypes).not.toContain('order.imported')
  })

  it.each([
    [{ payment: 'waiting', fulfilment: 'open', paid: 0 }, 1],
    [{ payment: 'paid', fulfilment: 'open', paid: 1 }, 2],
    [{ payment: 'paid', fulfilment: 'sent', paid: 1 }, 3],
    [{ payment: 'cancelled', fulfilment: 'open', paid: 1 }, 7],
    [{ payment: 'refunded', fulfilment: 'sent', paid: 1 }, 11],
  ])('that arrives as %j shows the status %i in its history', (data, status) => {
    expect(statusesAfter([{ kind: 'imported', data }])).toEqual([status])
  })

  it('that was paid before it was cancelled is paid once it is reopened', () => {
    const arrived = (paid: number) => ({
      kind: 'imported',
      data: { payment: 'cancelled', fulfilment: 'open', paid },
    })
    const reopened = { kind: 'reopened', data: null }
    expect(statusesAfter([arrived(1), reopened])).toEqual([7, 2])
    expect(statusesAfter([arrived(0), reopened])).toEqual([7, 1])
  })
})

describe('what an arriving order is known by', () => {
  const order: ArrivingOrder = {
    number: 1,
    createdAt: past,
    state: newOrderState(past),
    buyer: { email: 'ada@example.com', firstName: 'Ada' },
    billing: { city: 'Alton' },
    shipping: null,
    lines: [{ code: 'mug', title: 'Mug', quantity: 1, unitPrice: 1n, cataloguePrice: 1n }],
    orderedCurrency: null,
    orderedRate: null,
    coupon: null,
    discount: 0n,
    shippingMethod: null,
    shippingCode: null,
    shippingCost: 0n,
    tax: 0n,
    total: 1n,
    paymentMethod: null,
    paymentCode: null,
    comment: null,
    tag: null,
    ip: null,
    utm: { medium: 'cpc', source: 'ya' },
    payDomain: null,
    link: null,
    fields: { a: 1, b: { c: 2, d: 3 } },
  }

  it('does not depend on the order of members', () => {
    const turned = {
      ...order,
      utm: { source: 'ya', medium: 'cpc' },
      fields: { b: { d: 3, c: 2 }, a: 1 },
    }
    expect(arrivalText(turned)).toBe(arrivalText(order))
  })

  const changes: readonly Partial<ArrivingOrder>[] = [
    ...[{ number: 2 }, { createdAt: past + 1000 }, { total: 2n }, { discount: 1n }, { tax: 1n }],
    ...[{ shippingCost: 1n }, { link: 'x' }, { payDomain: 'x' }, { coupon: 'x' }, { tag: 'x' }],
    ...[{ comment: 'x' }, { ip: 'x' }, { utm: {} }, { fields: {} }, { billing: {} }, { buyer: {} }],
    ...[{ shipping: {} }, { lines: [] }, { paymentMethod: 'x' }, { paymentCode: 'x' }],
    ...[{ shippingMethod: 'x' }, { shippingCode: 'x' }],
    { orderedCurrency: 'EUR' },
    { orderedRate: '1' },
    { state: { ...order.state, payment: 'paid', paidAt: past } },
    { state: { ...order.state, sentAt: past } },
  ]
  it.each(changes.map((change) => [Object.keys(change).join(), change] as const))(
    'tells another %s apart',
    (_name, change) => {
      expect(arrivalText({ ...order, ...change })).not.toBe(arrivalText(order))
    },
  )
})
