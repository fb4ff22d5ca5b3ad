import type { Command } from 'commander'
import type { Context } from '../core/context.ts'
import { countsOf, eraseBuyer, ordersOnTheirWay, total } from '../core/erase-buyer.ts'
import { exportBuyer } from '../core/export-buyer.ts'
import { traceBuyer } from '../core/trace-buyer.ts'
import type { Account } from '../model/account.ts'
import { isoTime } from '../model/iso-time.ts'
import { countLines, exportText, otherOrderLines, whatStays } from './buyer-view.ts'
import { type CommandLine, QuietExit, withAccount } from './command-line.ts'
import { jsonText, plain, printJson } from './output.ts'

type ExportOptions = { readonly out?: string; readonly json?: boolean }
type EraseOptions = {
  readonly yes?: boolean
  readonly dryRun?: boolean
  readonly force?: boolean
  readonly json?: boolean
}

export function addBuyerCommands(program: Command, line: CommandLine): void {
  const group = program
    .command('buyer')
    .description('what is held about a person, for whoever asks for it or asks to be forgotten')
  group
    .command('export <login> <email>')
    .description('all that the account holds about a person, as one JSON document')
    .option('--out <file>', 'where to; else standard output')
    .option('--json', 'print what was written as JSON')
    .action((login: string, email: string, options: ExportOptions) =>
      exportCommand(line, login, email, options),
    )
  group
    .command('erase <login> <email>')
    .description('forget a person: orders stay with numbers, sums and lines, whose they were goes')
    .option('--yes', 'do it; it cannot be taken back')
    .option('--dry-run', 'only say what would be erased')
    .option('--force', 'also while orders are on their way, whose address a warehouse then loses')
    .option('--json', 'print JSON')
    .action((login: string, email: string, options: EraseOptions) =>
      withAccount(line, login, ({ ctx }, account) =>
        options.yes && !options.dryRun
          ? erase(line, ctx, account, email, options)
          : foretell(line, ctx, account, email, options),
      ),
    )
}

function exportCommand(
  line: CommandLine,
  login: string,
  email: string,
  { out, json = false }: ExportOptions,
): Promise<void> {
  return withAccount(line, login, async ({ ctx }, account) => {
    const { parts, email: folded } = await exportBuyer(ctx, account, email)
    const madeAt = isoTime(ctx.now())
    const text = exportText({ account: login, email: folded, madeAt }, parts, jsonText)
    if (out === undefined) {
      for await (const piece of text) line.print(piece)
      return
    }
    const target = await line.backups.write(out)
    try {
      for await (const piece of text) await target.write(Buffer.from(`${piece}\n`))
      await target.finish()
    } catch (error) {
      await target.discard()
      throw error
    }
    if (json) return printJson(line, { file: out, email: folded, madeAt })
    line.print(plain(`All that "${login}" holds about ${folded} stands in ${out}.`))
    line.print('Only its owner may read the file; send it to the person, then delete it.')
  })
}

async function erase(
  line: CommandLine,
  ctx: Context,
  account: Account,
  email: string,
  { force = false, json = false }: EraseOptions,
): Promise<void> {
  const { counts, otherOrders } = await eraseBuyer(ctx, account, { email, force })
  if (json) return printJson(line, { erased: counts, otherOrders })
  if (total(counts) === 0) {
    line.print('There is nothing about this person.')
    return
  }
  line.print('Erased:')
  for (const text of countLines(counts)) line.print(`  ${text}`)
  for (const text of [...otherOrderLines(otherOrders), ...whatStays]) line.print(text)
}

/** Without `--yes` nothing happens, and that is no success unless it was asked for. */
async function foretell(
  line: CommandLine,
  ctx: Context,
  account: Account,
  email: string,
  { dryRun = false, json = false }: EraseOptions,
): Promise<void> {
  const traces = await traceBuyer(ctx, account, email)
  const counts = countsOf(traces)
  const onTheirWay = ordersOnTheirWay(traces)
  const { otherOrders } = traces
  if (json) {
    const orders = traces.orders.map(({ number }) => number)
    printJson(line, { wouldErase: counts, orders, onTheirWay, otherOrders })
  } else if (total(counts) === 0) line.print('There is nothing about this person.')
  else {
    line.print('It would erase:')
    for (const text of countLines(counts)) line.print(`  ${text}`)
    if (onTheirWay.length > 0) {
      line.print(`On their way, so that it is refused without --force: ${onTheirWay.join(', ')}`)
    }
    for (const text of otherOrderLines(otherOrders)) line.print(text)
  }
  if (dryRun || total(counts) === 0) return
  line.printError('Nothing was erased: add --yes to do it.')
  throw new QuietExit(1)
}
