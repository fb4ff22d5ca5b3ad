import type { Command, Option } from 'commander'
import { expect, test } from 'vitest'
import { buildProgram } from '../../src/commands/program.ts'
import { dialects } from '../../src/dialects/registry.ts'
import { createNoticeDesk } from '../../src/notices/desk.ts'

const never = (): never => {
  throw new Error('nothing is carried out here')
}
const program = buildProgram({
  dialects,
  notices: createNoticeDesk({ version: '0', clock: never }),
  version: '0',
  open: never,
  serve: never,
  print: never,
  printError: never,
  readStdin: never,
  readFile: never,
  wordError: never,
  backups: { read: never, write: never, stdoutIsTerminal: never, passphrase: never },
  machine: never,
})

function commandsIn(command: Command): Command[] {
  return [command, ...command.commands.flatMap(commandsIn)]
}

/** By its name, or by what it asks for: `--secret <key>`. */
function takesSecret({ long, flags }: Option): boolean {
  return /secret|password|passphrase|token|<key>/.test(flags) && !long?.endsWith('-file')
}

test('every option that takes a secret can be given as a file or on standard input instead', () => {
  const found = commandsIn(program).flatMap((command) =>
    command.options.filter(takesSecret).map((option) => ({ command, option })),
  )
  const named = found.map(({ command, option }) => `${command.name()} ${option.long}`)
  expect(named).toEqual(expect.arrayContaining(['add --secret', 'rotate --secret']))
  for (const { command, option } of found) {
    const other = command.options.find(({ long }) => long === `${option.long}-file`)
    expect(other?.description, `${command.name()} ${option.long}`).toContain('standard input')
  }
})

test('no argument of a command is a secret', () => {
  const names = commandsIn(program).flatMap(({ registeredArguments }) =>
    registeredArguments.map((argument) => argument.name()),
  )
  expect(names.length).toBeGreaterThan(20)
  expect(names.filter((name) => /secret|password|passphrase|token|^key$/.test(name))).toEqual([])
})
