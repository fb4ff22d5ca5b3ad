import type { Account } from '../model/account.ts'
import { Failure } from '../model/failure.ts'
import type { Shop } from '../model/shop.ts'
import { changeOrder } from './change-order.ts'
import type { Author } from './commands.ts'
import type { Context } from './context.ts'
import { findOrder } from './find-order.ts'
import { putOn } from './place-checkout.ts'

/** As many as OpenCart's own column holds bytes. */
export const mostCommentSigns = 65_535

/**
 * Puts an order on a status of the account's table. An unknown or missing status leaves the order
 * where it is and keeps the comment alone. Throws `order-not-found`, also for hidden orders, and
 * `invalid-input` for a comment that is too long.
 */
export async function setOrderStatus(
  ctx: Context,
  account: Account,
  shop: Shop,
  wish: {
    readonly number: number
    readonly status: number | undefined
    readonly comment: string
    readonly author: Author
    /** The buyer should be told, also where nothing changes. */
    readonly notify?: boolean
    /** The credential that moves the order has it in hand from now on. */
    readonly takenBy?: number
  },
): Promise<void> {
  const { number, author, comment, takenBy, notify = false } = wish
  if (comment.length > mostCommentSigns) {
    throw new Failure('invalid-input', { reason: 'the comment is too long' })
  }
  const status = shop.statuses.find(({ id }) => id === wish.status)
  const text = comment === '' ? {} : { text: comment }
  const taken = takenBy === undefined ? {} : { takenBy }
  if (status === undefined && comment === '' && !notify) {
    await findOrder(ctx, account, number)
    return
  }
  const command = status === undefined ? ({ kind: 'comment' } as const) : putOn(status)
  await changeOrder(ctx, account, { number, command, author, notify, ...text, ...taken })
}
