import { z } from 'zod'
import { defaultStatuses } from '../model/order-statuses.ts'
import type { ShopDocument } from '../model/shop.ts'
import { readMethods } from './import-methods.ts'
import { type GeoZone, membersOf, readGeoZones, readPlaces, refusedBy } from './import-places.ts'
import { type Findings, issuesOf, readRows } from './import-rows.ts'
import { readTax } from './import-tax.ts'
import { amount, flag, someText, text, whole } from './import-values.ts'

const store = z
  .object({
    name: text.optional(),
    country_id: whole().optional(),
    zone_id: whole().optional(),
    default_currency: text
      .refine((code) => /^[A-Z]{3}$/.test(code), 'is no currency; write it as USD')
      .optional(),
    default_language: z
      .object({ language_id: whole(1), code: someText })
      .transform((row) => ({ id: row.language_id, code: row.code }))
      .optional(),
    default_customer_group_id: whole(1).optional(),
    prices_shown_with_tax: flag.optional(),
    stock_checkout: flag.optional(),
    default_order_status_id: whole(1).optional(),
    voucher_amount_min: amount.optional(),
    voucher_amount_max: amount.optional(),
    time_zone: text.optional(),
  })
  .transform((row) => ({
    currency: row.default_currency,
    timeZone: row.time_zone,
    parts: present({
      name: row.name,
      countryId: row.country_id,
      zoneId: row.zone_id,
      language: row.default_language,
      customerGroupId: row.default_customer_group_id,
      pricesWithTax: row.prices_shown_with_tax,
      sellsBeyondStock: row.stock_checkout,
      firstStatus: row.default_order_status_id,
      voucherMinimum: row.voucher_amount_min,
      voucherMaximum: row.voucher_amount_max,
    }),
  }))

const customerGroup = z
  .object({
    customer_group_id: whole(1),
    name: someText,
    offered_to_customers: flag.default(true),
  })
  .transform((row) => ({
    id: row.customer_group_id,
    name: row.name,
    offered: row.offered_to_customers,
  }))

const voucherTheme = z
  .object({ voucher_theme_id: whole(1), name: someText })
  .transform((row) => ({ id: row.voucher_theme_id, name: row.name }))

const currency = z
  .object({
    currency_id: whole(),
    code: text,
    title: text.default(''),
    symbol_left: text.default(''),
    symbol_right: text.default(''),
    decimal_place: whole(0, 4).default(2),
    value: text,
    status: flag.default(true),
  })
  .transform((row) => ({
    id: row.currency_id,
    code: row.code,
    title: row.title,
    symbolLeft: row.symbol_left,
    symbolRight: row.symbol_right,
    decimals: row.decimal_place,
    rate: row.value,
    enabled: row.status,
  }))

/** What a status does is as in a default install, unless the file says it. */
const status = z
  .object({
    order_status_id: whole(1),
    name: someText,
    payment: z.enum(['none', 'pay', 'cancel', 'refund', 'reopen']).optional(),
    fulfilment: z.enum(['none', 'send']).optional(),
    releases: flag.optional(),
  })
  .transform((row) => {
    const usual = defaultStatuses.find(({ id }) => id === row.order_status_id)
    return {
      id: row.order_status_id,
      name: row.name,
      payment: row.payment ?? usual?.payment ?? 'none',
      fulfilment: row.fulfilment ?? usual?.fulfilment ?? 'none',
      releases: row.releases ?? usual?.releases ?? false,
    }
  })

export type ShopFile = {
  /** What the file says of the shop's document, part by part. */
  readonly parts: Partial<ShopDocument>
  readonly currency: string | undefined
}

/** `known`: the geo zones that the account has, for a file without its own. */
export function readShop(
  findings: Findings,
  file: Readonly<Record<string, unknown>>,
  known: readonly GeoZone[],
): ShopFile {
  const tax = membersOf(findings, 'tax', file.tax)
  const geoZones = readGeoZones(findings, tax.geo_zones)
  const zones = geoZones ?? known
  const own = readStore(findings, file.store)
  const parts = {
    ...own?.parts,
    ...readLists(findings, file),
    ...readMethods(findings, file, zones),
    ...(geoZones && { geoZones }),
    ...readTax(findings, tax, zones),
    ...readPlaces(findings, file),
  }
  return { parts, currency: own?.currency }
}

function readStore(findings: Findings, given: unknown): z.output<typeof store> | undefined {
  if (given === undefined || given === null) return undefined
  const parsed = store.safeParse(given)
  if (!parsed.success) {
    findings.bad.push({ part: 'store', item: 0, reason: issuesOf(parsed.error) })
    return undefined
  }
  const { timeZone } = parsed.data
  if (timeZone !== undefined) {
    findings.notes.push(
      `the time zone "${timeZone}" is not taken over; account set … timezone=… sets one`,
    )
  }
  return parsed.data
}

function readLists(
  findings: Findings,
  file: Readonly<Record<string, unknown>>,
): Partial<ShopDocument> {
  const keyOf = ({ id }: { readonly id: number }) => id
  const rows = <T extends { readonly id: number }>(
    name: string,
    part: keyof ShopDocument,
    schema: z.ZodType<T>,
  ): T[] | undefined =>
    readRows(findings, name, file[name], { schema, keyOf, refuse: refusedBy(part) })?.map(
      ({ row }) => row,
    )
  return present({
    customerGroups: rows('customer_groups', 'customerGroups', customerGroup),
    voucherThemes: rows('voucher_themes', 'voucherThemes', voucherTheme),
    currencies: rows('currencies', 'currencies', currency),
    statuses: rows('order_statuses', 'statuses', status),
  })
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** Only what the file says: the rest of the shop stays as it is. */
function present<T extends object>(members: T): Present<T> {
  const said = Object.entries(members).filter(([, member]) => member !== undefined)
  return Object.fromEntries(said) as Present<T>
}
