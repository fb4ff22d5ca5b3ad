import type { Instant, Order, OrderLine, Shipment } from '../model/order.ts'
import type { HotSql } from './database.ts'

/** Which orders a list holds; all parts must hold at once. Hidden orders never show. */
export type OrderFilter = {
  readonly numbers?: readonly number[]
  readonly createdFrom?: Instant
  /** Inclusive. */
  readonly createdTo?: Instant
  readonly paidFrom?: Instant
  readonly paidTo?: Instant
  readonly payment?: readonly Order['payment'][]
  readonly email?: string
  /** Only orders with a line of one of these products. */
  readonly productIds?: readonly number[]
  readonly productCodes?: readonly string[]
  readonly withHidden?: boolean
}

/** Where a page begins: after this order, in order of creation. */
export type OrderCursor = { readonly createdAt: Instant; readonly number: number }

type OrderRow = Omit<Order, 'lines' | 'shipments'> & {
  readonly lines: (Omit<OrderLine, 'unitPrice' | 'unitTax' | 'cataloguePrice'> & {
    readonly unitPrice: string
    readonly unitTax: string
    readonly cataloguePrice: string
  })[]
  readonly shipments: (Omit<Shipment, 'sentAt'> & { readonly sentAt: string })[]
}

/** One page of orders with lines and parcels, by time of creation, then number. */
export async function readOrders(
  sql: HotSql,
  accountId: number,
  filter: OrderFilter,
  page: { readonly after: OrderCursor | null; readonly most: number },
): Promise<Order[]> {
  const lineOf =
    filter.productIds === undefined && filter.productCodes === undefined
      ? sql``
      : sql`and exists (select 1 from order_lines l
          where l.account_id = o.account_id and l.number = o.number
            and (l.product_id in ${sql([-1, ...(filter.productIds ?? [])])}
              or l.code in ${sql(['', ...(filter.productCodes ?? [])])}))`
  const rows = await sql<OrderRow[]>`
    select ${columns(sql)},
      (select coalesce(json_agg(json_build_object('position', l.position,
          'productId', l.product_id, 'code', l.code, 'article', l.article, 'title', l.title,
          'productType', l.product_type, 'quantity', l.quantity,
          'unitPrice', l.unit_price::text, 'unitTax', l.unit_tax::text,
          'cataloguePrice', l.catalogue_price::text, 'options', l.options)
          order by l.position), '[]')
        from order_lines l where l.account_id = o.account_id and l.number = o.number) as lines,
      case when s.parcels = 0 then '[]' else
        (select json_agg(json_build_object('position', p.position, 'service', p.service,
          'tracking', p.tracking, 'link', p.link, 'sentAt', p.sent_at, 'via', p.via)
          order by p.position)
        from order_shipments p where p.account_id = o.account_id and p.number = o.number)
      end as shipments
    from orders o
    join order_states s on s.account_id = o.account_id and s.number = o.number
    where o.account_id = ${accountId} and s.account_id = ${accountId}
      ${filter.withHidden ? sql`` : sql`and not s.hidden`}
      ${filter.numbers === undefined ? sql`` : sql`and o.number in ${sql([...filter.numbers])}`}
      ${filter.createdFrom === undefined ? sql`` : sql`and o.created_at >= ${time(filter.createdFrom)}`}
      ${filter.createdTo === undefined ? sql`` : sql`and o.created_at <= ${time(filter.createdTo)}`}
      ${filter.paidFrom === undefined ? sql`` : sql`and s.paid_at >= ${time(filter.paidFrom)}`}
      ${filter.paidTo === undefined ? sql`` : sql`and s.paid_at <= ${time(filter.paidTo)}`}
      ${filter.payment === undefined ? sql`` : sql`and s.payment in ${sql([...filter.payment])}`}
      ${filter.email === undefined ? sql`` : sql`and o.email_folded = ${filter.email}`}
      ${lineOf}
      ${
        page.after === null
          ? sql``
          : sql`and (o.created_at, o.number) > (${time(page.after.createdAt)}, ${page.after.number})`
      }
    order by o.created_at, o.number
    limit ${page.most}`
  return rows.map(toOrder)
}

/** Times are sent as ISO text: the driver must not guess a type from a number. */
function time(ms: Instant): string {
  return new Date(ms).toISOString()
}

function columns(sql: HotSql) {
  return sql`o.number, o.dialect, o.buyer, o.billing, o.shipping, o.currency,
    o.ordered_currency as "orderedCurrency", o.ordered_rate::text as "orderedRate", o.coupon,
    o.discount, o.shipping_method as "shippingMethod", o.shipping_code as "shippingCode",
    o.shipping_cost as "shippingCost", o.tax, o.total, o.payment_method as "paymentMethod",
    o.payment_code as "paymentCode", o.comment, o.tag, o.ip, o.utm, o.pay_domain as "payDomain",
    o.pay_key as "payKey", o.fields, o.created_at as "createdAt",
    s.payment, s.fulfilment, s.hidden, s.handed_over as "handedOver",
    s.release_number as "releaseNumber", s.label, s.paid_at as "paidAt", s.sent_at as "sentAt",
    s.returned_at as "returnedAt", s.cancelled_at as "cancelledAt",
    s.refunded_at as "refundedAt", s.released_at as "releasedAt", s.changed_at as "changedAt"`
}

function toOrder(row: OrderRow): Order {
  return {
    ...row,
    lines: row.lines.map((line) => ({
      ...line,
      unitPrice: amount(line.unitPrice),
      unitTax: amount(line.unitTax),
      cataloguePrice: amount(line.cataloguePrice),
    })),
    shipments: row.shipments.map((parcel) => ({ ...parcel, sentAt: Date.parse(parcel.sentAt) })),
  }
}

function amount(text: string): bigint {
  return BigInt(text.replace('.', ''))
}

export type EventRow = {
  readonly seq: number
  readonly at: Instant
  readonly kind: string
  readonly via: string
  readonly credentialId: number | null
  readonly data: Record<string, unknown> | null
}

/** An order's history, from the beginning. */
export async function readEvents(
  sql: HotSql,
  accountId: number,
  number: number,
): Promise<EventRow[]> {
  return sql<EventRow[]>`
    select seq, at, kind, via, credential_id as "credentialId", data
    from order_events
    where account_id = ${accountId} and number = ${number}
    order by seq`
}

/** Waiting orders whose timer has run out. Crosses accounts: the gateway's own housekeeping. */
export async function readDueTimers(
  sql: HotSql,
  now: Instant,
  most: number,
): Promise<{ accountId: number; number: number }[]> {
  return sql<{ accountId: number; number: number }[]>`
    select account_id as "accountId", number from order_timers
    where due_at <= ${time(now)} order by due_at limit ${most}`
}

/** Forgets fingerprints older than `before`, a few at a time; gives back how many. */
export async function pruneFingerprints(
  sql: HotSql,
  accountId: number,
  before: Instant,
): Promise<number> {
  const rows = await sql`
    delete from order_fingerprints f using (
      select account_id, digest, number from order_fingerprints
      where account_id = ${accountId} and made_at < ${time(before)}
      limit 5000 for update skip locked) old
    where f.account_id = old.account_id and f.digest = old.digest and f.number = old.number
    returning 1`
  return rows.length
}
