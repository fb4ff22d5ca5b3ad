import type { Account } from '../model/account.ts'
import { mended, type OrderMend } from '../model/mend-order.ts'
import type { Author } from './commands.ts'
import type { Context } from './context.ts'
import { withCustomer } from './customers.ts'
import { usesOfOrder } from './edit-order.ts'
import { type EditOutcome, replanEdit } from './replan-edit.ts'

/**
 * Puts fields of an order right, and its sums with them; coupons, vouchers and points that it uses
 * stay. Throws `order-not-found`, `order-shipped`, `invalid-input` and `amount-too-large` as
 * `mended` does, and what the committer throws.
 */
export async function mendOrder(
  ctx: Context,
  account: Account,
  { number, author, mend }: { number: number; author: Author; mend: OrderMend },
): Promise<EditOutcome> {
  return replanEdit(ctx, account, { number, author, kept: [] }, async (order) => {
    const content = mended(order, mend)
    const isOther = content.buyer.email !== order.buyer.email
    return {
      content: isOther ? await withCustomer(ctx, account, content) : content,
      uses: await usesOfOrder(ctx, account, number),
      vouchers: [],
    }
  })
}
