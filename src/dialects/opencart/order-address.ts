import { alpha3ByAlpha2 } from '../../model/country-codes.ts'
import { type Address, type Order, shippingAddress } from '../../model/order.ts'
import type { Country, Shop } from '../../model/shop.ts'
import { findCountry, findZone } from '../../model/shop-places.ts'
import type { OpencartFields } from './plan.ts'

type Kind = 'payment' | 'shipping'
type Method = { readonly title: string | null; readonly code: string | null }

/** The 18 keys of one of an order's two addresses (contract §4.7, order/info). */
export function addressKeys(
  shop: Shop,
  order: Order,
  kind: Kind,
  kept: OpencartFields,
): Readonly<Record<string, unknown>> {
  const address = kind === 'payment' ? order.billing : whereItGoes(order)
  const said = kept[kind]
  const method: Method =
    kind === 'payment'
      ? { title: order.paymentMethod, code: order.paymentCode }
      : { title: order.shippingMethod, code: order.shippingCode }
  const isEmpty = address === undefined
  const { firstName = '', lastName = '' } = isEmpty ? {} : namesOf(order, address)
  const keys = {
    firstname: firstName,
    lastname: lastName,
    company: address?.company ?? '',
    address_1: address?.line1 ?? '',
    address_2: [address?.line2, address?.line3].filter(Boolean).join(', '),
    postcode: address?.postcode ?? '',
    city: address?.city ?? '',
    ...placeKeys(shop, address ?? {}, isEmpty ? nowhere : said),
    custom_field: said.custom_field,
    method: method.title ?? '',
    code: method.code ?? '',
  }
  return Object.fromEntries(Object.entries(keys).map(([name, value]) => [`${kind}_${name}`, value]))
}

/** Undefined where nothing of the order ships, as OpenCart leaves that address empty. */
function whereItGoes(order: Order): Address | undefined {
  const ships = order.lines.some(({ productType }) => productType === 'physical')
  return ships || order.shipping !== null ? shippingAddress(order) : undefined
}

/** Other dialects name the buyer once. */
function namesOf({ buyer }: Order, { firstName, lastName }: Address) {
  return firstName === undefined && lastName === undefined ? buyer : { firstName, lastName }
}

const nowhere = { country_id: 0, zone_id: 0, custom_field: {} }

/** Numbers as the customer sent them, else those of the shop's tables for what the book says. */
function placeKeys(shop: Shop, address: Address, said: OpencartFields[Kind]) {
  const country = countryOf(shop, address, said.country_id)
  const zone = findZone(shop, country, zoneText(address, said.zone_id))
  const isListed = country !== undefined && shop.countries.includes(country)
  const iso2 = country?.iso2 || address.countryCode || ''
  return {
    zone_id: String(zone?.id ?? said.zone_id),
    zone: zone?.name ?? address.region ?? '',
    zone_code: zone?.code ?? address.regionCode ?? '',
    country_id: String(country?.id ?? said.country_id),
    // As it was sent, where the shop's own tables have no name for it.
    country: (isListed ? country?.name : address.country) ?? country?.name ?? '',
    iso_code_2: iso2,
    iso_code_3: country?.iso3 || (alpha3ByAlpha2.get(iso2) ?? ''),
    address_format: country?.addressFormat ?? '',
  }
}

function countryOf(shop: Shop, address: Address, id: number): Country | undefined {
  if (id > 0) return shop.countries.find((one) => one.id === id)
  return findCountry(shop, address.countryCode ?? address.country ?? '')
}

function zoneText({ regionCode, region }: Address, id: number): string {
  return id > 0 ? String(id) : (regionCode ?? region ?? '')
}
