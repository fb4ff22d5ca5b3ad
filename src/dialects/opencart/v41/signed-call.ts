import type { Author } from '../../../core/commands.ts'
import type { EnteringCredential } from '../../../core/directory.ts'
import type { Shop } from '../../../model/shop.ts'
import type { OpencartRequest } from '../request.ts'
import type { Body, Visit } from '../route.ts'

/** A call whose signature is right. */
export type SignedCall = Visit & {
  readonly credential: EnteringCredential
  readonly author: Author
  readonly shop: Shop
}

/** One call behind the signature. Its `run` throws `Refusal` or `Failure` to refuse. */
export type SignedRoute = {
  /** How the call says a refusal that is one text: bare, or under `warning` (contract §6.4). */
  readonly says: (text: string) => Body
  /** Whether it changes anything in the book; absent: it only works something out. */
  readonly writes?: true
  /** What it reads of the address beyond what is signed there; absent: nothing. */
  readonly unsigned?: (request: OpencartRequest) => string
  readonly run: (call: SignedCall) => Promise<Body>
}
