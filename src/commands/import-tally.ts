import type { Shop, ShopDocument } from '../model/shop.ts'
import { type RowOutcome, type Tally, tallyOf } from '../model/tally.ts'

/** The lists of the shop by their names in the file. */
const lists = {
  customer_groups: 'customerGroups',
  voucher_themes: 'voucherThemes',
  currencies: 'currencies',
  shipping_methods: 'shipping',
  payment_methods: 'payment',
  order_statuses: 'statuses',
  'tax.rates': 'taxRates',
  'tax.rules': 'taxRules',
  'tax.geo_zones': 'geoZones',
  countries: 'countries',
  zones: 'zones',
} satisfies Record<string, keyof Shop>

/** What has become of the shop's parts that the file has, by their names there. */
export function shopTallies(
  parts: Partial<ShopDocument>,
  before: Shop,
  after: Shop,
): Record<string, Tally> {
  const tallies: Record<string, Tally> = {}
  const known = Object.values(lists) as readonly (keyof Shop)[]
  const own = (Object.keys(parts) as (keyof Shop)[]).filter((part) => !known.includes(part))
  if (own.length > 0) {
    const same = own.every((part) => textOf(before[part]) === textOf(after[part]))
    tallies.store = tallyOf([same ? 'same' : 'changed'])
  }
  for (const [name, part] of Object.entries(lists)) {
    if (parts[part] !== undefined) tallies[name] = tallyOf(outcomesOf(before[part], after[part]))
  }
  return tallies
}

function outcomesOf(before: readonly object[], after: readonly object[]): RowOutcome[] {
  const stood = new Set(before.map(textOf))
  const keys = new Set(before.map(keyOf))
  return after.map((row) => {
    if (stood.has(textOf(row))) return 'same'
    return keys.has(keyOf(row)) ? 'changed' : 'added'
  })
}

/** What a row of any list goes by. */
function keyOf(row: object): string {
  const { id, code, module, taxClassId, taxRateId } = row as Readonly<Record<string, unknown>>
  return String(id ?? code ?? module ?? `${taxClassId}/${taxRateId}`)
}

function textOf(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === 'bigint' ? inner.toString() : inner,
  )
}
