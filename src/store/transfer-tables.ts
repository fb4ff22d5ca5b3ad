import { is } from 'drizzle-orm'
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core'
import { schema } from './database.ts'
import { sealedColumns } from './key-rotation.ts'

/** A table of which a backup holds an account's rows. */
export type TransferTable = {
  readonly name: string
  /** Says whose a row is; a backup does not hold it, since accounts are numbered anew. */
  readonly accountColumn: string
  /** All others, in the schema's order. */
  readonly columns: readonly string[]
  /** Those of them that a row can do without: an older backup may not have them. */
  readonly optional: ReadonlySet<string>
  /** What sorts an account's rows, as SQL. */
  readonly order: readonly string[]
  /** Columns that name a row within its account. */
  readonly key: readonly string[]
  /** Columns that the installation's key has sealed. */
  readonly sealed: readonly string[]
}

/** Tables that no backup holds, and why. */
export const leftOutTables: Readonly<Record<string, string>> = {
  installation: 'is about the installation, not about an account',
  dialect_sessions: 'holds sessions under way: their clients log in again',
  refused_calls: 'holds what strangers sent, and is forgotten within days',
  call_hours: 'tells how busy this gateway was',
  call_streaks: 'tells how this gateway fares',
  daily_lines: 'tells what stands in the log of this gateway',
}

/** Filled by making an account and letting clients in: whoever has only these is empty. */
const filledFromTheStart = new Set([
  'accounts',
  'account_hosts',
  'account_events',
  'counters',
  'credentials',
  'credential_settings',
])

type Config = ReturnType<typeof getTableConfig>

const configs: readonly Config[] = Object.values(schema)
  .filter((entry) => is(entry, PgTable))
  .map((table) => getTableConfig(table))

/** Every table of a backup, each after those that it points to. */
export const transferTables: readonly TransferTable[] = sorted(
  configs.filter(({ name }) => !(name in leftOutTables)),
).map(toTransferTable)

/** Those that must have no row of an account that a backup is to replace. */
export const bookTables: readonly TransferTable[] = transferTables.filter(
  ({ name }) => !filledFromTheStart.has(name),
)

/** Names of left out tables that have rows of accounts all the same. */
export const sessionTables: readonly string[] = configs
  .filter(({ name, columns }) => name in leftOutTables && columns.some(isAccountId))
  .map(({ name }) => name)

/** Of every table that this version knows, whether a backup holds it or not. */
export const knownColumns: ReadonlyMap<string, readonly string[]> = new Map(
  configs.map(({ name, columns }) => [name, columns.map((column) => column.name)]),
)

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function toTransferTable(config: Config): TransferTable {
  const accountColumn = config.name === 'accounts' ? 'id' : 'account_id'
  const others = config.columns.filter(({ name }) => name !== accountColumn)
  const named = new Set(config.primaryKeys[0]?.columns.map(({ name }) => name))
  const key = others.filter(({ name, primary }) => primary || named.has(name))
  return {
    name: config.name,
    accountColumn,
    columns: others.map(({ name }) => name),
    optional: new Set(
      others.filter(({ notNull, hasDefault }) => !notNull || hasDefault).map(({ name }) => name),
    ),
    // Sorted alike on every server, whatever its locale.
    order: key.map((column) => {
      const isText = column.getSQLType().startsWith('text')
      return isText ? `${quoted(column.name)} collate "C"` : quoted(column.name)
    }),
    key: key.map(({ name }) => name),
    sealed: sealedColumns.filter(({ table }) => table === config.name).map(({ column }) => column),
  }
}

function isAccountId({ name }: { readonly name: string }): boolean {
  return name === 'account_id'
}

function sorted(tables: readonly Config[]): Config[] {
  const done = new Map<string, Config>()
  const visit = (table: Config): void => {
    if (done.has(table.name)) return
    for (const { reference } of table.foreignKeys) {
      const pointedTo = getTableConfig(reference().foreignTable).name
      const other = tables.find(({ name }) => name === pointedTo)
      if (other !== undefined && other !== table) visit(other)
    }
    done.set(table.name, table)
  }
  for (const table of tables) visit(table)
  return [...done.values()]
}
