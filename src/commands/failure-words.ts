import type { Failure, FailureCode } from '../model/failure.ts'

const words = {
  'account-not-found': 'there is no such account; see: countersign account list',
  'account-disabled': 'the account is disabled; see: countersign account enable',
  'address-refused': 'the address is not on the list of the credential',
  'proof-missing': 'the proof is missing',
  'proof-wrong': 'the proof is wrong',
  'too-many-failures': 'there were too many failures; try again in a minute',
  'not-offered': 'the gateway does not offer this',
  'invalid-input': 'the input cannot be used',
  'order-not-found': 'there is no such order, or it is hidden (order unhide brings it back)',
  'order-refunded': 'the order is refunded: that is final',
  'order-not-paid': 'the order was never paid',
  'order-shipped': 'the order has a parcel: what was sent stays as it was sent',
  'duplicate-order': 'the order is there already',
  'order-empty': 'the order has no lines',
  'amount-too-large': 'the amount is too large',
  'numbers-exhausted': 'the account has no order numbers left',
  'product-not-found': 'there is no such product',
  'product-exists': 'the product is there already',
  'address-incomplete': 'the address is incomplete',
  busy: 'the database is busy or away; nothing was done, try again',
  'outcome-unknown': 'it is not known whether this was done; repeat the command, it does no harm',
} satisfies Record<FailureCode, string>

/** The refusal in words for the person at the console. */
export function wordFailure(failure: Failure): string {
  return failure.detail.reason ?? words[failure.code]
}
