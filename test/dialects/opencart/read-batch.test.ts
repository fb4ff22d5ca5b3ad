import { describe, expect, it } from 'vitest'
import {
  readComments,
  readNames,
  readPrices,
  readQuantities,
  readStatuses,
} from '../../../src/dialects/opencart/warehouse/read-batch.ts'
import { readNewProducts } from '../../../src/dialects/opencart/warehouse/read-new-products.ts'
import { meantOf, scenario } from './erp-recording.ts'

const readers = {
  readQuantities,
  readPrices,
  readNames,
  readStatuses,
  readComments,
  readNewProducts,
}

describe('a quantity', () => {
  it.each([
    [2, 2],
    [-1, -1],
    [0, 0],
    [-0, 0],
    [-0.4, 0],
    [12.5, 13],
    [-2.5, -3],
    ['3.000', 3],
    ['2,5', 3],
    ['-7', -7],
    ['+7', 7],
    ['.5', 1],
    ['7.', 7],
    [' 4 ', 4],
    ['1e3', 1000],
    [1e-9, 0],
    [2_147_483_647, 2_147_483_647],
    ['-2147483648', -2_147_483_648],
    [2_147_483_647.4, 2_147_483_647],
  ])('%j is %i', (sent, quantity) => {
    expect(readQuantities({ 'KR-01': sent })).toEqual([{ article: 'KR-01', quantity }])
  })

  it.each([
    [null],
    [true],
    [''],
    ['many'],
    ['NaN'],
    [Number.POSITIVE_INFINITY],
    ['1e999'],
    ['0x10'],
    ['1 000'],
    ['1.234,5'],
    ['1'.repeat(1_000_000)],
    [2_147_483_648],
    ['-2147483649'],
    [[1]],
    [{ a: 1 }],
  ])('%j is refused with its article', (sent) => {
    expect(readQuantities({ good: 1, 'KR-01': sent })).toEqual({
      problem: expect.stringMatching(
        /^The quantity of article "KR-01" is .{1,70}; send a number .+\.$/,
      ),
    })
  })
})

describe('a price', () => {
  it.each([
    ['233.00', 2_330_000n],
    ['10.5', 105_000n],
    ['10,5', 105_000n],
    [233, 2_330_000n],
    [0.1, 1_000n],
    [19.99, 199_900n],
    [0, 0n],
    ['-0.00', 0n],
    ['1.00005', 10_001n],
    ['1e2', 1_000_000n],
    [1e-9, 0n],
    [99_999_999_999.9999, 999_999_999_999_999n],
  ])('%j is read exactly', (sent, price) => {
    expect(readPrices({ 'KR-01': sent })).toEqual([{ article: 'KR-01', price }])
  })

  it.each([['-1'], [-0.01], ['NaN'], [''], [null], ['12 EUR'], [1e11], ['1e30']])(
    '%j is refused with its article',
    (sent) => {
      expect(readPrices({ good: 1, 'KR-01': sent })).toEqual({
        problem: expect.stringMatching(/^The price of article "KR-01" is .+; send an amount .+\.$/),
      })
    },
  )
})

describe('a name', () => {
  it('is kept but for blanks around it, and has a quotation mark for the entity of one', () => {
    expect(readNames({ 'T-1': ' Tea & "milk" 100% + &quot; ', 'T-2': 5 })).toEqual([
      { article: 'T-1', name: 'Tea & "milk" 100% + "' },
      { article: 'T-2', name: '5' },
    ])
  })

  it.each([[''], [' '], [null], ['a\0b'], ['\ud800'], [['a']]])('%j is refused', (sent) => {
    expect(readNames({ good: 'x', 'T-1': sent })).toEqual({
      problem: expect.stringContaining('The name of article "T-1" is '),
    })
  })
})

