import { describe, expect, it } from 'vitest'
import type { OrderFacts } from '../../src/model/command.ts'
import { decide } from '../../src/model/decide.ts'
import { expectedOf, seen, titleOf } from './decide-tables.ts'
import { fits, readTables, rowFor, table } from './order-state-tables.ts'
import { everyOrder, now, traitsOf, yesNo } from './order-states.ts'

const tables = readTables()
const at = now - 5000

describe('send, row by row', () => {
  const reports = ['A1', 'B2', ''].flatMap((tracking) =>
    ['influencersoft', 'mintsoft'].flatMap((via) =>
      [true, false].map((replaces) => ({ tracking, via, replaces })),
    ),
  )
  const cases = everyOrder.flatMap((order) => reports.map((report) => ({ order, report })))

  const parcelTraits = (order: OrderFacts, report: (typeof reports)[number]) => {
    const [known] = order.shipments
    const none = known === undefined
    const same = !none && known.tracking !== '' && known.tracking === report.tracking
    return {
      fulfilment: order.fulfilment,
      'parcel known': none ? 'none' : known.tracking === '' ? 'without a number' : 'with a number',
      'number reported': report.tracking === '' ? 'empty' : same ? 'the same' : 'another',
      reporter: known?.via === report.via ? 'the same' : 'another',
      corrects: yesNo(report.replaces),
    }
  }

  it('follows both tables in every state, for every kind of report', () => {
    for (const { order, report } of cases) {
      const { tracking, via, replaces } = report
      const parcel = { service: 'DHL', tracking, link: 'https://example.org/t' }
      const outcome = decide(order, { kind: 'send', at, parcel, via, replaces }, now)
      const verdict = rowFor(table(tables, 'parcel'), parcelTraits(order, report)).parcel
      const row = rowFor(table(tables, 'send'), traitsOf(order))
      expect(outcome.found).toBe(row.found === 'yes')
      if (verdict === 'nothing') {
        expect(seen(outcome)).toEqual(expectedOf(order, {}, at))
        expect(outcome.shipments).toEqual([])
        continue
      }
      const known = order.shipments[0]
      const position = known === undefined || verdict === 'changed' ? 1 : 2
      const shipment = { ...parcel, position, sentAt: at, via }
      const wanted = expectedOf(
        { ...order, shipments: [...order.shipments.slice(0, position - 1), shipment] },
        { ...row, events: (row.events ?? '').replace(/^parcel$/, `parcel-${verdict}`) },
        at,
      )
      expect(outcome.shipments).toEqual([shipment])
      expect(seen(outcome)).toEqual(wanted)
    }
  })

  it.each(table(tables, 'parcel').map((row) => [titleOf(row), row] as const))(
    'has a case for: %s',
    (_title, row) => {
      expect(cases.some(({ order, report }) => fits(row, parcelTraits(order, report)))).toBe(true)
    },
  )
})
