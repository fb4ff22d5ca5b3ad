import { confirmOrder } from '../../core/awaiting-shipment.ts'
import type { Action } from './action.ts'
import { answerEmpty } from './answer.ts'
import { feedTakers } from './feed.ts'
import { digestOf } from './list.ts'
import { findNamed, unknownOrder } from './order-number.ts'
import { orderObject } from './order-object.ts'

/**
 * Mintsoft has stored an order: no key of this feed lists it again. May be repeated. One that was
 * never released was never listed, and is as unknown as one that is not there.
 */
export const confirm: Action = async (input) => {
  const { ctx, account, credential, settings, note } = input
  const takers = await feedTakers(ctx, account, settings)
  const order = await findNamed(input, takers)
  if (order.releasedAt === null) throw unknownOrder(input)
  const { found } = await confirmOrder(ctx, account, {
    number: order.number,
    author: { via: 'mintsoft', credentialId: credential.id },
    takers,
    digest: digestOf(orderObject(order, settings)),
  })
  if (!found) throw unknownOrder(input)
  note({ outcome: 'ok' })
  return answerEmpty()
}
