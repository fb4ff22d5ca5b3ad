import type postgres from 'postgres'
import { changeOrder } from '../../src/core/change-order.ts'
import type { Context } from '../../src/core/context.ts'
import { createVault } from '../../src/store/secrets.ts'
import { quoted, transferTables } from '../../src/store/transfer-tables.ts'
import { anAccount, anOrder, type TestAccount } from './fixtures.ts'

/** What COPY, JSON and lines each have a word for. */
export const oddText =
  'one\n\\.\n\ttwo \\N \\\\x41 "quoted" {"table":"orders"}\r\n\u2028 é 漢 \u{1f980}'

/** An account with rows in every table that a backup holds; those of `vault` sealed with its key. */
export async function aFullAccount(
  ctx: Context,
  sql: postgres.Sql,
  login: string,
): Promise<TestAccount & { readonly orders: readonly number[] }> {
  const made = await anAccount(ctx, { login, settings: { timezone: 'Europe/Moscow' } })
  const orders: number[] = []
  for (const comment of [oddText, 'plain', '']) {
    const lines = [{ code: 'mug', quantity: 2 }]
    orders.push(await anOrder(ctx, made.account, { comment, lines }))
  }
  const [number = 0] = orders
  const author = { via: 'operator', credentialId: null }
  await changeOrder(ctx, made.account, { number, author, command: { kind: 'pay', at: 1 } })
  await fillTheRest(sql, made.account.id, number)
  return { ...made, orders }
}

type Column = { readonly name: string; readonly type: string; readonly always: boolean }

/** Puts a row of made-up values into each table that has none. */
async function fillTheRest(sql: postgres.Sql, accountId: number, number: number): Promise<void> {
  const seal = createVault(Buffer.alloc(32, 7)).seal
  const [product] = await sql<{ id: number }[]>`
    select min(id) as id from products where account_id = ${accountId}`
  const [event] = await sql<{ id: string }[]>`
    select min(id) as id from account_events where account_id = ${accountId}`
  const known: Readonly<Record<string, unknown>> = {
    number,
    account_id: accountId,
    product_id: product?.id,
    event_id: event?.id,
    kind: 'coupon',
    key: '2222',
    host: `host-${accountId}.example.com`,
    state: 'waiting',
    secret: seal('endpoint secret'),
    previous_secret: seal('one before'),
    disabled_at: null,
  }
  for (const table of transferTables) {
    const found = await sql`
      select 1 from ${sql(table.name)} where ${sql(table.accountColumn)} = ${accountId} limit 1`
    if (found.length > 0) continue
    const columns = await sql<Column[]>`
      select column_name as name, data_type as type, is_identity = 'YES' as always
      from information_schema.columns
      where table_schema = 'public' and table_name = ${table.name} order by ordinal_position`
    const used = columns.filter(({ always }) => !always)
    const values = used.map(({ name, type }) => (name in known ? known[name] : madeUp(type)))
    const names = used.map(({ name }) => quoted(name)).join(', ')
    const places = used.map(({ type }, at) => `$${at + 1}::${type}`).join(', ')
    await sql.unsafe(
      `insert into ${quoted(table.name)} (${names}) values (${places})`,
      values as postgres.ParameterOrJSON<never>[],
    )
  }
}

function madeUp(type: string): unknown {
  if (type === 'integer' || type === 'smallint' || type === 'bigint') return 1
  if (type === 'numeric') return '12.3456'
  if (type === 'boolean') return true
  if (type === 'bytea') return Buffer.from([0, 9, 10, 92, 255])
  if (type === 'jsonb') return { text: oddText }
  if (type.startsWith('timestamp')) return new Date('2026-01-02T03:04:05.678Z')
  return oddText
}
