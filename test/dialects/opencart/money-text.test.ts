import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { moneyText } from '../../../src/dialects/opencart/money-text.ts'
import { moneyLimit, parseMoney } from '../../../src/model/money.ts'
import type { Currency } from '../../../src/model/shop.ts'

const dollar: Currency = {
  id: 2,
  code: 'USD',
  title: 'US Dollar',
  symbolLeft: '$',
  symbolRight: '',
  decimals: 2,
  rate: '1.00000000',
  enabled: true,
}
const euro: Currency = {
  ...dollar,
  code: 'EUR',
  symbolLeft: '',
  symbolRight: '€',
  rate: '0.78460002',
}
const pound: Currency = { ...dollar, code: 'GBP', symbolLeft: '£', rate: '0.61250001' }
const yen: Currency = { ...dollar, code: 'JPY', symbolLeft: '¥', decimals: 0, rate: '149.5' }

const recorded = readFileSync(
  new URL('../../fixtures/opencart/3.0.3.9/cart.json', import.meta.url),
  'utf8',
)

function amount(text: string): bigint {
  return parseMoney(text) ?? 0n
}

describe('moneyText', () => {
  it.each([
    ['122.00', dollar, '$122.00'],
    ['0', dollar, '$0.00'],
    ['-30.20', dollar, '$-30.20'],
    ['-100', dollar, '$-100.00'],
    ['122.00', euro, '95.72€'],
    ['123.20', euro, '96.66€'],
    ['246.40', euro, '193.33€'],
    ['302.00', euro, '236.95€'],
    ['-30.20', euro, '-23.69€'],
    ['6.00', euro, '4.71€'],
    ['54.36', euro, '42.65€'],
    ['-100.00', euro, '-78.46€'],
    ['232.16', euro, '182.15€'],
  ])('writes %s as the recordings do', (text, currency, shown) => {
    expect(moneyText(amount(text), currency)).toBe(shown)
    expect(recorded).toContain(`"${shown}"`)
  })

  it.each([
    ['999.99', dollar, '$999.99'],
    ['999.995', dollar, '$1,000.00'],
    ['1000', dollar, '$1,000.00'],
    ['-1234567.891', dollar, '$-1,234,567.89'],
    ['-0.004', dollar, '$0.00'],
    ['0.005', dollar, '$0.01'],
    ['-0.005', dollar, '$-0.01'],
    ['1000000', pound, '£612,500.01'],
    ['1000', yen, '¥149,500'],
    ['0.0033', yen, '¥0'],
    ['-1', yen, '¥-150'],
    ['1.5', { ...dollar, decimals: 4 }, '$1.5000'],
    ['1234.5', { ...dollar, symbolLeft: '', symbolRight: '' }, '1,234.50'],
    ['5', { ...dollar, symbolRight: ' USD' }, '$5.00 USD'],
    ['0.99999999999', { ...dollar, rate: '0.00500001' }, '$0.01'],
  ])('writes %s', (text, currency, shown) => {
    expect(moneyText(amount(text), currency)).toBe(shown)
  })

  it('is exact where a float is not', () => {
    expect(moneyText(moneyLimit - 1n, { ...dollar, decimals: 4 })).toBe('$99,999,999,999.9999')
    expect(moneyText(amount('1.005'), dollar)).toBe('$1.01')
  })
})
