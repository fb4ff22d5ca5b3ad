import type { Failure, FailureCode } from '../../model/failure.ts'

/** Short texts that clients compare, to the letter (contract §7). */
export const noPermission = 'Warning: You do not have permission to access the API!'
export const incorrectKey = 'Warning: Incorrect API Key!'
export const sessionStarted = 'Success: API session successfully started!'
export const cartModified = 'Success: You have modified your shopping cart!'
export const ordersModified = 'Success: You have modified orders!'
/** In a cart, too, beside its lines: an order of it would be refused. */
export const amountTooLarge = 'Warning: The amount is too large!'
export const orderNotFound = 'Warning: Order could not be found!'
/** What the warehouse module says of a token that is no good (warehouse contract A.6). */
export const noAccess = 'No access'

export function addressRefused(address: string): string {
  return `Warning: Your IP ${address} is not allowed to access this API!`
}

/** What is said of a bug too: come back later, and nothing else. */
export const unavailable = 'Warning: The gateway cannot answer now, repeat the request!'

const words = {
  'account-not-found': noPermission,
  'account-disabled': noPermission,
  'address-refused': noPermission,
  'proof-missing': noPermission,
  'proof-wrong': noPermission,
  'too-many-failures': noPermission,
  'not-offered': 'Warning: There is no such route!',
  'invalid-input': 'Warning: The request was refused',
  'order-not-found': orderNotFound,
  'order-refunded': 'Warning: The order is refunded!',
  'order-not-paid': 'Warning: The order is not paid!',
  'order-shipped': 'Warning: The order is despatched and cannot be edited!',
  'duplicate-order': 'Warning: The order is there already!',
  'order-empty': 'Warning: Products required!',
  'amount-too-large': amountTooLarge,
  'numbers-exhausted': 'Warning: There are no order numbers left!',
  'product-not-found': 'Warning: Product could not be found!',
  'product-exists': 'Warning: The product is there already!',
  'address-incomplete': 'Warning: The address is incomplete!',
  busy: unavailable,
  'outcome-unknown': 'Warning: The outcome is unknown, repeat the request!',
} satisfies Record<FailureCode, string>

/** A refusal as this protocol says it; a refused value's reason names the field. */
export function wordsFor({ code, detail: { reason } }: Failure): string {
  const said = words[code]
  return code === 'invalid-input' && reason !== undefined ? `${said}: ${reason}` : said
}
