import { z } from 'zod'
import { type ShopDocument, shopSchema } from '../model/shop.ts'
import { type Findings, isRecord, readRows } from './import-rows.ts'
import { flag, text, whole } from './import-values.ts'

type Documents<Part extends keyof ShopDocument> = NonNullable<ShopDocument[Part]>
export type GeoZone = Documents<'geoZones'>[number]

/** Why the shop's own rules refuse a row of a part; undefined where they take it. */
export function refusedBy(part: keyof ShopDocument): (row: unknown) => string | undefined {
  return (row) => {
    const parsed = shopSchema.shape[part].safeParse([row])
    if (parsed.success) return undefined
    const issues: readonly { path: PropertyKey[]; message: string }[] = parsed.error.issues
    return issues.map(({ path, message }) => `${path.slice(1).join('.')}: ${message}`).join('; ')
  }
}

const place = z
  .object({ country_id: whole(1), zone_id: whole().default(0) })
  .transform((row) => ({ countryId: row.country_id, zoneId: row.zone_id }))

const geoZone = z
  .object({
    geo_zone_id: whole(1),
    name: text.default(''),
    contains: text.optional(),
    places: z.array(place).optional(),
  })
  .transform((row) => ({
    id: row.geo_zone_id,
    name: row.name,
    places: row.places ?? placesIn(row.contains ?? ''),
  }))

export function readGeoZones(findings: Findings, list: unknown): GeoZone[] | undefined {
  return readRows(findings, 'tax.geo_zones', list, {
    schema: geoZone,
    keyOf: ({ id }) => id,
    refuse: ({ places }) =>
      places.length === 0
        ? 'it names no country; give "places": [{"country_id": 222, "zone_id": 0}]'
        : undefined,
  })?.map(({ row }) => row)
}

/** Every country of the text is whole, unless it says "only" and names zones. */
function placesIn(words: string): { countryId: number; zoneId: number }[] {
  const numbers = (name: string): number[] =>
    [...words.matchAll(new RegExp(`\\b${name}\\s+(\\d{1,9})\\b`, 'gi'))].map(([, n]) => Number(n))
  const countries = numbers('country')
  const zones = numbers('zone')
  const [country] = countries
  if (/\bonly\b/i.test(words) && zones.length > 0 && country !== undefined) {
    return zones.map((zoneId) => ({ countryId: country, zoneId }))
  }
  return countries.map((countryId) => ({ countryId, zoneId: 0 }))
}

/**
 * The geo zone that a method names: null is everywhere; undefined where there is none such.
 * Takes a number, `every country`, a geo zone's name, or a text with a country's number.
 */
export function geoZoneNamed(said: unknown, zones: readonly GeoZone[]): number | null | undefined {
  const words = String(said ?? '').trim()
  if (['', '0', 'every country'].includes(words.toLowerCase())) return null
  if (/^\d{1,9}$/.test(words)) return zones.find(({ id }) => id === Number(words))?.id
  const byName = zones.find(({ name }) => name.toLowerCase() === words.toLowerCase())
  if (byName !== undefined) return byName.id
  const [country] = placesIn(words)
  const number = /\d{1,9}/.exec(words)?.[0]
  return zones.find(({ id, places = [] }) =>
    country === undefined
      ? id === Number(number)
      : places.some(({ countryId }) => countryId === country.countryId),
  )?.id
}

const country = z
  .object({
    country_id: whole(1),
    name: text,
    iso_code_2: text.default(''),
    iso_code_3: text.default(''),
    postcode_required: flag.default(false),
    address_format: text.default(''),
  })
  .transform((row) => ({
    id: row.country_id,
    name: row.name,
    iso2: row.iso_code_2,
    iso3: row.iso_code_3,
    postcodeRequired: row.postcode_required,
    addressFormat: row.address_format,
  }))

const zone = z
  .object({ zone_id: whole(1), country_id: whole(1), name: text, code: text.default('') })
  .transform((row) => ({
    id: row.zone_id,
    countryId: row.country_id,
    name: row.name,
    code: row.code,
  }))

/** Countries and zones of the file, where it has them. */
export function readPlaces(
  findings: Findings,
  file: Readonly<Record<string, unknown>>,
): Partial<ShopDocument> {
  const keyOf = ({ id }: { readonly id: number }) => id
  const countries = readRows(findings, 'countries', file.countries, { schema: country, keyOf })
  const zones = readRows(findings, 'zones', file.zones, { schema: zone, keyOf })
  return {
    ...(countries && { countries: countries.map(({ row }) => row) }),
    ...(zones && { zones: zones.map(({ row }) => row) }),
  }
}

/** The members of a part that is an object; none where the file does not have it. */
export function membersOf(
  findings: Findings,
  part: string,
  given: unknown,
): Readonly<Record<string, unknown>> {
  if (given === undefined || given === null) return {}
  if (isRecord(given)) return given
  findings.bad.push({ part, item: 0, reason: 'is no object' })
  return {}
}
