import type { Command } from 'commander'
import { getRefusedCall, type RefusedCall } from '../core/find-refused-calls.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Account } from '../model/account.ts'
import {
  type CommandLine,
  mistake,
  type OpenBook,
  QuietExit,
  readSource,
  withAccount,
} from './command-line.ts'
import { dialectNamed } from './dialect-choice.ts'
import { type CallParts, explainCall, partsOf } from './explain-call.ts'
import { parseId } from './numbers.ts'
import { plain, printJson, shortTime } from './output.ts'

type VerifyOptions = {
  readonly body?: string
  readonly call?: string
  readonly contentType: string
  readonly path: string
  readonly query: string
  readonly header: readonly string[]
  readonly json?: boolean
}

export function addVerifyCommand(program: Command, line: CommandLine): void {
  program
    .command('verify <dialect> <login>')
    .description('say why the proof of a saved call is accepted or refused')
    .option('--body <file>', 'the raw body of the call; - reads standard input')
    .option('--call <id>', 'in its place: a refused call that the gateway kept, see "calls"')
    .option('--content-type <type>', 'its Content-Type', 'application/x-www-form-urlencoded')
    .option('--path <path>', 'its path, beginning behind the login', '/')
    .option('--query <query>', 'its query, without the question mark', '')
    .option(
      '--header <line>',
      'a header of it, as "Host: shop.example"; may be repeated',
      addTo,
      [],
    )
    .option('--json', 'print JSON')
    .action((dialect: string, login: string, options: VerifyOptions, command: Command) => {
      const { body, call } = options
      if ((body === undefined) === (call === undefined)) {
        command.error('error: give --body <file>, or --call <id> of a refused call')
      }
      return verify(line, dialectNamed(line, dialect), login, options)
    })
}

async function verify(
  line: CommandLine,
  dialect: Dialect,
  login: string,
  options: VerifyOptions,
): Promise<void> {
  const { body = '-', call: id, path, query, contentType } = options
  if (id !== undefined) return verifyKept(line, dialect, login, parseId(id), options)
  const header = headersIn(options.header)
  const parts = { path, query, contentType, header, body: await readSource(line, body) }
  await withAccount(line, login, async (book, account) => {
    const explanation = await explainCall(book, dialect, account, parts)
    if (options.json) printJson(line, explanation)
    else for (const text of explanation.lines) line.print(plain(text))
    if (!explanation.accepted) throw new QuietExit(1)
  })
}

async function verifyKept(
  line: CommandLine,
  dialect: Dialect,
  login: string,
  id: number,
  { json = false }: VerifyOptions,
): Promise<void> {
  await withAccount(line, login, async (book, account) => {
    const call = await getRefusedCall(book.ctx, account, id)
    const parts = partsFor(dialect, account, call)
    const { accepted, lines } = await explainKept(book, dialect, account, call, parts)
    if (json) printJson(line, { accepted, lines, call: id, outcome: call.outcome })
    else for (const text of lines) line.print(plain(text))
    if (!accepted) throw new QuietExit(1)
  })
}

function partsFor(dialect: Dialect, { login }: Account, call: RefusedCall): CallParts {
  if (call.dialect !== dialect.name) {
    const right = `countersign verify ${call.dialect} ${login} --call ${call.id}`
    throw mistake(`call ${call.id} came in ${call.dialect}: ${right}`)
  }
  if (call.request === null) throw mistake(notKept(login, call.id))
  const parts = partsOf(call.request, call.address)
  if (parts !== undefined) return parts
  throw mistake(`the body of call ${call.id} was too large to be kept, so that nobody can say`)
}

/** What to do so that the next one can be explained. */
export function notKept(login: string, id: number): string {
  return (
    `what call ${id} sent is not kept; keep it for the next ones: ` +
    `countersign account set ${login} keep-bodies=24h`
  )
}

/** What the gateway said then, and what is to be said of the proof now. */
export async function explainKept(
  book: OpenBook,
  dialect: Dialect,
  account: Account,
  call: RefusedCall,
  parts: CallParts,
): Promise<{ readonly accepted: boolean; readonly lines: readonly string[] }> {
  const { accepted, lines } = await explainCall(book, dialect, account, parts)
  const { outcome, reason } = call
  const then = [`Refused on ${shortTime(call.at)} as ${outcome}`, reason].filter(Boolean).join(': ')
  const now = accepted ? ['Nothing is wrong with its proof as such, by the keys of today.'] : []
  return { accepted, lines: [`${then}.`, ...now, ...lines] }
}

function addTo(text: string, before: readonly string[]): readonly string[] {
  return [...before, text]
}

function headersIn(lines: readonly string[]): (name: string) => string | undefined {
  const headers = new Map(
    lines.map((text) => {
      const match = /^([^\s:]+):\s*(.*)$/.exec(text)
      if (match === null) throw mistake(`"${text}" is no header; write it as "Host: shop.example"`)
      return [(match[1] ?? '').toLowerCase(), match[2] ?? '']
    }),
  )
  return (name) => headers.get(name.toLowerCase())
}
