import type { Command } from 'commander'
import { type CommandLine, withBook } from './command-line.ts'
import { namedLines, printJson } from './output.ts'

type JsonOption = { readonly json?: boolean }

export function addKeyCommands(program: Command, line: CommandLine): void {
  program
    .command('key')
    .description('the key that secrets in the database are encrypted with')
    .command('rotate')
    .description(
      'encrypt every secret anew: with COUNTERSIGN_KEY, or with a key made now in DATA_DIR',
    )
    .option('--json', 'print JSON')
    .action((options: JsonOption) => rotate(line, options))
}

function rotate(line: CommandLine, { json = false }: JsonOption): Promise<void> {
  return withBook(line, async (book) => {
    const { resealed, keptIn } = await book.rotateKey()
    const oldMayGo = keptIn === 'settings'
    if (json) return printJson(line, { rotated: resealed !== null, keptIn, resealed, oldMayGo })
    if (resealed === null) {
      line.print('Every secret was encrypted with COUNTERSIGN_KEY already.')
    } else {
      line.print(`Every secret in ${book.place} is encrypted with the new key:`)
      const rows = Object.entries(resealed).map(([name, count]) => [name, String(count)] as const)
      for (const text of namedLines(rows)) line.print(`  ${text}`)
    }
    if (oldMayGo) {
      line.print(
        'COUNTERSIGN_OLD_KEY can go: from here, and from every gateway when it starts next.',
      )
    } else {
      line.print('It is in DATA_DIR/key. Backups from before need the old one, which they hold.')
    }
  })
}
