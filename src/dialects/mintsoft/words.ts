import type { Failure, FailureCode } from '../../model/failure.ts'

/** The two texts of the vendor's example feed, to the letter (contract B.1). */
export const keyInvalid = 'API KEY INVALID'
export const actionInvalid = 'Request Action Invalid'

/** What is said of a bug too: come back later, and nothing else. */
export const unavailable = 'Temporarily unavailable, repeat the request'

const words = {
  'account-not-found': keyInvalid,
  'account-disabled': keyInvalid,
  'address-refused': keyInvalid,
  'proof-missing': keyInvalid,
  'proof-wrong': keyInvalid,
  'too-many-failures': keyInvalid,
  'not-offered': actionInvalid,
  'invalid-input': 'Request refused',
  'order-not-found': 'No such order',
  'order-refunded': 'The order is refunded',
  'order-not-paid': 'The order is not paid',
  'order-shipped': 'The order is despatched',
  'duplicate-order': 'The order is there already',
  'order-empty': 'The order has no lines',
  'amount-too-large': 'The amount is too large',
  'numbers-exhausted': 'There are no order numbers left',
  'product-not-found': 'No such SKU',
  'product-exists': 'The SKU is there already',
  'address-incomplete': 'The address is incomplete',
  busy: unavailable,
  'outcome-unknown': 'Outcome unknown, repeat the request',
} satisfies Record<FailureCode, string>

/** A refusal as this protocol says it; a refused value's reason names the parameter. */
export function wordsFor({ code, detail: { reason } }: Failure): string {
  const said = words[code]
  return code === 'invalid-input' && reason !== undefined ? `${said}: ${reason}` : said
}

/** Refusals of the caller, not of the call: all say the same, after the same work. */
export function isKeyRefusal(code: FailureCode): boolean {
  return words[code] === keyInvalid
}
