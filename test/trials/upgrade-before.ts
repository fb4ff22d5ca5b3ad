import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type postgres from 'postgres'
import type { PostgresTarget } from '../../src/store/database.ts'
import { migrateFrom } from '../../src/store/migrate.ts'
import { createVault } from '../../src/store/secrets.ts'
import type { Shop } from '../support/signed-call.ts'

const folder = fileURLToPath(new URL('../../drizzle/', import.meta.url))

type Journal = { readonly entries: readonly { readonly tag: string }[] }

/** Tags of all migrations, the oldest first. */
export async function allMigrations(): Promise<string[]> {
  const journal = JSON.parse(await readFile(join(folder, 'meta/_journal.json'), 'utf8')) as Journal
  return journal.entries.map(({ tag }) => tag)
}

/** Brings an empty database to the schema that the first `count` migrations make. */
export async function migrateUpTo(target: PostgresTarget, count: number): Promise<void> {
  const old = await mkdtemp(join(tmpdir(), 'countersign-upgrade-'))
  try {
    await cp(folder, old, { recursive: true })
    const path = join(old, 'meta/_journal.json')
    const journal = JSON.parse(await readFile(path, 'utf8')) as Journal
    await writeFile(path, JSON.stringify({ ...journal, entries: journal.entries.slice(0, count) }))
    await migrateFrom(target, old)
  } finally {
    await rm(old, { recursive: true, force: true })
  }
}

/** The shop whose orders go on through the upgrade; that of account 1 rests. */
export const busy: Shop = { login: 'busy', secret: 'an invented secret of the trial' }
export const busyAccountId = 2

/**
 * Two accounts in the words of the first schema, so that any later one takes them: one at rest
 * with `orders` orders in all states, and one that is called.
 */
export async function fillBefore(sql: postgres.Sql, orders: number): Promise<void> {
  const secret = createVault(Buffer.alloc(32, 7)).seal(busy.secret)
  await sql`
    insert into accounts (login, created_at) values ('resting', now()), (${busy.login}, now())`
  await sql`
    insert into counters (account_id, name, next)
    select account_id, name, case account_id when 1 then ${orders + 1} else 1 end
    from (values (1), (2)) a (account_id), (values ('order'), ('release')) n (name)`
  await sql`
    insert into credentials
      (account_id, id, dialect, kind, public_part, secret, valid_from, created_at)
    values (2, 1, 'influencersoft', 'key', '', ${secret}, now(), now())`
  await sql`
    insert into products (account_id, id, code, sku, article, article_folded, title, price, type,
      created_at, changed_at)
    select a, 1, 'mug', 'MUG-01', 'MUG-01', 'mug-01', 'Mug', 12.9, 'digital', now(), now()
    from generate_series(1, 2) a`
  await sql`
    insert into stock (account_id, product_id, quantity, set_by, changed_at)
    values (1, 1, 100, 'mintsoft', now())`
  await fillOrders(sql, orders)
}

async function fillOrders(sql: postgres.Sql, orders: number): Promise<void> {
  const all = sql`generate_series(1, ${orders}::int) n`
  await sql`
    insert into orders (account_id, number, dialect, email_folded, buyer, billing, currency,
      discount, shipping_cost, tax, total, utm, pay_key, fields, created_at)
    select 1, n, 'influencersoft', 'b' || n || '@example.com', jsonb_build_object('n', n), '{}',
      'USD', 0, 0, 0, n + 0.1234, '{}', md5(n::text), '{}', now() - n * interval '1 minute'
    from ${all}`
  await sql`
    insert into order_lines (account_id, number, position, product_id, code, article, title,
      product_type, quantity, unit_price, unit_tax, catalogue_price, options)
    select 1, n, 0, 1, 'mug', 'MUG-01', 'Mug', 'digital', 1, n + 0.1234, 0, 12.9, '[]' from ${all}`
  await sql`
    insert into order_states (account_id, number, payment, fulfilment, hidden, handed_over,
      pay_on_delivery, release_number, changed_at, parcels, event_seq)
    select 1, n, case when n % 5 = 0 then 'cancelled' when n % 2 = 0 then 'paid' else 'waiting' end,
      case when n % 7 = 0 then 'sent' else 'open' end, n % 11 = 0, false, false,
      case when n % 2 = 0 then n end, now(), 0, 1
    from ${all}`
  await sql`
    insert into order_events (account_id, number, seq, at, kind, via)
    select 1, n, 1, now(), 'placed', 'influencersoft' from ${all}`
  await sql`
    insert into releases (account_id, release_number, number, released_at)
    select 1, n, n, now() from ${all} where n % 2 = 0`
  await sql`
    insert into takings (account_id, credential_id, number, first_served_at)
    select 1, 1, n, now() from ${all} where n % 4 = 0`
}

/** A table's columns as they were, to be read again when it has more. */
export type Sum = { readonly table: string; readonly columns: string; sum: string }

/** Counts and checksums of all that the resting account has; of `before`'s columns where given. */
export async function sumsOf(sql: postgres.Sql, before?: readonly Sum[]): Promise<Sum[]> {
  const tables = before ?? (await columnsNow(sql))
  return Promise.all(
    tables.map(async ({ table, columns }) => {
      const [row] = await sql.unsafe<{ sum: string }[]>(`
        select count(*) || ' rows, md5 ' || md5(coalesce(string_agg(t, '|' order by t), '')) as sum
        from (select row(${columns})::text as t from "${table}" where account_id = 1) r`)
      return { table, columns, sum: row?.sum ?? '' }
    }),
  )
}

async function columnsNow(sql: postgres.Sql): Promise<Sum[]> {
  const rows = await sql<{ table: string; columns: string }[]>`
    select table_name as table,
      string_agg(quote_ident(column_name), ', ' order by ordinal_position) as columns
    from information_schema.columns where table_schema = 'public'
    group by table_name having bool_or(column_name = 'account_id') order by table_name`
  return rows.map((row) => ({ ...row, sum: '' }))
}
