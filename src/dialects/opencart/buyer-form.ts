import type { CheckoutAddress, CheckoutCustomer } from '../../model/checkout.ts'
import type { Shop } from '../../model/shop.ts'
import { findCountry } from '../../model/shop-places.ts'
import type { PhpArray } from '../../wire/php-array.ts'
import { treeToObject } from '../../wire/tree.ts'
import { intOf } from './request.ts'

type Get = (name: string) => string | undefined

const wrongFirstName = 'First Name must be between 1 and 32 characters!'
const wrongLastName = 'Last Name must be between 1 and 32 characters!'
export const wrongEmail = 'E-Mail Address does not appear to be valid!'
const wrongTelephone = 'Telephone must be between 3 and 32 characters!'
const wrongAddress = 'Address 1 must be between 3 and 128 characters!'
/** Says 128 where 32 is the limit, too (contract §4.3). */
const wrongCity = 'City must be between 3 and 128 characters!'
const wrongPostcode = 'Postcode must be between 2 and 10 characters for this country!'
const noCountry = 'Please select a country!'
const noZone = 'Please select a region / state!'

/**
 * Reads who buys (contract §4.2); texts of what is wrong by field, as 3.0 names them. Whether the
 * customer and the group exist is not asked here. `trims`: texts lose the space around them.
 */
export function readCustomer(
  get: Get,
  custom: PhpArray | undefined,
  shop: Shop,
  rules: { readonly telephoneRequired: boolean; readonly trims: boolean },
): { readonly errors: Map<string, string>; readonly customer: CheckoutCustomer } {
  const said = reader(get, rules.trims)
  const customer: CheckoutCustomer = {
    id: Math.max(0, intOf(get('customer_id'))),
    groupId: offeredGroup(shop, get('customer_group_id')),
    firstName: said('firstname'),
    lastName: said('lastname'),
    email: said('email'),
    telephone: said('telephone'),
    fax: said('fax'),
    customFields: customFieldsOf(custom),
  }
  const errors = faults([
    ['firstname', !hasLength(customer.firstName, 1, 32), wrongFirstName],
    ['lastname', !hasLength(customer.lastName, 1, 32), wrongLastName],
    ['email', !isEmail(customer.email), wrongEmail],
    ['telephone', rules.telephoneRequired && !hasLength(customer.telephone, 3, 32), wrongTelephone],
  ])
  return { errors, customer }
}

/**
 * Reads an address (contract §4.3). Country and zone need only be there: a number, an ISO code or
 * anything else. `cityMost`: characters a city may have.
 */
export function readAddress(
  get: Get,
  custom: PhpArray | undefined,
  shop: Shop,
  rules: { readonly cityMost: number; readonly trims: boolean },
): { readonly errors: Map<string, string>; readonly address: CheckoutAddress } {
  const said = reader(get, rules.trims)
  const address: CheckoutAddress = {
    firstName: said('firstname'),
    lastName: said('lastname'),
    company: said('company'),
    address1: said('address_1'),
    address2: said('address_2'),
    city: said('city'),
    postcode: said('postcode'),
    countryId: (get('country_id') ?? '').trim(),
    zoneId: (get('zone_id') ?? '').trim(),
    customFields: customFieldsOf(custom),
  }
  const wantsPostcode = findCountry(shop, address.countryId)?.postcodeRequired === true
  const errors = faults([
    ['firstname', !hasLength(address.firstName, 1, 32), wrongFirstName],
    ['lastname', !hasLength(address.lastName, 1, 32), wrongLastName],
    ['address_1', !hasLength(address.address1, 3, 128), wrongAddress],
    ['city', !hasLength(address.city, 2, rules.cityMost), wrongCity],
    ['postcode', wantsPostcode && !hasLength(address.postcode, 2, 10), wrongPostcode],
    ['country', address.countryId === '', noCountry],
    ['zone', address.zoneId === '', noZone],
  ])
  return { errors, address }
}

export function isEmail(email: string): boolean {
  return hasLength(email, 1, 96) && /^[^\s@<>]+@[^\s@<>.]+(\.[^\s@<>.]+)+$/.test(email.trim())
}

/** Counts characters, not what they come to in bytes, without space around them. */
export function hasLength(text: string, least: number, most: number): boolean {
  const trimmed = text.trim()
  // A character has two units at most: megabytes need not be taken apart to be too many.
  if (trimmed.length > 2 * most) return false
  const { length } = [...trimmed]
  return length >= least && length <= most
}

function reader(get: Get, trims: boolean): (name: string) => string {
  return (name) => {
    const said = get(name) ?? ''
    return trims ? said.trim() : said
  }
}

/** A group that the shop does not offer is passed over for its own (contract §4.2). */
function offeredGroup(shop: Shop, said: string | undefined): number {
  const wanted = intOf(said)
  const group = shop.customerGroups.find(({ id, offered }) => offered && id === wanted)
  return group?.id ?? shop.customerGroupId
}

function customFieldsOf(custom: PhpArray | undefined): CheckoutCustomer['customFields'] {
  return custom === undefined ? {} : { ...treeToObject(custom) }
}

function faults(checks: readonly (readonly [string, boolean, string])[]): Map<string, string> {
  return new Map(checks.flatMap(([name, isWrong, said]) => (isWrong ? [[name, said]] : [])))
}
