import type { TableSum } from '../model/backup.ts'
import type { Instant } from '../model/order.ts'
import { sqlState } from '../store/errors.ts'
import type { Vault } from '../store/secrets.ts'
import type { Restore } from '../store/transfer-write.ts'
import { refused } from './backup-refusals.ts'
import { prefixed, rowSum } from './backup-rows.ts'
import { sealedRows } from './backup-secrets.ts'
import { refuseHosts } from './import-hosts.ts'
import type { Importing, ReadAccount } from './import-tables.ts'

/** What came of an account, each table counted and digested anew from the database. */
export type ImportedAccount = {
  readonly login: string
  readonly tables: readonly TableSum[]
  readonly nextOrderNumber: number
  readonly nextReleaseNumber: number
  readonly disabled: boolean
  /** Endpoints that worked, and were disabled on arrival. */
  readonly endpointsDisabled: number
  /** Messages that wait to be sent. */
  readonly waiting: number
  /** Host names that stayed with other accounts. */
  readonly skippedHosts: readonly string[]
}

export type Finish = {
  readonly advance: number
  readonly endpointsOn: boolean
  readonly vault: Vault
  readonly at: Instant
}

/** Throws `invalid-input` where an account has more here than its making gave it. */
export async function refuseBook(
  restore: Restore,
  login: string,
  id: number | undefined,
): Promise<void> {
  const table = id === undefined ? undefined : await restore.findBook(id)
  if (table === undefined) return
  throw refused(
    `the account "${login}" is not empty here: it has ${table.replaceAll('_', ' ')}; ` +
      'nothing was imported',
  )
}

/**
 * Puts an account in its place: whatever empty account had its login goes. Compares it with the
 * file, and only then changes what must be another after a restore.
 */
export async function finishAccount(
  importing: Importing,
  account: ReadAccount,
  finish: Finish,
): Promise<ImportedAccount> {
  const { restore, backup } = importing
  const { login, id } = account
  const atLeast = await replaceEmpty(restore, login)
  await restore.renameAccount(id, login).catch((error: unknown) => {
    const isTaken = sqlState(error) === '23505'
    throw isTaken ? refused(`somebody has just made an account "${login}"; try again`) : error
  })
  const skippedHosts = await tieHosts(importing, account)
  const tables = await compare(importing, account, skippedHosts, finish.vault)
  const next = await restore.moveCounters(id, { advance: finish.advance, atLeast })
  const why = `came from a backup of ${backup.header.madeAt}`
  const endpointsDisabled = finish.endpointsOn
    ? 0
    : await restore.disableEndpoints(id, finish.at, why)
  await restore.passEventIds(id)
  const { advance, endpointsOn } = finish
  const data = { madeAt: backup.header.madeAt, advance, endpointsOn }
  await restore.addEvent(id, { at: finish.at, kind: 'restored', data })
  return {
    login,
    tables,
    nextOrderNumber: next.get('order') ?? 0,
    nextReleaseNumber: next.get('release') ?? 0,
    disabled: await restore.isDisabled(id),
    endpointsDisabled,
    waiting: await restore.countWaiting(id),
    skippedHosts,
  }
}

/** Gives back how far the counters of the account were that went. */
async function replaceEmpty(restore: Restore, login: string): Promise<ReadonlyMap<string, number>> {
  const id = await restore.findAccount(login)
  if (id === undefined) return new Map()
  const counters = await restore.holdAccount(id)
  await refuseBook(restore, login, id)
  await restore.removeAccount(id)
  return counters
}

async function tieHosts(
  { restore, skipHosts }: Importing,
  { id, hosts, tables }: ReadAccount,
): Promise<string[]> {
  const skipped = await refuseHosts(restore, hosts, { ownId: undefined, skipHosts })
  const found = tables.find(({ table }) => table.name === 'account_hosts')
  const rows = hostRows(hosts, skipped)
  if (found === undefined || rows.length === 0) return skipped
  const lines = async function* () {
    yield prefixed(rows, Buffer.from(`${id}\t`))
  }
  await restore.copyIn(found.table, found.columns, lines())
  return skipped
}

function hostRows(hosts: readonly string[], skipped: readonly string[]): Buffer {
  const kept = hosts.filter((host) => !skipped.includes(host))
  return Buffer.from(kept.map((host) => `${host}\n`).join(''))
}

/** Reads every table back, and throws unless it is what the file has, row for row. */
async function compare(
  { restore, backup }: Importing,
  account: ReadAccount,
  skippedHosts: readonly string[],
  vault: Vault,
): Promise<TableSum[]> {
  const { login, id, tables, sums, hosts } = account
  const found: TableSum[] = []
  for (const [at, columns] of tables.entries()) {
    const { name } = columns.table
    const sum = rowSum()
    const rows = restore.rows(columns.table, id, columns.columns)
    const box = { vault, keys: backup.keys }
    for await (const piece of sealedRows(rows, columns, login, box)) sum.add(piece)
    const read = { table: name, ...sum.end() }
    const expected = name === 'account_hosts' ? sumOfHosts(hosts, skippedHosts) : sums[at]
    if (read.rows !== expected?.rows || read.sha256 !== expected.sha256) {
      throw refused(
        `the rows of ${name} came out otherwise than they stand in the file; nothing was imported`,
      )
    }
    found.push(read)
  }
  return found
}

function sumOfHosts(
  hosts: readonly string[],
  skipped: readonly string[],
): Pick<TableSum, 'rows' | 'sha256'> {
  const sum = rowSum()
  sum.add(hostRows(hosts, skipped))
  return sum.end()
}
