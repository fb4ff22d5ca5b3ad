import type { Account } from '../../model/account.ts'
import { toLocalTime } from '../../model/local-time.ts'
import type { Instant, Order } from '../../model/order.ts'
import { textElement } from '../../wire/xml.ts'
import { billingXml, shippingXml } from './address-xml.ts'
import { block } from './document.ts'
import { lineXml } from './lines-xml.ts'
import { otherXml } from './other-xml.ts'
import { paymentXml } from './payment-xml.ts'
import { orderSums } from './sums.ts'
import { couponsXml, giftCertificatesXml, totalsXml } from './totals-xml.ts'
import type { FormatVersion } from './versions.ts'

export type OrderView = {
  readonly account: Account
  readonly version: FormatVersion
  /** A word of ours about this order, put before the buyer's instructions. */
  readonly note?: string | undefined
}

/**
 * One `Order` with a line end, in ASCII, its children strictly in the order of contract §4.1.
 * `shown`: the number that clients page by, and the book's own for ShopSiteTransactionID.
 */
export function orderXml(
  order: Order,
  shown: { readonly number: number; readonly transactionId: string },
  { account, version, note }: OrderView,
): string {
  const sums = orderSums(order)
  const products = order.lines.map((line) => lineXml(line, version))
  const children = [
    textElement('OrderNumber', String(shown.number)),
    version === '6.3' ? '' : textElement('ShopSiteTransactionID', shown.transactionId),
    textElement('OrderDate', dateText(order.createdAt, account.settings.timezone)),
    billingXml(order, version),
    shippingXml(order, version, products),
    paymentXml(order, account),
    totalsXml(sums),
    ...couponsXml(sums),
    ...giftCertificatesXml(sums, version),
    otherXml(order, version, note),
  ]
  return `${block('Order', ...children)}\n`
}

/** `2026-03-14 15:09:26` on the account's clock. */
function dateText(at: Instant, timezone: string): string {
  const { year, month, day, hour, minute, second } = toLocalTime(at, timezone)
  const two = (count: number): string => String(count).padStart(2, '0')
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`
  return `${date} ${two(hour)}:${two(minute)}:${two(second)}`
}
