import { z } from 'zod'
import { defaultStatuses } from './order-statuses.ts'
import { amountText, rateText } from './texts.ts'

const id = z.number().int().min(0).max(2_147_483_647)

/** Where a term holds: a list of countries, each whole (`zoneId` 0) or one zone of it. */
const place = z.object({ countryId: id, zoneId: id.default(0) })
const geoZone = z.object({ id, name: z.string(), places: z.array(place).default([]) })

const currency = z.object({
  id,
  code: z.string().regex(/^[A-Z]{3}$/),
  title: z.string().default(''),
  symbolLeft: z.string().default(''),
  symbolRight: z.string().default(''),
  decimals: z.number().int().min(0).max(4).default(2),
  /** How many of it make one of the account's currency, up to eight decimals. */
  rate: rateText,
  enabled: z.boolean().default(true),
})

const status = z.object({
  id: id.min(1),
  name: z.string().min(1),
  payment: z.enum(['none', 'pay', 'cancel', 'refund', 'reopen']).default('none'),
  fulfilment: z.enum(['none', 'send']).default('none'),
  /** True: an order that is put on it is fit for fulfilment. */
  releases: z.boolean().default(false),
})

const quote = z.object({
  /** `<module>.<quote>`. */
  code: z.string().regex(/^[^.]+\.[^.]+$/),
  title: z.string(),
  cost: amountText,
  taxClassId: id.default(0),
})

const shippingModule = z.object({
  module: z.string().min(1),
  title: z.string(),
  sortOrder: z.number().int().default(0),
  /** Null: everywhere. */
  geoZoneId: id.nullable().default(null),
  quotes: z.array(quote).min(1),
})

const paymentMethod = z.object({
  code: z.string().min(1),
  title: z.string(),
  terms: z.string().default(''),
  sortOrder: z.number().int().default(0),
  /** Offered from this total on; null: always. */
  minimum: amountText.nullable().default(null),
  /** True: offered only where nothing is to be paid. */
  onlyFree: z.boolean().default(false),
  geoZoneId: id.nullable().default(null),
})

const taxRate = z.object({
  id,
  name: z.string(),
  /** P: `rate` per cent of the price; F: `rate` of the account's currency for each piece. */
  type: z.enum(['P', 'F']),
  rate: amountText,
  geoZoneId: id.nullable().default(null),
  /** Empty: every group. */
  customerGroupIds: z.array(id).default([]),
})

const taxRule = z.object({
  taxClassId: id,
  taxRateId: id,
  basedOn: z.enum(['shipping', 'payment', 'store']).default('shipping'),
  priority: z.number().int().default(1),
})

const country = z.object({
  id,
  name: z.string(),
  iso2: z.string().default(''),
  iso3: z.string().default(''),
  postcodeRequired: z.boolean().default(false),
  addressFormat: z.string().default(''),
})

const zone = z.object({ id, countryId: id, name: z.string(), code: z.string().default('') })

/** What a shop offers and asks at its checkout; one document an account, each part with a default. */
export const shopSchema = z.object({
  name: z.string().default(''),
  countryId: id.default(0),
  zoneId: id.default(0),
  language: z.object({ id, code: z.string() }).default({ id: 1, code: 'en-gb' }),
  /** True: prices are shown with tax. */
  pricesWithTax: z.boolean().default(true),
  /** True: what is out of stock can be ordered all the same. */
  sellsBeyondStock: z.boolean().default(false),
  /** The status of a new order for which none is named. */
  firstStatus: id.default(1),
  customerGroupId: id.default(1),
  customerGroups: z
    .array(z.object({ id, name: z.string(), offered: z.boolean().default(true) }))
    .default([{ id: 1, name: 'Default', offered: true }]),
  voucherMinimum: amountText.default(10_000n),
  voucherMaximum: amountText.default(10_000_000n),
  voucherThemes: z.array(z.object({ id, name: z.string() })).default([]),
  currencies: z.array(currency).default([]),
  statuses: z.array(status).default(defaultStatuses.map((one) => ({ ...one }))),
  shipping: z.array(shippingModule).default([
    {
      module: 'flat',
      title: 'Flat Rate',
      sortOrder: 1,
      geoZoneId: null,
      quotes: [{ code: 'flat.flat', title: 'Flat Shipping Rate', cost: 0n, taxClassId: 0 }],
    },
  ]),
  payment: z.array(paymentMethod).default([
    {
      code: 'cod',
      title: 'Cash On Delivery',
      terms: '',
      sortOrder: 5,
      minimum: null,
      onlyFree: false,
      geoZoneId: null,
    },
    {
      code: 'bank_transfer',
      title: 'Bank Transfer',
      terms: '',
      sortOrder: 6,
      minimum: null,
      onlyFree: false,
      geoZoneId: null,
    },
  ]),
  taxRates: z.array(taxRate).default([]),
  taxRules: z.array(taxRule).default([]),
  geoZones: z.array(geoZone).default([]),
  countries: z.array(country).default([]),
  zones: z.array(zone).default([]),
})

/** Read: amounts are `Money`. */
export type Shop = z.output<typeof shopSchema>
/** As it is stored and imported: amounts are decimal texts. */
export type ShopDocument = z.input<typeof shopSchema>

export type Currency = Shop['currencies'][number]
export type Status = Shop['statuses'][number]
export type Country = Shop['countries'][number]
export type Zone = Shop['zones'][number]

/** The currency of this code that can be ordered in; the account's own always can. */
export function currencyOf(shop: Shop, code: string, own: string): Currency | undefined {
  const known = shop.currencies.find((one) => one.code === code && one.enabled)
  if (known !== undefined || code !== own) return known
  return { ...bare, code: own }
}

const bare = {
  id: 0,
  title: '',
  symbolLeft: '',
  symbolRight: '',
  decimals: 2,
  rate: '1.00000000',
  enabled: true,
} as const
