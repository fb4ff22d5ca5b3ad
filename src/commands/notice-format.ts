import { credentialsOf } from '../core/credentials.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Account } from '../model/account.ts'
import { isValidAt } from '../model/credential.ts'
import type { NoticeFormat } from '../model/notice.ts'
import { type CommandLine, mistake, type OpenBook } from './command-line.ts'
import { kindNamed } from './dialect-choice.ts'
import { parseList } from './pairs.ts'
import { checkSecret } from './secret-option.ts'

/** A form by its name, with the dialect whose form it is; none for `standard`. */
export type NamedFormat = {
  readonly name: string
  readonly format: NoticeFormat
  readonly dialect: Dialect | undefined
}

/** Throws with the names there are. */
export function formatNamed(line: CommandLine, name: string): NamedFormat {
  const { formats } = line.notices
  const format = formats.get(name)
  if (format === undefined) {
    throw mistake(`there is no format "${name}"; there are: ${[...formats.keys()].join(', ')}`)
  }
  return { name, format, dialect: line.dialects.find((dialect) => dialect.name === name) }
}

/** Null: all. Throws with the list for a type that the format has no words for. */
export function parseTypes({ name, format }: NamedFormat, text: string | undefined) {
  if (text === undefined) return null
  const wanted = [...new Set(parseList(text))]
  const known: readonly string[] = format.types
  const unknown = wanted.find((type) => !known.includes(type))
  if (unknown === undefined && wanted.length > 0) return wanted
  const wrong = unknown === undefined ? 'name at least one' : `${name} does not tell of ${unknown}`
  throw mistake(`--types: ${wrong}; there are: ${known.join(', ')}`)
}

/** Throws, with the reason, for a secret that cannot sign notices of the format. */
export function checkNoticeSecret(line: CommandLine, { dialect }: NamedFormat, secret: string) {
  if (dialect !== undefined) return checkSecret(kindNamed(dialect, undefined), secret)
  const refusal = line.notices.refuseSecret(secret)
  if (refusal !== undefined) throw mistake(`this secret cannot be used: ${refusal}`)
}

/** What signs where an endpoint has no secret of its own, in its mode; undefined: nothing does. */
export async function findKeyOfAccount(
  { ctx }: Pick<OpenBook, 'ctx'>,
  account: Account,
  { name, dialect }: NamedFormat,
  test: boolean,
): Promise<string | undefined> {
  const now = ctx.now()
  const own = (await credentialsOf(ctx, account)).filter(
    (one) => one.dialect === name && one.test === test && isValidAt(one, now),
  )
  return dialect?.notices?.secretOf(own)
}

/** The same. Throws with a hint where nothing does. */
export async function keyOfAccount(
  book: Pick<OpenBook, 'ctx'>,
  account: Account,
  format: NamedFormat,
  test: boolean,
): Promise<string> {
  const key = await findKeyOfAccount(book, account, format, test)
  if (key !== undefined) return key
  const { login } = account
  throw mistake(
    `"${login}" has no ${format.name} key ${test ? 'for tests ' : ''}to sign notices with; bring ` +
      `a secret with --secret-file, or: countersign credential add ${login} ` +
      `--dialect ${format.name}${test ? ' --test' : ''}`,
  )
}
