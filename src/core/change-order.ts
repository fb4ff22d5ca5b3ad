import type { Account } from '../model/account.ts'
import { Failure } from '../model/failure.ts'
import { highestOrderNumber } from '../model/order.ts'
import type { ChangeOrder, ChangeOutcome } from './commands.ts'
import type { Context } from './context.ts'

/**
 * Carries out one command on one order, durably. Throws the rules' refusals, `busy` (nothing was
 * done) and `outcome-unknown` (repeat the call, it does no harm).
 */
export async function changeOrder(
  ctx: Context,
  account: Account,
  change: ChangeOrder,
): Promise<ChangeOutcome> {
  if (!isOrderNumber(change.number)) throw new Failure('order-not-found')
  return ctx.committer.change(account.id, change)
}

export function isOrderNumber(number: number): boolean {
  return Number.isInteger(number) && number >= 1 && number <= highestOrderNumber
}
