import { describe, expect, it } from 'vitest'
import { countryCode, countryName } from '../../src/model/countries.ts'
import { alpha3Of } from '../../src/model/country-codes.ts'

/** ISO 3166-1 alpha-2, as assigned. */
const assigned = [
  'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR',
  'BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ',
  'EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW',
  'GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY',
  'KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV',
  'MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY',
  'QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG',
  'TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM',
  'ZW',
].flatMap((row) => row.split(' '))

describe('countryCode', () => {
  it('knows every assigned code, in any case', () => {
    expect(assigned).toHaveLength(249)
    for (const code of assigned) {
      expect(countryCode(code)).toBe(code)
      expect(countryCode(code.toLowerCase())).toBe(code)
    }
  })

  it('knows the three letters of each, in any case', () => {
    for (const code of assigned) {
      const alpha3 = alpha3Of(code) ?? ''
      expect(countryCode(alpha3)).toBe(code)
      expect(countryCode(` ${alpha3.toLowerCase()} `)).toBe(code)
    }
  })

  it('knows no other code of two letters but those in common use', () => {
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
    const known = letters
      .flatMap((a) => letters.map((b) => a + b))
      .filter((code) => countryCode(code))
    expect(known.filter((code) => !assigned.includes(code))).toEqual(['UK'])
  })

  it.each([
    ['Russia', 'RU'],
    ['Россия', 'RU'],
    ['Russian Federation', 'RU'],
    ['Российская Федерация', 'RU'],
    ['РФ', 'RU'],
    ['United States', 'US'],
    ['United States of America', 'US'],
    ['USA', 'US'],
    ['U.S.A.', 'US'],
    ['США', 'US'],
    ['Соединенные Штаты', 'US'],
    ['Соединённые Штаты', 'US'],
    ['United Kingdom', 'GB'],
    ['UK', 'GB'],
    ['Great Britain', 'GB'],
    ['England', 'GB'],
    ['Великобритания', 'GB'],
    ['Англия', 'GB'],
    ['Germany', 'DE'],
    ['Германия', 'DE'],
    ['Украина', 'UA'],
    ['Ukraine', 'UA'],
    ['Казахстан', 'KZ'],
    ['Республика Казахстан', 'KZ'],
    ['Беларусь', 'BY'],
    ['Белоруссия', 'BY'],
    ['Киргизия', 'KG'],
    ['Молдова', 'MD'],
    ['Молдавия', 'MD'],
    ['Czechia', 'CZ'],
    ['Czech Republic', 'CZ'],
    ['Чехия', 'CZ'],
    ['Turkey', 'TR'],
    ['Турция', 'TR'],
    ['South Korea', 'KR'],
    ['Republic of Korea', 'KR'],
    ['Viet Nam', 'VN'],
    ['Vietnam', 'VN'],
    ['The Netherlands', 'NL'],
    ['Netherlands', 'NL'],
    ['Нидерланды', 'NL'],
    ['ОАЭ', 'AE'],
    ['Израиль', 'IL'],
    ['Китай', 'CN'],
    ['Япония', 'JP'],
    ['Hong Kong', 'HK'],
    ['Гонконг', 'HK'],
    ['Palestine', 'PS'],
    ['Myanmar', 'MM'],
    ['Кыргызстан', 'KG'],
    ['Türkiye', 'TR'],
    ['Bosnia and Herzegovina', 'BA'],
    ['Bosnia & Herzegovina', 'BA'],
    ['Trinidad and Tobago', 'TT'],
    ["Cote d'Ivoire", 'CI'],
    ['Côte d’Ivoire', 'CI'],
    ['Йемен', 'YE'],
  ])('understands %s', (name, code) => {
    expect(countryCode(name)).toBe(code)
  })

  it.each(['  russia ', 'RUSSIA', 'россия', 'РОССИЯ', 'ru', ' Ru\n'])(
    'does not mind case and blanks: %j',
    (name) => {
      expect(countryCode(name)).toBe('RU')
    },
  )

  it.each(['united   states', 'united\tstates'])('does not mind blanks inside: %j', (name) => {
    expect(countryCode(name)).toBe('US')
  })

  it.each([
    ['nothing', ''],
    ['a dash that stands for nothing', '-'],
    ['a union', 'EU'],
    ['a country that is no more', 'SU'],
    ['a code that nobody has', 'QQ'],
    ['a placeholder', 'ZZ'],
    ['a code that is reserved for an island', 'AC'],
    ['a city', 'Moscow'],
    ['three letters of a country that is no more', 'SUN'],
    ['three letters of a currency', 'EUR'],
    ['half a name', 'United'],
    ['a number', '643'],
    ['a property of every object', 'constructor'],
  ])('leaves alone what is no country: %s', (_name, text) => {
    expect(countryCode(text)).toBeUndefined()
  })
})

describe('countryName', () => {
  it('names every country so that the name is understood', () => {
    for (const code of assigned) expect(countryCode(countryName(code))).toBe(code)
  })

  it.each([
    ['GB', 'United Kingdom'],
    ['de', 'Germany'],
    ['RU', 'Russia'],
  ])('calls %s %s', (code, name) => {
    expect(countryName(code)).toBe(name)
  })

  it.each(['', 'ZZ', 'EU', 'UK', 'SU', 'DEU', 'D', '001', 'no code at all'])(
    'is empty for %j, which is no country',
    (code) => {
      expect(countryName(code)).toBe('')
    },
  )
})
