import { isUtf8 } from 'node:buffer'
import { type Command, Option } from 'commander'
import type { CredentialKind } from '../dialects/dialect.ts'
import { type CommandLine, mistake, readSource } from './command-line.ts'

export type SecretOptions = { readonly secret?: string; readonly secretFile?: string }

/** Adds `--secret` and `--secret-file` to a command. */
export function withSecretOptions(
  command: Command,
  description = 'a key that clients hold already, as it is',
): Command {
  return command
    .addOption(new Option('--secret <key>', description).conflicts('secretFile'))
    .option('--secret-file <file>', 'read that key from a file, or from standard input with -')
}

/**
 * The key that was brought along; undefined: make a fresh one. From a file one line break at its
 * end is dropped, nothing else.
 */
export async function givenSecret(
  line: CommandLine,
  { secret, secretFile }: SecretOptions,
): Promise<string | undefined> {
  if (secretFile === undefined) return secret
  const bytes = await readSource(line, secretFile)
  if (!isUtf8(bytes)) throw mistake(`${secretFile} holds no UTF-8 text`)
  return Buffer.from(bytes)
    .toString('utf8')
    .replace(/\r?\n$/, '')
}

/** Throws, with the reason, for a key that cannot be used; never repeats the key. */
export function checkSecret(kind: CredentialKind, secret: string): void {
  if (secret === '') throw mistake('the key is empty')
  if (/\p{Cc}/u.test(secret)) {
    throw mistake('the key holds a control character, such as a tab or a line break')
  }
  const refusal = kind.refuseSecret(secret)
  if (refusal !== undefined) throw mistake(`this key cannot be used: ${refusal}`)
}
