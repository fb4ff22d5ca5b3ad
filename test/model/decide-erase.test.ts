import { describe, expect, it } from 'vitest'
import { decide } from '../../src/model/decide.ts'
import { expectedOf, outcomeOf, seen, titleOf } from './decide-tables.ts'
import { fits, readTables, rowFor, table } from './order-state-tables.ts'
import { everyOrder, now, traitsOf, yesNo } from './order-states.ts'

const rows = table(readTables(), 'erase')

const cases = everyOrder.flatMap((order) =>
  [true, false].map((force) => ({
    order,
    command: { kind: 'erase', force } as const,
    traits: { ...traitsOf(order), forced: yesNo(force) },
  })),
)

describe('erase, row by row', () => {
  it('finds one row for every order', () => {
    for (const { traits } of cases) rowFor(rows, traits)
  })

  it.each(rows.map((row) => [titleOf(row), row] as const))('%s', (_title, row) => {
    const about = cases.filter(({ traits }) => fits(row, traits))
    expect(about.length).toBeGreaterThan(0)
    for (const { order, command } of about) {
      expect(seen(outcomeOf(order, command))).toEqual(expectedOf(order, row, now))
    }
  })
})

describe('a present in the order of another', () => {
  it('is forgotten wherever the order stands', () => {
    for (const order of everyOrder) {
      const { events } = decide(order, { kind: 'erase', force: false, vouchers: ['A1'] }, now)
      expect(events).toEqual([{ kind: 'erased', data: { fields: ['vouchers'] } }])
    }
  })
})
