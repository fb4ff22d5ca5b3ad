/**
 * Every refusal that a caller may hear. A dialect words each of them in its own protocol;
 * anything thrown that is not a `Failure` is a bug and tells the caller nothing.
 */
export const failureCodes = [
  'account-not-found',
  'account-disabled',
  'address-refused',
  'proof-missing',
  'proof-wrong',
  'too-many-failures',
  'not-offered',
  'invalid-input',
  'order-not-found',
  'order-refunded',
  'order-not-paid',
  'order-shipped',
  'duplicate-order',
  'order-empty',
  'amount-too-large',
  'numbers-exhausted',
  'product-not-found',
  'product-exists',
  'address-incomplete',
  'busy',
  'outcome-unknown',
] as const

export type FailureCode = (typeof failureCodes)[number]

/** What a dialect may need to word the refusal; never a secret, never a caller's raw text. */
export type FailureDetail = {
  /** For the operator's log, in English. */
  readonly reason?: string
  readonly orderNumber?: number
  /** The pay link's key of the order that a duplicate points at. */
  readonly payKey?: string
  readonly productCode?: string
  readonly peerAddress?: string
  readonly field?: string
}

/** An expected refusal. `message` is for the log; callers hear the dialect's word for `code`. */
export class Failure extends Error {
  readonly code: FailureCode
  readonly detail: FailureDetail

  constructor(code: FailureCode, detail: FailureDetail = {}) {
    super(detail.reason ?? code)
    this.name = 'Failure'
    this.code = code
    this.detail = detail
  }
}

export function isFailure(error: unknown, code?: FailureCode): error is Failure {
  return error instanceof Failure && (code === undefined || error.code === code)
}
