import { describe, expect, it } from 'vitest'
import { eventKinds, type OrderCommand, type OrderFacts } from '../../src/model/command.ts'
import { decide } from '../../src/model/decide.ts'
import { Failure } from '../../src/model/failure.ts'
import { expectedOf, outcomeOf, seen, titleOf } from './decide-tables.ts'
import { fits, items, readTables, rowFor, table } from './order-state-tables.ts'
import { columnOf, everyOrder, now, traitsOf } from './order-states.ts'

const tables = readTables()
const at = now - 5000

const visible = everyOrder.filter(({ hidden }) => !hidden)

type Case = {
  readonly name: string
  readonly command: OrderCommand
  readonly time: number
  readonly orders: readonly OrderFacts[]
}

const plain: readonly Case[] = [
  { name: 'pay', command: { kind: 'pay', at }, time: at, orders: visible },
  { name: 'reopen', command: { kind: 'reopen' }, time: now, orders: visible },
  { name: 'cancel', command: { kind: 'cancel' }, time: now, orders: visible },
  { name: 'expire', command: { kind: 'expire' }, time: now, orders: visible },
  { name: 'refund', command: { kind: 'refund' }, time: now, orders: visible },
  { name: 'return', command: { kind: 'return', at }, time: at, orders: visible },
  { name: 'hide', command: { kind: 'hide' }, time: now, orders: visible },
  { name: 'unhide', command: { kind: 'unhide' }, time: now, orders: everyOrder },
  { name: 'release', command: { kind: 'release' }, time: now, orders: visible },
  { name: 'comment', command: { kind: 'comment' }, time: now, orders: visible },
  {
    name: 'edit',
    command: { kind: 'edit', content: { tag: 'x' } },
    time: now,
    orders: visible,
  },
  { name: 'edit-nothing', command: { kind: 'edit', content: {} }, time: now, orders: visible },
]

describe.each(plain)('$name, row by row', ({ name, command, time, orders }) => {
  it('finds one row for every order', () => {
    for (const order of orders) rowFor(table(tables, name), traitsOf(order))
  })

  it.each(table(tables, name).map((row) => [titleOf(row), row] as const))('%s', (_title, row) => {
    const about = orders.filter((order) => fits(row, traitsOf(order)))
    expect(about.length).toBeGreaterThan(0)
    for (const order of about) {
      expect(seen(outcomeOf(order, command))).toEqual(expectedOf(order, row, time))
    }
  })
})

describe('an order without the time that a command may bring', () => {
  it.each(['pay', 'return'] as const)('takes the present for %s', (kind) => {
    for (const order of visible) {
      const row = rowFor(table(tables, kind), traitsOf(order))
      expect(seen(outcomeOf(order, { kind }))).toEqual(expectedOf(order, row, now))
    }
  })
})

describe('the overviews', () => {
  const payment = table(tables, 'payment')
  const ofPayment = plain.filter(({ name }) => payment.some((row) => row.command === name))

  it.each(ofPayment)('shows what $name makes of the payment axis', ({ name, command, orders }) => {
    const row = rowFor(payment, { command: name })
    const ordinary = orders.filter(
      (order) => name !== 'expire' || (order.fulfilment === 'open' && !order.payOnDelivery),
    )
    for (const order of ordinary) {
      const outcome = outcomeOf(order, command)
      const cell = row[columnOf(order)]
      if (outcome instanceof Failure) expect(cell).toBe('refused')
      else expect(outcome.state.payment).toBe(cell === 'same' ? order.payment : cell)
    }
  })

  it.each(table(tables, 'fulfilment').map((row) => [row.command ?? '', row] as const))(
    'shows what %s makes of the fulfilment axis',
    (name, row) => {
      const parcel = { service: '', tracking: 'Z9', link: '' }
      const command: OrderCommand =
        name === 'return'
          ? { kind: 'return' }
          : { kind: 'send', parcel, via: 'operator', replaces: false }
      for (const order of visible) {
        const cell = row[order.fulfilment]
        const wanted = cell === 'same' ? order.fulfilment : cell
        expect(decide(order, command, now).state.fulfilment).toBe(wanted)
      }
    },
  )
})

describe('a hidden order', () => {
  const commands: Readonly<Record<string, OrderCommand>> = {
    ...Object.fromEntries(plain.map(({ name, command }) => [name, command])),
    'set-status': {
      kind: 'set-status',
      status: 15,
      effect: { payment: 'pay', fulfilment: 'send' },
      releases: true,
    },
  }

  it.each(table(tables, 'hidden').map((row) => [row.command ?? '', row] as const))(
    'refuses %s',
    (name, row) => {
      const command = commands[name] as OrderCommand
      for (const order of everyOrder.filter(({ hidden }) => hidden)) {
        expect(seen(outcomeOf(order, command))).toBe(row['refused with'])
      }
    },
  )

  it('is told of as found to whoever hides it, and not to whoever sends it', () => {
    for (const order of visible) {
      const { found, state } = decide(order, { kind: 'hide' }, now)
      expect(found).toBe(true)
      const parcel = { service: '', tracking: 'Z9', link: '' }
      const facts = { ...state, payOnDelivery: false }
      const send = { kind: 'send', parcel, via: 'operator', replaces: false } as const
      expect(decide(facts, send, now).found).toBe(false)
    }
  })
})

describe('the words of the page', () => {
  it('lists every kind of event, and no other', () => {
    const listed = table(tables, 'events').map((row) => row.event)
    expect(listed).toEqual([...eventKinds])
  })

  it('explains every reason for attention that a table names', () => {
    const listed = new Set(table(tables, 'attention').map((row) => row.reason))
    const named = [...tables.values()].flat().flatMap((row) => items(row.attention))
    for (const reason of named) expect(listed).toContain(reason)
    expect(listed.size).toBe(new Set(named).size)
  })
})
