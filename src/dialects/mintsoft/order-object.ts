import { countryCode } from '../../model/countries.ts'
import type { Money } from '../../model/money.ts'
import { type Address, type Order, type OrderContent, shippingAddress } from '../../model/order.ts'
import { cut } from './cut.ts'
import { type OrderItem, orderItems } from './order-items.ts'
import { hasPostcodes } from './postcodes.ts'
import type { Settings } from './settings.ts'

/** Mintsoft's order class: these names, in this spelling; texts are empty, never null. */
export type MintsoftOrder = {
  readonly OrderNumber: string
  readonly Title: string
  readonly CompanyName: string
  readonly FirstName: string
  readonly LastName: string
  readonly Address1: string
  readonly Address2: string
  readonly Address3: string
  readonly Town: string
  readonly County: string
  readonly PostCode: string
  readonly Country: string
  readonly Email: string
  readonly Phone: string
  readonly CourierService: string
  readonly Comments: string
  readonly OrderValue: number
  readonly OrderItems: readonly OrderItem[]
}

const longestComment = 1000

/** An order as the feed shows it (contract B.2). The book has no delivery date, so none is said. */
export function orderObject(order: Order, settings: Settings): MintsoftOrder {
  const { buyer, billing, shipping } = order
  const address = shippingAddress(order)
  const person = personOf(order)
  return {
    OrderNumber: `${settings.prefix}${order.number}`,
    ...person,
    ...linesOf(address),
    Town: text(address.city),
    County: text(address.region),
    ...placeOf(address, settings),
    Email: text(buyer.email),
    Phone: firstOf(shipping?.phone, billing.phone, buyer.phone),
    CourierService: courierFor(order.shippingMethod ?? '', settings),
    Comments: cut(text(order.comment), longestComment),
    OrderValue: toNumber(order.total),
    OrderItems: orderItems(order.lines, settings),
  }
}

type Person = Pick<MintsoftOrder, 'Title' | 'CompanyName' | 'FirstName' | 'LastName'>

/** Whoever gets the parcel, whole: a name of one and the company of another make nobody. */
function personOf({ buyer, billing, shipping }: OrderContent): Person {
  if (shipping !== null && firstOf(shipping.firstName, shipping.lastName, shipping.company)) {
    return withFirstName('', shipping.company, shipping)
  }
  const named = firstOf(billing.firstName, billing.lastName) === '' ? buyer : billing
  return withFirstName(buyer.title, firstOf(billing.company, buyer.company), named)
}

/** Mintsoft stores no order without a first name, so another name stands in for it. */
function withFirstName(
  title: string | undefined,
  company: string | undefined,
  { firstName, lastName }: Pick<Address, 'firstName' | 'lastName'>,
): Person {
  return {
    Title: text(title),
    CompanyName: text(company),
    FirstName: firstOf(firstName, lastName, company),
    LastName: text(lastName),
  }
}

/** The country that the feed shows, if it is one that is known. */
export function countryOf(order: Pick<OrderContent, 'billing' | 'shipping'>): string | undefined {
  return knownCountry(shippingAddress(order))
}

function knownCountry({ country, countryCode: code }: Address): string | undefined {
  return countryCode(text(code)) ?? countryCode(text(country))
}

function linesOf(address: Address): Pick<MintsoftOrder, 'Address1' | 'Address2' | 'Address3'> {
  const lines = [address.line1, address.line2, address.line3].map(text)
  const [Address1 = '', second = '', Address3 = ''] =
    lines[0] === '' ? lines.filter((line) => line !== '') : lines
  return { Address1, Address2: second === Address1 ? '' : second, Address3 }
}

function placeOf(
  address: Address,
  { noPostcode }: Settings,
): Pick<MintsoftOrder, 'PostCode' | 'Country'> {
  const { country, countryCode: code, postcode } = address
  const known = knownCountry(address)
  const missing = known !== undefined && !hasPostcodes(known) ? noPostcode : ''
  return { PostCode: firstOf(postcode) || missing, Country: known ?? firstOf(country, code) }
}

/** The operator's word for a shipping method: the exact one, then in other letters. */
function courierFor(method: string, { couriers, courier }: Settings): string {
  const wanted = method.trim()
  if (Object.hasOwn(couriers, wanted)) return couriers[wanted] ?? courier
  const folded = wanted.toLowerCase()
  const found = Object.entries(couriers).find(([name]) => name.toLowerCase() === folded)
  return found?.[1] ?? courier
}

/** Exact: below 10^15 ten-thousandths a double has the digits, and JSON the shortest of them. */
function toNumber(amount: Money): number {
  return Number(amount) / 10_000
}

function firstOf(...texts: readonly (string | null | undefined)[]): string {
  return texts.map(text).find((one) => one !== '') ?? ''
}

function text(value: string | null | undefined): string {
  return value?.trim() ?? ''
}
