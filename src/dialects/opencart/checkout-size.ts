import { mostCommentSigns } from '../../core/set-order-status.ts'
import type { Checkout } from '../../model/checkout.ts'
import { Failure } from '../../model/failure.ts'

/** Room for a thousand lines with options; a session is read and written with nearly every call. */
const mostBytes = 256 * 1024

/**
 * Refuses a checkout that has outgrown what a session and an order may hold: most of its texts have
 * no bound of their own, and bodies may have many megabytes.
 */
export function checkSize(checkout: Checkout): void {
  if (checkout.comment.length > mostCommentSigns) throw tooLarge('the comment is too long')
  const size = Buffer.byteLength(JSON.stringify(checkout))
  if (size > mostBytes) throw tooLarge(`the checkout is larger than ${mostBytes / 1024} kB`)
}

function tooLarge(reason: string): Failure {
  return new Failure('invalid-input', { reason })
}
