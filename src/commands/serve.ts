import type { Command } from 'commander'
import { type CommandLine, type ServeOptions, withBook } from './command-line.ts'

export function addServeCommands(program: Command, line: CommandLine): void {
  program
    .command('serve')
    .description('run the gateway until it is told to stop')
    .option('--workers <count>', 'processes that take calls, one a core; WORKERS says it too')
    .action((options: ServeOptions) => line.serve(options))
  program
    .command('migrate')
    .description("bring the database's schema up to date (serve does it too)")
    .action(() =>
      withBook(line, async ({ place }) => {
        line.print(`The schema is up to date in ${place}`)
      }),
    )
}
