import type { Order, OrderLine, OrderTotal, ProductType, Shipment } from '../model/order.ts'
import type { HotSql } from './database.ts'
import type { StoredTotal } from './schema-orders.ts'

/** An order without its lines, which cost more to read than all the rest. */
export type OrderHead = Omit<Order, 'lines'>

export type HeadRow = Omit<Order, 'lines' | 'shipments' | 'totals'> & {
  readonly totals: StoredTotal[] | null
  readonly shipments: (Omit<Shipment, 'sentAt'> & { readonly sentAt: string })[] | null
}
export type OrderRow = HeadRow & { readonly lines: LineRow[] | null }

/** Bare values: names would be written and read again with every line. */
type LineRow = [
  position: number,
  productId: number | null,
  code: string,
  article: string,
  title: string,
  productType: ProductType,
  quantity: number,
  unitPrice: string,
  unitTax: string,
  cataloguePrice: string,
  options: OrderLine['options'],
]

/** Of `orders o` and `order_states s`, with parcels. */
export function columns(sql: HotSql) {
  return sql`o.number, o.dialect, o.customer_id as "customerId", o.buyer, o.billing, o.shipping, o.currency,
    o.ordered_currency as "orderedCurrency", o.ordered_rate::text as "orderedRate", o.coupon,
    o.discount, o.totals, o.shipping_method as "shippingMethod", o.shipping_code as "shippingCode",
    o.shipping_cost as "shippingCost", o.tax, o.total, o.payment_method as "paymentMethod",
    o.payment_code as "paymentCode", o.comment, o.tag, o.ip, o.utm, o.pay_domain as "payDomain",
    o.pay_key as "payKey", o.fields, o.created_at as "createdAt",
    s.payment, s.fulfilment, s.hidden, s.handed_over as "handedOver",
    s.release_number as "releaseNumber", s.label, s.paid_at as "paidAt", s.sent_at as "sentAt",
    s.returned_at as "returnedAt", s.cancelled_at as "cancelledAt",
    s.refunded_at as "refundedAt", s.released_at as "releasedAt", s.changed_at as "changedAt",
    case when s.parcels > 0 then
      (select json_agg(json_build_object('position', p.position, 'service', p.service,
        'tracking', p.tracking, 'link', p.link, 'sentAt', p.sent_at, 'via', p.via)
        order by p.position)
      from order_shipments p where p.account_id = o.account_id and p.number = o.number)
    end as shipments`
}

export function lines(sql: HotSql) {
  return sql`(select json_agg(json_build_array(l.position, l.product_id, l.code, l.article,
      l.title, l.product_type, l.quantity, l.unit_price::text, l.unit_tax::text,
      l.catalogue_price::text, l.options) order by l.position)
    from order_lines l where l.account_id = o.account_id and l.number = o.number)`
}

export function toOrder(row: OrderRow): Order {
  return { ...toHead(row), lines: (row.lines ?? []).map(toLine) }
}

export function toHead(row: HeadRow): OrderHead {
  return { ...row, totals: toTotals(row), shipments: toShipments(row) }
}

function toTotals({ totals }: HeadRow): OrderTotal[] {
  return (totals ?? []).map((total) => ({ ...total, amount: amount(total.amount) }))
}

function toLine(line: LineRow): OrderLine {
  return {
    position: line[0],
    productId: line[1],
    code: line[2],
    article: line[3],
    title: line[4],
    productType: line[5],
    quantity: line[6],
    unitPrice: amount(line[7]),
    unitTax: amount(line[8]),
    cataloguePrice: amount(line[9]),
    options: line[10],
  }
}

function toShipments({ shipments }: HeadRow): Shipment[] {
  if (shipments === null) return []
  return shipments.map((parcel) => ({ ...parcel, sentAt: Date.parse(parcel.sentAt) }))
}

function amount(text: string): bigint {
  return BigInt(text.replace('.', ''))
}
