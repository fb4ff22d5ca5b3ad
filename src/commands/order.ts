import type { Command } from 'commander'
import { findOrder } from '../core/find-order.ts'
import { listOrders, type OrderFilter } from '../core/list-orders.ts'
import type { Account } from '../model/account.ts'
import type { PaymentAxis } from '../model/order.ts'
import { orderDocument } from '../model/order-document.ts'
import { type CommandLine, mistake, type OpenBook, withAccount } from './command-line.ts'
import { parseMoment } from './moment.ts'
import { parseId } from './numbers.ts'
import { addOrderActions } from './order-actions.ts'
import { addAckCommand, printAttention } from './order-attention.ts'
import { besideJson, besideOrder } from './order-beside.ts'
import { printHeldOrders } from './order-held.ts'
import { addOrderSetCommand } from './order-set.ts'
import { orderLines, orderRow, orderTitles } from './order-view.ts'
import { printJson, printPages } from './output.ts'
import { parseList } from './pairs.ts'

type JsonOption = { readonly json?: boolean }
type ListOptions = JsonOption & {
  readonly since?: string
  readonly until?: string
  readonly payment?: string
  readonly hidden?: boolean
  readonly held?: boolean
  readonly attention?: boolean
  readonly all?: boolean
  readonly ack?: boolean
}

const payments: readonly PaymentAxis[] = ['waiting', 'paid', 'cancelled', 'refunded']

export function addOrderCommands(program: Command, line: CommandLine): void {
  const group = program.command('order').description('look at orders, and change where they stand')
  group
    .command('list <login>')
    .description('orders by time of creation')
    .option('--since <time>', 'made from then on: 2026-03-01, "2026-03-01 14:30", 7d')
    .option('--until <time>', 'made up to then; a day counts to its end')
    .option('--payment <list>', `any of ${payments.join(', ')}`)
    .option('--hidden', 'hidden orders too')
    .option('--held', 'only orders that a feed holds back, each with the reason')
    .option('--attention', 'what a person must look at, oldest first, with what to do')
    .option('--all', 'with --attention: also what was acknowledged')
    .option('--ack', 'with --attention: acknowledge all that is listed')
    .option('--json', 'print JSON')
    .action((login: string, options: ListOptions) => listCommand(line, login, options))
  group
    .command('show <login> <number>')
    .description('an order with lines, parcels and everything that happened to it')
    .option('--json', 'print JSON')
    .action((login: string, number: string, options: JsonOption) =>
      showOrder(line, login, parseId(number), options),
    )
  addOrderActions(group, line)
  addOrderSetCommand(group, line)
  addAckCommand(group, line)
}

/** Lists of their own, and which options each takes besides `--json`. */
const goWith: Readonly<Record<'orders' | 'held' | 'attention', readonly (keyof ListOptions)[]>> = {
  orders: ['since', 'until', 'payment', 'hidden'],
  held: [],
  attention: ['all', 'ack'],
}

function listCommand(line: CommandLine, login: string, options: ListOptions): Promise<void> {
  const { held = false, attention = false, all = false, ack = false, json = false } = options
  const list = held ? 'held' : attention ? 'attention' : 'orders'
  const other = (Object.keys(options) as (keyof ListOptions)[]).find(
    (name) => name !== list && name !== 'json' && !goWith[list].includes(name),
  )
  if (other !== undefined) {
    throw mistake(
      list === 'orders'
        ? `--${other} goes with --attention`
        : `--${list} and --${other} do not go together`,
    )
  }
  return withAccount(line, login, (book, account) => {
    if (held) return printHeldOrders(line, book, account, { json })
    if (attention) return printAttention(line, book, account, { json, all, ack })
    return printOrders(line, book, account, options)
  })
}

function printOrders(
  line: CommandLine,
  { ctx }: OpenBook,
  account: Account,
  options: ListOptions,
): Promise<void> {
  const { timezone } = account.settings
  const now = ctx.now()
  const filter: OrderFilter = {
    ...(options.since === undefined
      ? {}
      : { createdFrom: parseMoment(options.since, { timezone, now, edge: 'from' }) }),
    ...(options.until === undefined
      ? {}
      : { createdTo: parseMoment(options.until, { timezone, now, edge: 'to' }) }),
    ...(options.payment === undefined ? {} : { payment: parsePayments(options.payment) }),
    withHidden: options.hidden ?? false,
  }
  return printPages(line, listOrders(ctx, account, filter), {
    json: options.json ?? false,
    toJson: orderDocument,
    titles: orderTitles,
    toRow: orderRow,
    none: 'No order fits.',
  })
}

function parsePayments(text: string): PaymentAxis[] {
  const words = parseList(text)
  if (words.length === 0) throw mistake(`--payment: name any of ${payments.join(', ')}`)
  return words.map((word) => {
    const payment = payments.find((one) => one === word)
    if (payment !== undefined) return payment
    throw mistake(`--payment ${word}: there are ${payments.join(', ')}`)
  })
}

function showOrder(
  line: CommandLine,
  login: string,
  number: number,
  { json = false }: JsonOption,
): Promise<void> {
  return withAccount(line, login, async ({ ctx }, account) => {
    const order = await findOrder(ctx, account, number, { withHidden: true })
    const beside = await besideOrder(ctx, account, number)
    if (json) return printJson(line, { ...orderDocument(order), ...besideJson(beside) })
    for (const text of orderLines(order, beside)) line.print(text)
  })
}
