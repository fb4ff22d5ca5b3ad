import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
} from 'drizzle-orm/pg-core'
import { bytes, instant, keyText, money, sealed } from './columns.ts'

/** One row an installation: the check value of the key that secrets are encrypted with. */
export const installation = pgTable('installation', {
  name: keyText('name').primaryKey(),
  value: text('value').notNull(),
})

export const accounts = pgTable('accounts', {
  id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
  login: keyText('login').notNull().unique(),
  disabledAt: instant('disabled_at'),
  /** Checked by `accountSettings` in the model; what is absent takes its default. */
  settings: jsonb('settings').$type<Record<string, unknown>>().notNull().default({}),
  createdAt: instant('created_at').notNull(),
})

/** Host names that lead to an account besides `<login>.<base domain>`. */
export const accountHosts = pgTable('account_hosts', {
  host: keyText('host').primaryKey(),
  accountId: integer('account_id')
    .notNull()
    .references(() => accounts.id),
})

export const credentials = pgTable(
  'credentials',
  {
    accountId: integer('account_id')
      .notNull()
      .references(() => accounts.id),
    id: integer('id').notNull(),
    dialect: keyText('dialect').notNull(),
    kind: keyText('kind').notNull(),
    /** What a caller may say aloud: a user name, a client id; empty where the kind has none. */
    publicPart: keyText('public_part').notNull(),
    /** AES-256-GCM: nonce, tag, cipher text. */
    secret: sealed('secret').notNull(),
    /** Addresses and CIDRs; empty: from anywhere. */
    ipList: jsonb('ip_list').$type<string[]>().notNull().default([]),
    validFrom: instant('valid_from').notNull(),
    validUntil: instant('valid_until'),
    revokedAt: instant('revoked_at'),
    lastUsedAt: instant('last_used_at'),
    createdAt: instant('created_at').notNull(),
    /** True: works while the account is in test mode, and only then. */
    test: boolean('test').notNull().default(false),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.id] })],
)

/** A credential's settings, checked by the schema of its dialect's registry entry. */
export const credentialSettings = pgTable(
  'credential_settings',
  {
    accountId: integer('account_id').notNull(),
    credentialId: integer('credential_id').notNull(),
    settings: jsonb('settings').$type<Record<string, unknown>>().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.credentialId] }),
    foreignKey({
      columns: [t.accountId, t.credentialId],
      foreignColumns: [credentials.accountId, credentials.id],
    }),
  ],
)

/** State that a dialect keeps between calls: tokens, nonces, checkout sessions. */
export const dialectSessions = pgTable(
  'dialect_sessions',
  {
    accountId: integer('account_id').notNull(),
    dialect: keyText('dialect').notNull(),
    /** SHA-256 of the token: a dump of the table opens no session. */
    key: bytes('key').notNull(),
    credentialId: integer('credential_id').notNull(),
    /** Counts the writes: a call that read an older one reads again. */
    revision: integer('revision').notNull(),
    state: jsonb('state').$type<Record<string, unknown>>().notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.dialect, t.key] }),
    index('dialect_sessions_expiry').on(t.accountId, t.expiresAt),
  ],
)

/** The next number to give out, by name: `order`, `release`, `product`, `credential`. */
export const counters = pgTable(
  'counters',
  {
    accountId: integer('account_id')
      .notNull()
      .references(() => accounts.id),
    name: keyText('name').notNull(),
    next: bigint('next', { mode: 'number' }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.name] }),
    // The last number given out is 2147483647, the highest that clients can hold.
    check('counters_in_range', sql`${t.next} between 0 and 2147483648`),
  ],
)

export const categories = pgTable(
  'categories',
  {
    accountId: integer('account_id').notNull(),
    id: integer('id').notNull(),
    parentId: integer('parent_id'),
    name: text('name').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    unique('categories_name').on(t.accountId, t.parentId, t.name).nullsNotDistinct(),
  ],
)

export const products = pgTable(
  'products',
  {
    accountId: integer('account_id')
      .notNull()
      .references(() => accounts.id),
    id: integer('id').notNull(),
    /** The symbolic code, unique among the account's products. */
    code: keyText('code').notNull(),
    sku: keyText('sku'),
    model: keyText('model'),
    /** SKU, else model, else code; and the same folded, for the case-blind lookup. */
    article: keyText('article').notNull(),
    articleFolded: keyText('article_folded').notNull(),
    title: text('title').notNull(),
    price: money('price').notNull(),
    type: keyText('type').$type<'physical' | 'digital'>().notNull(),
    enabled: boolean('enabled').notNull().default(true),
    /** What a checkout asks of it, checked by `productTermsSchema`; null: nothing out of the way. */
    terms: jsonb('terms').$type<Record<string, unknown>>(),
    /** Set when the shop deleted it; old lines still point here. */
    deletedAt: instant('deleted_at'),
    /** What a dialect sent and the book has no column for. */
    fields: jsonb('fields').$type<Record<string, unknown>>().notNull().default({}),
    createdAt: instant('created_at').notNull(),
    changedAt: instant('changed_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    unique('products_code').on(t.accountId, t.code),
    index('products_article').on(t.accountId, t.articleFolded),
  ],
)

export const productCategories = pgTable(
  'product_categories',
  {
    accountId: integer('account_id').notNull(),
    productId: integer('product_id').notNull(),
    categoryId: integer('category_id').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.productId, t.categoryId] }),
    foreignKey({
      columns: [t.accountId, t.productId],
      foreignColumns: [products.accountId, products.id],
    }),
    foreignKey({
      columns: [t.accountId, t.categoryId],
      foreignColumns: [categories.accountId, categories.id],
    }),
  ],
)

/** Levels of the products that keep stock; a product without a row keeps none. May be negative. */
export const stock = pgTable(
  'stock',
  {
    accountId: integer('account_id').notNull(),
    productId: integer('product_id').notNull(),
    quantity: integer('quantity').notNull(),
    /** The dialect that set the level last, or `book` for takings and returns of orders. */
    setBy: keyText('set_by').notNull(),
    changedAt: instant('changed_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.productId] }),
    foreignKey({
      columns: [t.accountId, t.productId],
      foreignColumns: [products.accountId, products.id],
    }),
  ],
)

/** What happened to an account rather than to an order: settings, keys, refused functions. */
export const accountEvents = pgTable(
  'account_events',
  {
    accountId: integer('account_id')
      .notNull()
      .references(() => accounts.id),
    id: bigint('id', { mode: 'number' }).generatedAlwaysAsIdentity().notNull(),
    at: instant('at').notNull(),
    kind: keyText('kind').notNull(),
    data: jsonb('data').$type<Record<string, unknown>>().notNull().default(sql`'{}'`),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.id] })],
)

/** Calls about contacts, kept where the account records them; holds personal data. */
export const contactRecords = pgTable(
  'contact_records',
  {
    accountId: integer('account_id').notNull(),
    eventId: bigint('event_id', { mode: 'number' }).notNull(),
    emailFolded: keyText('email_folded').notNull(),
    data: jsonb('data').$type<Record<string, unknown>>().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.eventId] }),
    foreignKey({
      columns: [t.accountId, t.eventId],
      foreignColumns: [accountEvents.accountId, accountEvents.id],
    }),
  ],
)
