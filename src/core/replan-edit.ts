import type { Account } from '../model/account.ts'
import type { EditedContent } from '../model/command.ts'
import { decide } from '../model/decide.ts'
import { Failure } from '../model/failure.ts'
import type { Order, OrderContent } from '../model/order.ts'
import { isPayOnDelivery } from '../model/pay-on-delivery.ts'
import { readEventSeq } from '../store/order-history.ts'
import { changeOrder, isOrderNumber } from './change-order.ts'
import { type Author, type ChangeOutcome, Overtaken } from './commands.ts'
import type { Context } from './context.ts'
import { findOrder } from './find-order.ts'
import type { CheckoutPlan } from './place-checkout.ts'

const mostTries = 20

type EditPlan = Pick<CheckoutPlan, 'content' | 'uses' | 'vouchers'>

export type EditOutcome = {
  /** As it was before. */
  readonly order: Order
  /** What differed. */
  readonly edited: EditedContent
  readonly outcome: ChangeOutcome
}

/**
 * Edits an order as `plan` says, which is asked again whenever the order has moved on meanwhile.
 * `kept`: what this edit never touches. Throws `order-not-found`, `order-shipped`, what `plan`
 * throws, and what the committer throws.
 */
export async function replanEdit(
  ctx: Context,
  account: Account,
  { number, author, kept }: { number: number; author: Author; kept: readonly string[] },
  plan: (order: Order) => Promise<EditPlan>,
): Promise<EditOutcome> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    // Read first: whatever happens to the order from here on is noticed.
    const orderSeq = await eventSeqOf(ctx, account, number)
    const order = await findOrder(ctx, account, number)
    refuseEdit(ctx, order)
    const { content, uses, vouchers } = await plan(order)
    const payOnDelivery = isPayOnDelivery(account.settings.payOnDelivery, content)
    const edited = differences(order, content, kept)
    try {
      const outcome = await changeOrder(ctx, account, {
        number,
        author,
        command: { kind: 'edit', content: edited, payOnDelivery },
        rider: { uses, vouchers, orderSeq },
      })
      return { order, edited, outcome }
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

function differences(order: Order, content: OrderContent, kept: readonly string[]): EditedContent {
  const changed = Object.entries(content).filter(
    ([name, value]) =>
      !kept.includes(name) && text(value) !== text(order[name as keyof OrderContent]),
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
