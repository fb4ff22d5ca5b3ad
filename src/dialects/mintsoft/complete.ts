import { changeOrder } from '../../core/change-order.ts'
import { Failure } from '../../model/failure.ts'
import type { Action } from './action.ts'
import { answerEmpty } from './answer.ts'
import { feedRivals, feedTakers } from './feed.ts'
import { findNamed, unknownOrder } from './order-number.ts'
import { type Parameters, textOf } from './parameters.ts'

const longest = { courierservice: 255, tracking: 255, trackinglink: 2000 } as const

/**
 * A parcel has left the house; that implies a confirm. The rules keep every parcel once, and an
 * empty value never replaces what is known (contract B.5).
 */
export const complete: Action = async (input) => {
  const { ctx, account, credential, settings, parameters, note } = input
  const parcel = {
    service: bounded(parameters, 'courierservice'),
    tracking: bounded(parameters, 'tracking'),
    link: bounded(parameters, 'trackinglink'),
  }
  const [takers, rivals] = await Promise.all([
    feedTakers(ctx, account, settings),
    feedRivals(ctx, account, settings),
  ])
  const { number } = await findNamed(input, takers)
  const { found } = await changeOrder(ctx, account, {
    number,
    command: { kind: 'send', parcel, via: 'mintsoft', replaces: false, holds: true },
    author: { via: 'mintsoft', credentialId: credential.id },
    takenBy: credential.id,
    rivals,
  })
  if (!found) throw unknownOrder(input)
  note({ outcome: 'ok' })
  return answerEmpty()
}

function bounded(parameters: Parameters, name: keyof typeof longest): string {
  const text = textOf(parameters, name)
  if (text.length <= longest[name]) return text
  throw new Failure('invalid-input', {
    reason: `${name} is longer than ${longest[name]} characters`,
  })
}
