import { alpha3ByAlpha2 } from './country-codes.ts'

/** Names in common use that differ from the official short ones, folded. */
const otherNames: Readonly<Record<string, string>> = {
  usa: 'US',
  'u.s.a.': 'US',
  'united states of america': 'US',
  сша: 'US',
  uk: 'GB',
  'great britain': 'GB',
  england: 'GB',
  'united kingdom of great britain and northern ireland': 'GB',
  англия: 'GB',
  'russian federation': 'RU',
  'российская федерация': 'RU',
  рф: 'RU',
  белоруссия: 'BY',
  'republic of belarus': 'BY',
  'республика беларусь': 'BY',
  'республика казахстан': 'KZ',
  киргизия: 'KG',
  молдавия: 'MD',
  'republic of moldova': 'MD',
  'czech republic': 'CZ',
  чехия: 'CZ',
  turkey: 'TR',
  турция: 'TR',
  'south korea': 'KR',
  'republic of korea': 'KR',
  'южная корея': 'KR',
  'viet nam': 'VN',
  'the netherlands': 'NL',
  holland: 'NL',
  голландия: 'NL',
  оаэ: 'AE',
  uae: 'AE',
  macedonia: 'MK',
  'hong kong': 'HK',
  гонконг: 'HK',
  macao: 'MO',
  macau: 'MO',
  макао: 'MO',
  palestine: 'PS',
  палестина: 'PS',
  myanmar: 'MM',
  burma: 'MM',
  мьянма: 'MM',
  'ivory coast': 'CI',
  swaziland: 'SZ',
  кыргызстан: 'KG',
  туркменистан: 'TM',
  türkiye: 'TR',
}

let names: ReadonlyMap<string, string> | undefined
let english: Intl.DisplayNames | undefined

/**
 * ISO 3166-1 alpha-2 of a code of two or three letters, or of an English or Russian name;
 * undefined if not understood.
 */
export function countryCode(country: string): string | undefined {
  names ??= readNames()
  return names.get(fold(country))
}

/** The English name of a country by its alpha-2, in any case; empty where there is none. */
export function countryName(alpha2: string): string {
  const code = alpha2.toUpperCase()
  if (!alpha3ByAlpha2.has(code)) return ''
  english ??= namesIn('en')
  return english.of(code) ?? ''
}

function fold(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replaceAll('ё', 'е')
    .replaceAll('’', "'")
    .replaceAll('&', 'and')
    .normalize('NFD')
    .replace(/(?<=[a-z])\p{M}/gu, '')
    .normalize('NFC')
    .replace(/\s+/g, ' ')
}

function readNames(): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const locale of ['en', 'ru']) {
    const display = namesIn(locale)
    for (const code of alpha3ByAlpha2.keys()) {
      const name = display.of(code)
      if (name !== undefined && !found.has(fold(name))) found.set(fold(name), code)
    }
  }
  for (const [name, code] of Object.entries(otherNames)) found.set(fold(name), code)
  for (const [alpha2, alpha3] of alpha3ByAlpha2) {
    found.set(alpha2.toLowerCase(), alpha2)
    found.set(alpha3.toLowerCase(), alpha2)
  }
  return found
}

/** Those that this Node has no name for, being built with small ICU say, are undefined. */
function namesIn(locale: string): Intl.DisplayNames {
  return new Intl.DisplayNames([locale], { type: 'region', fallback: 'none' })
}
