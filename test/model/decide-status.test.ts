import { describe, expect, it } from 'vitest'
import { decide } from '../../src/model/decide.ts'
import type { OrderState } from '../../src/model/order.ts'
import { axesOf, expectedOf, outcomeOf, seen } from './decide-tables.ts'
import { items, type Row, readTables, rowFor, table } from './order-state-tables.ts'
import { columnOf, everyOrder, now, traitsOf } from './order-states.ts'

const tables = readTables()
const visible = everyOrder.filter(({ hidden }) => !hidden)

describe('set-status', () => {
  const statuses = table(tables, 'statuses').map((row) => ({
    status: Number(row.status),
    payment: row['payment effect'] as 'none',
    fulfilment: row['fulfilment effect'] as 'none' | 'send',
    releases: row.releases === 'yes',
  }))
  const commandOf = ({ status, payment, fulfilment, releases }: (typeof statuses)[number]) =>
    ({ kind: 'set-status', status, effect: { payment, fulfilment }, releases }) as const

  it.each(statuses)('does what the tables of its effects say: $status', (one) => {
    for (const order of visible) {
      const paid = one.payment === 'none' ? {} : rowFor(table(tables, one.payment), traitsOf(order))
      const payment: Row = items(paid['refused with']).length > 0 ? {} : paid
      const between = { ...order, ...axesOf(payment) }
      const traits = { ...traitsOf(between), effect: one.fulfilment }
      const fulfilment = rowFor(table(tables, 'status-fulfilment'), traits)
      const moves = [...items(payment.events), ...items(fulfilment.events)].filter(
        (name) => name !== '[released]',
      )
      const repeated = moves.length === 0 && order.label === one.status
      const calledOff = ['cancelled', 'refunded'].includes(between.payment)
      const fit = one.releases || between.payment === 'paid'
      const released = fit && !calledOff && order.releaseNumber === null
      const row = {
        ...payment,
        'fulfilment becomes': fulfilment['fulfilment becomes'] ?? '',
        times: list([...items(payment.times), ...items(fulfilment.times)]),
        events: list([
          ...moves,
          ...(repeated ? [] : ['status-set']),
          ...(released ? ['released'] : []),
        ]),
        attention: list([...items(payment.attention), ...items(fulfilment.attention)]),
      }
      const wanted = expectedOf(order, row, now) as { state: OrderState }
      const state = { ...wanted.state, label: one.status }
      expect(seen(outcomeOf(order, commandOf(one)))).toEqual({ ...wanted, state })
    }
  })

  it.each(statuses)('comes out on the payment axis as the overview says: $status', (one) => {
    const row = rowFor(table(tables, 'status-payment'), { status: String(one.status) })
    for (const order of visible) {
      const { state } = decide(order, commandOf(one), now)
      const cell = row[columnOf(order)]
      expect(state.payment).toBe(cell === 'same' ? order.payment : cell)
    }
  })
})

function list(names: readonly string[]): string {
  return names.length === 0 ? '–' : names.join(', ')
}
