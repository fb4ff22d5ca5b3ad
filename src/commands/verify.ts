import type { Command } from 'commander'
import { credentialsOf } from '../core/credentials.ts'
import type { Dialect, Explanation, SavedCall } from '../dialects/dialect.ts'
import { isValidAt } from '../model/credential.ts'
import {
  baseUrlOf,
  type CommandLine,
  mistake,
  QuietExit,
  readSource,
  withAccount,
} from './command-line.ts'
import { dialectNamed } from './dialect-choice.ts'
import { plain, printJson } from './output.ts'

type VerifyOptions = {
  readonly body: string
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
    .requiredOption('--body <file>', 'the raw body of the call; - reads standard input')
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
    .action((dialect: string, login: string, options: VerifyOptions) =>
      verify(line, dialectNamed(line, dialect), login, options),
    )
}

async function verify(
  line: CommandLine,
  dialect: Dialect,
  login: string,
  options: VerifyOptions,
): Promise<void> {
  const header = headersIn(options.header)
  const body = await readSource(line, options.body)
  await withAccount(line, login, async (book, account) => {
    const { ctx } = book
    const credentials = (await credentialsOf(ctx, account)).filter(
      (credential) => credential.dialect === dialect.name && isValidAt(credential, ctx.now()),
    )
    const { path, query, contentType } = options
    const baseUrl = baseUrlOf(book, dialect, account)
    const call = { account, credentials, path, query, contentType, header, baseUrl, body }
    const { accepted, lines } = explained(dialect, call)
    if (options.json) printJson(line, { accepted, lines })
    else for (const text of lines) line.print(plain(text))
    if (!accepted) throw new QuietExit(1)
  })
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

/** The dialect's word, and what no dialect can see: a switched-off account, a slip in saving. */
function explained(dialect: Dialect, call: SavedCall): Explanation {
  const { accepted, lines } = dialect.explain(call)
  if (accepted && call.account.disabled) {
    const { login } = call.account
    const words = `The account is disabled, so the call is refused: countersign account enable ${login}`
    return { accepted: false, lines: [...lines, words] }
  }
  const cut = withoutLineBreak(call.body)
  if (accepted || cut === undefined || !dialect.explain({ ...call, body: cut }).accepted) {
    return { accepted, lines }
  }
  const words = 'The saved body ends with a line break; without it the proof is right.'
  return { accepted, lines: [...lines, words] }
}

function withoutLineBreak(body: Uint8Array): Uint8Array | undefined {
  if (body.at(-1) !== 0x0a) return undefined
  return body.subarray(0, body.at(-2) === 0x0d ? -2 : -1)
}
