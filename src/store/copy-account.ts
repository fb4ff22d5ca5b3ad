import type { Instant } from '../model/order.ts'
import type { PostgresTarget } from './database.ts'
import { inTransfer, type TransferSql } from './transfer-client.ts'
import { quoted, type TransferTable, transferTables } from './transfer-tables.ts'

/** What a copy of an account has of the account: its shop, but nobody's data and no key. */
const copied: ReadonlySet<string> = new Set([
  'categories',
  'products',
  'product_categories',
  'stock',
  'shops',
  'coupons',
])

/** Made anew for a copy. */
const madeAnew: ReadonlySet<string> = new Set(['accounts', 'counters'])

/** What a copy has none of, and why. A table that no backup holds is in no copy either. */
export const notCopied: Readonly<Record<string, string>> = {
  account_hosts: 'a host leads to one account',
  account_events: 'tell what happened to the other account',
  contact_records: 'are about people',
  credentials: 'would let the clients of one account into the other',
  credential_settings: 'belong to credentials',
  customers: 'are people',
  vouchers: 'are worth money',
  allowances: 'tell what orders have used up',
  allowance_uses: 'belong to orders',
  endpoints: 'would tell one receiver of both accounts, and have secrets',
  product_endpoints: 'belong to endpoints',
  deliveries: 'belong to orders',
  delivery_attempts: 'belong to orders',
  replays: 'remember calls to the other account',
  orders: 'were placed with the other account',
  order_states: 'belong to orders',
  order_lines: 'belong to orders',
  order_shipments: 'belong to orders',
  order_events: 'belong to orders',
  order_comments: 'belong to orders',
  order_fingerprints: 'belong to orders',
  order_timers: 'belong to orders',
  order_links: 'belong to orders',
  releases: 'belong to orders',
  awaiting_shipment: 'belong to orders',
  takings: 'belong to orders',
  attention: 'belongs to orders',
}

/** A product's own URLs may hold keys, and lead to whoever listens to the other account. */
const withoutUrls = `coalesce((select jsonb_object_agg(f.key, f.value)
  from jsonb_each(fields) f where f.key !~* 'url'), '{}')`

/** Each after those that it points to. */
const copiedTables: readonly TransferTable[] = transferTables.filter(({ name }) => copied.has(name))

/** Tables of a backup that are neither copied nor left out for a reason; there are none. */
export const forgottenTables: readonly string[] = transferTables
  .map(({ name }) => name)
  .filter((name) => !copied.has(name) && !madeAnew.has(name) && !Object.hasOwn(notCopied, name))

export type AccountCopy = {
  readonly fromId: number
  readonly login: string
  readonly settings: Readonly<Record<string, unknown>>
  /** Of orders and releases. */
  readonly firstNumber: number
  readonly at: Instant
}

/** Rows by table; undefined, and nothing done, where the login is taken. Throws `TransferUnknown`. */
export async function copyAccount(
  target: PostgresTarget,
  copy: AccountCopy,
): Promise<ReadonlyMap<string, number> | undefined> {
  return inTransfer(target, 'copy', async (sql) => {
    const id = await insertAccount(sql, copy)
    if (id === undefined) return undefined
    const rows = new Map<string, number>()
    for (const table of copiedTables) rows.set(table.name, await copyRows(sql, table, copy, id))
    await insertCounters(sql, copy, id)
    return rows
  })
}

async function insertAccount(
  sql: TransferSql,
  { login, settings, at }: AccountCopy,
): Promise<number | undefined> {
  const [row] = await sql<{ id: number }[]>`
    insert into accounts (login, settings, created_at)
    values (${login}, ${JSON.stringify(settings)}::text::jsonb,
      ${new Date(at).toISOString()}::timestamptz)
    on conflict do nothing returning id`
  return row?.id
}

async function copyRows(
  sql: TransferSql,
  { name, accountColumn, columns }: TransferTable,
  { fromId }: AccountCopy,
  id: number,
): Promise<number> {
  const names = columns.map(quoted).join(', ')
  const values = columns.map((column) =>
    name === 'products' && column === 'fields' ? withoutUrls : quoted(column),
  )
  const owner = quoted(accountColumn)
  const { count } = await sql.unsafe(
    `insert into ${quoted(name)} (${owner}, ${names})
    select $1::int, ${values.join(', ')} from ${quoted(name)} where ${owner} = $2::int`,
    [id, fromId],
  )
  return count
}

/** Products go on where they are; all else begins as with any new account. */
async function insertCounters(
  sql: TransferSql,
  { fromId, firstNumber }: AccountCopy,
  id: number,
): Promise<void> {
  await sql`
    insert into counters (account_id, name, next) values
      (${id}, 'order', ${firstNumber}), (${id}, 'release', ${firstNumber}), (${id}, 'credential', 1),
      (${id}, 'product',
        (select next from counters where account_id = ${fromId} and name = 'product'))`
}
