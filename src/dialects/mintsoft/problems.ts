import { countryCode } from '../../model/countries.ts'
import type { OrderItem } from './order-items.ts'
import type { MintsoftOrder } from './order-object.ts'

const required = ['FirstName', 'Address1', 'PostCode', 'Country'] as const

/** Mintsoft names no limit for these; ours keeps one order from filling a whole answer. */
const longestText = 1000

/** Mintsoft's own limits (contract B.2), and ours. */
const longest = {
  OrderNumber: 250,
  PostCode: 20,
  Phone: 50,
  Title: longestText,
  CompanyName: longestText,
  FirstName: longestText,
  LastName: longestText,
  Address1: longestText,
  Address2: longestText,
  Address3: longestText,
  Town: longestText,
  County: longestText,
  Email: longestText,
} as const
const longestSku = 75
const highestQuantity = 2_147_483_647

/**
 * Why Mintsoft could not import an order, each reason with its field; empty where it can. Such an
 * order is held back, so that it does not break the list for all others (contract B.5).
 */
export function problemsOf(order: MintsoftOrder): string[] {
  const missing = required.filter((field) => order[field] === '').map((field) => `no ${field}`)
  const tooLong = (Object.keys(longest) as (keyof typeof longest)[])
    .filter((field) => order[field].length > longest[field])
    .map((field) => `${field} is longer than ${longest[field]} characters`)
  const unknownCountry = order.Country !== '' && countryCode(order.Country) === undefined
  return [
    ...(order.OrderItems.length === 0 ? ['no OrderItems'] : []),
    ...missing,
    ...(unknownCountry ? ['Country is none that is known'] : []),
    ...tooLong,
    ...new Set(order.OrderItems.flatMap(problemsOfItem)),
  ]
}

/** What `order set` calls the fields that make problems; all but the number can be mended. */
const mendedBy: Readonly<Partial<Record<keyof MintsoftOrder, string>>> = {
  Title: 'title',
  CompanyName: 'shipping.company',
  FirstName: 'shipping.first-name',
  LastName: 'shipping.last-name',
  Address1: 'shipping.line1',
  Address2: 'shipping.line2',
  Address3: 'shipping.line3',
  Town: 'shipping.city',
  County: 'shipping.region',
  PostCode: 'shipping.postcode',
  Country: 'shipping.country',
  Email: 'email',
  Phone: 'shipping.phone',
}

/** The fields of `order set` that the problems of an order are mended by. */
export function mendsOf(order: MintsoftOrder): string[] {
  const problems = problemsOf(order)
  const fields = (Object.keys(mendedBy) as (keyof MintsoftOrder)[]).filter((field) =>
    problems.some((one) => one === `no ${field}` || one.startsWith(`${field} is `)),
  )
  const hasBadSku = problems.some((one) => /\bSKU\b/.test(one))
  const hasBadQuantity = problems.some((one) => one.startsWith('Quantity '))
  return [
    ...fields.flatMap((field) => mendedBy[field] ?? []),
    ...(hasBadSku ? ['line.N.article'] : []),
    ...(hasBadQuantity ? ['line.N.quantity'] : []),
  ]
}

function problemsOfItem({ SKU, Quantity }: OrderItem): string[] {
  return [
    ...(SKU === '' ? ['no SKU in a line'] : []),
    ...(SKU.length > longestSku ? [`SKU is longer than ${longestSku} characters`] : []),
    ...(Quantity < 1 ? ['Quantity is below 1'] : []),
    ...(Quantity > highestQuantity ? [`Quantity is above ${highestQuantity}`] : []),
  ]
}
