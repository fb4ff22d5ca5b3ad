import type { OrderFacts } from '../../src/model/command.ts'
import { newOrderState, type OrderState, type Shipment } from '../../src/model/order.ts'

export const past = 1_700_000_000_000
export const now = past + 86_400_000

export const parcelOf = (via: string, tracking: string, position = 1): Shipment => ({
  position,
  service: 'Post',
  tracking,
  link: '',
  sentAt: past + 300,
  via,
})

type Part = Partial<OrderFacts>

const payments: readonly Part[] = [
  { payment: 'waiting' },
  { payment: 'paid', paidAt: past + 100 },
  { payment: 'cancelled', cancelledAt: past + 200 },
  { payment: 'cancelled', paidAt: past + 100, cancelledAt: past + 200 },
  { payment: 'refunded', paidAt: past + 100, refundedAt: past + 250 },
]

const parcels: readonly (readonly Shipment[])[] = [
  [],
  [parcelOf('influencersoft', 'A1')],
  [parcelOf('mintsoft', 'A1')],
  [parcelOf('influencersoft', '')],
  [parcelOf('mintsoft', '')],
]

const fulfilments: readonly Part[] = [
  { fulfilment: 'open' },
  ...parcels.map((shipments) => ({ fulfilment: 'sent' as const, sentAt: past + 300, shipments })),
  ...parcels.map((shipments) => ({
    fulfilment: 'returned' as const,
    sentAt: past + 300,
    returnedAt: past + 400,
    shipments,
  })),
]

const flags = <K extends keyof OrderFacts>(name: K, values: readonly OrderFacts[K][]): Part[] =>
  values.map((value) => ({ [name]: value }) as Part)

/** Every combination of what an order can be; `canBe` leaves out what no history leads to. */
export const everyOrder: readonly OrderFacts[] = [
  payments,
  fulfilments,
  flags('hidden', [false, true]),
  flags('handedOver', [false, true]),
  flags('label', [null, 2, 7]),
  flags('payOnDelivery', [false, true]),
  [{ releaseNumber: null }, { releaseNumber: 7, releasedAt: past + 50 }],
]
  .reduce<Part[]>(
    (all, parts) => all.flatMap((one) => parts.map((part) => ({ ...one, ...part }))),
    [{}],
  )
  .map((part) => ({ ...newOrderState(past), payOnDelivery: false, ...part }))
  .filter(canBe)

/** Paid once, or to be paid at the door, an order has been released. */
function canBe(order: OrderFacts): boolean {
  return order.releaseNumber !== null || (order.paidAt === null && !order.payOnDelivery)
}

/** What the columns of the tables say of an order. */
export function traitsOf(order: OrderFacts): Record<string, string> {
  return {
    payment: order.payment,
    'time of payment': yesNo(order.paidAt !== null),
    fulfilment: order.fulfilment,
    parcels: order.shipments.length === 0 ? 'none' : 'some',
    hidden: yesNo(order.hidden),
    'handed over': yesNo(order.handedOver),
    released: yesNo(order.releaseNumber !== null),
    'paid on delivery': yesNo(order.payOnDelivery),
  }
}

export function yesNo(yes: boolean): string {
  return yes ? 'yes' : 'no'
}

/** The column of an overview in which an order stands. */
export function columnOf({ payment, paidAt }: OrderState): string {
  if (payment !== 'cancelled') return payment
  return paidAt === null ? 'cancelled, never paid' : 'cancelled, paid before'
}
