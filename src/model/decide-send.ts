import type { AttentionReason, OrderCommand, OrderFacts } from './command.ts'
import type { Instant, Shipment } from './order.ts'
import { event, isCalledOff, isShipped, noChange, type Step } from './step.ts'

type SendCommand = Extract<OrderCommand, { kind: 'send' }>

/**
 * A parcel is reported. The same tracking number again changes nothing, an empty one never
 * overwrites, and another parcel stands beside the first unless its reporter corrects himself.
 */
export function decideSend(order: OrderFacts, command: SendCommand, now: Instant): Step {
  const { parcel } = command
  const known = order.shipments
  if (known.some((shipment) => shipment.tracking === parcel.tracking)) return noChange
  if (parcel.tracking === '' && isShipped(order)) return noChange

  const shipment = shipmentFor(order, command, now)
  const added = !known.some(({ position }) => position === shipment.position)
  return {
    change: {
      shipments: added
        ? [...known, shipment]
        : known.map((one) => (one.position === shipment.position ? shipment : one)),
      ...(order.fulfilment === 'open' ? { fulfilment: 'sent', sentAt: shipment.sentAt } : {}),
    },
    events: [eventOf(order, shipment, added)],
    shipments: [shipment],
    attention: attentionOf(order),
  }
}

function shipmentFor(order: OrderFacts, command: SendCommand, now: Instant): Shipment {
  const own = order.shipments.findLast(
    ({ via, tracking }) => via === command.via && (command.replaces || tracking === ''),
  )
  const highest = Math.max(0, ...order.shipments.map(({ position }) => position))
  return {
    position: own?.position ?? highest + 1,
    ...command.parcel,
    sentAt: command.at ?? now,
    via: command.via,
  }
}

function eventOf(order: OrderFacts, shipment: Shipment, added: boolean): ReturnType<typeof event> {
  const data = { parcel: shipment.position, tracking: shipment.tracking, via: shipment.via }
  if (order.fulfilment === 'open') return event('sent', data)
  return event(added ? 'parcel-added' : 'parcel-changed', data)
}

function attentionOf(order: OrderFacts): readonly AttentionReason[] {
  if (order.hidden) return ['sent-while-hidden']
  if (isCalledOff(order)) return ['sent-though-cancelled']
  return order.fulfilment === 'returned' ? ['sent-after-return'] : []
}
