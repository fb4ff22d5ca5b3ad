import type { Account } from '../model/account.ts'
import type { Instant } from '../model/order.ts'

/** A call that was answered, as far as the operator's own records go. */
export type SeenCall = {
  readonly account: Account
  readonly dialect: string
  readonly at: Instant
  readonly peerAddress: string
  /** Undefined where the address named none. */
  readonly function: string | undefined
  /** `ok`, a failure's code, or `bug`. */
  readonly outcome: string
  readonly reason: string | undefined
  /** Undefined: none proved it. */
  readonly credentialId: number | undefined
  /** What the proof was compared with, by name; never a secret. */
  readonly tried: readonly string[] | undefined
  readonly request: SeenRequest
}

/** As it came; holds proofs, tokens and the buyer's data. */
export type SeenRequest = {
  readonly method: string
  /** Inside the dialect, beginning with `/`. */
  readonly path: string
  /** Raw, without the question mark. */
  readonly query: string
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: Uint8Array | 'too-large'
}
