import type { Database } from './database.ts'

const needed = ['fsync', 'full_page_writes', 'synchronous_commit'] as const

/** The server's settings that would lose acknowledged writes: `fsync is off`; empty: none. */
export async function unsafeSettings(database: Database): Promise<string[]> {
  const rows = await database.sql<{ name: string; setting: string }[]>`
    select name, setting from pg_settings
    where name in ('fsync', 'full_page_writes', 'synchronous_commit')`
  const settings = new Map(rows.map(({ name, setting }) => [name, setting]))
  return needed
    .filter((name) => settings.get(name) === 'off')
    .map((name) => `${name} is ${settings.get(name)}`)
}

/** The server's version as `150004`; the gateway needs 15 or later. */
export async function serverVersion(database: Database): Promise<number> {
  const [row] = await database.sql<{ version: string }[]>`
    select current_setting('server_version_num') as version`
  return Number(row?.version ?? 0)
}

/** How many connections the server has for users without a reserved place. */
export async function connectionLimit(database: Database): Promise<number> {
  const [row] = await database.sql<{ most: number }[]>`
    select current_setting('max_connections')::int
      - current_setting('superuser_reserved_connections')::int as most`
  return row?.most ?? 0
}

/**
 * Whether the server acknowledges what no standby has yet: promoted after a crash, one would lack
 * the last acknowledged orders. A server that does not tell counts as one that waits.
 */
export async function acknowledgesAlone(database: Database): Promise<boolean> {
  const rows = await database.sql<{ alone: boolean }[]>`
    select current_setting('synchronous_standby_names', true) = ''
      or current_setting('synchronous_commit') in ('off', 'local') as alone`
  return rows[0]?.alone === true
}
