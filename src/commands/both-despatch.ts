import type { CredentialRecord } from '../core/credentials.ts'
import type { Dialect } from '../dialects/dialect.ts'

/**
 * Warnings of credentials in use that may be handed the same orders to send: each pair by itself,
 * with what to do about it.
 */
export function despatchWarnings(
  dialects: readonly Dialect[],
  credentials: readonly CredentialRecord[],
): string[] {
  const houses = credentials.flatMap((credential) => {
    const dialect = dialects.find(({ name }) => name === credential.dialect)
    const isInUse = credential.lastUsedAt !== null && credential.revokedAt === null
    return dialect?.bothDespatch === undefined || !isInUse ? [] : [{ credential, dialect }]
  })
  return houses.flatMap((one, at) =>
    houses
      .slice(at + 1)
      .filter((other) => other.credential.test === one.credential.test)
      .filter((other) =>
        one.dialect === other.dialect
          ? one.dialect.bothDespatch?.(one.credential, other.credential)
          : true,
      )
      .map((other) => wordsOf(one.credential, other.credential)),
  )
}

function wordsOf(one: CredentialRecord, other: CredentialRecord): string {
  return (
    `Warning: credentials ${one.id} (${one.dialect}) and ${other.id} (${other.dialect}) may both be ` +
    'handed the same order, and both send it. Let their filters exclude each other, or revoke one.'
  )
}
