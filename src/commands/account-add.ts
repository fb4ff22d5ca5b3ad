import { addAccount } from '../core/accounts.ts'
import type { Credential } from '../model/credential.ts'
import { type CommandLine, withBook } from './command-line.ts'
import { dialectOr, kindNamed } from './dialect-choice.ts'
import { makeCredential, sheetLines, sheetOf } from './make-credential.ts'
import { printJson } from './output.ts'
import { checkSecret, givenSecret, type SecretOptions } from './secret-option.ts'

export type AddOptions = SecretOptions & { readonly dialect?: string; readonly json?: boolean }

/**
 * Makes an account and, for every dialect, the credentials that its entry marks as default.
 * A brought key is checked before anything is made.
 */
export async function addNewAccount(
  line: CommandLine,
  login: string,
  options: AddOptions,
): Promise<void> {
  const owner = dialectOr(line, options.dialect)
  const ownKind = kindNamed(owner, undefined)
  const secret = await givenSecret(line, options)
  if (secret !== undefined) checkSecret(ownKind, secret)
  await withBook(line, async (book) => {
    const account = await addAccount(book.ctx, login)
    const sheets: Record<string, unknown> = {}
    const lines: string[] = []
    for (const dialect of line.dialects) {
      const made: Credential[] = []
      for (const kind of dialect.credentialKinds) {
        const brought = dialect === owner && kind === ownKind ? secret : undefined
        if (!kind.byDefault && brought === undefined) continue
        made.push(await makeCredential(book, account, { dialect, kind, secret: brought }))
      }
      const sheet = sheetOf(book, account, dialect, made)
      sheets[dialect.name] = sheet
      lines.push('', ...sheetLines(dialect, sheet))
    }
    if (options.json) return printJson(line, { login, ...sheets })
    line.print(`The account "${login}" is made. Type this into its clients:`)
    for (const text of lines) line.print(text)
    line.print('')
    line.print(
      'The keys are shown this once. A lost one is replaced: countersign credential rotate',
    )
  })
}
