import { CommanderError } from 'commander'
import { loggable } from '../core/loggable.ts'
import { refusalOf } from '../core/outage.ts'
import { type CommandLine, OutputGone, QuietExit } from './command-line.ts'
import { wordFailure } from './failure-words.ts'
import { buildProgram } from './program.ts'

/**
 * Carries out one command line (without the program's own name). Never throws; gives the exit
 * code: 0, 1 for what could not be done, 2 for a command line that cannot be understood.
 */
export async function runCommandLine(line: CommandLine, args: readonly string[]): Promise<number> {
  try {
    await buildProgram(line).parseAsync(args, { from: 'user' })
    return 0
  } catch (error) {
    return report(line, error)
  }
}

function report(line: CommandLine, error: unknown): number {
  if (error instanceof OutputGone) return 0
  if (error instanceof QuietExit) return error.exitCode
  // Commander has said it already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  const refusal = refusalOf(error)
  const sentence =
    line.wordError(error) ?? (refusal === undefined ? undefined : wordFailure(refusal))
  if (sentence !== undefined) {
    line.printError(`countersign: ${sentence}`)
    return 1
  }
  const { type, sqlState, query, frames = [] } = loggable(error)
  line.printError(`countersign: this is a bug (${type}); please report it with these lines:`)
  if (sqlState !== undefined) line.printError(`  SQLSTATE ${sqlState}: ${query ?? ''}`)
  for (const frame of frames) line.printError(`  ${frame}`)
  return 1
}
