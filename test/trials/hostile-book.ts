import type postgres from 'postgres'

/** What a call may write without changing the book: who has come, and what he was given. */
const aside = [
  'dialect_sessions',
  'credentials',
  'credential_settings',
  'refused_calls',
  'call_hours',
  'call_streaks',
  'daily_lines',
]

/** A text that differs as soon as anything in an account's book has changed. */
export type Watch = (login: string) => Promise<string>

/** Counts every table's rows of an account, and looks who wrote one last. */
export async function watchBook(sql: postgres.Sql): Promise<Watch> {
  const tables = await sql<{ name: string }[]>`
    select table_name as name from information_schema.columns
    where column_name = 'account_id' and table_schema = 'public' order by 1`
  const parts = tables
    .map(({ name }) => name)
    .filter((name) => !aside.includes(name))
    .map(
      (name) =>
        `select '${name}' as name, count(*) as rows, max(xmin::text::bigint) as last from "${name}" ` +
        'where account_id = (select id from accounts where login = $1)',
    )
  const query = `select string_agg(concat_ws(' ', name, rows, last), ', ' order by name) as text
    from (${parts.join(' union all ')}) as tables`
  return async (login) => {
    const [row] = await sql.unsafe<{ text: string }[]>(query, [login], { prepare: true })
    return row?.text ?? ''
  }
}
