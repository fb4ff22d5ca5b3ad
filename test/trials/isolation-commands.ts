import type { Command } from 'commander'
import type { CommandLine } from '../../src/commands/command-line.ts'
import { buildProgram } from '../../src/commands/program.ts'
import type { Context } from '../../src/core/context.ts'
import type { Dialect } from '../../src/dialects/dialect.ts'
import { consoleOn } from '../commands/console.ts'
import type { Merchant } from './isolation-merchants.ts'

/** Commands that make or serve something, and name nothing that is there. */
const makers = new Set([
  'serve',
  'migrate',
  'add',
  'import opencart',
  'import orders',
  'product import',
])

/**
 * Every command of the program that takes a login and names something, said of one account with
 * what only the other has. Gives how many there were; what they show of the other goes to `leaked`.
 */
export async function tryCommands(
  ctx: Context,
  dialects: readonly Dialect[],
  [a, b]: readonly [Merchant, Merchant],
  leaked: string[],
): Promise<number> {
  const { run } = consoleOn(ctx, { dialects })
  const wishes = linesOf(leavesOf(dialects), a.login, b)
  for (const words of wishes) {
    const { out, err } = await run(words)
    const shown = b.marks.filter((mark) => `${out}${err}`.includes(mark))
    leaked.push(...shown.map((mark) => `countersign ${words.join(' ')}: ${mark}`))
  }
  return wishes.length
}

function leavesOf(dialects: readonly Dialect[]): Command[] {
  const quiet = (): void => undefined
  const notices = { formats: new Map() }
  const line = { dialects, notices, version: '0', print: quiet, printError: quiet }
  const walk = (one: Command): Command[] =>
    one.commands.length === 0 ? [one] : one.commands.flatMap(walk)
  return walk(buildProgram(line as unknown as CommandLine))
}

function linesOf(leaves: readonly Command[], login: string, b: Merchant): string[][] {
  const number = String(b.ownOrder)
  const values: Readonly<Record<string, string>> = {
    ...{ login, number, id: String(b.endpointId), 'message-id': b.messageId },
    ...{
      email: b.email,
      code: b.ownProduct.code,
      function: 'GetOrders',
      dialect: 'influencersoft',
    },
  }
  const named = leaves.flatMap((leaf) => {
    const name = [leaf.parent?.parent ? leaf.parent.name() : '', leaf.name()].join(' ').trim()
    const args = leaf.registeredArguments
    if (makers.has(name) || makers.has(leaf.name()) || args[0] === undefined) return []
    const words = args.map((one) => values[one.name()] ?? (one.required ? 'x=y' : undefined))
    return [[...name.split(' '), ...words.filter((word) => word !== undefined)]]
  })
  const [endpoint, message] = [String(b.endpointId), b.messageId]
  return [
    ...named,
    ['delivery', 'list', login, '--order', number],
    ['delivery', 'list', login, '--endpoint', endpoint],
    ['delivery', 'show', login, message, '--json'],
    ['delivery', 'resend', login, '--endpoint', endpoint, '--from', '1d', '--to', '0d'],
    ['buyer', 'erase', login, b.email, '--yes', '--force'],
    ['order', 'list', login, '--held'],
    ['order', 'list', login, '--attention', '--all', '--ack'],
    ['order', 'set', login, number, 'comment=x', '--json'],
  ]
}
