import type { Command } from 'commander'
import { credentialsOf } from '../core/credentials.ts'
import {
  getRefusedCall,
  listRefusedCalls,
  type RefusedCall,
  type RefusedCallFilter,
} from '../core/find-refused-calls.ts'
import type { Account } from '../model/account.ts'
import { callJson, callLines, callRow, callTitles, requestLines } from './calls-view.ts'
import { type CommandLine, type OpenBook, withAccount } from './command-line.ts'
import { dialectNamed } from './dialect-choice.ts'
import { partsOf } from './explain-call.ts'
import { maskRequest } from './mask-call.ts'
import { parseMoment } from './moment.ts'
import { parseId } from './numbers.ts'
import { plain, printJson, printPages } from './output.ts'
import { explainKept, notKept } from './verify.ts'

type CallsOptions = {
  readonly refused?: boolean
  readonly since?: string
  readonly dialect?: string
  readonly limit: string
  readonly id?: string
  readonly json?: boolean
}

export function addCallsCommand(program: Command, line: CommandLine): void {
  program
    .command('calls <login>')
    .description('the last calls that were refused, the newest first; or all that is known of one')
    .option('--refused', 'may be left out: only refused calls are kept')
    .option('--since <time>', 'from then on: 2026-03-01, "2026-03-01 14:30", 7d')
    .option('--dialect <name>', 'only of this protocol')
    .option('--limit <number>', 'so many at most', '50')
    .option('--id <id>', 'this one call: all that is known of it, and why it was refused')
    .option('--json', 'print JSON')
    .action((login: string, options: CallsOptions) =>
      options.id === undefined
        ? printCalls(line, login, options)
        : showCall(line, login, parseId(options.id), options),
    )
}

function printCalls(line: CommandLine, login: string, options: CallsOptions): Promise<void> {
  const { since, dialect } = options
  const limit = parseId(options.limit)
  if (dialect !== undefined) dialectNamed(line, dialect)
  return withAccount(line, login, async ({ ctx }, account) => {
    const { timezone } = account.settings
    const filter: RefusedCallFilter = {
      ...(dialect === undefined ? {} : { dialect }),
      ...(since === undefined
        ? {}
        : { since: parseMoment(since, { timezone, now: ctx.now(), edge: 'from' }) }),
    }
    const calls = await listRefusedCalls(ctx, account, filter, limit)
    await printPages(line, [calls], {
      json: options.json ?? false,
      toJson: callJson,
      titles: callTitles,
      toRow: callRow,
      none: 'No refused call is known.',
    })
  })
}

function showCall(
  line: CommandLine,
  login: string,
  id: number,
  { json = false }: CallsOptions,
): Promise<void> {
  return withAccount(line, login, async (book, account) => {
    const call = await getRefusedCall(book.ctx, account, id)
    const credentials = await credentialsOf(book.ctx, account, { withRevoked: true })
    const request = call.request === null ? null : maskRequest(call.request, credentials)
    const explanation = await explanationOf(line, book, account, call)
    if (json) {
      const shown =
        request === null ? null : { ...request, headers: Object.fromEntries(request.headers) }
      return printJson(line, { ...callJson(call), request: shown, explanation })
    }
    for (const text of callLines(call)) line.print(text)
    line.print('')
    if (request !== null) {
      for (const text of requestLines(request)) line.print(text)
      line.print('')
    }
    for (const text of explanation) line.print(plain(text))
  })
}

/** Lines for a person; what is not kept can't be explained, and that is said. */
async function explanationOf(
  line: CommandLine,
  book: OpenBook,
  account: Account,
  call: RefusedCall,
): Promise<readonly string[]> {
  if (call.request === null) return [`There is no more: ${notKept(account.login, call.id)}`]
  const parts = partsOf(call.request, call.address)
  if (parts === undefined) return ['Its body was too large to be kept.']
  const dialect = dialectNamed(line, call.dialect)
  return (await explainKept(book, dialect, account, call, parts)).lines
}
