import { index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { bytes, instant, keyText } from './columns.ts'
import { accounts } from './schema.ts'

/** Proved calls of accounts that remember them, so that a captured one does nothing again. */
export const replays = pgTable(
  'replays',
  {
    accountId: integer('account_id')
      .notNull()
      .references(() => accounts.id),
    /** SHA-256 of what was proved, and of who proved it. */
    digest: bytes('digest').notNull(),
    /** In small letters, the dialect before it. */
    function: keyText('function').notNull(),
    /** As it was given; null: the call changed nothing, or is not done yet. */
    answer: text('answer'),
    /** Until then somebody is at work on it; a gateway that died in between is not waited for. */
    busyUntil: instant('busy_until'),
    madeAt: instant('made_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.digest] }),
    index('replays_age').on(t.accountId, t.madeAt),
  ],
)
