import type { AttentionReason, OrderCommand, OrderFacts } from './command.ts'
import { decidePayment } from './decide-payment.ts'
import { Failure } from './failure.ts'
import type { Instant } from './order.ts'
import { event, isCalledOff, noChange, type Step } from './step.ts'

type StatusCommand = Extract<OrderCommand, { kind: 'set-status' }>

/**
 * An OpenCart status is put on: a label, with the effect that the account's table gives it. The
 * status that stands already, and that moves nothing any more, is no news.
 */
export function decideStatus(order: OrderFacts, command: StatusCommand, now: Instant): Step {
  const paid = paymentStep(order, command.effect.payment, now)
  const between: OrderFacts = { ...order, ...paid.change }
  const sends = command.effect.fulfilment === 'send' && between.fulfilment === 'open'
  const moves = [...(paid.events ?? []), ...(sends ? [event('sent')] : [])]
  if (moves.length === 0 && order.label === command.status) return withRelease(noChange, command)
  const despatched: readonly AttentionReason[] =
    sends && isCalledOff(between) ? ['sent-though-cancelled'] : []
  const step: Step = {
    ...paid,
    change: {
      ...paid.change,
      ...(sends ? { fulfilment: 'sent', sentAt: now } : {}),
      label: command.status,
    },
    events: [...moves, event('status-set', { status: command.status })],
    attention: [...(paid.attention ?? []), ...despatched],
  }
  return withRelease(step, command)
}

function withRelease(step: Step, { releases }: StatusCommand): Step {
  return { ...step, releases }
}

/** A label whose effect is refused is still set, and the axis stays. */
function paymentStep(
  order: OrderFacts,
  effect: StatusCommand['effect']['payment'],
  now: Instant,
): Step {
  if (effect === 'none') return noChange
  try {
    return decidePayment(order, { kind: effect }, now)
  } catch (error) {
    if (error instanceof Failure) return noChange
    throw error
  }
}
