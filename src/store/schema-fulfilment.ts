import { sql } from 'drizzle-orm'
import { index, integer, pgTable, primaryKey } from 'drizzle-orm/pg-core'
import { bytes, instant, keyText } from './columns.ts'

const ofOrder = { accountId: integer('account_id').notNull(), number: integer('number').notNull() }

/** Orders fit for fulfilment, in the order in which they became so. */
export const releases = pgTable(
  'releases',
  {
    accountId: integer('account_id').notNull(),
    releaseNumber: integer('release_number').notNull(),
    number: integer('number').notNull(),
    releasedAt: instant('released_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.releaseNumber] })],
)

/**
 * Orders that a warehouse should see now: released, not sent, not called off, not hidden. A table
 * of its own, since an index over the states would make every status update an index update.
 */
export const awaitingShipment = pgTable(
  'awaiting_shipment',
  {
    accountId: integer('account_id').notNull(),
    releaseNumber: integer('release_number').notNull(),
    number: integer('number').notNull(),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.releaseNumber] })],
)

/** Which credential has which order in hand. */
export const takings = pgTable(
  'takings',
  {
    accountId: integer('account_id').notNull(),
    credentialId: integer('credential_id').notNull(),
    number: integer('number').notNull(),
    firstServedAt: instant('first_served_at').notNull(),
    /** When it said first that it has the order; null: the order was only listed. */
    confirmedAt: instant('confirmed_at'),
    confirmedTimes: integer('confirmed_times').notNull().default(0),
    /** SHA-256 of what was served last before the confirmation. */
    servedDigest: bytes('served_digest'),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.credentialId, t.number] }),
    index('takings_order').on(t.accountId, t.number),
  ],
)

/** What a person must look at; stays until the operator has acknowledged it. */
export const attention = pgTable(
  'attention',
  {
    ...ofOrder,
    /** The event that raised it. */
    seq: integer('seq').notNull(),
    reason: keyText('reason').notNull(),
    raisedAt: instant('raised_at').notNull(),
    acknowledgedAt: instant('acknowledged_at'),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.number, t.seq, t.reason] }),
    index('attention_open').on(t.accountId, t.raisedAt).where(sql`${t.acknowledgedAt} is null`),
  ],
)
