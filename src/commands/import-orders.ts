import { type Command, Option } from 'commander'
import { describeAccount } from '../core/accounts.ts'
import type { ArrivalOutcome } from '../core/commands.ts'
import type { Context } from '../core/context.ts'
import { importOrders, type OrderRow } from '../core/import-orders.ts'
import { releaseImported } from '../core/release-imported.ts'
import type { Account } from '../model/account.ts'
import { type CommandLine, mistake, QuietExit, withAccount } from './command-line.ts'
import { charsets, type FileOrder, orderFormats, readOrderFile } from './import-order-files.ts'
import { readOrder } from './import-order-row.ts'
import { parseId } from './numbers.ts'
import { plain, printJson, shortTime } from './output.ts'

type OrdersOptions = {
  readonly format?: (typeof orderFormats)[number]
  readonly charset: (typeof charsets)[number]
  readonly release?: boolean
  readonly releaseFrom?: string
  readonly dryRun?: boolean
  readonly json?: boolean
}

export function addOrdersImport(group: Command, line: CommandLine): void {
  group
    .command('orders <login> <file>')
    .description('orders of an old system, as they stand there; - reads standard input')
    .addOption(new Option('--format <name>', 'what the file is').choices(orderFormats))
    .addOption(new Option('--charset <name>', 'of the file').choices(charsets).default('utf-8'))
    .option('--release', 'hand those that are paid and not sent to whoever fulfils orders here')
    .option('--release-from <number>', 'the same, only from this number on')
    .option('--dry-run', 'check all and write nothing')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
The file is what getOrdersWithGoods, getOrderDetails or GetOrders answered, an array of orders,
one JSON a line, or a table (CSV) with a header line. Each row stands by itself: one that cannot be
used is named, the others come in. The same file again changes nothing. Nobody is told of old
orders, no stock moves, and no warehouse sees them unless they are released.
Most old systems do not tell what was sent: with --release-from name the first order that was not.`,
    )
    .action((login: string, file: string, options: OrdersOptions) =>
      importFile(line, login, file, options),
    )
}

type Tally = {
  added: number
  same: number
  differs: number
  refused: number
  released: number
  /** The highest number that came in, or would. */
  highest: number
  bad: { where: string; number: string | null; reason: string }[]
}

function newTally(): Tally {
  return { added: 0, same: 0, differs: 0, refused: 0, released: 0, highest: 0, bad: [] }
}

/** So many bad rows JSON tells of; all are named on the error output as they are found. */
const mostBad = 1000

async function importFile(
  line: CommandLine,
  login: string,
  file: string,
  options: OrdersOptions,
): Promise<void> {
  const { dryRun = false, release = false, releaseFrom, json = false } = options
  const firstReleased = releaseFrom === undefined ? 1 : parseId(releaseFrom)
  const releases = release || releaseFrom !== undefined
  if (releases && dryRun) throw mistake('--dry-run releases nothing; leave --release out')
  await withAccount(line, login, async ({ ctx }, account) => {
    const tally = newTally()
    const watch = progress(line, ctx, tally)
    const source = readOrderFile(line.backups.read(file), options)
    const rows = goodRows(source, account, (row) => refuse(line, tally, row))
    const toRelease: number[] = []
    for await (const outcomes of importOrders(ctx, account, rows, { dryRun })) {
      for (const { place, order, outcome } of outcomes) {
        count(line, tally, { where: place, number: String(order.number) }, outcome)
        const isHere = outcome.kind === 'added' || outcome.kind === 'same'
        const isOpen = order.state.fulfilment === 'open'
        if (outcome.kind === 'added') tally.highest = Math.max(tally.highest, order.number)
        if (releases && isHere && isOpen && order.number >= firstReleased) {
          toRelease.push(order.number)
        }
      }
      watch()
    }
    tally.released = await releaseImported(ctx, account, toRelease)
    await print(line, ctx, account, tally, { dryRun, json })
    if (tally.refused + tally.differs > 0) throw new QuietExit(1)
  })
}

async function* goodRows(
  source: AsyncIterable<FileOrder>,
  account: Account,
  refused: (row: BadOrder) => void,
): AsyncGenerator<OrderRow<string>, void, void> {
  for await (const found of source) {
    const { where } = found
    const read = 'row' in found ? readOrder(found.row, account) : found
    if ('order' in read) yield { place: where, order: read.order }
    else refused({ where, number: read.number ?? '', reason: read.problems.join('; ') })
  }
}

type BadOrder = { readonly where: string; readonly number: string; readonly reason: string }

function refuse(line: CommandLine, tally: Tally, row: BadOrder): void {
  tally.refused += 1
  name(line, tally, row)
}

function name(line: CommandLine, tally: Tally, { where, number, reason }: BadOrder): void {
  const order = number === '' ? '' : ` order ${number.slice(0, 40)}:`
  line.printError(plain(`${where}:${order} ${reason}`))
  if (tally.bad.length < mostBad) tally.bad.push({ where, number: number || null, reason })
}

function count(
  line: CommandLine,
  tally: Tally,
  row: Omit<BadOrder, 'reason'>,
  outcome: ArrivalOutcome,
): void {
  switch (outcome.kind) {
    case 'added':
    case 'same':
      tally[outcome.kind] += 1
      return
    case 'differs':
      tally.differs += 1
      name(line, tally, {
        ...row,
        reason: 'differs from what was imported before under this number; left as it is',
      })
      return
    case 'number-taken': {
      const since = shortTime(outcome.since)
      const reason = `the number belongs to an order placed here on ${since}; give it another`
      refuse(line, tally, { ...row, reason })
      return
    }
    case 'link-taken':
      refuse(line, tally, {
        ...row,
        reason: `link is that of order ${outcome.by} already; leave it out or correct it`,
      })
  }
}

const everyMs = 1000

/** Tells how far a long import is, once a second. */
function progress(line: CommandLine, { now }: Context, tally: Tally): () => void {
  const startedAt = now()
  let toldAt = startedAt
  return () => {
    const at = now()
    if (at - toldAt < everyMs) return
    toldAt = at
    const done = tally.added + tally.same + tally.differs + tally.refused
    const perSecond = Math.round((done * 1000) / (at - startedAt))
    line.printError(`${done} orders, ${perSecond} a second`)
  }
}

async function print(
  line: CommandLine,
  ctx: Context,
  account: Account,
  tally: Tally,
  { dryRun, json }: { readonly dryRun: boolean; readonly json: boolean },
): Promise<void> {
  const stands = await describeAccount(ctx, account)
  const nextOrderNumber = Math.max(stands.nextOrderNumber, tally.highest + 1)
  const { added, same, differs, refused, released } = tally
  if (json) {
    const { bad, highest: _, ...counts } = tally
    return printJson(line, { ...counts, nextOrderNumber, dryRun, bad })
  }
  const parts = [
    dryRun ? `${added} would come in` : `${added} imported`,
    ...(same > 0 ? [`${same} are there already`] : []),
    ...(differs > 0 ? [`${differs} differ and were left as they are`] : []),
    ...(refused > 0 ? [`${refused} cannot be used`] : []),
    ...(released > 0 ? [`${released} released`] : []),
  ]
  line.print(`Orders: ${parts.join(', ')}.`)
  line.print(`The next order ${dryRun ? 'would be' : 'is'} ${nextOrderNumber}.`)
}
