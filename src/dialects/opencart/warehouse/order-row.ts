import { formatMoney } from '../../../model/money.ts'
import { type Address, type Order, shippingAddress } from '../../../model/order.ts'
import type { Shop } from '../../../model/shop.ts'
import { escapeHtml, escapeHtmlDeep } from '../../../wire/html.ts'
import { phpJson } from '../../../wire/php-json.ts'
import type { OpencartFields } from '../plan.ts'
import { orderedGoods } from './order-goods.ts'
import { type OrderPlace, placesOf } from './order-places.ts'
import { shopTime } from './shop-time.ts'

/** A row of `oc_order` with its goods; every value a text (contract A.5). */
export type OrderRow = Readonly<Record<string, unknown>>

type Terms = {
  readonly shop: Shop
  /** The status that the list was asked for. */
  readonly statusId: number
  readonly timezone: string
  /** With a slash at the end. */
  readonly storeUrl: string
}

type Kept = { readonly [name in keyof OpencartFields]?: OpencartFields[name] | undefined }
type Side = 'payment' | 'shipping'

/** Gives the rows of one list; texts are escaped as OpenCart keeps them. */
export function orderRows(terms: Terms): (order: Order) => OrderRow {
  const findPlace = placesOf(terms.shop)
  return (order) => {
    const kept = keptOf(order)
    return {
      ...storeColumns(order, kept, terms),
      ...buyerColumns(order, kept, terms),
      ...sideColumns('payment', order, kept, findPlace),
      ...sideColumns('shipping', order, kept, findPlace),
      ...sumColumns(order, kept, terms),
      date_added: shopTime(order.createdAt, terms.timezone),
      date_modified: shopTime(order.changedAt, terms.timezone),
      _products_: orderedGoods(order),
    }
  }
}

/** What an order of this dialect kept; of any other order nothing. */
function keptOf({ fields }: Order): Kept {
  const { opencart } = fields
  return typeof opencart === 'object' && opencart !== null ? opencart : {}
}

function storeColumns(order: Order, kept: Kept, { shop, timezone, storeUrl }: Terms): OrderRow {
  const year = shopTime(order.createdAt, timezone).slice(0, 4)
  return {
    order_id: String(order.number),
    invoice_no: '0',
    invoice_prefix: `INV-${year}-00`,
    store_id: String(kept.store_id ?? 0),
    store_name: text(shop.name),
    store_url: storeUrl,
  }
}

function buyerColumns(order: Order, kept: Kept, { shop }: Terms): OrderRow {
  const { buyer, billing, shipping } = order
  const { firstName, lastName } = named(buyer, billing)
  return {
    customer_id: String(order.customerId ?? 0),
    customer_group_id: String(kept.customer_group_id ?? shop.customerGroupId),
    firstname: text(firstName),
    lastname: text(lastName),
    email: text(buyer.email),
    telephone: text(buyer.phone || billing.phone || shipping?.phone),
    fax: text(kept.fax),
    custom_field: json(kept.custom_field),
  }
}

/** An order without an address of its own for the parcel goes where the bill goes. */
function sideColumns(
  side: Side,
  order: Order,
  kept: Kept,
  findPlace: (address: Address) => OrderPlace,
): OrderRow {
  const address = side === 'payment' ? order.billing : shippingAddress(order)
  const { firstName, lastName } = named(address, order.billing, order.buyer)
  const place = findPlace(address)
  const numbers = address === order.billing ? kept.payment : kept.shipping
  const isShipping = side === 'shipping'
  const columns = {
    firstname: text(firstName),
    lastname: text(lastName),
    company: text(address.company),
    address_1: text(address.line1),
    address_2: text([address.line2, address.line3].filter(Boolean).join(', ')),
    city: text(address.city),
    postcode: text(address.postcode),
    country: text(address.country || address.countryCode),
    country_id: String(numbers?.country_id || place.countryId),
    zone: text(address.region || address.regionCode),
    zone_id: String(numbers?.zone_id || place.zoneId),
    address_format: text(place.addressFormat),
    custom_field: json(numbers?.custom_field),
    method: text(isShipping ? order.shippingMethod : order.paymentMethod),
    code: text(isShipping ? order.shippingCode : order.paymentCode),
  }
  return Object.fromEntries(
    Object.entries(columns).map(([column, value]) => [`${side}_${column}`, value]),
  )
}

function sumColumns(order: Order, kept: Kept, { shop, statusId }: Terms): OrderRow {
  const code = order.orderedCurrency ?? order.currency
  return {
    comment: text(order.comment),
    total: formatMoney(order.total, 4),
    order_status_id: String(statusId),
    affiliate_id: String(kept.affiliate_id ?? 0),
    commission: '0.0000',
    marketing_id: '0',
    tracking: '',
    language_id: String(kept.language_id ?? shop.language.id),
    currency_id: String(shop.currencies.find((one) => one.code === code)?.id ?? 0),
    currency_code: code,
    currency_value: order.orderedRate ?? '1.00000000',
    ip: text(order.ip),
    forwarded_ip: text(kept.forwarded_ip),
    user_agent: text(kept.user_agent),
    accept_language: text(kept.accept_language),
  }
}

type Named = Pick<Address, 'firstName' | 'lastName'>

/** The first of these who has a name at all: half a name of each makes nobody. */
function named(...people: readonly Named[]): Named {
  return people.find(({ firstName, lastName }) => firstName || lastName) ?? {}
}

function text(value: string | null | undefined): string {
  return escapeHtml(value ?? '')
}

/** JSON within the column, as OpenCart keeps custom fields; `[]` where there are none. */
function json(value: unknown): string {
  return phpJson(escapeHtmlDeep(value ?? {}))
}
