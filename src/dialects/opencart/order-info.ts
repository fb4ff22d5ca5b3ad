import type { Account } from '../../model/account.ts'
import { formatMoney } from '../../model/money.ts'
import type { Order } from '../../model/order.ts'
import { statusOf } from '../../model/order-statuses.ts'
import { currencyOf, type Shop } from '../../model/shop.ts'
import { escapeHtmlDeep } from '../../wire/html.ts'
import { clockText } from './clock-text.ts'
import { keptFields } from './kept-fields.ts'
import { addressKeys } from './order-address.ts'
import type { Body } from './route.ts'

export type InfoTerms = {
  readonly shop: Shop
  readonly account: Account
  /** The address of the gateway's own entry for this account. */
  readonly storeUrl: string
  /** True in 2.3, which has one key more. */
  readonly withFax: boolean
}

/**
 * The order object of order/info: 65 keys, all texts but the custom fields (contract §4.7). Made of
 * any order of the book; what its dialect never sent is empty.
 */
export function orderInfo(order: Order, terms: InfoTerms): Readonly<Record<string, Body>> {
  const { shop, account } = terms
  const { timezone } = account.settings
  const kept = keptFields(order)
  const statusId = statusOf(order)
  const plain = {
    order_id: String(order.number),
    invoice_no: '0',
    invoice_prefix: `INV-${clockText(order.createdAt, timezone).slice(0, 4)}-00`,
    store_id: String(kept.store_id),
    store_name: shop.name === '' ? account.login : shop.name,
    store_url: terms.storeUrl,
    ...buyerKeys(order, terms.withFax),
    ...addressKeys(shop, order, 'payment', kept),
    ...addressKeys(shop, order, 'shipping', kept),
    comment: order.comment ?? '',
    total: formatMoney(order.total, 4),
    order_status_id: String(statusId),
    order_status: statusName(shop, statusId),
    affiliate_id: String(kept.affiliate_id),
    commission: '0.0000',
    language_id: String(kept.language_id || shop.language.id),
    language_code: kept.language_code || shop.language.code,
    ...currencyKeys(shop, order),
    ip: order.ip ?? '',
    forwarded_ip: kept.forwarded_ip,
    user_agent: kept.user_agent,
    accept_language: kept.accept_language,
    date_added: clockText(order.createdAt, timezone),
    date_modified: clockText(order.changedAt, timezone),
  }
  return escapeHtmlDeep(plain) as Readonly<Record<string, Body>>
}

/** The name of a status of the account's table; null for any other. */
export function statusName({ statuses }: Shop, id: number): string | null {
  return statuses.find((status) => status.id === id)?.name ?? null
}

function buyerKeys(order: Order, withFax: boolean) {
  const { buyer, billing, customerId } = order
  const kept = keptFields(order)
  return {
    customer_id: String(customerId ?? 0),
    firstname: buyer.firstName ?? billing.firstName ?? '',
    lastname: buyer.lastName ?? billing.lastName ?? '',
    email: buyer.email ?? '',
    telephone: buyer.phone ?? billing.phone ?? '',
    ...(withFax ? { fax: kept.fax } : {}),
    custom_field: kept.custom_field,
  }
}

/** The currency the order came in, and how many of it made one of the book's. */
function currencyKeys(shop: Shop, { currency, orderedCurrency, orderedRate }: Order) {
  const code = orderedCurrency ?? currency
  return {
    currency_id: String(currencyOf(shop, code, currency)?.id ?? 0),
    currency_code: code,
    currency_value: orderedRate ?? '1.00000000',
  }
}
