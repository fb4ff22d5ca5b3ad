import { z } from 'zod'
import type { ShopDocument } from '../model/shop.ts'
import { type GeoZone, geoZoneNamed, refusedBy } from './import-places.ts'
import { type Findings, readRows } from './import-rows.ts'
import { amount, someText, text, whole } from './import-values.ts'

const anyNumber = whole(-1_000_000)
const offeredIn = { geo_zone: z.unknown().optional(), geo_zone_id: z.unknown().optional() }

/** The number of the geo zone that a row names, or an issue where there is none such. */
function zoneOf(
  row: { readonly geo_zone?: unknown; readonly geo_zone_id?: unknown },
  zones: readonly GeoZone[],
  ctx: z.RefinementCtx,
): number | null {
  const id = geoZoneNamed(row.geo_zone ?? row.geo_zone_id, zones)
  if (id !== undefined) return id
  ctx.addIssue({ code: 'custom', message: 'geo_zone names no geo zone of the file' })
  return z.NEVER
}

const quote = z
  .object({ code: someText, title: text, cost: amount, tax_class_id: whole().default(0) })
  .transform(({ tax_class_id: taxClassId, ...row }) => ({ ...row, taxClassId }))

function shippingRow(zones: readonly GeoZone[]) {
  return z
    .object({
      module: someText,
      module_title: text,
      sort_order: anyNumber.default(0),
      quotes: z.array(quote),
      ...offeredIn,
    })
    .transform((row, ctx) => ({
      module: row.module,
      title: row.module_title,
      sortOrder: row.sort_order,
      geoZoneId: zoneOf(row, zones, ctx),
      quotes: row.quotes,
    }))
}

function paymentRow(zones: readonly GeoZone[]) {
  return z
    .object({
      code: someText,
      title: text,
      terms: text.default(''),
      sort_order: anyNumber.default(0),
      minimum_total: amount.optional(),
      offered: text.default(''),
      ...offeredIn,
    })
    .transform((row, ctx) => ({
      code: row.code,
      title: row.title,
      terms: row.terms,
      sortOrder: row.sort_order,
      minimum: row.minimum_total ?? null,
      onlyFree: /\bonly when the total is zero\b/i.test(row.offered),
      geoZoneId: zoneOf(row, zones, ctx),
    }))
}

/** The ways to ship and to pay, where the file has them. */
export function readMethods(
  findings: Findings,
  file: Readonly<Record<string, unknown>>,
  zones: readonly GeoZone[],
): Partial<ShopDocument> {
  const shipping = readRows(findings, 'shipping_methods', file.shipping_methods, {
    schema: shippingRow(zones),
    keyOf: (row) => row.module,
    refuse: refusedBy('shipping'),
  })
  const payment = readRows(findings, 'payment_methods', file.payment_methods, {
    schema: paymentRow(zones),
    keyOf: (row) => row.code,
    refuse: refusedBy('payment'),
  })
  return {
    ...(shipping && { shipping: shipping.map(({ row }) => row) }),
    ...(payment && { payment: payment.map(({ row }) => row) }),
  }
}
