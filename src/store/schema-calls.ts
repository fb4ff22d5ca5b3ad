import {
  bigint,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core'
import { bytes, instant, keyText, sealed } from './columns.ts'
import { accounts } from './schema.ts'
import { orders } from './schema-orders.ts'

/** The last calls that were refused, for whoever must find out why; pruned by number and age. */
export const refusedCalls = pgTable(
  'refused_calls',
  {
    accountId: integer('account_id')
      .notNull()
      .references(() => accounts.id),
    id: bigint('id', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    at: instant('at').notNull(),
    dialect: keyText('dialect').notNull(),
    function: text('function'),
    address: text('address').notNull(),
    outcome: keyText('outcome').notNull(),
    reason: text('reason'),
    /** The credential that proved it; null: none did. */
    credentialId: integer('credential_id'),
    /** What the proof was compared with, by name; never a secret. */
    tried: jsonb('tried').$type<string[]>(),
    /** SHA-256 of the body; null: it was over the limit. */
    digest: bytes('digest'),
    bodyBytes: integer('body_bytes'),
    /** Method, path, query, headers and body, sealed; null unless the account keeps bodies. */
    request: sealed('request'),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    index('refused_calls_at').on(t.accountId, t.at),
  ],
)

/** How many calls came in an hour: what is usual for a credential, and what a day brought. */
export const callHours = pgTable(
  'call_hours',
  {
    accountId: integer('account_id')
      .notNull()
      .references(() => accounts.id),
    dialect: keyText('dialect').notNull(),
    /** 0: no credential proved them. */
    credentialId: integer('credential_id').notNull(),
    /** When the hour began. */
    hour: instant('hour').notNull(),
    accepted: integer('accepted').notNull(),
    refused: integer('refused').notNull(),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.dialect, t.credentialId, t.hour] })],
)

/** Refusals of a dialect since its last call that was accepted. */
export const callStreaks = pgTable(
  'call_streaks',
  {
    accountId: integer('account_id')
      .notNull()
      .references(() => accounts.id),
    dialect: keyText('dialect').notNull(),
    refusedInRow: integer('refused_in_row').notNull(),
    /** The first of the row; null: the last call was accepted. */
    refusedSince: instant('refused_since'),
    changedAt: instant('changed_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.dialect] })],
)

/** Pay links that an old system gave out, and that still lead to their orders. */
export const orderLinks = pgTable(
  'order_links',
  {
    accountId: integer('account_id').notNull(),
    /** What stood behind `/bill/`. */
    key: keyText('key').notNull(),
    number: integer('number').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.key] }),
    index('order_links_order').on(t.accountId, t.number),
    foreignKey({
      columns: [t.accountId, t.number],
      foreignColumns: [orders.accountId, orders.number],
    }),
  ],
)

/** When the daily line of an account was last written, by whichever gateway. */
export const dailyLines = pgTable('daily_lines', {
  accountId: integer('account_id')
    .primaryKey()
    .references(() => accounts.id),
  /** The day, in the account's zone, that was told last: `2026-03-01`. */
  day: keyText('day').notNull(),
})
