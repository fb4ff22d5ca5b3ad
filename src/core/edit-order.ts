import type { Account } from '../model/account.ts'
import type { Order, OrderContent } from '../model/order.ts'
import { isCalledOff } from '../model/step.ts'
import { readUses, type Use } from '../store/checkout-locks.ts'
import { orderKey } from '../store/order-locks.ts'
import type { Author } from './commands.ts'
import type { Context } from './context.ts'
import { withCustomer } from './customers.ts'
import type { CheckoutPlan } from './place-checkout.ts'
import { replanEdit } from './replan-edit.ts'

/**
 * Puts what a checkout comes to in the place of an order's content. `plan` is given the order and
 * what it has used up so far of coupons and vouchers. Throws `order-not-found`, `order-shipped`,
 * what `plan` throws, and what the committer throws.
 */
export async function editOrder(
  ctx: Context,
  account: Account,
  { number, author }: { readonly number: number; readonly author: Author },
  plan: (
    order: Order,
    ownUses: readonly Use[],
  ) => Promise<Pick<CheckoutPlan, 'content' | 'uses' | 'vouchers'>>,
): Promise<Order> {
  const { order } = await replanEdit(ctx, account, { number, author, kept }, async (before) => {
    // One that is called off has given back what it used.
    const own = isCalledOff(before) ? [] : await usesOfOrder(ctx, account, number)
    const planned = await plan(before, own)
    const fields = { ...before.fields, ...planned.content.fields }
    const content = await withCustomer(ctx, account, { ...planned.content, fields })
    return { ...planned, content }
  })
  return order
}

/** What an order has used up of coupons, vouchers and points. */
export async function usesOfOrder(
  ctx: Context,
  { id }: Account,
  number: number,
): Promise<readonly Use[]> {
  const key = { accountId: id, number }
  const found = await ctx.database.inTime(() => readUses(ctx.database.sql, [key]))
  return found.get(orderKey(key)) ?? []
}

/** What an edit never touches: of what was sent with the order, nothing is lost. */
const kept: readonly (keyof OrderContent)[] = [
  'dialect',
  'currency',
  'payKey',
  'payDomain',
  'createdAt',
  'ip',
  'tag',
  'utm',
]
