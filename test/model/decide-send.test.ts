import { describe, expect, it } from 'vitest'
import type { OrderFacts } from '../../src/model/command.ts'
import { decide } from '../../src/model/decide.ts'
import { newOrderState, type Shipment } from '../../src/model/order.ts'
import { expectedOf, seen, titleOf } from './decide-tables.ts'
import { fits, readTables, rowFor, table } from './order-state-tables.ts'
import { everyOrder, now, parcelOf, traitsOf, yesNo } from './order-states.ts'

const tables = readTables()
const at = now - 5000

describe('send, row by row', () => {
  const reports = ['A1', 'B2', ''].flatMap((tracking) =>
    ['influencersoft', 'mintsoft'].flatMap((via) =>
      [true, false].flatMap((replaces) =>
        [true, false].flatMap((holds) =>
          [true, false].map((isRivalled) => ({ tracking, via, replaces, holds, isRivalled })),
        ),
      ),
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
      const { tracking, via, replaces, holds, isRivalled } = report
      const parcel = { service: 'DHL', tracking, link: 'https://example.org/t' }
      const outcome = decide(
        order,
        { kind: 'send', at, parcel, via, replaces, holds, isRivalled },
        now,
      )
      const verdict = rowFor(table(tables, 'parcel'), parcelTraits(order, report)).parcel
      const reporter = {
        'reporter has it': yesNo(holds),
        'may be second': yesNo(order.shipments.some((one) => isRivalled || one.via !== via)),
      }
      const row = rowFor(table(tables, 'send'), { ...traitsOf(order), ...reporter })
      expect(outcome.found).toBe(row.found === 'yes')
      if (verdict === 'nothing') {
        expect(seen(outcome)).toEqual(expectedOf(order, {}, at))
        expect(outcome.shipments).toEqual([])
        continue
      }
      const known = order.shipments[0]
      if (verdict === 'filled in') {
        const told = { ...(known as Shipment), link: parcel.link }
        const more = { ...order, shipments: [told] }
        expect(outcome.shipments).toEqual([told])
        expect(seen(outcome)).toEqual(expectedOf(more, { events: 'parcel-changed' }, at))
        continue
      }
      const position = known === undefined || verdict === 'changed' ? 1 : 2
      const shipment = { ...parcel, position, sentAt: at, via }
      const wanted = expectedOf(
        {
          ...order,
          shipments: [...order.shipments.slice(0, position - 1), shipment],
          handedOver: order.handedOver || holds,
        },
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

describe('a parcel beside those of others', () => {
  const known = parcelOf('mintsoft', 'A1')
  const sent: OrderFacts = {
    ...newOrderState(now - 9000),
    payment: 'paid',
    fulfilment: 'sent',
    payOnDelivery: false,
    shipments: [known],
  }

  it.each([
    ['by an operator, who knows of them', 'operator', [known], []],
    ['by somebody new', 'influencersoft', [known], ['sent-twice']],
    [
      'by somebody who has told of one before',
      'influencersoft',
      [known, parcelOf('influencersoft', 'C3', 2)],
      [],
    ],
  ])('that is reported %s', (_by, via, shipments, attention) => {
    const parcel = { service: '', tracking: 'B2', link: '' }
    const command = { kind: 'send', parcel, via, replaces: false } as const
    expect(decide({ ...sent, shipments }, command, now).attention).toEqual(attention)
  })
})

describe('a parcel that is told of again', () => {
  const sentWith = (known: Partial<Shipment>): OrderFacts => ({
    ...newOrderState(now - 9000),
    payment: 'paid',
    fulfilment: 'sent',
    payOnDelivery: false,
    shipments: [parcelOf('mintsoft', 'OTHER'), { ...parcelOf('mintsoft', 'A1', 2), ...known }],
  })
  const cut = 'https://t.example/?a=1'

  it.each([
    ['a link that was missing', {}, { link: cut }, { service: 'Post', link: cut }],
    [
      'a service that was missing',
      { service: '' },
      { service: 'DHL' },
      { service: 'DHL', link: '' },
    ],
    [
      'the rest of a link that came cut off',
      { link: cut },
      { link: `${cut}&b=2` },
      { service: 'Post', link: `${cut}&b=2` },
    ],
  ])('is filled in with %s', (_what, known, told, expected) => {
    const order = sentWith(known)
    const parcel = { service: '', tracking: 'A1', link: '', ...told }
    const send = { kind: 'send', at, parcel, via: 'influencersoft', replaces: true } as const
    const { state, shipments, events } = decide(order, send, now)
    const whole = { ...order.shipments[1], ...expected }
    expect(shipments).toEqual([whole])
    expect(state.shipments).toEqual([order.shipments[0], whole])
    expect(events.map(({ kind }) => kind)).toEqual(['parcel-changed'])
    expect(decide({ ...state, payOnDelivery: false }, send, now).events).toEqual([])
  })

  it.each([
    ['another service', { service: 'DHL' }],
    ['another link', { link: 'https://elsewhere.example/' }],
    ['less of its link', { link: 'https://t' }],
    ['nothing more', {}],
  ])('keeps what is known against %s', (_what, told) => {
    const parcel = { service: '', tracking: 'A1', link: '', ...told }
    const send = { kind: 'send', at, parcel, via: 'mintsoft', replaces: true } as const
    const { shipments, events } = decide(sentWith({ link: cut }), send, now)
    expect([shipments, events]).toEqual([[], []])
  })
})
