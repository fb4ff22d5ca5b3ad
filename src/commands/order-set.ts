import type { Command } from 'commander'
import { mendOrder } from '../core/mend-order.ts'
import { exactMoney } from '../model/money.ts'
import { type CommandLine, withAccount } from './command-line.ts'
import { parseId } from './numbers.ts'
import { operator, outcomeJson } from './order-actions.ts'
import { orderFieldsHelp, readOrderMend } from './order-fields.ts'
import { printJson } from './output.ts'

export function addOrderSetCommand(group: Command, line: CommandLine): void {
  group
    .command('set <login> <number> [field=value...]')
    .description('put an order right: buyer, addresses, lines, what it costs to ship')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
${orderFieldsHelp}

An empty value takes away what stands there. The total moves with prices, quantities and the
shipping cost. An order with a parcel stays as it was sent.

Examples:
  countersign order set myshop 100012 shipping.postcode="GU34 1HH" shipping.country=GB
  countersign order set myshop 100012 line.1.article=MUG-01`,
    )
    .action((login: string, number: string, texts: string[], options: { json?: boolean }) =>
      setOrder(line, login, { numberText: number, texts }, options.json ?? false),
    )
}

function setOrder(
  line: CommandLine,
  login: string,
  { numberText, texts }: { readonly numberText: string; readonly texts: readonly string[] },
  json: boolean,
): Promise<void> {
  const number = parseId(numberText)
  const mend = readOrderMend(texts)
  return withAccount(line, login, async ({ ctx }, account) => {
    const wish = { number, author: operator, mend }
    const { order, edited, outcome } = await mendOrder(ctx, account, wish)
    const total = exactMoney(edited.total ?? order.total)
    const fields = Object.keys(edited).sort()
    if (json) return printJson(line, { ...outcomeJson(outcome), fields, total })
    if (!outcome.changed) return line.print(`Order ${number} is so already.`)
    const sum = edited.total === undefined ? '' : `; its total is now ${total} ${order.currency}`
    const release = order.releaseNumber === null ? outcome.state.releaseNumber : null
    line.print(
      `Order ${number} is changed (${fields.map(wordOf).join(', ')})${sum}` +
        `${release === null ? '' : `; released as no. ${release}`}.`,
    )
    if (outcome.state.handedOver) {
      line.print('A warehouse has it in hand as it was: tell it, then order ack.')
    }
  })
}

/** `shippingCost` as `shipping cost`. */
function wordOf(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}
