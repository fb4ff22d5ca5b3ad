import type { Credential } from '../../model/credential.ts'

/** The credential that was made last. */
export function newest(credentials: readonly Credential[]): Credential | undefined {
  return credentials.reduce<Credential | undefined>(
    (latest, one) => (latest === undefined || one.id > latest.id ? one : latest),
    undefined,
  )
}
