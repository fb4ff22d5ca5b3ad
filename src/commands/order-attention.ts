import type { Command } from 'commander'
import { type AttentionItem, acknowledge, listAttention } from '../core/attention.ts'
import { attentionOf, findOrder } from '../core/find-order.ts'
import type { Account } from '../model/account.ts'
import { isoTime } from '../model/iso-time.ts'
import { attentionText } from './attention-words.ts'
import { type CommandLine, type OpenBook, withAccount } from './command-line.ts'
import { parseId } from './numbers.ts'
import { printJson, printPages, shortTime } from './output.ts'

export type AttentionOptions = {
  readonly json: boolean
  /** Also what was acknowledged before. */
  readonly all: boolean
  /** Acknowledges what was listed. */
  readonly ack: boolean
}

/** What a person must look at, oldest first, with what to do. */
export async function printAttention(
  line: CommandLine,
  { ctx }: OpenBook,
  account: Account,
  { json, all, ack }: AttentionOptions,
): Promise<void> {
  const listed: AttentionItem[] = []
  const pages = listAttention(ctx, account, { withAcknowledged: all })
  await printPages(line, noting(pages, listed), {
    json,
    toJson: itemJson,
    titles: ['number', 'since', ...(all ? ['acknowledged'] : []), 'what happened: what to do'],
    toRow: ({ number, raisedAt, acknowledgedAt, reason }) => [
      String(number),
      shortTime(raisedAt),
      ...(all ? [shortTime(acknowledgedAt)] : []),
      attentionText(reason),
    ],
    none: all ? 'No order has ever needed attention.' : 'No order needs attention.',
  })
  if (!ack) return
  const count = await acknowledge(ctx, account, listed)
  const said = `Acknowledged: ${count}.`
  // Beside a list in JSON, which stays one document.
  if (json) line.printError(said)
  else if (listed.length > 0) line.print(said)
}

async function* noting(
  pages: AsyncIterable<readonly AttentionItem[]>,
  listed: AttentionItem[],
): AsyncGenerator<readonly AttentionItem[], void, void> {
  for await (const page of pages) {
    listed.push(...page.filter(({ acknowledgedAt }) => acknowledgedAt === null))
    yield page
  }
}

function itemJson(item: AttentionItem): Record<string, unknown> {
  return {
    ...item,
    raisedAt: isoTime(item.raisedAt),
    acknowledgedAt: isoTime(item.acknowledgedAt),
    toDo: attentionText(item.reason),
  }
}

export function addAckCommand(group: Command, line: CommandLine): void {
  group
    .command('ack <login> <number>')
    .description('somebody has seen why an order needs attention, and dealt with it')
    .option('--json', 'print JSON')
    .action((login: string, number: string, { json = false }: { readonly json?: boolean }) =>
      acknowledgeOrder(line, login, parseId(number), json),
    )
}

function acknowledgeOrder(
  line: CommandLine,
  login: string,
  number: number,
  json: boolean,
): Promise<void> {
  return withAccount(line, login, async ({ ctx }, account) => {
    await findOrder(ctx, account, number, { withHidden: true })
    const rows = await attentionOf(ctx, account, number)
    const open = rows
      .filter(({ acknowledgedAt }) => acknowledgedAt === null)
      .map((row) => ({ ...row, number }))
    const count = await acknowledge(ctx, account, open)
    if (json) return printJson(line, { number, acknowledged: count, items: open.map(itemJson) })
    for (const { reason } of open) line.print(attentionText(reason))
    line.print(
      count === 0
        ? `Order ${number} needs no attention.`
        : `Order ${number}: acknowledged ${count === 1 ? 'this' : `these ${count}`}.`,
    )
  })
}
