import { addCredential } from '../core/credentials.ts'
import type { CredentialKind, Dialect } from '../dialects/dialect.ts'
import type { Account } from '../model/account.ts'
import type { Credential } from '../model/credential.ts'
import { baseUrlOf, type OpenBook } from './command-line.ts'

/** Adds a credential of a kind, with a fresh key unless one was brought along. */
export function makeCredential(
  { ctx }: Pick<OpenBook, 'ctx'>,
  account: Account,
  wish: {
    readonly dialect: Dialect
    readonly kind: CredentialKind
    readonly secret: string | undefined
    /** Absent: the kind's own. */
    readonly publicPart?: string
    readonly ipList?: readonly string[]
    readonly settings?: Readonly<Record<string, unknown>>
    readonly test?: boolean
  },
): Promise<Credential> {
  const { dialect, kind, secret, ipList = [], settings = {}, test = false } = wish
  return addCredential(ctx, account, {
    dialect: dialect.name,
    kind: kind.name,
    publicPart: wish.publicPart ?? kind.publicPart(account.login, ctx.newKey),
    secret: secret ?? kind.secret(ctx.newKey),
    ipList,
    settings,
    test,
  })
}

/** What to type into a client of the dialect. */
export function sheetOf(
  book: OpenBook,
  account: Account,
  dialect: Dialect,
  credentials: readonly Credential[],
): Readonly<Record<string, unknown>> {
  return dialect.connectionSheet({
    account,
    baseUrl: baseUrlOf(book, dialect, account),
    credentials,
  })
}

/** The same for a person: a name and a value a line, nested names with a point. */
export function sheetLines(dialect: Dialect, sheet: Readonly<Record<string, unknown>>): string[] {
  const values = flat(sheet)
  const width = Math.max(0, ...values.map(([name]) => name.length))
  // Not cleaned for the terminal: a key must come out as it is.
  return [dialect.title, ...values.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`)]
}

function flat(sheet: Readonly<Record<string, unknown>>, prefix = ''): [string, string][] {
  return Object.entries(sheet).flatMap(([name, value]): [string, string][] =>
    typeof value === 'object' && value !== null
      ? flat(value as Record<string, unknown>, `${prefix}${name}.`)
      : [[`${prefix}${name}`, String(value)]],
  )
}