describe('an article', () => {
  it('loses blanks around it, and the last of two that are one counts', () => {
    expect(readQuantities({ 'A ': 1, B: 2, A: 3 })).toEqual([
      { article: 'A', quantity: 3 },
      { article: 'B', quantity: 2 },
    ])
  })

  it('without a name is left out', () => {
    expect(readQuantities({ '': 1, ' ': 2, A: 3 })).toEqual([{ article: 'A', quantity: 3 }])
  })

  it('may be called like a part of JavaScript', () => {
    expect(readQuantities(JSON.parse('{"__proto__":1,"constructor":2}'))).toEqual([
      { article: '__proto__', quantity: 1 },
      { article: 'constructor', quantity: 2 },
    ])
  })

  it('that no database can hold is refused', () => {
    for (const article of ['a\0', '\udc00']) {
      expect(readQuantities({ good: 1, [article]: 1 })).toEqual({
        problem: expect.stringContaining('characters that cannot be kept'),
      })
    }
  })

  it('is cut short in a sentence about it', () => {
    const read = readQuantities({ ['x\n'.repeat(1_000)]: 'many' })
    expect('problem' in read && read.problem).toMatch(
      /^The quantity of article "[x ]{60}…" is "many"; /,
    )
  })
})

describe('a status', () => {
  it('is read from texts and numbers', () => {
    expect(readStatuses({ '12': '5', '13': 2, '007': ' 3 ' })).toEqual([
      { order: 12, statusId: 5 },
      { order: 13, statusId: 2 },
      { order: 7, statusId: 3 },
    ])
  })

  it.each([['five'], [''], [null], [5.5], [-1], ['99999999999'], [true]])(
    '%j is refused',
    (sent) => {
      expect(readStatuses({ '11': 5, '12': sent })).toEqual({
        problem: expect.stringMatching(
          /^The status id of order 12 is .+; send the number of a status\.$/,
        ),
      })
    },
  )

  it.each([['0'], ['-1'], ['x'], [''], ['1.5'], ['2147483648']])(
    'is refused for %j, which is no order',
    (key) => {
      expect(readStatuses({ '11': 5, [key]: 5 })).toEqual({
        problem: expect.stringContaining(`The key "${key}" in the field data is no order;`),
      })
    },
  )
})

describe('a comment', () => {
  it('is a text or a number, and an empty one is none', () => {
    const sent = { '12': ' ТТН 2045 ', '13': 20_450_000_000_000, '14': '', '15': null }
    expect(readComments(sent)).toEqual([
      { order: 12, text: 'ТТН 2045' },
      { order: 13, text: '20450000000000' },
    ])
  })

  it.each([[['a']], [true], ['\0'], [2 ** 60]])('%j is refused', (sent) => {
    expect(readComments({ '12': sent })).toEqual({
      problem: expect.stringContaining('The comment of order 12 is '),
    })
  })
})

describe('a batch', () => {
  it.each(Object.entries(readers))('%s: an empty list or object has no rows', (_, read) => {
    expect([read([]), read({})]).toEqual([[], []])
  })

  const byKey = Object.entries(readers).filter(([name]) => name !== 'readNewProducts')

  it.each(byKey)('%s: a list with rows is refused', (_, read) => {
    expect(read([1])).toEqual({
      problem: expect.stringMatching(/^The field \w+ holds a list; send /),
    })
  })

  it.each(Object.entries(readers))('%s: what holds no rows is refused', (_, read) => {
    for (const value of [null, 5, 'x', true]) {
      expect(read(value)).toEqual({
        problem: expect.stringMatching(/^The field \w+ holds .+; send .+\.$/),
      })
    }
  })

  it('may have 60,000 keys', () => {
    const [entry] = scenario('v3').filter(({ id }) => id === 'v3-25')
    const read = readQuantities(JSON.parse((entry && meantOf(entry)?.data) ?? ''))
    expect(read).toHaveLength(60_000)
    expect('problem' in read ? undefined : read.at(-1)).toEqual({
      article: 'SKU-LONG-59999',
      quantity: 59_999,
    })
  })
})
