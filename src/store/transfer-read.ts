import type { PostgresTarget } from './database.ts'
import { inTransfer, type TransferSql } from './transfer-client.ts'
import { knownColumns, quoted, type TransferTable } from './transfer-tables.ts'

/** A reader of rows as Postgres writes them for COPY: a line each, without the account's id. */
export type RowReader = (
  table: TransferTable,
  accountId: number,
  columns?: readonly string[],
) => AsyncIterable<Buffer>

/** The book as it stood at one moment. */
export type Snapshot = {
  /** The time stamp of the newest migration. */
  readonly schema: number
  readonly accounts: readonly { readonly id: number; readonly login: string }[]
  readonly rows: RowReader
  /** Tables and columns of accounts that a newer version made, and this one knows nothing of. */
  readonly unknown: readonly string[]
}

/** Reads beside everybody else; what is written meanwhile does not show. */
export async function withSnapshot<T>(
  target: PostgresTarget,
  work: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  return inTransfer(target, 'snapshot', async (sql) => {
    const schema = await readSchemaStamp(sql)
    const accounts = await sql<{ id: number; login: string }[]>`
      select id, login from accounts order by login`
    return work({ schema, accounts, rows: rowReader(sql), unknown: await findUnknown(sql) })
  })
}

/** What points to tables of ours is ours as well. */
async function findUnknown(sql: TransferSql): Promise<string[]> {
  const known = JSON.stringify([...knownColumns].map(([name, columns]) => ({ name, columns })))
  const rows = await sql<{ place: string }[]>`
    with known as (
      select c.oid, k.columns
      from json_to_recordset(${known}::text::json) as k(name text, columns text[])
      join pg_class c on c.oid = to_regclass(quote_ident(k.name)))
    select k.oid::regclass || '.' || a.attname as place
    from known k join pg_attribute a on a.attrelid = k.oid
    where a.attnum > 0 and not a.attisdropped and a.attname <> all(k.columns)
    union
    select f.conrelid::regclass::text
    from pg_constraint f join known k on k.oid = f.confrelid
    where f.contype = 'f' and f.conrelid not in (select oid from known)
    order by 1`
  return rows.map(({ place }) => place)
}

export async function readSchemaStamp(sql: TransferSql): Promise<number> {
  const [row] = await sql<{ stamp: string }[]>`
    select max(created_at)::text as stamp from drizzle.__drizzle_migrations`
  return Number(row?.stamp ?? 0)
}

const pieceBytes = 65_536

/** Gives whole lines, many at a time, sorted by the key. */
export function rowReader(sql: TransferSql): RowReader {
  return async function* read(table, accountId, columns = table.columns) {
    const names = columns.map(quoted).join(', ')
    const order = table.order.length === 0 ? '' : ` order by ${table.order.join(', ')}`
    const where = `${quoted(table.accountColumn)} = ${Math.trunc(accountId)}`
    const select = `select ${names} from ${quoted(table.name)} where ${where}${order}`
    const stream = await sql.unsafe(`copy (${select}) to stdout`).readable()
    let held: Buffer[] = []
    let bytes = 0
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      held.push(chunk)
      bytes += chunk.length
      // The server sends whole rows; a line break at the end shows that this is one.
      if (bytes < pieceBytes || chunk.at(-1) !== 0x0a) continue
      yield Buffer.concat(held, bytes)
      held = []
      bytes = 0
    }
    // The driver pauses its socket for a full stream, and forgets it where that was the last row.
    stream._read(0)
    if (bytes > 0) yield Buffer.concat(held, bytes)
  }
}
