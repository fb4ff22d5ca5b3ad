import type { Command } from 'commander'
import { type BackupSummary, exportAccounts } from '../core/export-account.ts'
import { givenPassphrase, withPassphraseOption } from './backup-passphrase.ts'
import { sumLines } from './backup-view.ts'
import { type CommandLine, mistake, withBook } from './command-line.ts'
import { plain } from './output.ts'

type ExportOptions = {
  readonly all?: boolean
  readonly file?: string
  readonly passphraseFile?: string
  readonly json?: boolean
}

export function addExportCommand(program: Command, line: CommandLine): void {
  const command = program
    .command('export [logins...]')
    .description('write accounts with all that is theirs to one file, beside a running gateway')
    .option('--all', 'every account')
    .option('--file <file>', 'where to; else standard output')
  withPassphraseOption(command)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
The file holds orders, buyers and settings as they are, and keys under the passphrase: keep both,
apart from each other. It stands under its name only once it is whole. To bring it back:
countersign import account <file>`,
    )
    .action((logins: string[], options: ExportOptions) => exportTo(line, logins, options))
}

async function exportTo(
  line: CommandLine,
  logins: readonly string[],
  options: ExportOptions,
): Promise<void> {
  const wished = options.all ? 'all' : logins
  if (logins.length === 0 && !options.all) throw mistake('name an account, or all with --all')
  if (logins.length > 0 && options.all) throw mistake('name accounts, or all with --all, not both')
  if (options.file === undefined && line.backups.stdoutIsTerminal()) {
    throw mistake('a backup is nothing for a terminal: give --file, or send it on with > or |')
  }
  const passphrase = await givenPassphrase(line, options.passphraseFile)
  if (passphrase.length < shortest) {
    throw mistake(`the passphrase guards every key of the account: ${shortest} characters or more`)
  }
  const summary = await withBook(line, async ({ ctx }) => {
    const target = await line.backups.write(options.file)
    try {
      const { write } = target
      const made = await exportAccounts(ctx, { logins: wished, passphrase, write })
      await target.finish()
      return made
    } catch (error) {
      await target.discard()
      throw error
    }
  })
  say(line, summary, options)
}

const shortest = 12

/** Not on standard output where the backup itself went there. */
function say(line: CommandLine, summary: BackupSummary, { file, json }: ExportOptions): void {
  const print = file === undefined ? line.printError : line.print
  if (json) {
    print(JSON.stringify({ ...summary, file: file ?? null }))
    return
  }
  for (const { login, tables } of summary.accounts) {
    print(`${login}:`)
    for (const text of sumLines(tables)) print(`  ${text}`)
  }
  print(plain(`As of ${summary.madeAt}${file === undefined ? '' : `, in ${file}`}.`))
}
