import { isKnownTo } from '../../core/awaiting-shipment.ts'
import { findOrder } from '../../core/find-order.ts'
import { Failure, isFailure } from '../../model/failure.ts'
import type { Order } from '../../model/order.ts'
import { type ActionInput, warned } from './action.ts'
import { belongsToFeed } from './feed.ts'
import { textOf } from './parameters.ts'

/** The numbers that a text can mean, with the prefix first (contract B.5). */
export function numbersIn(text: string, prefix: string): number[] {
  const trimmed = text.trim()
  const hasPrefix = prefix !== '' && trimmed.toLowerCase().startsWith(prefix.toLowerCase())
  const spelled = [...(hasPrefix ? [trimmed.slice(prefix.length)] : []), trimmed]
  return spelled.filter((one) => /^[1-9]\d{0,9}$/.test(one)).map(Number)
}

/**
 * The order that a call names, a hidden one too, if it is this feed's: within its filters, or
 * listed before an edit moved it elsewhere. Throws `order-not-found`.
 */
export async function findNamed(input: ActionInput, takers: readonly number[]): Promise<Order> {
  const { ctx, account, settings, parameters } = input
  for (const number of numbersIn(textOf(parameters, 'ordernumber'), settings.prefix)) {
    const order = await orderNumbered(input, number)
    if (order === undefined) continue
    if (belongsToFeed(order, settings)) return order
    if (await isKnownTo(ctx, account, takers, number)) return order
  }
  throw unknownOrder(input)
}

async function orderNumbered(
  { ctx, account }: ActionInput,
  number: number,
): Promise<Order | undefined> {
  try {
    return await findOrder(ctx, account, number, { withHidden: true })
  } catch (error) {
    if (isFailure(error, 'order-not-found')) return undefined
    throw error
  }
}

/** The refusal of an order that this key does not know, which the operator reads of as well. */
export function unknownOrder(input: ActionInput): Failure {
  const said = textOf(input.parameters, 'ordernumber')
  input.log.warn(
    warned(input, 'ordernumber', said),
    'a warehouse names an order that is not its own',
  )
  return new Failure('order-not-found')
}
