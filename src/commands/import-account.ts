import { type Command, Option } from 'commander'
import { type ImportSummary, importAccounts } from '../core/import-account.ts'
import type { ImportedAccount } from '../core/import-finish.ts'
import { givenPassphrase, withPassphraseOption } from './backup-passphrase.ts'
import { sumLines } from './backup-view.ts'
import { type CommandLine, mistake, withBook } from './command-line.ts'
import { plain, printJson } from './output.ts'

type AccountImportOptions = {
  readonly passphraseFile?: string
  readonly advance: string
  readonly endpoints: 'on' | 'off'
  readonly skipHosts?: boolean
  readonly json?: boolean
}

export function addAccountImport(group: Command, line: CommandLine): void {
  const command = group
    .command('account <file> [logins...]')
    .description('accounts from a backup of countersign export; - reads standard input')
  withPassphraseOption(command)
    .option('--advance <count>', 'let order and release numbers go on so much higher', '1000')
    .addOption(
      new Option('--endpoints <state>', 'off: URLs are told nothing until you enable them')
        .choices(['on', 'off'])
        .default('off'),
    )
    .option('--skip-hosts', 'leave host names where they are that other accounts hold')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
An account comes back under its login, with its numbers and keys. Here there must be none of that
login, or one without orders, products and the like; then keys and settings of the file replace its own.
All of it is read back and compared with the file first; whatever is wrong, nothing is imported.`,
    )
    .action((file: string, logins: string[], options: AccountImportOptions) =>
      importFrom(line, file, logins, options),
    )
}

async function importFrom(
  line: CommandLine,
  file: string,
  logins: readonly string[],
  options: AccountImportOptions,
): Promise<void> {
  const advance = Number(options.advance)
  if (!/^\d{1,9}$/.test(options.advance)) throw mistake(`--advance ${options.advance} is no number`)
  if (file === '-' && options.passphraseFile === '-') {
    throw mistake('standard input cannot be both the backup and the passphrase')
  }
  const passphrase = await givenPassphrase(line, options.passphraseFile)
  const summary = await withBook(line, async ({ ctx }) =>
    importAccounts(ctx, {
      source: line.backups.read(file),
      passphrase,
      logins,
      advance,
      endpointsOn: options.endpoints === 'on',
      skipHosts: options.skipHosts ?? false,
    }),
  )
  if (options.json) return printJson(line, summary)
  print(line, summary)
}

function print(line: CommandLine, { madeAt, accounts }: ImportSummary): void {
  for (const account of accounts) {
    line.print(`${account.login}, every row as in the file:`)
    for (const text of sumLines(account.tables)) line.print(`  ${text}`)
    for (const text of notesOf(account)) line.print(plain(`  ${text}`))
  }
  line.print(`As of ${madeAt}; what happened after that is not in it.`)
}

function notesOf(account: ImportedAccount): string[] {
  const { login, endpointsDisabled, waiting, skippedHosts } = account
  const notes = [
    `The next order is ${account.nextOrderNumber}, the next release ${account.nextReleaseNumber}.`,
  ]
  if (account.disabled) {
    notes.push(`The account is disabled, as it was: countersign account enable ${login}`)
  }
  if (endpointsDisabled > 0) {
    notes.push(
      `${endpointsDisabled} of its URLs are disabled for now, and ${waiting} messages wait: ` +
        `countersign endpoint enable ${login} <id>`,
    )
  }
  if (skippedHosts.length > 0) {
    notes.push(`Host names left with other accounts: ${skippedHosts.join(', ')}`)
  }
  return notes
}
