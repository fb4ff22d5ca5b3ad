import { describe, expect, it } from 'vitest'
import { decide } from '../../src/model/decide.ts'
import { expectedOf, seen, titleOf } from './decide-tables.ts'
import { fits, readTables, rowFor, table } from './order-state-tables.ts'
import { everyOrder, now, traitsOf, yesNo } from './order-states.ts'

const rows = table(readTables(), 'hand-over')

const cases = everyOrder.flatMap((order) =>
  [true, false].flatMap((asServed) =>
    [true, false].map((isNewTaker) => ({
      order,
      command: { kind: 'hand-over', asServed, isNewTaker } as const,
      traits: {
        ...traitsOf(order),
        'as served': yesNo(asServed),
        taker: order.handedOver ? (isNewTaker ? 'further' : 'the same') : 'first',
      },
    })),
  ),
)

describe('hand-over, row by row', () => {
  it('finds one row for every order', () => {
    for (const { traits } of cases) rowFor(rows, traits)
  })

  it.each(rows.map((row) => [titleOf(row), row] as const))('%s', (_title, row) => {
    const about = cases.filter(({ traits }) => fits(row, traits))
    expect(about.length).toBeGreaterThan(0)
    for (const { order, command } of about) {
      const decision = decide(order, command, now)
      expect(seen(decision)).toEqual(expectedOf(order, row, now))
      expect(decision.found).toBe(row.found === 'yes')
    }
  })
})
