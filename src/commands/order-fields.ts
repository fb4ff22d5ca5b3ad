import type { AddressMend, BuyerMend, OrderMend, TextMend } from '../model/mend-order.ts'
import type { LineMend } from '../model/mend-sums.ts'
import { isWithinMoneyLimit, type Money, parseMoney } from '../model/money.ts'
import { mistake } from './command-line.ts'
import { parsePairs } from './pairs.ts'

const buyerFields: Readonly<Record<string, keyof BuyerMend>> = {
  email: 'email',
  'first-name': 'firstName',
  'middle-name': 'middleName',
  'last-name': 'lastName',
  title: 'title',
  company: 'company',
  phone: 'phone',
}

const addressFields: Readonly<Record<string, keyof AddressMend>> = {
  'first-name': 'firstName',
  'last-name': 'lastName',
  company: 'company',
  phone: 'phone',
  line1: 'line1',
  line2: 'line2',
  line3: 'line3',
  city: 'city',
  region: 'region',
  'region-code': 'regionCode',
  postcode: 'postcode',
  country: 'country',
  'country-code': 'countryCode',
}

const textFields: Readonly<Record<string, keyof TextMend>> = {
  comment: 'comment',
  tag: 'tag',
  'shipping-method': 'shippingMethod',
  'shipping-code': 'shippingCode',
  'payment-method': 'paymentMethod',
  'payment-code': 'paymentCode',
}

const lineFields = ['article', 'title', 'quantity', 'price', 'tax'] as const

/** For the help, and for who has mistyped one. */
export const orderFieldsHelp = `Fields:
  buyer     ${Object.keys(buyerFields).join(', ')}
  billing.  ${Object.keys(addressFields).join(', ')}
  shipping. the same; shipping=- sends the parcel to the billing address
  line.     line.1.article, ${lineFields.slice(1).join(', ')}: the line's number stands in order show
  others    ${[...Object.keys(textFields), 'shipping-cost'].join(', ')}`

const longestText = 1000
const longestComment = 10_000
const longestArticle = 255
const mostPieces = 2_147_483_647
const email = /^[^\s@<>]+@[^\s@<>]+$/

type Draft = {
  readonly buyer: Record<string, string>
  readonly billing: Record<string, string>
  readonly shipping: Record<string, string>
  readonly texts: Record<string, string>
  readonly lines: Map<number, LineMend>
  toBilling: boolean
  shippingCost?: Money
}

/** Reads `name=value` texts; an empty value takes away what stands there. */
export function readOrderMend(texts: readonly string[]): OrderMend {
  const draft: Draft = {
    ...{ buyer: {}, billing: {}, shipping: {}, texts: {} },
    lines: new Map(),
    toBilling: false,
  }
  const seen = new Set<string>()
  for (const [name, raw] of parsePairs(texts)) {
    if (seen.has(name)) throw mistake(`"${name}" stands there twice`)
    seen.add(name)
    const value = raw.trim()
    if (value.includes('\0')) throw mistake(`${name} holds a NUL`)
    if (value.length > (name === 'comment' ? longestComment : longestText)) {
      throw mistake(`${name} is too long`)
    }
    if (!take(draft, name, value)) throw mistake(`"${name}" cannot be set\n${orderFieldsHelp}`)
  }
  if (seen.size === 0)
    throw mistake(`nothing to set; write shipping.postcode=…\n${orderFieldsHelp}`)
  return mendOf(draft)
}

function mendOf({ toBilling, shipping, shippingCost, ...rest }: Draft): OrderMend {
  if (toBilling && Object.keys(shipping).length > 0) {
    throw mistake('shipping=- takes the shipping address away; nothing of it can be set besides')
  }
  return {
    ...rest,
    shipping: toBilling ? 'billing' : shipping,
    ...(shippingCost === undefined ? {} : { shippingCost }),
  }
}

/** False: there is no such field. */
function take(draft: Draft, name: string, value: string): boolean {
  const [group = '', field = '', part = ''] = splitName(name)
  if (group === 'line') return takeLine(draft, name, { position: field, part, value })
  if (group === 'billing' || group === 'shipping') {
    if (name === 'shipping') return takeWholeShipping(draft, value)
    return put(draft[group], addressFields, field, value)
  }
  if (name === 'shipping-cost') {
    draft.shippingCost = amountOf(name, value)
    return true
  }
  if (name === 'email' && value !== '' && !email.test(value)) {
    throw mistake(`email="${value}" is no e-mail address`)
  }
  return put(draft.buyer, buyerFields, name, value) || put(draft.texts, textFields, name, value)
}

function splitName(name: string): readonly string[] {
  const [group = '', ...rest] = name.split('.')
  return group === 'line'
    ? [group, rest[0] ?? '', rest.slice(1).join('.')]
    : [group, rest.join('.')]
}

function put(
  into: Record<string, string>,
  fields: Readonly<Record<string, string>>,
  name: string,
  value: string,
): boolean {
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined
  if (field === undefined) return false
  into[field] = value
  return true
}

function takeWholeShipping(draft: Draft, value: string): boolean {
  if (value !== '-') {
    throw mistake('write shipping=- for the billing address, or shipping.city=… for one field')
  }
  draft.toBilling = true
  return true
}

function takeLine(
  { lines }: Draft,
  name: string,
  { position, part, value }: { position: string; part: string; value: string },
): boolean {
  const field = lineFields.find((one) => one === part)
  if (field === undefined || !/^[1-9]\d{0,5}$/.test(position)) return false
  const at = Number(position)
  lines.set(at, { ...lines.get(at), ...lineMend(name, field, value) })
  return true
}

function lineMend(name: string, field: (typeof lineFields)[number], value: string): LineMend {
  switch (field) {
    case 'article':
      if (value === '' || value.length > longestArticle) {
        throw mistake(`${name} needs 1 to ${longestArticle} characters`)
      }
      return { article: value }
    case 'title':
      if (value === '') throw mistake(`${name} needs a text`)
      return { title: value }
    case 'quantity':
      if (!/^[1-9]\d{0,9}$/.test(value) || Number(value) > mostPieces) {
        throw mistake(`${name}="${value}" is no whole number from 1 on`)
      }
      return { quantity: Number(value) }
    case 'price':
      return { price: amountOf(name, value) }
    case 'tax':
      return { tax: amountOf(name, value) }
  }
}

function amountOf(name: string, value: string): Money {
  const amount = parseMoney(value)
  if (amount === undefined || amount < 0n || !isWithinMoneyLimit(amount)) {
    throw mistake(`${name}="${value}" is no amount; write 1500 or 12.90`)
  }
  return amount
}
