import type { AttentionReason, OrderCommand, OrderFacts } from './command.ts'
import { Failure } from './failure.ts'
import type { Instant } from './order.ts'
import { event, isShipped, noChange, type Step } from './step.ts'

type PaymentCommand = Extract<
  OrderCommand,
  { kind: 'pay' | 'reopen' | 'cancel' | 'expire' | 'refund' }
>

/** The commands of the payment axis; none of them touches fulfilment. */
export function decidePayment(order: OrderFacts, command: PaymentCommand, now: Instant): Step {
  switch (command.kind) {
    case 'pay':
      return pay(order, command.at ?? now)
    case 'reopen':
      return reopen(order)
    case 'cancel':
      return cancel(order, now)
    case 'expire':
      return order.payment === 'waiting' && !isShipped(order) && !order.payOnDelivery
        ? { ...cancel(order, now), events: [event('expired')] }
        : noChange
    case 'refund':
      return refund(order, now)
  }
}

function pay(order: OrderFacts, at: Instant): Step {
  switch (order.payment) {
    case 'paid':
      return noChange
    case 'refunded':
      throw new Failure('order-refunded')
    case 'waiting':
      return { change: { payment: 'paid', paidAt: at }, events: [event('paid')] }
    case 'cancelled':
      return {
        change: { payment: 'paid', paidAt: at, cancelledAt: null },
        events: isShipped(order) ? [event('paid')] : [event('revived'), event('paid')],
        ...(isShipped(order)
          ? { attention: ['paid-after-cancelled-and-sent'] }
          : comingBack(order)),
      }
  }
}

function reopen(order: OrderFacts): Step {
  if (order.payment === 'refunded') throw new Failure('order-refunded')
  if (order.payment !== 'cancelled') return noChange
  return {
    change: { payment: order.paidAt === null ? 'waiting' : 'paid', cancelledAt: null },
    events: [event('reopened')],
    ...(isShipped(order) ? {} : comingBack(order)),
  }
}

/** What follows when an order is to be fulfilled after all: nobody hands it out a second time. */
function comingBack(order: OrderFacts): Pick<Step, 'attention' | 'stock'> {
  return {
    attention: comingBackTo(order),
    stock: 'take-again',
  }
}

/** Who reads releases by the highest number that he has seen may have passed this one by. */
function comingBackTo(order: OrderFacts): readonly AttentionReason[] {
  if (order.handedOver) return ['revived-after-hand-over']
  return order.releasedAt === null ? [] : ['revived-after-release']
}

function cancel(order: OrderFacts, now: Instant): Step {
  if (order.payment === 'cancelled' || order.payment === 'refunded') return noChange
  return {
    change: { payment: 'cancelled', cancelledAt: now },
    events: [event('cancelled')],
    ...leaving(order),
  }
}

function refund(order: OrderFacts, now: Instant): Step {
  if (order.payment === 'refunded') return noChange
  if (order.paidAt === null || order.payment === 'waiting') throw new Failure('order-not-paid')
  const wasOpen = order.payment === 'paid'
  return {
    change: { payment: 'refunded', refundedAt: now },
    events: [event('refunded')],
    // A cancelled order has given its stock back and warned the warehouse already.
    ...(wasOpen ? leaving(order) : {}),
  }
}

/** What follows when an order will not be fulfilled after all. */
function leaving(order: OrderFacts): Pick<Step, 'attention' | 'stock'> {
  if (isShipped(order)) return { attention: ['cancelled-after-shipping'] }
  return {
    attention: order.handedOver ? ['cancelled-after-hand-over'] : [],
    stock: 'give-back',
  }
}
