import type { Command } from 'commander'
import { credentialsOf, getCredential } from '../core/credentials.ts'
import { byMode } from '../core/directory.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Account } from '../model/account.ts'
import { type Credential, isValidAt } from '../model/credential.ts'
import { baseUrlOf, type CommandLine, mistake, type OpenBook, withAccount } from './command-line.ts'
import { dialectOr } from './dialect-choice.ts'
import { parseId } from './numbers.ts'
import { printJson } from './output.ts'
import { parsePairs } from './pairs.ts'

type SignOptions = {
  readonly dialect?: string
  readonly credential?: string
  readonly json?: boolean
}

export function addSignCommand(program: Command, line: CommandLine): void {
  program
    .command('sign <login> <function> [name=value...]')
    .description('print a signed call, ready to send')
    .option('--dialect <name>', 'the protocol to sign in (default: the first)')
    .option('--credential <id>', 'the key to sign with (default: the newest)')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExample:\n  countersign sign demo UpdateOrderStatus bill_id=100000 status=sent',
    )
    .action((login: string, functionName: string, texts: string[], options: SignOptions) =>
      sign(line, login, { functionName, parameters: parsePairs(texts) }, options),
    )
}

async function sign(
  line: CommandLine,
  login: string,
  call: { functionName: string; parameters: (readonly [string, string])[] },
  options: SignOptions,
): Promise<void> {
  const dialect = dialectOr(line, options.dialect)
  if (dialect.sign === undefined) throw mistake(`${dialect.title} signs nothing`)
  const signCall = dialect.sign
  await withAccount(line, login, async (book, account) => {
    const credential = await signer(book, account, dialect, options.credential)
    const baseUrl = baseUrlOf(book, dialect, account)
    const signed = signCall({ account, credential, baseUrl, ...call })
    if (options.json) printJson(line, { body: signed.body, curl: signed.curl })
    else line.print(signed.curl)
  })
}

async function signer(
  { ctx }: OpenBook,
  account: Account,
  dialect: Dialect,
  id: string | undefined,
): Promise<Credential> {
  if (id !== undefined) {
    const credential = await getCredential(ctx, account, parseId(id))
    if (credential.dialect === dialect.name) return credential
    throw mistake(`credential ${id} belongs to ${credential.dialect}, not to ${dialect.name}`)
  }
  const [own] = byMode(account, await credentialsOf(ctx, account))
  const newest = own.findLast(
    (credential) => credential.dialect === dialect.name && isValidAt(credential, ctx.now()),
  )
  if (newest !== undefined) return newest
  const mode = account.settings.test ? ', which is in test mode,' : ''
  throw mistake(`"${account.login}"${mode} has no working credential for ${dialect.name}`)
}
