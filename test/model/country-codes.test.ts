import { describe, expect, it } from 'vitest'
import { alpha2Of, alpha3ByAlpha2, alpha3Of } from '../../src/model/country-codes.ts'

describe('country codes', () => {
  it('are 249 pairs, none twice, each of which leads back', () => {
    expect(alpha3ByAlpha2.size).toBe(249)
    expect(new Set(alpha3ByAlpha2.values()).size).toBe(249)
    for (const [alpha2, alpha3] of alpha3ByAlpha2) {
      expect(`${alpha2} ${alpha3}`).toMatch(/^[A-Z]{2} [A-Z]{3}$/)
      expect(alpha3Of(alpha2)).toBe(alpha3)
      expect(alpha2Of(alpha3)).toBe(alpha2)
      expect(alpha2Of(alpha3.toLowerCase())).toBe(alpha2)
      expect(alpha3Of(alpha2.toLowerCase())).toBe(alpha3)
    }
  })

  it.each([
    ['DE', 'DEU'],
    ['GB', 'GBR'],
    ['UA', 'UKR'],
    ['CH', 'CHE'],
    ['AT', 'AUT'],
    ['AU', 'AUS'],
    ['SI', 'SVN'],
    ['SK', 'SVK'],
    ['SE', 'SWE'],
    ['SZ', 'SWZ'],
    ['RO', 'ROU'],
    ['RS', 'SRB'],
    ['IE', 'IRL'],
    ['IS', 'ISL'],
    ['KP', 'PRK'],
    ['KR', 'KOR'],
    ['CD', 'COD'],
    ['CG', 'COG'],
    ['NE', 'NER'],
    ['NG', 'NGA'],
    ['TL', 'TLS'],
    ['SS', 'SSD'],
  ])('pair %s with %s', (alpha2, alpha3) => {
    expect([alpha3Of(alpha2), alpha2Of(alpha3)]).toEqual([alpha3, alpha2])
  })

  it.each(['', 'ROM', 'ZAR', 'ANT', 'SUN', 'EUR', 'XKX', 'DE', '276', 'constructor'])(
    'have no country for %j as three letters',
    (code) => {
      expect(alpha2Of(code)).toBeUndefined()
    },
  )

  it.each(['', 'UK', 'EU', 'SU', 'XK', 'AN', 'ZZ', 'DEU', 'constructor'])(
    'have no country for %j as two letters',
    (code) => {
      expect(alpha3Of(code)).toBeUndefined()
    },
  )
})
