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
  const same = known.find((shipment) => shipment.tracking === parcel.tracking)
  if (same !== undefined) return toldMore(same, command, known)
  if (parcel.tracking === '' && isShipped(order)) return noChange

  const shipment = shipmentFor(order, command, now)
  const added = !known.some(({ position }) => position === shipment.position)
  return {
    change: {
      shipments: added
        ? [...known, shipment]
        : known.map((one) => (one.position === shipment.position ? shipment : one)),
      ...(order.fulfilment === 'open' ? { fulfilment: 'sent', sentAt: shipment.sentAt } : {}),
      ...(command.holds === true ? { handedOver: true } : {}),
    },
    events: [eventOf(order, shipment, added)],
    shipments: [shipment],
    attention: attentionOf(order, command),
  }
}

/** The same parcel again: what was missing is filled in, nothing that is known gives way. */
function toldMore(same: Shipment, { parcel }: SendCommand, known: readonly Shipment[]): Step {
  const told: Shipment = {
    ...same,
    service: same.service || parcel.service,
    // A link that came cut off, and now comes whole, begins with what is known.
    link: parcel.link.startsWith(same.link) ? parcel.link : same.link,
  }
  if (told.service === same.service && told.link === same.link) return noChange
  return {
    change: { shipments: known.map((one) => (one === same ? told : one)) },
    events: [
      event('parcel-changed', { parcel: told.position, tracking: told.tracking, via: told.via }),
    ],
    shipments: [told],
  }
}

function shipmentFor(order: OrderFacts, command: SendCommand, now: Instant): Shipment {
  const own = order.shipments.findLast(
    ({ via, tracking }) => via === command.via && (command.replaces || tracking === ''),
  )
  const highest = Math.max(0, ...order.shipments.map(({ position }) => position))
  const { service, tracking, link } = command.parcel
  // Of a parcel that only lacked its number, the rest still holds; a corrected one is another.
  const lacked = own?.tracking === '' ? own : undefined
  return {
    position: own?.position ?? highest + 1,
    service: service || (lacked?.service ?? ''),
    tracking,
    link: link || (lacked?.link ?? ''),
    sentAt: command.at ?? lacked?.sentAt ?? now,
    via: command.via,
  }
}

function eventOf(order: OrderFacts, shipment: Shipment, added: boolean): ReturnType<typeof event> {
  const data = { parcel: shipment.position, tracking: shipment.tracking, via: shipment.via }
  if (order.fulfilment === 'open') return event('sent', data)
  return event(added ? 'parcel-added' : 'parcel-changed', data)
}

function attentionOf(order: OrderFacts, command: SendCommand): readonly AttentionReason[] {
  if (order.hidden) return ['sent-while-hidden']
  if (isCalledOff(order)) return ['sent-though-cancelled']
  if (order.fulfilment === 'returned') return ['sent-after-return']
  if (order.fulfilment === 'sent') return mayBeSecond(order, command) ? ['sent-twice'] : []
  return order.handedOver && command.holds !== true ? ['sent-after-hand-over'] : []
}

/** Another may have told of the same goods already; an operator knows what he does. */
function mayBeSecond({ shipments }: OrderFacts, { via, isRivalled = false }: SendCommand): boolean {
  const isOnlyOfOthers = shipments.every((known) => known.via !== via)
  return via !== 'operator' && shipments.length > 0 && (isRivalled || isOnlyOfOthers)
}
