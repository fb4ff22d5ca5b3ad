import { oldestReadableSchema } from '../model/backup.ts'
import { TransferUnknown } from '../store/transfer-client.ts'
import { type Restore, RowsRefused, withRestore } from '../store/transfer-write.ts'
import { damaged, refused } from './backup-refusals.ts'
import type { Context } from './context.ts'
import { finishAccount, type ImportedAccount, refuseBook } from './import-finish.ts'
import { type Importing, readAccounts } from './import-tables.ts'
import { commitLost } from './outage.ts'
import { type OpenBackup, openBackup } from './read-backup.ts'

export type ImportWish = {
  /** The file's bytes, compressed or not. */
  readonly source: AsyncIterable<Uint8Array>
  readonly passphrase: string
  /** Of those in the file; none: all of them. */
  readonly logins: readonly string[]
  /** How far the counters of orders and releases go on beyond the file's. */
  readonly advance: number
  /** True: endpoints send as they did; false: they come back disabled. */
  readonly endpointsOn: boolean
  /** True: host names that other accounts hold stay with them; false: then nothing is imported. */
  readonly skipHosts: boolean
}

export type ImportSummary = { readonly madeAt: string; readonly accounts: ImportedAccount[] }

/**
 * Brings accounts of a backup in, in one transaction: all of it is there and compared with the
 * file before anybody sees any of it. Throws `invalid-input` with the reason, and then nothing was
 * changed: a file that is damaged, newer, or under another passphrase, an account that has a book
 * here, a host name that another account holds. Throws `outcome-unknown` where the database went
 * away during the commit.
 */
export async function importAccounts(ctx: Context, wish: ImportWish): Promise<ImportSummary> {
  const backup = await openBackup(wish.source, wish.passphrase)
  try {
    const logins = chosenLogins(backup, wish.logins)
    const accounts = await withRestore(ctx.database.target, ctx.vault, (restore) =>
      importAll(ctx, wish, { backup, restore, logins }),
    )
    ctx.directory.forget()
    return { madeAt: backup.header.madeAt, accounts }
  } catch (error) {
    throw worded(error)
  } finally {
    await backup.close()
  }
}

type Parts = {
  readonly backup: OpenBackup
  readonly restore: Restore
  readonly logins: ReadonlySet<string>
}

async function importAll(ctx: Context, wish: ImportWish, parts: Parts): Promise<ImportedAccount[]> {
  const { backup, restore, logins } = parts
  refuseSchema(backup.header.schema, restore.schema)
  for (const login of logins) await refuseBook(restore, login, await restore.findAccount(login))
  const { skipHosts } = wish
  const importing: Importing = { backup, restore, skipHosts, newKey: ctx.newKey }
  const read = await readAccounts(importing, logins)
  const done: ImportedAccount[] = []
  for (const account of read) {
    const finish = { ...wish, vault: ctx.vault, at: ctx.now() }
    done.push(await finishAccount(importing, account, finish))
  }
  return done
}

function chosenLogins({ header }: OpenBackup, wished: readonly string[]): Set<string> {
  for (const login of wished) {
    if (header.accounts.includes(login)) continue
    throw refused(`the file has no account "${login}"; it has ${header.accounts.join(', ')}`)
  }
  return new Set(wished.length === 0 ? header.accounts : wished)
}

function refuseSchema(file: number, own: number): void {
  if (file > own) {
    throw refused(
      'the file was written by a newer version: update the gateway; nothing was imported',
    )
  }
  if (file < oldestReadableSchema) {
    throw refused('the file is too old: import it with the version that wrote it, then update')
  }
}

function worded(error: unknown): unknown {
  if (error instanceof RowsRefused) {
    return damaged(`its rows of ${error.message} do not fit the database`)
  }
  return error instanceof TransferUnknown ? commitLost() : error
}
