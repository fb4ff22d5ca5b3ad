import {
  boolean,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core'
import { instant, keyText, money } from './columns.ts'
import { accounts } from './schema.ts'

const ofAccount = () =>
  integer('account_id')
    .notNull()
    .references(() => accounts.id)

/** What an account's shop offers: one document, checked by `shopSchema` in the model. */
export const shops = pgTable('shops', {
  accountId: ofAccount().primaryKey(),
  terms: jsonb('terms').$type<Record<string, unknown>>().notNull(),
  changedAt: instant('changed_at').notNull(),
})

export const customers = pgTable(
  'customers',
  {
    accountId: ofAccount(),
    id: integer('id').notNull(),
    groupId: integer('group_id').notNull(),
    email: text('email').notNull(),
    emailFolded: keyText('email_folded').notNull(),
    firstName: text('first_name').notNull(),
    lastName: text('last_name').notNull(),
    telephone: text('telephone').notNull(),
    enabled: boolean('enabled').notNull(),
    /** Reward points at the start; what is left of them stands in `allowances`. */
    points: integer('points').notNull(),
    createdAt: instant('created_at').notNull(),
    changedAt: instant('changed_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    index('customers_email').on(t.accountId, t.emailFolded, t.id),
  ],
)

export const coupons = pgTable(
  'coupons',
  {
    accountId: ofAccount(),
    /** Trimmed and in small letters: buyers type it as they like. */
    codeFolded: keyText('code_folded').notNull(),
    code: text('code').notNull(),
    terms: jsonb('terms').$type<Record<string, unknown>>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.codeFolded] })],
)

export const vouchers = pgTable(
  'vouchers',
  {
    accountId: ofAccount(),
    code: keyText('code').notNull(),
    amount: money('amount').notNull(),
    /** The order it was bought with, which must be paid before it is worth anything. */
    number: integer('number'),
    /** From whom, to whom, with what words. */
    data: jsonb('data').$type<Record<string, string>>().notNull(),
    enabled: boolean('enabled').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.code] })],
)

/** What can be used up and how much of it is left: uses of a coupon, a voucher's money, points. */
export const allowances = pgTable(
  'allowances',
  {
    accountId: ofAccount(),
    kind: keyText('kind').$type<'coupon' | 'coupon-of' | 'voucher' | 'points'>().notNull(),
    key: keyText('key').notNull(),
    remaining: money('remaining').notNull(),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.kind, t.key] })],
)

/** How much of an allowance an order has used up; given back as its stock is. */
export const allowanceUses = pgTable(
  'allowance_uses',
  {
    accountId: integer('account_id').notNull(),
    number: integer('number').notNull(),
    kind: keyText('kind').$type<'coupon' | 'coupon-of' | 'voucher' | 'points'>().notNull(),
    key: keyText('key').notNull(),
    amount: money('amount').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.number, t.kind, t.key] }),
    foreignKey({
      columns: [t.accountId, t.kind, t.key],
      foreignColumns: [allowances.accountId, allowances.kind, allowances.key],
    }),
  ],
)
