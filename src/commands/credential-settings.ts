import type { Dialect } from '../dialects/dialect.ts'
import { mistake } from './command-line.ts'

/**
 * Settings of a credential as the dialect's entry checks them. Texts are taken as they are, or as
 * the number or switch that they spell where the dialect wants that; an empty text goes back to
 * the default. Throws with the names there are.
 */
export function readCredentialSettings(
  dialect: Dialect,
  pairs: readonly (readonly [string, string])[],
  before: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const known = knownNames(dialect)
  const given = new Map<string, unknown>(Object.entries(before))
  for (const [name, value] of pairs) {
    if (!known.includes(name)) throw unknownName(dialect, name, known)
    if (value === '') given.delete(name)
    else given.set(name, value)
  }
  const first = dialect.settings.safeParse(Object.fromEntries(given))
  if (first.success) return kept(first.data, given)
  for (const { path } of first.error.issues) {
    const name = String(path[0])
    given.set(name, spelled(given.get(name)))
  }
  const second = dialect.settings.safeParse(Object.fromEntries(given))
  if (second.success) return kept(second.data, given)
  const problems = second.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw mistake(problems.join('; '))
}

function knownNames({ settings }: Dialect): string[] {
  const shape = 'shape' in settings ? settings.shape : {}
  return Object.keys(shape ?? {})
}

function unknownName(dialect: Dialect, name: string, known: readonly string[]): Error {
  const there = known.length === 0 ? 'it has none' : `there are: ${known.join(', ')}`
  return mistake(`a credential of ${dialect.name} has no setting "${name}"; ${there}`)
}

function spelled(value: unknown): unknown {
  if (value === 'true' || value === 'on' || value === 'yes') return true
  if (value === 'false' || value === 'off' || value === 'no') return false
  if (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)) return Number(value)
  return typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value
}

/** Defaults are not written down, so that they may change. */
function kept(
  data: Readonly<Record<string, unknown>>,
  given: ReadonlyMap<string, unknown>,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(data).filter(([name]) => given.has(name)))
}
