import {
  type AccountSum,
  backupAccountSchema,
  backupTableSchema,
  type TableSum,
} from '../model/backup.ts'
import { transferTables } from '../store/transfer-tables.ts'
import type { Restore } from '../store/transfer-write.ts'
import { damaged } from './backup-refusals.ts'
import { fieldsOf, prefixed, type RowSum, rowSum, type TableColumns } from './backup-rows.ts'
import { openedRows } from './backup-secrets.ts'
import { refuseHosts } from './import-hosts.ts'
import { jsonOf, type OpenBackup, parsed } from './read-backup.ts'

export type Importing = {
  readonly backup: OpenBackup
  readonly restore: Restore
  /** True: host names that other accounts hold stay with them. */
  readonly skipHosts: boolean
  readonly newKey: (bytes: number) => string
}

/** An account whose rows were read, and written under a name that no account can have. */
export type ReadAccount = {
  readonly login: string
  readonly id: number
  readonly tables: readonly TableColumns[]
  readonly sums: readonly TableSum[]
  /** Not written yet: an account that goes may hold them. */
  readonly hosts: readonly string[]
}

type Draft = {
  readonly login: string
  /** Undefined: it is only read. */
  readonly id: number | undefined
  readonly tables: TableColumns[]
  readonly sums: TableSum[]
  readonly hosts: string[]
}

/** Far more than the rows that are looked at in memory. */
const mostHeldBytes = 4_000_000

/** Reads a backup to its end, checks it, and writes the rows of the accounts that are wanted. */
export async function readAccounts(
  importing: Importing,
  logins: ReadonlySet<string>,
): Promise<ReadAccount[]> {
  const { backup } = importing
  const drafts: Draft[] = []
  for (;;) {
    const value = await nextLine(backup)
    if ('end' in value) {
      const { accounts } = await backup.finish(value)
      return checked(drafts, accounts, logins)
    }
    if ('account' in value) {
      const { account: login } = parsed(backupAccountSchema, value)
      if (login !== backup.header.accounts[drafts.length]) {
        throw damaged('its accounts are not those of its first line')
      }
      const id = logins.has(login) ? await importing.restore.drawAccountId() : undefined
      drafts.push({ login, id, tables: [], sums: [], hosts: [] })
      continue
    }
    const draft = drafts.at(-1)
    if (draft === undefined) throw damaged('rows come before their account')
    await readTable(importing, draft, toColumns(parsed(backupTableSchema, value), draft))
  }
}

async function nextLine(backup: OpenBackup): Promise<object> {
  const piece = await backup.next()
  if (piece === undefined) throw damaged('it is cut off')
  const value = jsonOf(piece.bytes)
  if (typeof value === 'object' && value !== null) return value
  throw damaged('a line of it cannot be read')
}

function checked(
  drafts: readonly Draft[],
  accounts: readonly AccountSum[],
  logins: ReadonlySet<string>,
): ReadAccount[] {
  const sums = drafts.map(({ login, sums: tables }) => ({ login, tables }))
  if (JSON.stringify(sums) !== JSON.stringify(accounts)) throw damaged('its sums are others')
  const read = drafts.flatMap((draft) =>
    draft.id === undefined ? [] : [{ ...draft, id: draft.id }],
  )
  const hasAll = read.every(({ sums }) => sums[0]?.table === 'accounts' && sums[0].rows === 1)
  if (read.length === logins.size && hasAll) return read
  throw damaged('an account of its first line is missing')
}

/** The table as this version knows it. Of an older one, columns that came later may be missing. */
function toColumns(
  { table: name, columns }: { readonly table: string; readonly columns: readonly string[] },
  { tables }: Draft,
): TableColumns {
  const table = transferTables.find((one) => one.name === name)
  const isNew = tables.every((one) => one.table.name !== name)
  if (table === undefined || !isNew) throw damaged(`it has no place for the table ${name}`)
  const isWhole =
    columns.every((column) => table.columns.includes(column)) &&
    new Set(columns).size === columns.length &&
    table.columns.every((column) => columns.includes(column) || table.optional.has(column))
  if (!isWhole) throw damaged(`the columns of ${name} are others`)
  return { table, columns }
}

async function readTable(importing: Importing, draft: Draft, columns: TableColumns): Promise<void> {
  const { restore, skipHosts } = importing
  const { name } = columns.table
  const sum = rowSum()
  const rows = tableRows(importing.backup, sum)
  if (draft.id === undefined) {
    for await (const _ of rows);
  } else if (name === 'account_hosts') {
    draft.hosts.push(...fieldsOf(await held(rows, name)).flat())
    const ownId = await restore.findAccount(draft.login)
    await refuseHosts(restore, draft.hosts, { ownId, skipHosts })
  } else {
    const written = writtenRows(importing, draft.login, columns, rows)
    const prefix = Buffer.from(`${draft.id}\t`)
    await restore.copyIn(columns.table, columns.columns, withPrefix(written, prefix))
  }
  draft.tables.push(columns)
  draft.sums.push({ table: name, ...sum.end() })
}

/** The rows up to the end of the table. */
async function* tableRows(backup: OpenBackup, sum: RowSum): AsyncGenerator<Buffer> {
  for (;;) {
    const piece = await backup.next()
    if (piece === undefined) throw damaged('it is cut off')
    if (piece.kind === 'end') return
    sum.add(piece.bytes)
    yield piece.bytes
  }
}

async function* writtenRows(
  { backup: { keys }, restore, newKey }: Importing,
  login: string,
  columns: TableColumns,
  rows: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  if (columns.table.name === 'accounts') {
    yield underAnotherName(await held(rows, 'accounts'), columns, login, `~${newKey(12)}`)
    return
  }
  const { seal } = restore
  for await (const piece of rows) yield openedRows(piece, columns, login, { keys, seal })
}

/** Until all is there, the account has a login that none can have. */
function underAnotherName(
  rows: Buffer,
  { columns }: TableColumns,
  login: string,
  other: string,
): Buffer {
  const at = columns.indexOf('login')
  const lines = fieldsOf(rows).map((fields) => {
    if (fields[at] !== login) throw damaged(`the account "${login}" is another one`)
    return `${fields.with(at, other).join('\t')}\n`
  })
  return Buffer.from(lines.join(''))
}

async function* withPrefix(rows: AsyncIterable<Buffer>, prefix: Buffer): AsyncGenerator<Buffer> {
  for await (const piece of rows) yield prefixed(piece, prefix)
}

async function held(rows: AsyncIterable<Buffer>, name: string): Promise<Buffer> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of rows) {
    bytes += piece.length
    if (bytes > mostHeldBytes) throw damaged(`it has too much in ${name}`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces, bytes)
}
