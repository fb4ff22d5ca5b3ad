import { finished } from 'node:stream/promises'
import type { Instant } from '../model/order.ts'
import type { Sealed } from './columns.ts'
import type { PostgresTarget } from './database.ts'
import { sqlState } from './errors.ts'
import { type Vault, wrongKey } from './secrets.ts'
import { inTransfer, type TransferSql } from './transfer-client.ts'
import { type RowReader, readSchemaStamp, rowReader } from './transfer-read.ts'
import {
  bookTables,
  quoted,
  sessionTables,
  type TransferTable,
  transferTables,
} from './transfer-tables.ts'

/** The database does not take the rows of a table; `message` is the table's name. */
export class RowsRefused extends Error {}

/** One transaction that brings accounts in; nobody sees anything before all of it is there. */
export type Restore = {
  readonly schema: number
  /** Reads back what was written. */
  readonly rows: RowReader
  /** For as long as the transaction lasts, this is the key that the database belongs to. */
  readonly seal: (plain: string) => Sealed
  findAccount(login: string): Promise<number | undefined>
  /** A table with rows of the account that are more than its keys and settings; else undefined. */
  findBook(accountId: number): Promise<string | undefined>
  drawAccountId(): Promise<number>
  /** Writes lines that begin with the account's id. */
  copyIn(
    table: TransferTable,
    columns: readonly string[],
    lines: AsyncIterable<Buffer>,
  ): Promise<void>
  /** Those of the hosts that other accounts hold, with their logins. */
  findHosts(hosts: readonly string[], exceptId: number | undefined): Promise<HeldHost[]>
  /** Keeps its callers out, waits for those under way, and gives back its counters. */
  holdAccount(accountId: number): Promise<Map<string, number>>
  removeAccount(accountId: number): Promise<void>
  renameAccount(accountId: number, login: string): Promise<void>
  moveCounters(accountId: number, move: CounterMove): Promise<Map<string, number>>
  disableEndpoints(accountId: number, at: Instant, why: string): Promise<number>
  countWaiting(accountId: number): Promise<number>
  isDisabled(accountId: number): Promise<boolean>
  /** Lets the ids of account events go on behind those that were brought in. */
  passEventIds(accountId: number): Promise<void>
  addEvent(accountId: number, event: AccountEvent): Promise<void>
}

export type HeldHost = { readonly host: string; readonly login: string }

export type CounterMove = {
  /** Added to the counters of orders and releases. */
  readonly advance: number
  /** No counter stays below these. */
  readonly atLeast: ReadonlyMap<string, number>
}

