import { isIP } from 'node:net'
import type { Failure, FailureCode } from '../../model/failure.ts'

/** A code and the text that the answer's hash covers (contract §4). */
export type Words = { readonly code: number; readonly text: string }

/** What a function says differently from the table below. */
export type OwnWords = Partial<Record<FailureCode, Words>>

export const ok: Words = { code: 0, text: 'OK' }
export const noData: Words = { code: 2, text: 'No transmitted data' }
export const wrongData: Words = { code: 3, text: 'Wrong posted data' }
export const unknownFunction: Words = { code: 3, text: 'Function not exist' }
export const wrongEmail: Words = { code: 600, text: 'Wrong email' }
export const missingProducts: Words = { code: 603, text: 'Missing products' }
export const duplicateOrder: Words = {
  code: 601,
  text: 'Order already exist. His number send in result array.',
}
/** Code 8 tells a client to come back later; a bug says no more than an outage does. */
export const temporaryError: Words = { code: 8, text: 'Temporary error, try again later' }

const orderNotPaid: Words = { code: 202, text: 'Order not paid' }
const errorCreatingOrder: Words = { code: 602, text: 'Error creating order' }

const words = {
  'account-not-found': { code: 5, text: 'Invalid user name' },
  'account-disabled': { code: 7, text: 'Account disabled' },
  'address-refused': { code: 6, text: 'Permission denied for ip' },
  'proof-missing': { code: 1, text: 'Not transferred hash' },
  'proof-wrong': { code: 4, text: 'Incorrect hash' },
  'too-many-failures': {
    code: 8,
    text: 'Too many failed calls from this address, try again later',
  },
  'not-offered': { code: 8, text: 'Contact and partner functions are not offered by this gateway' },
  'invalid-input': wrongData,
  'order-not-found': { code: 200, text: 'Nonexistent order' },
  'order-refunded': orderNotPaid,
  'order-not-paid': orderNotPaid,
  'order-shipped': { code: 201, text: 'Wrong status' },
  'duplicate-order': duplicateOrder,
  'order-empty': missingProducts,
  'amount-too-large': errorCreatingOrder,
  'numbers-exhausted': errorCreatingOrder,
  'product-not-found': { code: 604, text: 'Product not exist' },
  'product-exists': wrongData,
  'address-incomplete': { code: 605, text: 'Not having any data for delivery products' },
  busy: temporaryError,
  'outcome-unknown': { code: 8, text: 'Outcome unknown, repeat the call' },
} satisfies Record<FailureCode, Words>

/** A refusal as this protocol says it. Nothing of the caller's stands in it unchecked (§2.4). */
export function wordsFor(failure: Failure, own: OwnWords = {}): Words {
  const said = own[failure.code] ?? words[failure.code]
  const { peerAddress, productCode } = failure.detail
  if (failure.code === 'address-refused' && isIP(peerAddress ?? '') !== 0) {
    return { ...said, text: `${said.text} ${peerAddress}` }
  }
  if (failure.code === 'product-not-found' && /^[A-Za-z0-9._-]{1,64}$/.test(productCode ?? '')) {
    return { ...said, text: `${said.text} ${productCode}` }
  }
  return said
}
