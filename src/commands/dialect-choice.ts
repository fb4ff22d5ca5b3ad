import type { CredentialKind, Dialect } from '../dialects/dialect.ts'
import { type CommandLine, mistake } from './command-line.ts'

/** The dialect of that name. Throws with the names there are. */
export function dialectNamed(line: CommandLine, name: string): Dialect {
  const dialect = line.dialects.find((one) => one.name === name)
  if (dialect !== undefined) return dialect
  const names = line.dialects.map((one) => one.name).join(', ')
  throw mistake(`there is no dialect "${name}"; there are: ${names}`)
}

/** The dialect of `--dialect`; without it the registry's first. */
export function dialectOr(line: CommandLine, name: string | undefined): Dialect {
  const [first] = line.dialects
  if (name === undefined && first !== undefined) return first
  return dialectNamed(line, name ?? '')
}

/** The kind of that name; without a name the one that every new account gets. */
export function kindNamed(dialect: Dialect, name: string | undefined): CredentialKind {
  const kinds = dialect.credentialKinds
  const kind =
    name === undefined
      ? (kinds.find(({ byDefault }) => byDefault) ?? kinds[0])
      : kinds.find((one) => one.name === name)
  if (kind !== undefined) return kind
  const names = kinds.map((one) => one.name).join(', ')
  throw mistake(`${dialect.name} has no credential kind "${name}"; it has: ${names}`)
}
