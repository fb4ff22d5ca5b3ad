import { isUtf8 } from 'node:buffer'
import type { Command } from 'commander'
import { type CommandLine, mistake, readSource } from './command-line.ts'

export function withPassphraseOption(command: Command): Command {
  return command.option(
    '--passphrase-file <file>',
    'read the passphrase from a file, or standard input with -; else from BACKUP_PASSPHRASE',
  )
}

/** Never from the command line itself, which others on the machine can read. */
export async function givenPassphrase(
  line: CommandLine,
  file: string | undefined,
): Promise<string> {
  const given = file === undefined ? line.backups.passphrase() : await readText(line, file)
  if (given !== undefined && given !== '') return given
  throw mistake('there is no passphrase: give --passphrase-file, or set BACKUP_PASSPHRASE')
}

async function readText(line: CommandLine, file: string): Promise<string> {
  const bytes = await readSource(line, file)
  if (!isUtf8(bytes)) throw mistake(`${file} holds no UTF-8 text`)
  return Buffer.from(bytes)
    .toString('utf8')
    .replace(/\r?\n$/, '')
}
