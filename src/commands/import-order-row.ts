import type { Account } from '../model/account.ts'
import type { ArrivingLine, ArrivingOrder } from '../model/arrival.ts'
import { countryCode } from '../model/countries.ts'
import { exactMoney, isWithinMoneyLimit, type Money, parseMoney } from '../model/money.ts'
import type { Address, Buyer } from '../model/order.ts'
import { readItems } from './import-order-items.ts'
import { readState } from './import-order-state.ts'
import {
  type Members,
  membersOf,
  readAmount,
  readTime,
  readWhole,
  refuseUnkeepable,
} from './import-order-values.ts'
import { isRecord } from './import-rows.ts'

export type ReadOrder =
  | { readonly order: ArrivingOrder }
  | { readonly number: string; readonly problems: readonly string[] }

/** Higher ones would leave the account few numbers to go on with. */
const highestImported = 2_000_000_000

/** Reads one order as an answer of the old system or a row of a table tells it (contract §6). */
export function readOrder(
  row: Readonly<Record<string, unknown>>,
  { settings }: Pick<Account, 'settings'>,
): ReadOrder {
  const members = membersOf(row, [])
  const { problems } = members
  const { timezone, currency } = settings
  const number = readWhole(members, ['id', 'number', 'bill_id', 'order'], highestImported)
  const createdAt = readTime(
    members,
    ['created', 'date', 'created_at', 'order_created_at'],
    timezone,
  )
  if (number === undefined && problems.length === 0) problems.push('id is missing')
  if (createdAt === undefined && !problems.some((one) => one.startsWith('created'))) {
    problems.push('created is missing; write when the order was made')
  }
  const state = readState(members, createdAt ?? 0, timezone)
  const { lines, rest } = readItems(members)
  const sums = readSums(members, lines)
  refuseCurrency(members, currency)
  const { payDomain, link, oddLink } = readLink(members)
  const person = readPerson(members)
  const order = {
    ...{ number: number ?? 0, createdAt: createdAt ?? 0, state, lines, ...sums, ...person },
    ...{ orderedCurrency: null, orderedRate: null, shipping: null, shippingCode: null },
    coupon: members.text(['kupon', 'coupon']) || null,
    shippingMethod: members.text(['delivery', 'shipping_method']) || null,
    paymentMethod: members.text(['payway', 'payment_method']) || null,
    paymentCode: null,
    comment: members.text(['comment', 'note'], 60_000) || null,
    tag: members.text(['tag', 'order_tag'], 10_000) || null,
    ip: members.text(['ip', 'order_ip']) || null,
    utm: readUtm(members, row),
    ...{ payDomain, link },
  }
  const fields = { ...leftOver(members, state.payment, sums.total), ...oddLink, ...itemsRest(rest) }
  if (problems.length === 0) return { order: { ...order, fields } }
  return { number: members.text(['id', 'number', 'bill_id', 'order']), problems }
}

/** Of what lines and state say already, only a payment in part tells anything new. */
function leftOver(members: Members, payment: string, total: Money): Record<string, unknown> {
  members.value(['good_count', 'good_ids'])
  const partly = [
    ['paid', members.value(['paid'])],
    ['bill_sum_topay', members.value(['bill_sum_topay'])],
    ['prepayment_enabled', members.value(['prepayment_enabled'])],
    ['prepayment_minsum', members.value(['prepayment_minsum'])],
  ] as const
  const news = partly.filter(([, value]) => {
    const sum = parseMoney(String(value ?? '0'))
    return payment === 'waiting' && sum !== 0n && sum !== total
  })
  refuseUnkeepable(news, members.problems)
  return { ...members.rest(), ...Object.fromEntries(news) }
}

function itemsRest(rest: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.keys(rest).length === 0 ? {} : { items: rest }
}

