import type { Command } from 'commander'
import { changeOrder } from '../core/change-order.ts'
import type { ChangeCommand, ChangeOutcome } from '../core/commands.ts'
import { attentionOf } from '../core/find-order.ts'
import type { Account } from '../model/account.ts'
import { isoTime } from '../model/iso-time.ts'
import type { Instant } from '../model/order.ts'
import { attentionText } from './attention-words.ts'
import { type CommandLine, mistake, type OpenBook, withAccount } from './command-line.ts'
import { parseMoment } from './moment.ts'
import { parseId } from './numbers.ts'
import { printJson } from './output.ts'

export const operator = { via: 'operator', credentialId: null } as const

type ActionOptions = { readonly json?: boolean; readonly at?: string }
type SendOptions = ActionOptions & {
  readonly service?: string
  readonly tracking?: string
  readonly link?: string
  readonly corrects?: boolean
}

/** What an operator may do to an order, and what it says of itself. */
const actions = {
  pay: 'mark an order as paid',
  cancel: 'cancel an order',
  reopen: 'take a cancellation back',
  refund: 'mark an order as refunded',
  return: 'the goods came back, or were never taken',
  hide: 'make an order answer "not found" everywhere',
  unhide: 'bring a hidden order back',
  release: 'make an order fit for fulfilment, paid or not',
} as const

type Kind = keyof typeof actions

const timed: readonly Kind[] = ['pay', 'return']
const atHelp = 'when it happened: 2026-03-01, "2026-03-01 14:30", 2h (default: now)'
const longestComment = 10_000

/** Commands that change where an order stands. */
export function addOrderActions(group: Command, line: CommandLine): void {
  for (const kind of Object.keys(actions) as Kind[]) {
    const command = group.command(`${kind} <login> <number>`).description(actions[kind])
    if (timed.includes(kind)) command.option('--at <time>', atHelp)
    command
      .option('--json', 'print JSON')
      .action((login: string, number: string, options: ActionOptions) =>
        act(line, login, number, options, (at) => ({
          kind,
          ...(at === undefined ? {} : { at }),
        })),
      )
  }
  group
    .command('send <login> <number>')
    .description('an order has left the house: with --tracking a parcel of its own each time')
    .option('--service <name>', 'who carries it')
    .option('--tracking <number>', 'its tracking number')
    .option('--link <url>', 'where it can be tracked')
    .option('--at <time>', atHelp)
    .option('--corrects', 'puts the parcel right that was reported here before')
    .option('--json', 'print JSON')
    .action((login: string, number: string, options: SendOptions) => {
      const parcel = parcelOf(options)
      const replaces = options.corrects ?? false
      return act(line, login, number, options, (at) => ({
        ...{ kind: 'send', parcel, via: operator.via, replaces },
        ...(at === undefined ? {} : { at }),
      }))
    })
  group
    .command('comment <login> <number> <text...>')
    .description('write something into the history of an order')
    .option('--json', 'print JSON')
    .action((login: string, number: string, words: string[], options: ActionOptions) =>
      act(line, login, number, options, () => ({ kind: 'comment' }), commentOf(words)),
    )
}

function parcelOf({ service = '', tracking = '', link = '' }: SendOptions) {
  if (link !== '' && !/^https?:\/\/\S+$/i.test(link.trim())) {
    throw mistake(`--link ${link}: write an address as https://…`)
  }
  return { service: service.trim(), tracking: tracking.trim(), link: link.trim() }
}

function commentOf(words: readonly string[]): string {
  const text = words.join(' ').trim()
  if (text === '') throw mistake('a comment needs words')
  if (text.length > longestComment) throw mistake('the comment is too long')
  return text
}

function act(
  line: CommandLine,
  login: string,
  numberText: string,
  options: ActionOptions,
  commandOf: (at: Instant | undefined) => ChangeCommand,
  text?: string,
): Promise<void> {
  const number = parseId(numberText)
  return withAccount(line, login, async ({ ctx }, account) => {
    const startedAt = ctx.now()
    const command = commandOf(momentOf(ctx, account, options.at))
    const outcome = await changeOrder(ctx, account, {
      number,
      command,
      author: operator,
      ...(text === undefined ? {} : { text }),
    })
    // What it has led to is for a person, who is here.
    const known = outcome.changed ? await attentionOf(ctx, account, number) : []
    const raised = known.filter(({ raisedAt }) => raisedAt >= startedAt)
    if (options.json) {
      const attention = raised.map(({ reason }) => ({ reason, toDo: attentionText(reason) }))
      printJson(line, { ...outcomeJson(outcome), attention })
      return
    }
    line.print(outcomeText(outcome))
    for (const { reason } of raised) line.print(`It needs attention: ${attentionText(reason)}`)
  })
}

/** Undefined: now. What has not happened yet cannot be told of. */
function momentOf(
  { now }: OpenBook['ctx'],
  { settings: { timezone } }: Account,
  text: string | undefined,
): Instant | undefined {
  if (text === undefined) return undefined
  const at = parseMoment(text, { timezone, now: now(), edge: 'from' })
  if (at > now()) throw mistake(`--at ${text} lies ahead`)
  return at
}

export function outcomeJson({ number, state, changed }: ChangeOutcome): Record<string, unknown> {
  const { payment, fulfilment, hidden, releaseNumber } = state
  const changedAt = isoTime(state.changedAt)
  return { number, changed, payment, fulfilment, hidden, releaseNumber, changedAt }
}

function outcomeText({ number, state, changed }: ChangeOutcome): string {
  const { payment, fulfilment, hidden, releaseNumber } = state
  const words = [payment, fulfilment, ...(hidden ? ['hidden'] : [])].join(', ')
  const release = releaseNumber === null ? '' : `, released as no. ${releaseNumber}`
  return `Order ${number}: ${words}${release}${changed ? '' : ' (it was so before)'}`
}
