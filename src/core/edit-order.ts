import type { Account } from '../model/account.ts'
import type { EditedContent } from '../model/command.ts'
import { decide } from '../model/decide.ts'
import { Failure } from '../model/failure.ts'
import type { Order, OrderContent } from '../model/order.ts'
import { isPayOnDelivery } from '../model/pay-on-delivery.ts'
import { isCalledOff } from '../model/step.ts'
import { readUses, type Use } from '../store/checkout-locks.ts'
import { readEventSeq } from '../store/order-history.ts'
import { orderKey } from '../store/order-locks.ts'
import { changeOrder, isOrderNumber } from './change-order.ts'
import { type Author, Overtaken } from './commands.ts'
import type { Context } from './context.ts'
import { withCustomer } from './customers.ts'
import { findOrder } from './find-order.ts'
import type { CheckoutPlan } from './place-checkout.ts'

const mostTries = 20

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
  for (let tries = 0; tries < mostTries; tries += 1) {
    // Read first: whatever happens to the order from here on is noticed.
    const orderSeq = await eventSeqOf(ctx, account, number)
    const order = await findOrder(ctx, account, number)
    refuseEdit(ctx, order)
    // One that is called off has given back what it used.
    const own = isCalledOff(order) ? [] : await usesOfOrder(ctx, account, number)
    const { content: planned, uses, vouchers } = await plan(order, own)
    const fields = { ...order.fields, ...planned.fields }
    const content = await withCustomer(ctx, account, { ...planned, fields })
    const payOnDelivery = isPayOnDelivery(account.settings.payOnDelivery, content)
    try {
      await changeOrder(ctx, account, {
        number,
        author,
        command: { kind: 'edit', content: differences(order, content), payOnDelivery },
        rider: { uses, vouchers, orderSeq },
      })
      return order
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error
    }
  }
  throw new Failure('busy', { reason: 'too many calls at once on one order' })
}

/** Asks the rules before anything else: nobody need mend a checkout that cannot be put in place. */
function refuseEdit(ctx: Context, order: Order): void {
  decide({ ...order, payOnDelivery: false }, { kind: 'edit', content: {} }, ctx.now())
}

async function eventSeqOf(ctx: Context, { id }: Account, number: number): Promise<number> {
  if (!isOrderNumber(number)) throw new Failure('order-not-found')
  const seq = await ctx.database.inTime(() => readEventSeq(ctx.database.sql, id, number))
  if (seq === undefined) throw new Failure('order-not-found')
  return seq
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

function differences(order: Order, content: OrderContent): EditedContent {
  const changed = Object.entries(content).filter(
    ([name, value]) =>
      !kept.includes(name as keyof OrderContent) &&
      text(value) !== text(order[name as keyof OrderContent]),
  )
  return Object.fromEntries(changed)
}

/** Equal for values that mean the same, whatever the order of their names. */
function text(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) => {
    if (typeof inner === 'bigint') return `${inner}n`
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}
