import { describe, expect, it } from 'vitest'
import { compareExchange } from './compare.ts'
import { anAnswer, anExchange, differences } from './made-up.ts'
import type { Exchange } from './recording.ts'

describe('what a recording leaves open', () => {
  it('is the value of a volatile path, not its type and not its absence', () => {
    const volatile = ['$.token', '$.list[*].id']
    const recorded = { token: '(token)', list: [{ id: '1' }, { id: '2' }] }
    const say = (answered: unknown) => differences(recorded, answered, { volatile })
    expect(say({ token: 'abc', list: [{ id: '8' }, { id: '9' }] })).toEqual([])
    expect(say({ token: 1, list: [{ id: '8' }, { id: 9 }] })).toHaveLength(2)
    expect(say({ token: null, list: [{ id: '8' }, {}] })).toHaveLength(2)
  })

  it('is everything of a free path, its absence too', () => {
    const free = ['$.a.b', '$.list[id=2].c']
    const recorded = {
      a: { b: 1, d: 1 },
      list: [
        { id: '1', c: 1 },
        { id: '2', c: 1 },
      ],
    }
    const say = (answered: unknown) => differences(recorded, answered, { free })
    expect(say({ a: { d: 1 }, list: [{ id: '1', c: 1 }, { id: '2' }] })).toEqual([])
    expect(
      say({
        a: { b: [] },
        list: [
          { id: '1', c: 2 },
          { id: '2', c: 1 },
        ],
      }),
    ).toHaveLength(2)
  })

  it('is the order of an unordered list', () => {
    const unordered = { '$.products': 'id' }
    const recorded = {
      products: [
        { id: '28', n: 1 },
        { id: '40', n: 2 },
      ],
    }
    const say = (products: unknown) => differences(recorded, { products }, { unordered })
    expect(
      say([
        { id: '40', n: 2 },
        { id: '28', n: 1 },
      ]),
    ).toEqual([])
    expect(
      say([
        { id: '40', n: 1 },
        { id: '28', n: 2 },
      ]),
    ).toHaveLength(2)
    expect(say([{ id: '40', n: 2 }])).toHaveLength(1)
  })

  it('is not what was captured before', () => {
    const exchange = anExchange({ id: '1' }, { same: { '$.id': 'order_id' }, volatile: ['$.id'] })
    const say = (id: unknown, name = 'order_id') =>
      compareExchange(exchange, anAnswer({ id }), new Map([[name, '7']]))
    expect(say('7')).toEqual([])
    expect(say('8')).toHaveLength(1)
    expect(say(7)).toHaveLength(1)
    expect(say('7', 'another')).toHaveLength(1)
  })
})

describe('an amount', () => {
  it.each([
    ['another amount', '$302.00', '$1,302.55', true],
    ['of a discount', '$-30.20', '$-1.00', true],
    ['with another sign', '$-30.20', '$30.20', false],
    ['in another currency', '$30.20', '30.20€', false],
    ['behind which the currency stands', '95.72€', '1.00€', true],
    ['with less decimals', '240.1600', '240.16', false],
    ['of the database', '240.1600', '1.0000', true],
    ['as number', '$1.00', 1, false],
    ['that is a rate', '1.00000000', '2.00000000', false],
    ['that is a quantity', '2', '3', false],
    ['that is text', '', '$1.00', false],
  ])('may differ or not: %s', (_what, recorded, answered, equal) => {
    const more = { money_text: true }
    expect(differences({ text: recorded }, { text: answered }, more).length === 0).toBe(equal)
    expect(differences({ text: recorded }, { text: answered })).toHaveLength(1)
    expect(
      differences({ text: recorded }, { text: answered }, more, { money: 'exact' }),
    ).toHaveLength(1)
  })

  it('that is a number may differ under its own keys only', () => {
    const say = (key: string, answered: unknown) =>
      differences({ [key]: 101 }, { [key]: answered }, { money_text: true })
    expect(['price', 'total', 'value'].flatMap((key) => say(key, 7.5))).toEqual([])
    expect(say('price', '7.5')).toHaveLength(1)
    expect(['points', 'reward', 'sort_order', 'amount'].flatMap((key) => say(key, 7))).toHaveLength(
      4,
    )
  })

  it('of tax may be there or not, of anything else not', () => {
    const total = { title: 'Total', text: '$1.00' }
    const tax = { title: 'VAT (20%)', text: '$1.00' }
    const coded = { code: 'tax', title: 'Anything', text: '$1.00', value: 1 }
    const coupon = { title: 'Coupon (2222)', text: '$-1.00' }
    const say = (from: unknown[], to: unknown[], more: Partial<Exchange> = { money_text: true }) =>
      differences({ totals: from }, { totals: to }, more)
    expect(say([tax, total], [total])).toEqual([])
    expect(say([total], [coded, tax, total])).toEqual([])
    expect(say([coupon, total], [total])).toHaveLength(1)
    expect(say([total], [total, total])).toHaveLength(1)
    expect(say([tax, total], [total], {})).toHaveLength(1)
  })
})
