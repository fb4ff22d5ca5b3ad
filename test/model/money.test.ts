import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  exactMoney,
  formatMoney,
  isWithinMoneyLimit,
  moneyLimit,
  multiplyRate,
  parseMoney,
} from '../../src/model/money.ts'

describe('parseMoney', () => {
  it.each([
    ['1500', 15_000_000n],
    ['1500.5', 15_005_000n],
    ['1500.50', 15_005_000n],
    ['1500,5', 15_005_000n],
    ['.5', 5_000n],
    ['5.', 50_000n],
    ['+5', 50_000n],
    ['-3.00', -30_000n],
    ['-0', 0n],
    ['0', 0n],
    ['007.10', 71_000n],
    ['  12.34\n', 123_400n],
    ['0.0001', 1n],
    ['0.00005', 1n],
    ['0.00004999', 0n],
    ['-0.00005', -1n],
    ['1.99995', 20_000n],
    ['99999999999.9999', moneyLimit - 1n],
    ['-99999999999.9999', 1n - moneyLimit],
  ])('reads %j', (text, amount) => {
    expect(parseMoney(text)).toBe(amount)
  })

  it.each([
    '',
    ' ',
    '.',
    '-',
    '+.',
    'abc',
    '12a',
    '1 000',
    '1,000.00',
    '1.000,00',
    '1e3',
    '0x10',
    'NaN',
    'Infinity',
    '--1',
    '1.2.3',
    '١٢',
    '1'.repeat(31),
    '100000000000',
    '-100000000000',
    '99999999999.99995',
  ])('refuses %j', (text) => {
    expect(parseMoney(text)).toBeUndefined()
  })
})

describe('formatMoney', () => {
  it.each([
    [15_005_000n, 2, '1500.50'],
    [15_005_000n, 0, '1501'],
    [15_004_999n, 0, '1500'],
    [15_005_000n, 4, '1500.5000'],
    [50n, 2, '0.01'],
    [49n, 2, '0.00'],
    [-50n, 2, '-0.01'],
    [-49n, 2, '0.00'],
    [-4_999n, 0, '0'],
    [-5_000n, 0, '-1'],
    [0n, 4, '0.0000'],
    [1n, 4, '0.0001'],
    [99_999n, 1, '10.0'],
    [moneyLimit - 1n, 2, '100000000000.00'],
    [moneyLimit - 1n, 4, '99999999999.9999'],
  ])('writes %s with %s places as %s', (amount, places, text) => {
    expect(formatMoney(amount, places)).toBe(text)
  })

  it('writes two places unless told', () => {
    expect(formatMoney(390_000n)).toBe('39.00')
  })
})

describe('multiplyRate', () => {
  it.each([
    [1_220_000n, '1', 1_220_000n],
    [1_220_000n, '1.00000000', 1_220_000n],
    [1_220_000n, '0.78460002', 957_212n],
    [-302_000n, '0.78460002', -236_949n],
    [1n, '0.5', 1n],
    [1n, '0.49999999', 0n],
    [-1n, '0.5', -1n],
    [-1n, '0.49999999', 0n],
    [3n, '0.5', 2n],
    [-3n, '0.5', -2n],
    [0n, '9999999.99999999', 0n],
    [10_000n, '9999999.99999999', 99_999_999_999n + 1n],
    [1n, '0.00000001', 0n],
    [100_000_000n, '0.00000001', 1n],
    [moneyLimit - 1n, '1', moneyLimit - 1n],
  ])('makes %s times %s %s', (amount, rate, product) => {
    expect(multiplyRate(amount, rate)).toBe(product)
  })

  it.each([
    [1_220_000n, '0.78460002', 2, 957_200n],
    [1_220_000n, '0.78460002', 0, 960_000n],
    [10_000n, '0.12345', 4, 1_235n],
    [10_000n, '0.12345', 3, 1_230n],
    [-10_000n, '0.125', 2, -1_300n],
  ])('rounds %s times %s to %s places', (amount, rate, decimals, product) => {
    expect(multiplyRate(amount, rate, decimals)).toBe(product)
  })

  it('rounds once: what is below a half stays below it', () => {
    // 0.004999... would be 0.0050 with four places, and 0.01 from there.
    expect(multiplyRate(10_000n, '0.00499999', 2)).toBe(0n)
    expect(formatMoney(multiplyRate(10_000n, '0.00499999'), 2)).toBe('0.01')
  })

  it.each(['', '-1', '+1', '1,5', '.5', '5.', '1e3', 'NaN', ' 1'])(
    'refuses the rate %j',
    (rate) => {
      expect(() => multiplyRate(1n, rate)).toThrow(RangeError)
    },
  )
})

const amount = fc.bigInt({ min: 1n - moneyLimit, max: moneyLimit - 1n })

describe('money', () => {
  it('comes back as it was written, to the last digit', () => {
    fc.assert(fc.property(amount, (one) => parseMoney(formatMoney(one, 4)) === one))
  })

  it('is rounded by less than half a step, and never past zero', () => {
    const places = fc.integer({ min: 0, max: 3 })
    const roundable = amount.map((one) => one / 2n)
    fc.assert(
      fc.property(roundable, places, (one, decimals) => {
        const step = 10n ** BigInt(4 - decimals)
        const read = parseMoney(formatMoney(one, decimals)) ?? 0n
        const off = read > one ? read - one : one - read
        return off * 2n <= step && read * one >= 0n
      }),
    )
  })

  it.each([
    [moneyLimit - 1n, true],
    [moneyLimit, false],
    [-moneyLimit, false],
    [1n - moneyLimit, true],
    [0n, true],
  ])('ends at the limit: %s', (one, within) => {
    expect(isWithinMoneyLimit(one)).toBe(within)
  })
})

describe('exactMoney', () => {
  it.each([
    [129_000n, '12.90'],
    [15_000_000n, '1500.00'],
    [129_010n, '12.901'],
    [1n, '0.0001'],
    [-5000n, '-0.50'],
  ])('writes the amount %s exactly', (amount, text) => {
    expect(exactMoney(amount)).toBe(text)
  })
})
