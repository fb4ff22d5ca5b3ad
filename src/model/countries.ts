/** Every code that ISO 3166-1 could have; those that are none have no name. */
const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']

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

/** ISO 3166-1 alpha-2 of a code, or of an English or Russian name; undefined if not understood. */
export function countryCode(country: string): string | undefined {
  names ??= readNames()
  return names.get(fold(country))
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
    const display = new Intl.DisplayNames([locale], { type: 'region', fallback: 'none' })
    for (const code of letters.flatMap((a) => letters.map((b) => a + b))) {
      const name = display.of(code)
      // Deprecated codes show the name of their successor; the successor keeps it.
      if (name === undefined || notCountries.has(code)) continue
      if (!found.has(fold(name))) found.set(fold(name), code)
      found.set(code.toLowerCase(), code)
    }
  }
  for (const [name, code] of Object.entries(otherNames)) found.set(fold(name), code)
  return found
}

/** Codes with a name in CLDR that are no country, and the withdrawn ones. */
const notCountries = new Set(
  'AC CP CQ DG EA IC TA EU EZ UN XA XB XK ZZ QO AN BU CS DD DY FX HV NH NT RH SU TP UK VD YD YU ZR'.split(
    ' ',
  ),
)
