import {
  boolean,
  foreignKey,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  smallint,
  text,
} from 'drizzle-orm/pg-core'
import type { LineOption } from '../model/order.ts'
import { bytes, instant, keyText, money } from './columns.ts'
import { accounts } from './schema.ts'

/** A line of `totals`: its amount as a decimal text. */
export type StoredTotal = {
  readonly code: string
  readonly title: string
  readonly amount: string
  readonly sortOrder: number
}

/** What was ordered. Written once and changed only by an edit; the state stands beside it. */
export const orders = pgTable(
  'orders',
  {
    accountId: integer('account_id')
      .notNull()
      .references(() => accounts.id),
    number: integer('number').notNull(),
    dialect: keyText('dialect').notNull(),
    customerId: integer('customer_id'),
    emailFolded: keyText('email_folded').notNull(),
    buyer: jsonb('buyer').$type<Record<string, string>>().notNull(),
    billing: jsonb('billing').$type<Record<string, string>>().notNull(),
    shipping: jsonb('shipping').$type<Record<string, string>>(),
    currency: keyText('currency').notNull(),
    orderedCurrency: keyText('ordered_currency'),
    orderedRate: numeric('ordered_rate', { precision: 15, scale: 8 }),
    coupon: text('coupon'),
    discount: money('discount').notNull(),
    shippingMethod: text('shipping_method'),
    shippingCode: text('shipping_code'),
    shippingCost: money('shipping_cost').notNull(),
    tax: money('tax').notNull(),
    total: money('total').notNull(),
    /** How the total comes about; null: goods, shipping and discount. */
    totals: jsonb('totals').$type<StoredTotal[]>(),
    paymentMethod: text('payment_method'),
    paymentCode: text('payment_code'),
    comment: text('comment'),
    tag: text('tag'),
    ip: text('ip'),
    utm: jsonb('utm').$type<Record<string, string>>().notNull(),
    payDomain: text('pay_domain'),
    payKey: keyText('pay_key').notNull(),
    fields: jsonb('fields').$type<Record<string, unknown>>().notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.number] }),
    index('orders_created').on(t.accountId, t.createdAt, t.number),
    index('orders_email').on(t.accountId, t.emailFolded, t.number),
  ],
)

/**
 * Where an order stands: narrow, and rewritten by every command, so that a status update costs
 * a hundred bytes of log instead of the whole order. No column that a command changes is in a
 * B-tree: updates stay on their page (HOT).
 */
export const orderStates = pgTable(
  'order_states',
  {
    accountId: integer('account_id').notNull(),
    number: integer('number').notNull(),
    payment: keyText('payment').$type<'waiting' | 'paid' | 'cancelled' | 'refunded'>().notNull(),
    fulfilment: keyText('fulfilment').$type<'open' | 'sent' | 'returned'>().notNull(),
    hidden: boolean('hidden').notNull(),
    handedOver: boolean('handed_over').notNull(),
    payOnDelivery: boolean('pay_on_delivery').notNull(),
    releaseNumber: integer('release_number'),
    label: integer('label'),
    paidAt: instant('paid_at'),
    sentAt: instant('sent_at'),
    returnedAt: instant('returned_at'),
    cancelledAt: instant('cancelled_at'),
    refundedAt: instant('refunded_at'),
    releasedAt: instant('released_at'),
    changedAt: instant('changed_at').notNull(),
    /** How many parcels stand in `order_shipments`. */
    parcels: smallint('parcels').notNull(),
    /** Sequence number of the order's latest event. */
    eventSeq: integer('event_seq').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.number] }),
    foreignKey({
      columns: [t.accountId, t.number],
      foreignColumns: [orders.accountId, orders.number],
    }),
    index('order_states_paid')
      .using('brin', t.accountId, t.paidAt)
      .with({ autosummarize: true, pages_per_range: 16 }),
  ],
)

const ofOrder = { accountId: integer('account_id').notNull(), number: integer('number').notNull() }

export const orderLines = pgTable(
  'order_lines',
  {
    ...ofOrder,
    position: smallint('position').notNull(),
    productId: integer('product_id'),
    code: text('code').notNull(),
    article: keyText('article').notNull(),
    title: text('title').notNull(),
    productType: keyText('product_type').$type<'physical' | 'digital'>().notNull(),
    quantity: integer('quantity').notNull(),
    unitPrice: money('unit_price').notNull(),
    unitTax: money('unit_tax').notNull(),
    cataloguePrice: money('catalogue_price').notNull(),
    options: jsonb('options').$type<LineOption[]>().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.number, t.position] }),
    foreignKey({
      columns: [t.accountId, t.number],
      foreignColumns: [orders.accountId, orders.number],
    }),
  ],
)

export const orderShipments = pgTable(
  'order_shipments',
  {
    ...ofOrder,
    position: smallint('position').notNull(),
    service: text('service').notNull(),
    tracking: text('tracking').notNull(),
    link: text('link').notNull(),
    sentAt: instant('sent_at').notNull(),
    via: keyText('via').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.number, t.position] }),
    foreignKey({
      columns: [t.accountId, t.number],
      foreignColumns: [orders.accountId, orders.number],
    }),
  ],
)

/** What happened, in order, for ever. Holds references and amounts, never a person's data. */
export const orderEvents = pgTable(
  'order_events',
  {
    ...ofOrder,
    seq: integer('seq').notNull(),
    at: instant('at').notNull(),
    kind: keyText('kind').notNull(),
    /** The dialect, or `operator`, or `timer`. */
    via: keyText('via').notNull(),
    credentialId: integer('credential_id'),
    data: jsonb('data').$type<Record<string, unknown>>(),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.number, t.seq] })],
)

/** Texts that people wrote about an order; the event with the same `seq` says when and who. */
export const orderComments = pgTable(
  'order_comments',
  { ...ofOrder, seq: integer('seq').notNull(), text: text('text').notNull() },
  (t) => [primaryKey({ columns: [t.accountId, t.number, t.seq] })],
)

/** How a repeated call finds the order that its first try made; pruned by age. */
export const orderFingerprints = pgTable(
  'order_fingerprints',
  {
    accountId: integer('account_id').notNull(),
    /** SHA-256 over a call's body, or over buyer, articles and sum. */
    digest: bytes('digest').notNull(),
    number: integer('number').notNull(),
    madeAt: instant('made_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.digest, t.number] }),
    index('order_fingerprints_age').on(t.accountId, t.madeAt),
  ],
)

/** When a waiting order gives up; the row goes once the timer has been dealt with. */
export const orderTimers = pgTable(
  'order_timers',
  { ...ofOrder, dueAt: instant('due_at').notNull() },
  (t) => [primaryKey({ columns: [t.accountId, t.number] }), index('order_timers_due').on(t.dueAt)],
)
