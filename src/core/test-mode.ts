import type { Account } from '../model/account.ts'
import { Failure } from '../model/failure.ts'
import { readTestOrders } from '../store/test-orders.ts'
import type { Context } from './context.ts'

/** Named one by one; beyond that a person reads only that there are more. */
const mostNamed = 10

/**
 * Whether an account may leave test mode: what tests ordered would be handed to the warehouse.
 * Throws `invalid-input` with what to do instead; hidden orders are handed to nobody.
 */
export async function refuseTestOrders(ctx: Context, account: Account): Promise<void> {
  const found = await readTestOrders(ctx.database.sql, account.id, mostNamed + 1)
  if (found.length === 0) return
  const { login } = account
  const named = found.slice(0, mostNamed).join(', ')
  const more = found.length > mostNamed ? ' and more' : ''
  throw new Failure('invalid-input', {
    reason:
      `test mode stays on: "${login}" has orders of tests (${named}${more}), which would be ` +
      `handed to the live warehouse. Go live with a copy: countersign account copy ${login} <new>. ` +
      `Or hide them first, one by one: countersign order hide ${login} <number>`,
  })
}
