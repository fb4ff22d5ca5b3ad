import { sql } from 'drizzle-orm'
import {
  boolean,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
} from 'drizzle-orm/pg-core'
import { bytes, instant, keyText, sealed } from './columns.ts'
import { accounts, products } from './schema.ts'

/** Addresses of the merchant's own that are told of events. */
export const endpoints = pgTable(
  'endpoints',
  {
    accountId: integer('account_id')
      .notNull()
      .references(() => accounts.id),
    id: integer('id').notNull(),
    url: text('url').notNull(),
    /** `standard`, or the dialect whose form the notices have. */
    format: keyText('format').notNull(),
    /** The types it is told of; null: all that its format has words for. */
    types: jsonb('types').$type<string[]>(),
    /** True: it is told only of orders with a product that names it. */
    ofProducts: boolean('of_products').notNull().default(false),
    /** Sealed; null: the key that the format's dialect signs with anyway. */
    secret: sealed('secret'),
    /** Signs as well until then. */
    previousSecret: sealed('previous_secret'),
    previousUntil: instant('previous_until'),
    disabledAt: instant('disabled_at'),
    /** For the operator: who or what disabled it. */
    disabledWhy: text('disabled_why'),
    /** Tries in a row that failed, of all its deliveries. */
    failures: integer('failures').notNull().default(0),
    /** It asked for a rest: nothing is sent before. */
    pausedUntil: instant('paused_until'),
    createdAt: instant('created_at').notNull(),
    /** True: is told while the account is in test mode, and only then. */
    test: boolean('test').notNull().default(false),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.id] })],
)

/** Which products name which endpoint. */
export const productEndpoints = pgTable(
  'product_endpoints',
  {
    accountId: integer('account_id').notNull(),
    productId: integer('product_id').notNull(),
    endpointId: integer('endpoint_id').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.productId, t.endpointId] }),
    foreignKey({
      columns: [t.accountId, t.productId],
      foreignColumns: [products.accountId, products.id],
    }),
    foreignKey({
      columns: [t.accountId, t.endpointId],
      foreignColumns: [endpoints.accountId, endpoints.id],
    }),
  ],
)

const place = {
  accountId: integer('account_id').notNull(),
  endpointId: integer('endpoint_id').notNull(),
  number: integer('number').notNull(),
  /** The event's. */
  seq: integer('seq').notNull(),
  /** 0 for the event itself; what else it is told as follows. */
  part: smallint('part').notNull(),
}

/** Messages to endpoints, frozen as the event was committed; pruned by age once they are done. */
export const deliveries = pgTable(
  'deliveries',
  {
    ...place,
    type: keyText('type').notNull(),
    /** Without what a secret adds as it is sent. Holds the buyer. */
    body: text('body').notNull(),
    state: keyText('state').$type<'waiting' | 'delivered' | 'dead'>().notNull(),
    madeAt: instant('made_at').notNull(),
    /** When it may be tried next. */
    dueAt: instant('due_at').notNull(),
    /** Tries that ended. */
    tries: smallint('tries').notNull().default(0),
    /** A gateway is at it until then. */
    leasedUntil: instant('leased_until'),
    doneAt: instant('done_at'),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.endpointId, t.number, t.seq, t.part] }),
    index('deliveries_due')
      .on(t.accountId, t.endpointId, t.dueAt)
      .where(sql`${t.state} = 'waiting'`),
    index('deliveries_dead')
      .on(t.accountId, t.endpointId, t.madeAt)
      .where(sql`${t.state} = 'dead'`),
    // Written beside every event, so as little as will do.
    index('deliveries_made')
      .using('brin', t.accountId, t.madeAt)
      .with({ autosummarize: true, pages_per_range: 16 }),
  ],
)

/** Every try of a delivery. */
export const deliveryAttempts = pgTable(
  'delivery_attempts',
  {
    ...place,
    /** Counts the delivery's tries, from 1. */
    tried: smallint('tried').notNull(),
    at: instant('at').notNull(),
    latencyMs: integer('latency_ms').notNull(),
    /** Of the answer; null where there was none. */
    status: integer('status'),
    /** Why there was none, or why it counts for nothing. */
    problem: text('problem'),
    /** The answer's first 4 kB, as they came. */
    answer: bytes('answer'),
  },
  (t) => [
    primaryKey({
      columns: [t.accountId, t.endpointId, t.number, t.seq, t.part, t.tried, t.at],
    }),
    index('delivery_attempts_at').on(t.accountId, t.at),
  ],
)
