import { createHash } from 'node:crypto'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import {
  type AccountSum,
  type BackupHeader,
  type BackupTrailer,
  backupFormat,
  type TableSum,
} from '../model/backup.ts'
import { Failure } from '../model/failure.ts'
import { type Snapshot, withSnapshot } from '../store/transfer-read.ts'
import { type TransferTable, transferTables } from '../store/transfer-tables.ts'
import { type BackupKeys, deriveKeys, usualCost } from './backup-keys.ts'
import { endOfRows } from './backup-pieces.ts'
import { refused } from './backup-refusals.ts'
import { rowSum } from './backup-rows.ts'
import { type SecretBox, sealedRows } from './backup-secrets.ts'
import type { Context } from './context.ts'

export type ExportWish = {
  readonly logins: readonly string[] | 'all'
  readonly passphrase: string
  /** Takes the file's bytes, one call at a time. */
  readonly write: (bytes: Uint8Array) => Promise<void>
}

/** What a backup holds. */
export type BackupSummary = {
  /** ISO, as the header has it. */
  readonly madeAt: string
  readonly accounts: readonly AccountSum[]
  /** Of the file before it was compressed, without its last line. */
  readonly sha256: string
}

/** Low: rows shrink to a fifth either way, and a higher one costs more than the reading. */
const compression = { level: 3 }

/**
 * Writes accounts down as they stood at one moment, beside gateways that go on; never more than a
 * few rows are in memory. Throws `account-not-found`, and `invalid-input` where there is nothing
 * to write.
 */
export async function exportAccounts(ctx: Context, wish: ExportWish): Promise<BackupSummary> {
  const scrypt = { salt: ctx.newKey(24), ...usualCost }
  const keys = await deriveKeys(wish.passphrase, scrypt)
  return withSnapshot(ctx.database.target, async (snapshot) => {
    refuseNewer(snapshot)
    const accounts = chosen(snapshot.accounts, wish.logins)
    const header: BackupHeader = {
      countersign: 'backup',
      format: backupFormat,
      schema: snapshot.schema,
      madeAt: new Date(ctx.now()).toISOString(),
      accounts: accounts.map(({ login }) => login),
      scrypt,
      check: keys.check,
    }
    const sums: BackupTrailer[] = []
    const lines = backupLines({ snapshot, accounts, header, keys, vault: ctx.vault }, (trailer) =>
      sums.push(trailer),
    )
    await pipeline(lines, createGzip(compression), async (zipped: AsyncIterable<Buffer>) => {
      for await (const bytes of zipped) await wish.write(bytes)
    })
    const [sum] = sums
    if (sum === undefined) throw new Error('the backup has no end')
    return { madeAt: header.madeAt, accounts: sum.accounts, sha256: sum.sha256 }
  })
}

/** A backup without them would be whole to all appearances. */
function refuseNewer({ unknown }: Snapshot): void {
  if (unknown.length === 0) return
  throw refused(
    `a newer version has been at this database: it has ${unknown.join(', ')}, which this one does ` +
      'not know and would leave out; export with the newer one',
  )
}

function chosen(
  accounts: Snapshot['accounts'],
  logins: readonly string[] | 'all',
): Snapshot['accounts'] {
  if (logins === 'all') {
    if (accounts.length > 0) return accounts
    throw refused('there is no account to export')
  }
  return [...new Set(logins)].map((login) => {
    const account = accounts.find((one) => one.login === login)
    if (account !== undefined) return account
    throw new Failure('account-not-found', {
      reason: `there is no account "${login}"; see: countersign account list`,
    })
  })
}

type Backup = SecretBox & {
  readonly snapshot: Snapshot
  readonly accounts: Snapshot['accounts']
  readonly header: BackupHeader
  readonly keys: BackupKeys
}

/** The whole file, before it is compressed. */
async function* backupLines(
  backup: Backup,
  tell: (trailer: BackupTrailer) => void,
): AsyncGenerator<Buffer> {
  const whole = createHash('sha256')
  const counted = (bytes: Buffer): Buffer => {
    whole.update(bytes)
    return bytes
  }
  yield counted(jsonLine(backup.header))
  const accounts: AccountSum[] = []
  for (const { id, login } of backup.accounts) {
    yield counted(jsonLine({ account: login }))
    const tables: TableSum[] = []
    for (const table of transferTables) {
      yield counted(jsonLine({ table: table.name, columns: table.columns }))
      const sum = rowSum()
      for await (const rows of tableRows(backup, table, { id, login })) {
        sum.add(rows)
        yield counted(rows)
      }
      yield counted(endOfRows)
      tables.push({ table: table.name, ...sum.end() })
    }
    accounts.push({ login, tables })
  }
  const digest = whole.digest()
  const hmac = backup.keys.prove(digest)
  const trailer: BackupTrailer = { accounts, sha256: digest.toString('hex'), hmac }
  yield jsonLine({ end: trailer })
  tell(trailer)
}

function tableRows(
  { snapshot, keys, vault }: Backup,
  table: TransferTable,
  { id, login }: Snapshot['accounts'][number],
): AsyncIterable<Buffer> {
  const rows = snapshot.rows(table, id)
  return sealedRows(rows, { table, columns: table.columns }, login, { keys, vault })
}

function jsonLine(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`)
}
