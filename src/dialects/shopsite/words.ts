import type { FailureCode } from '../../model/failure.ts'

/** What a refusal says in JSON; both members are always there (contract §2.2). */
export type Said = { readonly error: string; readonly error_description: string }

export function say(error: string, description: string): Said {
  return { error, error_description: description }
}

export const unsupportedGrant = say(
  'unsupported_grant_type',
  'The grant_type must be authorization_code.',
)
/** One text for an unknown client and a wrong signature: guessing learns nothing. */
export const clientWrong = say(
  'invalid_client',
  'The Client ID is unknown or the signature is wrong; check the Client ID and the Secret Key.',
)
export const codeWrong = say('invalid_grant', 'The Authorization Code is wrong.')
export const tokenWrong = say(
  'invalid_token',
  'The token is unknown or too old; ask for a new one.',
)
export const signatureWrong = say('invalid_request', 'The signature does not match the request.')
export const nonceUsed = say('invalid_request', 'This nonce was used already with this token.')
export const uploadsRefused = say(
  'access_denied',
  'Uploads are not taken here: orders and products can be downloaded only.',
)
export const nothingThere = say('invalid_request', 'There is nothing at this address.')
export const methodWrong = say('invalid_request', 'Only GET and POST are taken.')

const unproved = say('invalid_client', 'The request is not authorized.')
const refused = say('invalid_request', 'The request was refused.')
/** What is said of a bug too: come back later, and nothing else. */
export const unavailable = say(
  'temporarily_unavailable',
  'The gateway cannot answer now; repeat the request.',
)

/** A refusal by the book, as this protocol says it. */
export const words = {
  'account-not-found': unproved,
  'account-disabled': unproved,
  'address-refused': unproved,
  'proof-missing': unproved,
  // A session that ended between two reads of it.
  'proof-wrong': tokenWrong,
  'too-many-failures': unproved,
  'not-offered': nothingThere,
  'invalid-input': refused,
  'order-not-found': refused,
  'order-refunded': refused,
  'order-not-paid': refused,
  'order-shipped': refused,
  'duplicate-order': refused,
  'order-empty': refused,
  'amount-too-large': refused,
  'numbers-exhausted': refused,
  'product-not-found': refused,
  'product-exists': refused,
  'address-incomplete': refused,
  busy: unavailable,
  'outcome-unknown': unavailable,
} satisfies Record<FailureCode, Said>
