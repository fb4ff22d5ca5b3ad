import { addEndpoint, type EndpointRecord, getEndpoint, rotateSecret } from '../core/endpoints.ts'
import type { Account } from '../model/account.ts'
import { type CommandLine, mistake, type OpenBook, withAccount } from './command-line.ts'
import { durationForms, parseDuration } from './duration.ts'
import { endpointJson, restingText, typesText } from './endpoint-view.ts'
import {
  checkNoticeSecret,
  findKeyOfAccount,
  formatNamed,
  keyOfAccount,
  type NamedFormat,
  parseTypes,
} from './notice-format.ts'
import { plain, printJson, shortTime } from './output.ts'
import { givenSecret, type SecretOptions } from './secret-option.ts'

export type EndpointOptions = SecretOptions & {
  readonly format: string
  readonly types?: string
  readonly test?: boolean
  readonly json?: boolean
}

export async function addToEndpoints(
  line: CommandLine,
  login: string,
  url: string,
  options: EndpointOptions,
): Promise<void> {
  const format = formatNamed(line, options.format)
  const types = parseTypes(format, options.types)
  const brought = await givenSecret(line, options)
  if (brought !== undefined) checkNoticeSecret(line, format, brought)
  await withAccount(line, login, async (book, account) => {
    const { test = false } = options
    const signing = await signingOf(line, book, account, { format, brought, test })
    const wish = { url, format: format.name, types, secret: signing.secret, test }
    const made = await addEndpoint(book.ctx, account, wish)
    if (options.json)
      return printJson(line, { login, ...endpointJson(made), secret: signing.fresh })
    const told = `${plain(made.url)} is told of ${made.types === null ? 'everything' : typesText(made)}`
    line.print(`Endpoint ${made.id} of "${login}" is made: ${told}, as ${made.format}.`)
    printSigning(line, made, signing)
    if (test !== account.settings.test) line.print(restingText(account, test))
    line.print(`Try it: countersign endpoint test ${login} ${made.id}`)
  })
}

export type RotateOptions = SecretOptions & { readonly overlap: string; readonly json?: boolean }

export async function rotateEndpoint(
  line: CommandLine,
  login: string,
  id: number,
  options: RotateOptions,
): Promise<void> {
  const overlapMs = parseDuration(options.overlap)
  if (overlapMs === undefined) throw mistake(`--overlap ${options.overlap}: ${durationForms}`)
  const brought = await givenSecret(line, options)
  await withAccount(line, login, async (book, account) => {
    const before = await getEndpoint(book.ctx, account, id)
    const format = formatNamed(line, before.format)
    if (brought !== undefined) checkNoticeSecret(line, format, brought)
    const { test } = before
    const signing = await signingOf(line, book, account, { format, brought, test })
    const formerKey = await formerKeyOf(book, account, { before, format, signing })
    const made = await rotateSecret(book.ctx, account, id, {
      secret: signing.secret,
      overlapMs,
      ...formerKey,
    })
    if (options.json)
      return printJson(line, { login, ...endpointJson(made), secret: signing.fresh })
    const until = made.previousUntil
    const old = until === null ? 'the old one is gone' : `the old one too until ${shortTime(until)}`
    line.print(`Endpoint ${id} of "${login}" signs with a new secret, ${old}.`)
    printSigning(line, made, signing)
    if (format.dialect !== undefined && until !== null) {
      line.print(`Only the header has both: the hash inside a message is of the new one at once.`)
    }
  })
}

type Signing = {
  /** Null: the account's own key. */
  readonly secret: string | null
  /** To be shown this once; null where there is nothing new. */
  readonly fresh: string | null
}

async function signingOf(
  line: CommandLine,
  book: OpenBook,
  account: Account,
  {
    format,
    brought,
    test,
  }: {
    readonly format: NamedFormat
    readonly brought: string | undefined
    readonly test: boolean
  },
): Promise<Signing> {
  if (brought !== undefined) return { secret: brought, fresh: null }
  if (format.dialect === undefined) {
    const fresh = line.notices.newSecret(book.ctx.newKey)
    return { secret: fresh, fresh }
  }
  await keyOfAccount(book, account, format, test)
  return { secret: null, fresh: null }
}

/** The account's key signs on for the overlap where the endpoint had no secret of its own. */
async function formerKeyOf(
  book: OpenBook,
  account: Account,
  rotation: {
    readonly before: EndpointRecord
    readonly format: NamedFormat
    readonly signing: Signing
  },
): Promise<{ readonly formerKey?: string }> {
  const { before, format, signing } = rotation
  if (before.ownSecret) return {}
  if (signing.secret !== null) {
    const formerKey = await findKeyOfAccount(book, account, format, before.test)
    return formerKey === undefined ? {} : { formerKey }
  }
  const { login } = account
  throw mistake(
    `endpoint ${before.id} signs with the account's own ${format.name} key; bring a secret with ` +
      `--secret-file, or rotate the key: countersign credential rotate ${login} <id>`,
  )
}

function printSigning(line: CommandLine, made: EndpointRecord, { fresh }: Signing): void {
  if (fresh !== null) {
    line.print('Its secret, for the receiver; it is shown this once:')
    line.print(`  ${fresh}`)
  } else if (made.ownSecret) {
    line.print('It signs with the secret that you brought.')
  } else {
    line.print(`It signs with the newest ${made.format} key of the account.`)
  }
}
