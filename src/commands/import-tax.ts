import { z } from 'zod'
import type { ShopDocument } from '../model/shop.ts'
import { type GeoZone, refusedBy } from './import-places.ts'
import { type Findings, readRows } from './import-rows.ts'
import { amount, someText, text, whole } from './import-values.ts'

const addresses = ['shipping', 'payment', 'store'] as const

const rule = z
  .object({
    tax_class_id: whole(1),
    tax_rate_id: whole(1),
    based_on: text.default('shipping'),
    priority: whole(-1_000_000).default(1),
  })
  .transform((row, ctx) => ({
    taxClassId: row.tax_class_id,
    taxRateId: row.tax_rate_id,
    basedOn: basedOn(row.based_on, ctx),
    priority: row.priority,
  }))

/** `shipping address` and the like. */
function basedOn(words: string, ctx: z.RefinementCtx): (typeof addresses)[number] {
  const first = words.trim().toLowerCase().split(' ')[0]
  const found = addresses.find((one) => one === first)
  if (found !== undefined) return found
  ctx.addIssue({ code: 'custom', message: `based_on is none of ${addresses.join(', ')}` })
  return z.NEVER
}

function rateRow(zones: readonly GeoZone[]) {
  return z
    .object({
      tax_rate_id: whole(1),
      name: someText,
      type: z.enum(['P', 'F']),
      rate: amount,
      geo_zone_id: whole().default(0),
      customer_group_ids: z.array(whole(1)).default([]),
    })
    .refine((row) => row.geo_zone_id === 0 || zones.some(({ id }) => id === row.geo_zone_id), {
      message: 'geo_zone_id names no geo zone of the file',
    })
    .transform((row) => ({
      id: row.tax_rate_id,
      name: row.name,
      type: row.type,
      rate: row.rate,
      geoZoneId: row.geo_zone_id === 0 ? null : row.geo_zone_id,
      customerGroupIds: row.customer_group_ids,
    }))
}

/** Tax rates and rules; the names of tax classes say nothing that a checkout needs. */
export function readTax(
  findings: Findings,
  tax: Readonly<Record<string, unknown>>,
  zones: readonly GeoZone[],
): Partial<ShopDocument> {
  const rates = readRows(findings, 'tax.rates', tax.rates, {
    schema: rateRow(zones),
    keyOf: ({ id }) => id,
    refuse: refusedBy('taxRates'),
  })
  const rules = readRows(findings, 'tax.rules', tax.rules, {
    schema: rule,
    keyOf: ({ taxClassId, taxRateId }) => `${taxClassId}/${taxRateId}`,
  })
  return {
    ...(rates && { taxRates: rates.map(({ row }) => row) }),
    ...(rules && { taxRules: rules.map(({ row }) => row) }),
  }
}
