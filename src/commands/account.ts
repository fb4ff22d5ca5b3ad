import type { Command } from 'commander'
import { disableAccount, listAccounts } from '../core/accounts.ts'
import { isoTime } from '../model/iso-time.ts'
import { type AddOptions, addNewAccount } from './account-add.ts'
import { type CopyOptions, copyToNew } from './account-copy.ts'
import { setAccount } from './account-set.ts'
import { accountKeys } from './account-settings.ts'
import { showAccount, stateText } from './account-show.ts'
import { type CommandLine, withAccount, withBook } from './command-line.ts'
import { printJson, printPages, shortTime } from './output.ts'
import { withSecretOptions } from './secret-option.ts'

type JsonOption = { readonly json?: boolean }

export function addAccountCommands(program: Command, line: CommandLine): void {
  const group = program.command('account').description('make, look at and change accounts')
  addAddCommand(group, line)
  group
    .command('list')
    .description('every account')
    .option('--json', 'print JSON')
    .action((options: JsonOption) => printAccounts(line, options))
  group
    .command('show <login>')
    .description('settings, hosts, next numbers and credentials of an account, without its keys')
    .option('--json', 'print JSON')
    .action((login: string, options: JsonOption) =>
      withAccount(line, login, (book, account) => showAccount(line, book, account, options)),
    )
  group
    .command('copy <login> <new>')
    .description('make an account with the goods and settings of another; no orders, no keys')
    .option('--test', 'the copy is in test mode')
    .option('--json', 'print JSON')
    .action((login: string, newLogin: string, options: CopyOptions) =>
      copyToNew(line, login, newLogin, options),
    )
  for (const [name, disabled] of [
    ['disable', true],
    ['enable', false],
  ] as const) {
    group
      .command(`${name} <login>`)
      .description(disabled ? 'refuse every call of an account' : 'take its calls again')
      .option('--json', 'print JSON')
      .action((login: string, options: JsonOption) => switchAccount(line, login, disabled, options))
  }
  group
    .command('set <login> <key=value...>')
    .description('change settings; all are checked before one is applied')
    .option('--json', 'print JSON')
    .addHelpText('after', `\nKeys:\n${keyHelp()}`)
    .action((login: string, texts: string[], options: JsonOption) =>
      setAccount(line, login, texts, options),
    )
}

function addAddCommand(group: Command, line: CommandLine): void {
  withSecretOptions(
    group
      .command('add <login>')
      .description('make an account, and print what to type into its clients'),
  )
    .option('--dialect <name>', 'the dialect that the brought key is for (default: the first)')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nA key on the command line shows in process lists: use --secret-file.')
    .action((login: string, options: AddOptions) => addNewAccount(line, login, options))
}

function keyHelp(): string {
  return Object.entries(accountKeys)
    .map(([key, help]) => `  ${key.padEnd(20)} ${help}`)
    .join('\n')
}

function printAccounts(line: CommandLine, { json = false }: JsonOption): Promise<void> {
  return withBook(line, async ({ ctx }) => {
    await printPages(line, [await listAccounts(ctx)], {
      json,
      toJson: ({ login, disabled, settings, createdAt }) => ({
        login,
        disabled,
        test: settings.test,
        createdAt: isoTime(createdAt),
      }),
      titles: ['login', 'state', 'currency', 'made'],
      toRow: ({ login, disabled, settings, createdAt }) => [
        login,
        stateText({ disabled, settings }),
        settings.currency,
        shortTime(createdAt),
      ],
      none: 'There is no account yet; make one with: countersign account add <login>',
    })
  })
}

function switchAccount(
  line: CommandLine,
  login: string,
  disabled: boolean,
  { json = false }: JsonOption,
): Promise<void> {
  return withAccount(line, login, async ({ ctx }, account) => {
    await disableAccount(ctx, account, disabled)
    if (json) printJson(line, { login, disabled })
    else line.print(`The account "${login}" is ${disabled ? 'disabled' : 'enabled'}.`)
  })
}
