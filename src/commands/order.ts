import type { Command } from 'commander'
import { changeOrder } from '../core/change-order.ts'
import { findOrder } from '../core/find-order.ts'
import { listOrders, type OrderFilter } from '../core/list-orders.ts'
import type { Account } from '../model/account.ts'
import { isoTime } from '../model/iso-time.ts'
import type { PaymentAxis } from '../model/order.ts'
import { orderDocument } from '../model/order-document.ts'
import { type CommandLine, mistake, type OpenBook, withAccount } from './command-line.ts'
import { parseMoment } from './moment.ts'
import { parseId } from './numbers.ts'
import { besideJson, besideOrder } from './order-beside.ts'
import { printHeldOrders } from './order-held.ts'
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
}

/** What an operator may do to an order, and what it says of itself. */
const actions = {
  pay: 'mark an order as paid',
  cancel: 'cancel an order',
  refund: 'mark an order as refunded',
  hide: 'make an order answer "not found" everywhere',
  unhide: 'bring a hidden order back',
  release: 'make an order fit for fulfilment, paid or not',
} as const

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
    .option('--json', 'print JSON')
    .action((login: string, options: ListOptions) => listCommand(line, login, options))
  group
    .command('show <login> <number>')
    .description('an order with lines, parcels and everything that happened to it')
    .option('--json', 'print JSON')
    .action((login: string, number: string, options: JsonOption) =>
      showOrder(line, login, parseId(number), options),
    )
  for (const [kind, description] of Object.entries(actions)) {
    group
      .command(`${kind} <login> <number>`)
      .description(description)
      .option('--json', 'print JSON')
      .action((login: string, number: string, options: JsonOption) =>
        act(line, login, { kind: kind as keyof typeof actions, number: parseId(number) }, options),
      )
  }
}

function listCommand(line: CommandLine, login: string, options: ListOptions): Promise<void> {
  const { held = false, json, ...filters } = options
  const [other] = Object.keys(filters)
  if (held && other !== undefined) throw mistake(`--held and --${other} do not go together`)
  return withAccount(line, login, (book, account) =>
    held
      ? printHeldOrders(line, book, account, { json: json ?? false })
      : printOrders(line, book, account, options),
  )
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
  return parseList(text).map((word) => {
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

function act(
  line: CommandLine,
  login: string,
  { kind, number }: { readonly kind: keyof typeof actions; readonly number: number },
  { json = false }: JsonOption,
): Promise<void> {
  return withAccount(line, login, async ({ ctx }, account) => {
    const author = { via: 'operator', credentialId: null }
    const { state, changed } = await changeOrder(ctx, account, {
      number,
      command: { kind },
      author,
    })
    const { payment, fulfilment, hidden, releaseNumber } = state
    if (json) {
      const changedAt = isoTime(state.changedAt)
      return printJson(line, {
        number,
        changed,
        payment,
        fulfilment,
        hidden,
        releaseNumber,
        changedAt,
      })
    }
    const words = [payment, fulfilment, ...(hidden ? ['hidden'] : [])].join(', ')
    const release = releaseNumber === null ? '' : `, released as no. ${releaseNumber}`
    line.print(`Order ${number}: ${words}${release}${changed ? '' : ' (it was so before)'}`)
  })
}