function readPerson(members: Members): { buyer: Buyer; billing: Address } {
  const text = (...names: [string, ...string[]]): string | undefined =>
    members.text(names) || undefined
  const firstName = text('first_name', 'name')
  const lastName = text('last_name', 'surname')
  const phone = text('phone')
  const country = text('country')
  const code = country === undefined ? undefined : countryCode(country)
  return {
    buyer: present({
      email: members.text(['email', 'bill_email'], 320) || undefined,
      ...{ firstName, lastName, phone },
      middleName: text('middle_name', 'otchestvo'),
      company: text('company'),
    }),
    billing: present({
      ...{ firstName, lastName, phone, country, countryCode: code },
      region: text('region'),
      city: text('city'),
      line1: text('address'),
      postcode: text('postalcode', 'postal_code', 'postcode'),
    }),
  }
}

function present<T extends Record<string, string | undefined>>(
  values: T,
): { [name in keyof T]?: string } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [name in keyof T]?: string
  }
}

type Sums = { discount: Money; shippingCost: Money; tax: Money; total: Money }

/**
 * The total is what the old system says. What it is less than the goods was a discount; what it is
 * more, and no member explains, was the delivery.
 */
function readSums(members: Members, lines: readonly ArrivingLine[]): Sums {
  const goods = lines.reduce((sum, line) => sum + line.unitPrice * BigInt(line.quantity), 0n)
  const told = readAmount(members, ['price', 'total', 'sum'])
  const shipping = readAmount(members, ['shipping_cost', 'delivery_price']) ?? 0n
  const discount = readAmount(members, ['discount']) ?? 0n
  const tax = readAmount(members, ['tax']) ?? 0n
  const explained = goods + shipping + tax - discount
  const total = told ?? explained
  if (total < 0n) members.problems.push(`price comes to ${exactMoney(total)}; write what was paid`)
  // Without goods there is nothing to compare with.
  const open = lines.length === 0 ? 0n : total - explained
  const sums = {
    discount: open < 0n ? discount - open : discount,
    shippingCost: open > 0n ? shipping + open : shipping,
    tax,
    total,
  }
  if (![goods, ...Object.values(sums)].every(isWithinMoneyLimit)) {
    members.problems.push('price is too large')
  }
  return sums
}

function refuseCurrency(members: Members, own: string): void {
  const said = members.text(['currency']).toUpperCase()
  if (said === '' || said === own || (own === 'RUB' && said === 'RUR')) return
  members.problems.push(
    `currency is ${said}, and the account keeps its book in ${own}; write the sums in ${own}`,
  )
}

type Link = {
  readonly payDomain: string | null
  readonly link: string | null
  readonly oddLink: Record<string, string>
}

/** What stands behind `/bill/`; a link of another shape is kept as it is. */
function readLink(members: Members): Link {
  const written = members.text(['link', 'pay_link'], 2000)
  const domain = members
    .text(['domain', 'bill_domain'], 253)
    .replace(/^https?:\/\//i, '')
    .replace(/\/+$/, '')
  const [, host = '', key = ''] =
    /^(?:https?:\/\/([^/]+))?\/bill\/([^?#\s]{1,255})$/i.exec(written) ?? []
  const isOdd = written !== '' && key === ''
  return {
    payDomain: domain || host || null,
    link: key === '' ? null : key,
    oddLink: isOdd ? { link: written } : {},
  }
}

/** Campaign words without `utm_`, whether as an object or in columns of their own. */
function readUtm(members: Members, row: Readonly<Record<string, unknown>>): Record<string, string> {
  const told = members.value(['utm'])
  const inside = isRecord(told) ? membersOf(told, members.problems) : undefined
  if (told !== undefined && inside === undefined) members.problems.push('utm is no object')
  const words = [
    ...Object.keys(isRecord(told) ? told : {}).map((name) => [name, inside?.text([name])] as const),
    ...Object.keys(row)
      .filter((name) => /^(utm|aff)_/.test(name))
      .map((name) => [name, members.text([name])] as const),
  ]
  const said = words.flatMap(([name, text]) =>
    text ? [[name.replace(/^utm_/, ''), text] as const] : [],
  )
  refuseUnkeepable(said, members.problems)
  return Object.fromEntries(said)
}
