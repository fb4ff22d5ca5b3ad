import { countryCode, countryName } from '../../model/countries.ts'
import { type Address, type OrderContent, shippingAddress } from '../../model/order.ts'
import { element, textElement } from '../../wire/xml.ts'
import { block, shown } from './document.ts'
import type { FormatVersion } from './versions.ts'

type People = Pick<OrderContent, 'buyer' | 'billing' | 'shipping'>

type Person = {
  readonly title: string
  readonly firstName: string
  readonly middleName: string
  readonly lastName: string
  readonly company: string
  readonly phone: string
}

/** The buyer and where the bill goes (contract §4.1). */
export function billingXml(order: People, version: FormatVersion): string {
  const person = billedPerson(order)
  return block(
    'Billing',
    ...namesXml(person, version),
    textElement('Email', shown(order.buyer.email)),
    textElement('Company', person.company),
    textElement('Phone', person.phone),
    addressXml(order.billing),
  )
}

/** Who gets the parcel, with what is in it; a copy of billing where the buyer said no other. */
export function shippingXml(
  order: People,
  version: FormatVersion,
  products: readonly string[],
): string {
  const person = servedPerson(order)
  return block(
    'Shipping',
    ...namesXml(person, version),
    textElement('Company', person.company),
    textElement('Phone', person.phone),
    addressXml(shippingAddress(order)),
    ...(version === '6.3' ? products : [block('Products', ...products)]),
  )
}

function namesXml(person: Person, version: FormatVersion): readonly string[] {
  const { title, firstName, middleName, lastName, company } = person
  const parts = [firstName, middleName, lastName].filter((part) => part !== '')
  const fullName = textElement('FullName', parts.join(' ') || company)
  if (version === '6.3') return [fullName]
  return [
    fullName,
    element(
      'NameParts',
      textElement('Title', title),
      textElement('FirstName', firstName),
      textElement('MiddleName', middleName),
      textElement('LastName', lastName),
      element('Suffix'),
    ),
  ]
}

/** Clients read the state as a code and the country as an English name. */
function addressXml(address: Address): string {
  const [street1 = '', ...others] = [address.line1, address.line2, address.line3]
    .map(shown)
    .filter((line) => line !== '')
  return element(
    'Address',
    textElement('Street1', street1),
    textElement('Street2', others.join(', ')),
    textElement('City', shown(address.city)),
    textElement('State', shown(address.regionCode) || shown(address.region)),
    textElement('Code', shown(address.postcode)),
    textElement('Country', countryOf(address)),
  )
}

function countryOf({ country, countryCode: code }: Address): string {
  const known = shown(code) || countryCode(shown(country)) || ''
  return countryName(known) || shown(country) || known
}

function billedPerson({ buyer, billing }: People): Person {
  const named = isNamed(billing) ? billing : buyer
  return {
    ...personNamed(named, buyer),
    company: shown(billing.company) || shown(buyer.company),
    phone: shown(billing.phone) || shown(buyer.phone),
  }
}

/** Whole: a name of one and the company of another make nobody. */
function servedPerson(order: People): Person {
  const { buyer, shipping } = order
  const billed = billedPerson(order)
  if (shipping === null) return billed
  const phone = shown(shipping.phone) || billed.phone
  const company = shown(shipping.company)
  if (!isNamed(shipping) && company === '') return { ...billed, phone }
  return { ...personNamed(shipping, buyer), company, phone }
}

/** Title and middle name are the buyer's, so they go with the buyer's name only. */
function personNamed(
  named: Pick<Address, 'firstName' | 'lastName'>,
  buyer: People['buyer'],
): Omit<Person, 'company' | 'phone'> {
  const firstName = shown(named.firstName)
  const lastName = shown(named.lastName)
  const isBuyer = firstName === shown(buyer.firstName) && lastName === shown(buyer.lastName)
  return {
    firstName,
    lastName,
    title: isBuyer ? shown(buyer.title) : '',
    middleName: isBuyer ? shown(buyer.middleName) : '',
  }
}

function isNamed({ firstName, lastName }: Pick<Address, 'firstName' | 'lastName'>): boolean {
  return shown(firstName) !== '' || shown(lastName) !== ''
}
