import type { FailureCode } from '../../model/failure.ts'
import { type Said, say } from './words.ts'

type Note = {
  readonly code: FailureCode
  /** For the operator; never a secret. */
  readonly reason: string
  /** Whose failed proof it is, as the caller named him; absent: no proof failed. */
  readonly against?: string
  /** What the proof was compared with, by name. */
  readonly tried?: readonly string[]
}

/** A call that is not carried out, with what its client hears. */
export class Refusal extends Error {
  /** `challenge`: 401 with the request for a Basic login. */
  readonly said: Said | 'challenge'
  readonly code: FailureCode
  readonly reason: string
  readonly against: string | undefined
  readonly tried: readonly string[] | undefined

  constructor(said: Said | 'challenge', { code, reason, against, tried }: Note) {
    super(reason)
    this.name = 'Refusal'
    this.said = said
    this.code = code
    this.reason = reason
    this.against = against
    this.tried = tried
  }
}

/** What the client did not send, or sent misshapen. */
export function misshapen(description: string): Refusal {
  return new Refusal(say('invalid_request', description), {
    code: 'invalid-input',
    reason: description,
  })
}
