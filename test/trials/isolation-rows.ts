import type postgres from 'postgres'

/** Written by whoever calls rightly, and no order data: everything else counts. */
const passing = ['last_used_at']

/** Notes of calls to an account's own address, whoever made them; no call reads them. */
const notes = ['call_hours', 'call_streaks', 'refused_calls']

/**
 * A digest of every row of an account, by table; tables are found by their `account_id`, so that
 * one that is new is looked at as well.
 */
export async function rowsOf(
  sql: postgres.Sql,
  accountId: number,
): Promise<Readonly<Record<string, string>>> {
  const tables = await sql<{ name: string; key: string }[]>`
    select c.table_name as name, c.column_name as key from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
      and c.table_name <> all(${notes})
      and (c.column_name = 'account_id' or (c.table_name = 'accounts' and c.column_name = 'id'))
    order by 1`
  const digests: Record<string, string> = {}
  for (const { name, key } of tables) {
    const [row] = await sql<{ digest: string; rows: number }[]>`
      select md5(coalesce(string_agg(line, '\n' order by line), '')) as digest,
        count(*)::int as rows
      from (select (to_jsonb(t) - ${passing}::text[])::text as line from ${sql(name)} t
        where t.${sql(key)} = ${accountId}) as lines`
    digests[name] = `${row?.rows} rows, ${row?.digest}`
  }
  return digests
}
