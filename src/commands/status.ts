import type { Command } from 'commander'
import { getAccount, listAccounts } from '../core/accounts.ts'
import { bookTrouble, clockAheadMs, troublesOf } from '../core/status.ts'
import type { Account } from '../model/account.ts'
import { isoTime } from '../model/iso-time.ts'
import { type CommandLine, type Machine, type OpenBook, QuietExit } from './command-line.ts'
import { heldBack } from './order-held.ts'
import { plain, printJson } from './output.ts'
import { ofDisk, ofGateway } from './status-machine.ts'
import { ofAccount, ofClock, ofHeld, type Reason } from './status-reasons.ts'

type StatusOptions = { readonly json?: boolean; readonly account?: string }

/** A database that is not opened by then counts as away. */
const openWithinMs = 30_000

/** Held-back orders beyond that many are not counted. */
const mostHeld = 1000

export function addStatusCommand(program: Command, line: CommandLine): void {
  program
    .command('status')
    .description('whether all is well; exit code 1, and the reasons, where it is not')
    .option('--account <login>', 'only what concerns this account, and the machine')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nMade for cron: see docs/operations.md.')
    .action((options: StatusOptions) => status(line, options))
}

async function status(line: CommandLine, { json = false, account }: StatusOptions): Promise<void> {
  const machine = line.machine()
  const gateway = await machine.askGateway()
  // Opening the book may take seconds, which would look like a clock that is slow.
  const answeredAt = machine.now()
  const looked = await lookAtBook(line, account)
  const disks = await machine.disks(looked.place)
  const reasons = [...ofGateway(gateway, answeredAt), ...disks.flatMap(ofDisk), ...looked.reasons]
  if (json) printJson(line, { ok: reasons.length === 0, at: isoTime(machine.now()), reasons })
  else for (const text of lines(reasons, looked.accounts, gateway)) line.print(text)
  if (reasons.length > 0) throw new QuietExit(1)
}

function lines(
  reasons: readonly Reason[],
  accounts: number,
  { state }: Awaited<ReturnType<Machine['askGateway']>>,
): string[] {
  if (reasons.length === 0) {
    const whose = accounts === 1 ? 'one account' : `${accounts} accounts`
    return [`All is well with ${whose}${state === 'ready' ? ', and the gateway takes calls' : ''}.`]
  }
  const count = reasons.length === 1 ? 'One thing needs you:' : `${reasons.length} things need you:`
  return [
    count,
    ...reasons.flatMap(({ account, text, next }) => [
      plain(`- ${account === null ? '' : `${account}: `}${text}`),
      plain(`  ${next}`),
    ]),
  ]
}

type Looked = {
  readonly reasons: readonly Reason[]
  readonly accounts: number
  /** Where the data lies; undefined: nobody can say. */
  readonly place: string | undefined
}

async function lookAtBook(line: CommandLine, login: string | undefined): Promise<Looked> {
  let book: OpenBook | undefined
  try {
    book = await openInTime(line)
    const reasons: Reason[] = []
    const all = await accountsOf(book, login)
    if (all.length === 0) reasons.push(ofEmptyBook(book.place))
    const accounts = all.filter(({ disabled }) => !disabled)
    reasons.push(...ofClock(await clockAheadMs(book.ctx)))
    for (const account of accounts) {
      reasons.push(...ofAccount(account, await troublesOf(book.ctx, account)))
      reasons.push(...ofHeld(account, await countHeld(line, book, account)))
    }
    return { reasons, accounts: accounts.length, place: book.place }
  } catch (error) {
    return { reasons: [ofBook(line, error)], accounts: 0, place: book?.place }
  } finally {
    await book?.close()
  }
}

/** Throws what is neither the database's fault nor the key's. */
function ofBook(line: CommandLine, error: unknown): Reason {
  const worded = line.wordError(error)
  const trouble = bookTrouble(error) ?? (worded === undefined ? undefined : 'database')
  if (trouble === undefined) throw error
  if (trouble === 'key') {
    return {
      kind: 'key',
      account: null,
      text: worded ?? 'the secrets in the database cannot be opened with this key',
      next: 'Run this with the settings of the gateway: COUNTERSIGN_KEY, or DATA_DIR with its key.',
    }
  }
  return {
    kind: 'database',
    account: null,
    text: `the order book cannot be read: ${worded ?? 'the database is not available'}`,
    next: 'See that Postgres runs, and that DATABASE_URL or DATA_DIR is what the gateway runs with.',
  }
}

/** Most likely another one than the gateway's. */
function ofEmptyBook(place: string): Reason {
  return {
    kind: 'database',
    account: null,
    text: `the order book in ${place} has no account`,
    next: 'Run this with the settings of the gateway, from its folder: DATA_DIR or DATABASE_URL.',
  }
}

async function openInTime(line: CommandLine): Promise<OpenBook> {
  const opening = line.open({ mustExist: true })
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), openWithinMs)
  })
  const book = await Promise.race([opening, late]).finally(() => clearTimeout(timer))
  if (book !== undefined) return book
  opening.then(
    (tooLate) => tooLate.close(),
    () => undefined,
  )
  throw Object.assign(new Error('the database does not answer'), { code: 'ETIMEDOUT' })
}

function accountsOf({ ctx }: OpenBook, login: string | undefined): Promise<Account[]> {
  return ctx.database.inTime<Account[]>(async () =>
    login === undefined ? listAccounts(ctx) : [await getAccount(ctx, login)],
  )
}

async function countHeld(
  line: CommandLine,
  book: OpenBook,
  account: Account,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const byDialect = new Map<string, number[]>()
  let count = 0
  for await (const page of heldBack(line, book, account)) {
    for (const { dialect, number } of page) {
      byDialect.set(dialect, [...(byDialect.get(dialect) ?? []), number])
    }
    count += page.length
    if (count >= mostHeld) break
  }
  return byDialect
}
