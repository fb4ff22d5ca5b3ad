import type { Account } from '../model/account.ts'
import type { Order } from '../model/order.ts'
import { isPayOnDelivery } from '../model/pay-on-delivery.ts'
import { checkField, importDialect } from '../store/arrivals.ts'
import { readOrders } from '../store/order-reads.ts'
import { changeOrder } from './change-order.ts'
import type { Context } from './context.ts'
import { patiently } from './patiently.ts'

/** So many ride in one transaction, and draw their numbers in the order in which they are given. */
const atOnce = 100

/**
 * Releases imported orders that are fit for fulfilment and that nobody has released yet, by number;
 * none whose buyer was erased, since it leads nowhere.
 * Gives how many there were. Throws what `changeOrder` throws.
 */
export async function releaseImported(
  ctx: Context,
  account: Account,
  numbers: Iterable<number>,
): Promise<number> {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b)
  let released = 0
  for (let from = 0; from < sorted.length; from += atOnce) {
    const fit = await fitOf(ctx, account, sorted.slice(from, from + atOnce))
    const outcomes = await Promise.all(
      fit.map((number) =>
        patiently(() =>
          changeOrder(ctx, account, {
            number,
            command: { kind: 'release' },
            author: { via: 'operator', credentialId: null },
          }),
        ),
      ),
    )
    released += outcomes.filter(({ changed }) => changed).length
  }
  return released
}

async function fitOf(
  { database }: Context,
  account: Account,
  numbers: readonly number[],
): Promise<number[]> {
  const page = { after: null, most: numbers.length }
  const orders = await database.inTime(() =>
    readOrders(database.sql, account.id, { numbers }, page),
  )
  return orders
    .filter(
      (order) =>
        order.dialect === importDialect &&
        !isNobodys(order) &&
        order.releaseNumber === null &&
        order.fulfilment === 'open' &&
        (order.payment === 'paid' ||
          (order.payment === 'waiting' && isPayOnDelivery(account.settings.payOnDelivery, order))),
    )
    .map(({ number }) => number)
    .sort((a, b) => a - b)
}

/** An edit may have taken the check away, but left a buyer; an erasure leaves neither. */
function isNobodys({ fields, buyer, billing }: Order): boolean {
  return [buyer, billing].every((one) => Object.keys(one).length === 0) && !(checkField in fields)
}
