import { type FailureCode, failureCodes } from './failure.ts'

/** What a call came to, in few enough words to count by. */
export type OutcomeKind = 'ok' | 'refused' | 'unproved' | 'busy' | 'unknown' | 'bug'

const ofFailure = {
  'account-not-found': 'unproved',
  'account-disabled': 'unproved',
  'address-refused': 'unproved',
  'proof-missing': 'unproved',
  'proof-wrong': 'unproved',
  'too-many-failures': 'unproved',
  'not-offered': 'refused',
  'invalid-input': 'refused',
  'order-not-found': 'refused',
  'order-refunded': 'refused',
  'order-not-paid': 'refused',
  'order-shipped': 'refused',
  'duplicate-order': 'refused',
  'order-empty': 'refused',
  'amount-too-large': 'refused',
  'numbers-exhausted': 'refused',
  'product-not-found': 'refused',
  'product-exists': 'refused',
  'address-incomplete': 'refused',
  busy: 'busy',
  'outcome-unknown': 'unknown',
} as const satisfies Record<FailureCode, OutcomeKind>

const known = new Map<string, OutcomeKind>([
  ['ok', 'ok'],
  // InfluencerSoft's GetBills: its word for "this buyer has no orders" (contract §5.7).
  ['code-400', 'ok'],
  ['bug', 'bug'],
  ...failureCodes.map((code) => [code, ofFailure[code]] as const),
])

/** By what a dialect notes: `ok`, `bug`, a failure's code, or a refusal in words of its own. */
export function outcomeKind(outcome: string): OutcomeKind {
  return known.get(outcome) ?? 'refused'
}

/** True for a call that the gateway understood and turned down, proved or not. */
export function isRefusal(outcome: string): boolean {
  const kind = outcomeKind(outcome)
  return kind === 'refused' || kind === 'unproved'
}
