import type { Command } from 'commander'
import { disable, enable, endpointsOf } from '../core/endpoints.ts'
import { noticeTypes } from '../model/notice.ts'
import { type CommandLine, withAccount } from './command-line.ts'
import {
  addToEndpoints,
  type EndpointOptions,
  type RotateOptions,
  rotateEndpoint,
} from './endpoint-make.ts'
import { testEndpoint } from './endpoint-test.ts'
import { endpointJson, overviewJson, overviewRow, overviewTitles } from './endpoint-view.ts'
import { parseId } from './numbers.ts'
import { printJson, printPages } from './output.ts'
import { withSecretOptions } from './secret-option.ts'

type JsonOption = { readonly json?: boolean }

export function addEndpointCommands(program: Command, line: CommandLine): void {
  const group = program
    .command('endpoint')
    .description("the merchant's own URLs that are told what happens to orders")
  addMakingCommands(group, line)
  group
    .command('list <login>')
    .description('the URLs of an account, whether they work, and what waits for them')
    .option('--json', 'print JSON')
    .action((login: string, options: JsonOption) => printEndpoints(line, login, options))
  group
    .command('test <login> <id>')
    .description('send a test message now, and show the answer')
    .option('--json', 'print JSON')
    .action((login: string, id: string, options: JsonOption) =>
      testEndpoint(line, login, parseId(id), options),
    )
  for (const [name, work, description] of [
    [
      'disable',
      disable,
      'send nothing more; what waits is kept, what happens meanwhile is not told',
    ],
    ['enable', enable, 'send again, what waits at once'],
  ] as const) {
    group
      .command(`${name} <login> <id>`)
      .description(description)
      .option('--json', 'print JSON')
      .action((login: string, id: string, { json = false }: JsonOption) =>
        withAccount(line, login, async ({ ctx }, account) => {
          const after = await work(ctx, account, parseId(id))
          if (json) printJson(line, { login, ...endpointJson(after) })
          else line.print(`Endpoint ${after.id} of "${login}" is ${name}d.`)
        }),
      )
  }
}

function addMakingCommands(group: Command, line: CommandLine): void {
  const formats = [...line.notices.formats.keys()]
  withSecretOptions(
    group
      .command('add <login> <url>')
      .description('tell a URL from now on, and print the secret that proves it is us'),
    'a secret that the receiver holds already, as it is',
  )
    .option('--format <name>', `how messages look: ${formats.join(', ')}`, 'standard')
    .option('--types <list>', 'only these: order.paid,order.sent (default: all there are)')
    .option('--test', 'told only while the account is in test mode')
    .option('--json', 'print JSON')
    .addHelpText('after', `\nTypes:\n${typeHelp(line)}`)
    .action((login: string, url: string, options: EndpointOptions) =>
      addToEndpoints(line, login, url, options),
    )
  withSecretOptions(
    group
      .command('rotate <login> <id>')
      .description('sign with a new secret, and with the old one too for the overlap'),
    'a secret that the receiver holds already, as it is',
  )
    .option('--overlap <time>', 'how long the old secret still signs: 24h, 10m, 0', '24h')
    .option('--json', 'print JSON')
    .action((login: string, id: string, options: RotateOptions) =>
      rotateEndpoint(line, login, parseId(id), options),
    )
}

/** Each type, with the formats that have words for it. */
function typeHelp({ notices: { formats } }: CommandLine): string {
  const width = Math.max(...noticeTypes.map((type) => type.length))
  return noticeTypes
    .map((type) => {
      const able = [...formats].filter(([, format]) => format.types.includes(type))
      return `  ${type.padEnd(width)}  ${able.map(([name]) => name).join(', ')}`
    })
    .join('\n')
}

function printEndpoints(
  line: CommandLine,
  login: string,
  { json = false }: JsonOption,
): Promise<void> {
  return withAccount(line, login, async ({ ctx }, account) => {
    const now = ctx.now()
    await printPages(line, [await endpointsOf(ctx, account)], {
      json,
      toJson: overviewJson,
      titles: overviewTitles,
      toRow: (overview) => overviewRow(overview, now, account),
      none: `"${login}" has no endpoints; add one with: countersign endpoint add ${login} <url>`,
    })
  })
}
