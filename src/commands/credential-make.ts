import { getCredential, rotate } from '../core/credentials.ts'
import type { CredentialKind, Dialect } from '../dialects/dialect.ts'
import type { Account } from '../model/account.ts'
import type { Credential } from '../model/credential.ts'
import { isoTime } from '../model/iso-time.ts'
import { type CommandLine, mistake, type OpenBook, withAccount } from './command-line.ts'
import { readCredentialSettings } from './credential-settings.ts'
import { dialectNamed, kindNamed } from './dialect-choice.ts'
import { durationForms, parseDuration } from './duration.ts'
import { makeCredential, sheetLines, sheetOf } from './make-credential.ts'
import { printJson, shortTime } from './output.ts'
import { parseList, parsePairs } from './pairs.ts'
import { checkSecret, givenSecret, type SecretOptions } from './secret-option.ts'

export type AddOptions = SecretOptions & {
  readonly dialect: string
  readonly kind?: string
  readonly public?: string
  readonly ip?: string
  readonly set?: readonly string[]
  readonly test?: boolean
  readonly json?: boolean
}

export async function addToAccount(
  line: CommandLine,
  login: string,
  options: AddOptions,
): Promise<void> {
  const dialect = dialectNamed(line, options.dialect)
  const kind = kindNamed(dialect, options.kind)
  const settings = readCredentialSettings(dialect, parsePairs(options.set ?? []))
  const secret = await givenSecret(line, options)
  if (secret !== undefined) checkSecret(kind, secret)
  const chosen = options.public === undefined ? {} : { publicPart: checked(kind, options.public) }
  await withAccount(line, login, async (book, account) => {
    const ipList = parseList(options.ip ?? '')
    const { test = false } = options
    const wish = { dialect, kind, secret, ipList, settings, test, ...chosen }
    const made = await makeCredential(book, account, wish)
    const note = `Credential ${made.id} of "${login}" is made. Type this into the client:`
    printMade(line, book, { account, dialect, made, test, note, json: options.json ?? false })
  })
}

function checked(kind: CredentialKind, text: string): string {
  const publicPart = text.trim()
  if (kind.refusePublicPart === undefined) throw mistake(`--public: "${kind.name}" has no name`)
  const reason = kind.refusePublicPart(publicPart)
  if (reason !== undefined) throw mistake(`--public: ${reason}`)
  return publicPart
}

/** Why a key does not work yet, and what lets it. */
function restingText({ login }: Account, test: boolean): string {
  return test
    ? `It works only in test mode, and "${login}" is not in it: countersign account set ${login} test=on`
    : `"${login}" is in test mode, and this key is none for tests: add one with --test`
}

export type RotateOptions = SecretOptions & { readonly overlap: string; readonly json?: boolean }

export async function rotateCredential(
  line: CommandLine,
  login: string,
  id: number,
  options: RotateOptions,
): Promise<void> {
  const overlapMs = parseDuration(options.overlap)
  if (overlapMs === undefined) throw mistake(`--overlap ${options.overlap}: ${durationForms}`)
  const brought = await givenSecret(line, options)
  await withAccount(line, login, async (book, account) => {
    const old = await getCredential(book.ctx, account, id)
    const dialect = dialectNamed(line, old.dialect)
    const kind = kindNamed(dialect, old.kind)
    if (brought !== undefined) checkSecret(kind, brought)
    if (old.validUntil !== null) {
      throw mistake(`credential ${id} ends at ${shortTime(old.validUntil)}: rotate its successor`)
    }
    const secret = brought ?? kind.secret(book.ctx.newKey)
    const endsAt = book.ctx.now() + overlapMs
    const made = await rotate(book.ctx, account, id, secret, overlapMs)
    const note =
      `Credential ${made.id} replaces ${id}, which ends at ${shortTime(endsAt)}. ` +
      'Type this into the client:'
    const replaces = { id, validUntil: isoTime(endsAt) }
    const { test } = old
    const { json = false } = options
    printMade(line, book, { account, dialect, made, test, note, json, replaces })
  })
}

function printMade(
  line: CommandLine,
  book: OpenBook,
  result: {
    readonly account: Account
    readonly dialect: Dialect
    readonly made: Credential
    readonly test: boolean
    readonly note: string
    readonly json: boolean
    readonly replaces?: { readonly id: number; readonly validUntil: string | null }
  },
): void {
  const { account, dialect, made, replaces } = result
  const sheet = sheetOf(book, account, dialect, [made])
  if (result.json) {
    printJson(line, {
      login: account.login,
      id: made.id,
      kind: made.kind,
      test: result.test,
      ...(replaces === undefined ? {} : { replaces }),
      [dialect.name]: sheet,
    })
    return
  }
  line.print(result.note)
  if (result.test !== account.settings.test) line.print(restingText(account, result.test))
  line.print('')
  for (const text of sheetLines(dialect, sheet)) line.print(text)
}
