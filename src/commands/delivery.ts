import type { Command } from 'commander'
import {
  type DeliveryFilter,
  type DeliveryState,
  getDelivery,
  listDeliveries,
} from '../core/deliveries.ts'
import { getEndpoint } from '../core/endpoints.ts'
import { type CommandLine, mistake, withAccount } from './command-line.ts'
import { type ResendOptions, resend } from './delivery-resend.ts'
import {
  deliveryJson,
  deliveryRow,
  deliveryTitles,
  recordJson,
  recordLines,
} from './delivery-view.ts'
import { parseMoment } from './moment.ts'
import { parseId } from './numbers.ts'
import { printJson, printPages } from './output.ts'
import { parseList } from './pairs.ts'

type JsonOption = { readonly json?: boolean }
type ListOptions = JsonOption & {
  readonly endpoint?: string
  readonly order?: string
  readonly state?: string
  readonly from?: string
  readonly to?: string
}

const states: readonly DeliveryState[] = ['waiting', 'delivered', 'dead']

export function addDeliveryCommands(program: Command, line: CommandLine): void {
  const group = program
    .command('delivery')
    .description('messages to endpoints: what waits, what arrived, what was given up')
  group
    .command('list <login>')
    .description('messages by the time that they were made')
    .option('--endpoint <id>', 'only to this endpoint')
    .option('--order <number>', 'only about this order')
    .option('--state <list>', `any of ${states.join(', ')}`)
    .option('--from <time>', 'made from then on: 2026-03-01, "2026-03-01 14:30", 7d')
    .option('--to <time>', 'made up to then; a day counts to its end')
    .option('--json', 'print JSON')
    .action((login: string, options: ListOptions) => printDeliveries(line, login, options))
  group
    .command('show <login> <message-id>')
    .description('a message as it was frozen, and how each try ended')
    .option('--json', 'print JSON')
    .action((login: string, id: string, options: JsonOption) =>
      showDelivery(line, login, id, options),
    )
  group
    .command('resend <login> [message-id]')
    .description('send a message again, or those of a time that an endpoint did not take')
    .option('--endpoint <id>', 'messages to this endpoint, in place of one message')
    .option('--from <time>', 'made from then on: 2026-03-01, "2026-03-01 14:30", 7d')
    .option('--to <time>', 'made up to then; a day counts to its end')
    .option('--state <state>', 'dead (given up) or delivered (default: dead)')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nIt is the same message with the same id; a receiver that had it passes over it.',
    )
    .action((login: string, id: string | undefined, options: ResendOptions) =>
      resend(line, login, id, options),
    )
}

function printDeliveries(line: CommandLine, login: string, options: ListOptions): Promise<void> {
  const { endpoint, order, state, from, to } = options
  const endpointId = endpoint === undefined ? undefined : parseId(endpoint)
  const number = order === undefined ? undefined : parseId(order)
  const wanted = state === undefined ? undefined : parseStates(state)
  return withAccount(line, login, async ({ ctx }, account) => {
    const { timezone } = account.settings
    const now = ctx.now()
    if (endpointId !== undefined) await getEndpoint(ctx, account, endpointId)
    const filter: DeliveryFilter = {
      ...(endpointId === undefined ? {} : { endpointId }),
      ...(number === undefined ? {} : { number }),
      ...(wanted === undefined ? {} : { states: wanted }),
      ...(from === undefined
        ? {}
        : { madeFrom: parseMoment(from, { timezone, now, edge: 'from' }) }),
      ...(to === undefined ? {} : { madeTo: parseMoment(to, { timezone, now, edge: 'to' }) }),
    }
    await printPages(line, listDeliveries(ctx, account, filter), {
      json: options.json ?? false,
      toJson: (head) => deliveryJson(login, head, now),
      titles: deliveryTitles,
      toRow: (head) => deliveryRow(login, head, now),
      none: 'No delivery fits.',
    })
  })
}

function parseStates(text: string): DeliveryState[] {
  return parseList(text).map((word) => {
    const state = states.find((one) => one === word)
    if (state !== undefined) return state
    throw mistake(`--state ${word}: there are ${states.join(', ')}`)
  })
}

function showDelivery(
  line: CommandLine,
  login: string,
  id: string,
  { json = false }: JsonOption,
): Promise<void> {
  return withAccount(line, login, async ({ ctx }, account) => {
    const now = ctx.now()
    const record = await getDelivery(ctx, account, id)
    if (json) return printJson(line, recordJson(login, record, now))
    const { url } = await getEndpoint(ctx, account, record.endpointId)
    for (const text of recordLines(login, record, { url, now })) line.print(text)
  })
}
