import type { Command } from 'commander'
import { credentialsOf, revoke } from '../core/credentials.ts'
import { type CommandLine, withAccount } from './command-line.ts'
import { type ChangeOptions, changeExisting } from './credential-change.ts'
import {
  type AddOptions,
  addToAccount,
  type RotateOptions,
  rotateCredential,
} from './credential-make.ts'
import { credentialJson, credentialRow, credentialTitles } from './credential-view.ts'
import { parseId } from './numbers.ts'
import { printJson, printPages } from './output.ts'
import { collected } from './pairs.ts'
import { withSecretOptions } from './secret-option.ts'

type JsonOption = { readonly json?: boolean }

export function addCredentialCommands(program: Command, line: CommandLine): void {
  const group = program.command('credential').description('the ways in of an account')
  addMakingCommands(group, line)
  group
    .command('list <login>')
    .description('the ways in of an account, without their keys')
    .option('--all', 'revoked ones too')
    .option('--json', 'print JSON')
    .action((login: string, options: JsonOption & { readonly all?: boolean }) =>
      printCredentials(line, login, options),
    )
  group
    .command('revoke <login> <id>')
    .description('end a way in, in every gateway within a second')
    .option('--json', 'print JSON')
    .action((login: string, id: string, { json = false }: JsonOption) =>
      withAccount(line, login, async ({ ctx }, account) => {
        await revoke(ctx, account, parseId(id))
        if (json) printJson(line, { login, id: Number(id), revoked: true })
        else line.print(`Credential ${id} of "${login}" is revoked.`)
      }),
    )
  group
    .command('set <login> <id> [key=value...]')
    .description('change the addresses or the settings of a way in')
    .option('--ip <list>', 'addresses and CIDRs that may use it; an empty text: all')
    .option('--json', 'print JSON')
    .action((login: string, id: string, texts: string[], options: ChangeOptions) =>
      changeExisting(line, login, parseId(id), texts, options),
    )
}

function addMakingCommands(group: Command, line: CommandLine): void {
  withSecretOptions(
    group
      .command('add <login>')
      .description('add a way in, and print what to type into the client')
      .requiredOption('--dialect <name>', 'the protocol that the client speaks')
      .option('--kind <name>', "one of the dialect's kinds (default: its usual one)"),
  )
    .option('--public <name>', 'its user name or client id, where the kind has one')
    .option('--ip <list>', 'only from these addresses and CIDRs: 192.0.2.7,198.51.100.0/24')
    .option('--test', 'works only while the account is in test mode')
    .option('--set <key=value>', 'a setting of the dialect; may be repeated', collected)
    .option('--json', 'print JSON')
    .action((login: string, options: AddOptions) => addToAccount(line, login, options))
  withSecretOptions(
    group
      .command('rotate <login> <id>')
      .description('make a new key beside the old one, which ends after the overlap'),
  )
    .option('--overlap <time>', 'how long the old key still works: 24h, 10m, 0', '24h')
    .option('--json', 'print JSON')
    .action((login: string, id: string, options: RotateOptions) =>
      rotateCredential(line, login, parseId(id), options),
    )
}

function printCredentials(
  line: CommandLine,
  login: string,
  { json = false, all = false }: JsonOption & { readonly all?: boolean },
): Promise<void> {
  return withAccount(line, login, async ({ ctx }, account) => {
    await printPages(line, [await credentialsOf(ctx, account, { withRevoked: all })], {
      json,
      toJson: credentialJson,
      titles: credentialTitles,
      toRow: credentialRow,
      none: `"${login}" has no credentials.`,
    })
  })
}
