import type { Credential } from '../../model/credential.ts'
import { equalConstantTime } from '../../wire/digest.ts'
import type { Parameters } from './parameters.ts'

export type Proof<C extends Credential = Credential> =
  | { readonly proved: true; readonly credential: C }
  | {
      readonly proved: false
      readonly failure: 'proof-missing' | 'proof-wrong'
      /** For the operator. */
      readonly reason: string
    }

/**
 * The credential whose key the call carries: trimmed, without braces, in any case (contract B.5).
 * Every key is compared, and one where there is none, so that time tells nothing.
 */
export function prove<C extends Credential>(
  parameters: Parameters,
  credentials: readonly C[],
): Proof<C> {
  const sent = parameters.values.get('apikey')?.text ?? ''
  const key = foldKey(sent)
  let found: C | undefined
  for (const one of credentials) {
    const isNewer = found === undefined || one.id > found.id
    if (equalConstantTime(foldKey(one.secret), key) && isNewer) found = one
  }
  if (credentials.length === 0) equalConstantTime(foldKey(sent), key)
  if (parameters.problem !== undefined) return refused('proof-missing', parameters.problem)
  if (parameters.conflicts.has('apikey')) {
    return refused('proof-wrong', 'APIKEY came with two values, or as an array')
  }
  if (key === '') return refused('proof-missing', 'there is no APIKEY, or it is empty')
  if (found === undefined) return refused('proof-wrong', 'APIKEY is not the key')
  return { proved: true, credential: found }
}

/** The form of a key that all its spellings share. */
export function foldKey(key: string): string {
  const trimmed = key.trim()
  const bare = /^\{(.*)\}$/s.exec(trimmed)?.[1] ?? trimmed
  return bare.trim().toLowerCase()
}

function refused(failure: 'proof-missing' | 'proof-wrong', reason: string): Proof<never> {
  return { proved: false, failure, reason }
}
