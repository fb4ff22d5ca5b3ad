import type { Address } from '../../../model/order.ts'
import type { Shop } from '../../../model/shop.ts'
import { findCountry, findZone } from '../../../model/shop-places.ts'

/** What the shop's tables know of an address; 0 and an empty text where they know nothing. */
export type OrderPlace = {
  readonly countryId: number
  readonly zoneId: number
  readonly addressFormat: string
}

/** The tables have thousands of rows, and the orders of a list few places. */
const mostRemembered = 1000

/** Looks addresses up in the shop's tables, each place once. */
export function placesOf(shop: Shop): (address: Address) => OrderPlace {
  const known = new Map<string, OrderPlace>()
  return (address) => {
    const { country = '', countryCode = '', region = '', regionCode = '' } = address
    const key = [country, countryCode, region, regionCode].join('\n')
    const place = known.get(key) ?? find(shop, { country, countryCode, region, regionCode })
    if (known.size >= mostRemembered) known.clear()
    known.set(key, place)
    return place
  }
}

type Said = { readonly [part in 'country' | 'countryCode' | 'region' | 'regionCode']: string }

function find(shop: Shop, { country, countryCode, region, regionCode }: Said): OrderPlace {
  const found = findCountry(shop, country) ?? findCountry(shop, countryCode)
  const zone = findZone(shop, found, regionCode) ?? findZone(shop, found, region)
  return {
    countryId: found?.id ?? 0,
    zoneId: zone?.id ?? 0,
    addressFormat: found?.addressFormat ?? '',
  }
}
