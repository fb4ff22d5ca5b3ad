import type { AttentionReason, Decision, OrderEvent } from './command.ts'
import type { OrderState } from './order.ts'

/** What one command does, before the rules that hold after every command. */
export type Step = {
  readonly change: Partial<OrderState>
  readonly events?: readonly OrderEvent[]
  readonly attention?: readonly AttentionReason[]
  readonly shipments?: Decision['shipments']
  readonly stock?: Decision['stock']
  readonly releases?: boolean
}

export const noChange: Step = { change: {} }

export function event(kind: OrderEvent['kind'], data: OrderEvent['data'] = {}): OrderEvent {
  return { kind, data }
}

/** True once goods have left the house, with or without a known parcel. */
export function isShipped(state: OrderState): boolean {
  return state.fulfilment !== 'open' || state.shipments.length > 0
}

/** True for an order that nobody should fulfil any more. */
export function isCalledOff(state: Pick<OrderState, 'payment'>): boolean {
  return state.payment === 'cancelled' || state.payment === 'refunded'
}

/** True while a warehouse should see the order: fit for fulfilment, not sent, not called off. */
export function awaitsShipment(
  state: Pick<OrderState, 'payment' | 'fulfilment' | 'hidden' | 'releasedAt'>,
): boolean {
  return (
    state.releasedAt !== null && state.fulfilment === 'open' && !state.hidden && !isCalledOff(state)
  )
}

/** Only the state: a locked order carries its keys and its event counter besides. */
export function stateOf(order: OrderState): OrderState {
  return {
    payment: order.payment,
    fulfilment: order.fulfilment,
    hidden: order.hidden,
    handedOver: order.handedOver,
    releaseNumber: order.releaseNumber,
    label: order.label,
    paidAt: order.paidAt,
    sentAt: order.sentAt,
    returnedAt: order.returnedAt,
    cancelledAt: order.cancelledAt,
    refundedAt: order.refundedAt,
    releasedAt: order.releasedAt,
    changedAt: order.changedAt,
    shipments: order.shipments,
  }
}