export type AccountEvent = {
  readonly at: Instant
  readonly kind: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Nothing is written unless `work` succeeds. */
export async function withRestore<T>(
  target: PostgresTarget,
  vault: Vault,
  work: (restore: Restore) => Promise<T>,
): Promise<T> {
  return inTransfer(target, 'restore', async (sql) =>
    work({
      schema: await readSchemaStamp(sql),
      rows: rowReader(sql),
      seal: await sealFor(sql, vault),
      ...lookups(sql),
      ...replacing(sql),
      ...changes(sql),
      copyIn: (table, columns, lines) => copyIn(sql, table, columns, lines),
    }),
  )
}

async function sealFor(sql: TransferSql, vault: Vault): Promise<Restore['seal']> {
  const [row] = await sql<{ value: string }[]>`
    select value from installation where name = 'key-check' for share`
  const seal = row === undefined ? vault.seal : vault.sealFor(row.value)
  if (seal === undefined) throw wrongKey()
  return seal
}

async function copyIn(
  sql: TransferSql,
  { name, accountColumn }: TransferTable,
  columns: readonly string[],
  lines: AsyncIterable<Buffer>,
): Promise<void> {
  const names = [accountColumn, ...columns].map(quoted).join(', ')
  const stream = await sql.unsafe(`copy ${quoted(name)} (${names}) from stdin`).writable()
  const ended = finished(stream).catch((error: unknown) => {
    throw isOfRows(error) ? new RowsRefused(name, { cause: error }) : error
  })
  ended.catch(() => undefined)
  for await (const piece of lines) {
    const written = new Promise<void>((resolve) => stream.write(piece, () => resolve()))
    await Promise.race([written, ended])
  }
  stream.end()
  // The driver never says what is refused from here on; the next statement hears of it.
  await sql`select 1`.catch((error: unknown) => {
    throw sqlState(error) === abortedState ? new RowsRefused(name) : error
  })
  await ended
}

const abortedState = '25P02'

/** SQLSTATE classes of values that cannot be, and of rows that do not fit together. */
function isOfRows(error: unknown): boolean {
  return /^2[23]/.test(sqlState(error) ?? '')
}

function lookups(
  sql: TransferSql,
): Pick<
  Restore,
  'findAccount' | 'findBook' | 'drawAccountId' | 'findHosts' | 'countWaiting' | 'isDisabled'
> {
  return {
    async findAccount(login) {
      const [row] = await sql<{ id: number }[]>`select id from accounts where login = ${login}`
      return row?.id
    },
    async findBook(accountId) {
      for (const { name } of bookTables) {
        const rows = await sql`
          select 1 from ${sql(name)} where account_id = ${accountId} limit 1`
        if (rows.length > 0) return name
      }
      return undefined
    },
    async drawAccountId() {
      const [row] = await sql<{ id: number }[]>`
        select nextval(pg_get_serial_sequence('accounts', 'id'))::int as id`
      if (row === undefined) throw new Error('no id for an account')
      return row.id
    },
    findHosts: (hosts, exceptId) => sql<HeldHost[]>`
      select h.host, a.login from account_hosts h join accounts a on a.id = h.account_id
      where h.host in (select json_array_elements_text(${JSON.stringify(hosts)}::text::json))
        and h.account_id is distinct from ${exceptId ?? null}::int
      order by h.host`,
    async countWaiting(accountId) {
      const [row] = await sql<{ count: number }[]>`
        select count(*)::int as count from deliveries
        where account_id = ${accountId} and state = 'waiting'`
      return row?.count ?? 0
    },
    async isDisabled(accountId) {
      const rows = await sql`
        select 1 from accounts where id = ${accountId} and disabled_at is not null`
      return rows.length > 0
    },
  }
}

function replacing(
  sql: TransferSql,
): Pick<Restore, 'holdAccount' | 'removeAccount' | 'renameAccount'> {
  return {
    async holdAccount(accountId) {
      const rows = await sql<{ name: string; next: string }[]>`
        select name, next::text as next from counters where account_id = ${accountId}
        order by name for update`
      return new Map(rows.map(({ name, next }) => [name, Number(next)]))
    },
    async removeAccount(accountId) {
      const names = transferTables.map(({ name }) => name).filter((name) => name !== 'accounts')
      for (const name of [...sessionTables, ...names.reverse()]) {
        await sql`delete from ${sql(name)} where account_id = ${accountId}`
      }
      await sql`delete from accounts where id = ${accountId}`
    },
    async renameAccount(accountId, login) {
      await sql`update accounts set login = ${login} where id = ${accountId}`
    },
  }
}

function changes(
  sql: TransferSql,
): Pick<Restore, 'moveCounters' | 'disableEndpoints' | 'passEventIds' | 'addEvent'> {
  return {
    async moveCounters(accountId, { advance, atLeast }) {
      const floors = JSON.stringify([...atLeast].map(([name, next]) => ({ name, next })))
      await sql`
        insert into counters (account_id, name, next)
        select ${accountId}::int, name, next
        from json_to_recordset(${floors}::text::json) as k(name text, next bigint)
        on conflict (account_id, name) do nothing`
      const rows = await sql<{ name: string; next: string }[]>`
        update counters c set next = least(2147483648, greatest(
          c.next + case when c.name in ('order', 'release') then ${advance}::bigint else 0 end,
          (select k.next from json_to_recordset(${floors}::text::json) as k(name text, next bigint)
            where k.name = c.name)))
        where account_id = ${accountId} returning name, next::text as next`
      return new Map(rows.map(({ name, next }) => [name, Number(next)]))
    },
    async disableEndpoints(accountId, at, why) {
      const rows = await sql`
        update endpoints set disabled_at = ${new Date(at).toISOString()}::timestamptz,
          disabled_why = ${why}
        where account_id = ${accountId} and disabled_at is null returning 1`
      return rows.length
    },
    async passEventIds(accountId) {
      // A thousand further than needed: others may be drawing ids at this very moment.
      await sql`
        select setval(pg_get_serial_sequence('account_events', 'id'), most + 1000)
        from (select max(id) as most from account_events where account_id = ${accountId}) own
        where most >= (select last_value from account_events_id_seq)`
    },
    async addEvent(accountId, { at, kind, data }) {
      await sql`
        insert into account_events (account_id, at, kind, data)
        values (${accountId}, ${new Date(at).toISOString()}::timestamptz, ${kind},
          ${JSON.stringify(data)}::text::jsonb)`
    },
  }
}
