import type { CheckoutAddress } from './checkout.ts'
import { countryCode, countryName } from './countries.ts'
import { alpha2Of, alpha3Of } from './country-codes.ts'
import type { Country, Shop, Zone } from './shop.ts'

/** A country and a zone of it by their numbers; 0 where none is known. */
export type Place = { readonly countryId: number; readonly zoneId: number }

/** Numbers that every OpenCart client knows by heart, for a shop without a table (contract §8). */
const usualNumbers: Readonly<Record<string, number>> = {
  DE: 81,
  NL: 150,
  UA: 220,
  GB: 222,
  US: 223,
}

const usualZones: readonly Zone[] = [
  { id: 3563, countryId: 222, name: 'Lancashire', code: 'LANCS' },
]

/**
 * The country of this number, ISO code or name. A shop's own table comes first; what it does not
 * list is known by its ISO code or name all the same, under the number 0 or its usual one. Undefined
 * for anything else.
 */
export function findCountry(shop: Pick<Shop, 'countries'>, text: string): Country | undefined {
  const said = fold(text)
  if (said === '') return undefined
  const known = shop.countries.find((one) =>
    [String(one.id), fold(one.iso2), fold(one.iso3), fold(one.name)].includes(said),
  )
  if (known !== undefined) return known
  const code = alpha2Of(said) ?? countryCode(said) ?? usualCountry(shop, said)
  if (code === undefined) return undefined
  return shop.countries.find((one) => fold(one.iso2) === fold(code)) ?? isoCountry(shop, code)
}

/** A table that a shop has brought along is the last word on numbers. */
function usualCountry({ countries }: Pick<Shop, 'countries'>, said: string): string | undefined {
  if (countries.length > 0) return undefined
  return Object.entries(usualNumbers).find(([, number]) => String(number) === said)?.[0]
}

function isoCountry({ countries }: Pick<Shop, 'countries'>, code: string): Country {
  return {
    id: countries.length > 0 ? 0 : (usualNumbers[code] ?? 0),
    name: countryName(code),
    iso2: code,
    iso3: alpha3Of(code) ?? '',
    postcodeRequired: false,
    addressFormat: '',
  }
}

/** The zone of this number, code or name in a country of the shop. */
export function findZone(
  shop: Pick<Shop, 'zones'>,
  country: Pick<Country, 'id'> | undefined,
  text: string,
): Zone | undefined {
  const said = fold(text)
  if (said === '' || country === undefined) return undefined
  const zones = shop.zones.length > 0 ? shop.zones : usualZones
  return zones.find(
    (one) =>
      one.countryId === country.id &&
      [String(one.id), fold(one.code), fold(one.name)].includes(said),
  )
}

/** Where an address lies. A number that the shop's tables do not list stands for itself. */
export function placeOf(
  shop: Pick<Shop, 'countries' | 'zones'>,
  address: Pick<CheckoutAddress, 'countryId' | 'zoneId'>,
): Place {
  const country = findCountry(shop, address.countryId)
  const zone = findZone(shop, country, address.zoneId)
  return {
    countryId: country?.id ?? numberOf(address.countryId),
    zoneId: zone?.id ?? numberOf(address.zoneId),
  }
}

/** True if a term of this geo zone holds at a place; null is everywhere. */
export function holdsAt(
  shop: Pick<Shop, 'geoZones'>,
  geoZoneId: number | null,
  place: Place,
): boolean {
  if (geoZoneId === null) return true
  const places = shop.geoZones.find((one) => one.id === geoZoneId)?.places ?? []
  return places.some(
    ({ countryId, zoneId }) =>
      countryId !== 0 && countryId === place.countryId && (zoneId === 0 || zoneId === place.zoneId),
  )
}

function fold(text: string): string {
  return text.trim().toLowerCase()
}

function numberOf(text: string): number {
  return /^\d{1,9}$/.test(text.trim()) ? Number(text) : 0
}
