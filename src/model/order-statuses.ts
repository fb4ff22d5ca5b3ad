import type { StatusEffect } from './command.ts'
import type { OrderState } from './order.ts'

export type StatusTerms = StatusEffect & {
  readonly id: number
  readonly name: string
  readonly releases: boolean
}

const label = (id: number, name: string, effect: Partial<StatusTerms> = {}): StatusTerms => ({
  id,
  name,
  payment: 'none',
  fulfilment: 'none',
  releases: false,
  ...effect,
})

/** Numbers and names of a default OpenCart install, with what each does to an order. */
export const defaultStatuses: readonly StatusTerms[] = [
  label(1, 'Pending'),
  label(2, 'Processing', { releases: true }),
  label(3, 'Shipped', { fulfilment: 'send' }),
  label(5, 'Complete', { fulfilment: 'send' }),
  label(7, 'Canceled', { payment: 'cancel' }),
  label(8, 'Denied', { payment: 'cancel' }),
  label(9, 'Canceled Reversal', { payment: 'reopen' }),
  label(10, 'Failed', { payment: 'cancel' }),
  label(11, 'Refunded', { payment: 'refund' }),
  label(12, 'Reversed', { payment: 'refund' }),
  label(13, 'Chargeback', { payment: 'refund' }),
  label(14, 'Expired', { payment: 'cancel' }),
  label(15, 'Processed', { payment: 'pay', releases: true }),
  label(16, 'Voided', { payment: 'cancel' }),
]

/**
 * The numeric status that an order shows: the one set last, as long as no axis has moved since by
 * anything else; then what its axes say.
 */
export function statusOf(order: Pick<OrderState, 'label' | 'payment' | 'fulfilment'>): number {
  if (order.label !== null) return order.label
  if (order.payment === 'cancelled') return 7
  if (order.payment === 'refunded') return 11
  if (order.fulfilment !== 'open') return 3
  return order.payment === 'paid' ? 2 : 1
}

type Told = {
  readonly kind: string
  readonly data: Readonly<Record<string, unknown>> | null
}

/** The status that an order showed after each of its events, oldest first. */
export function statusesAfter(events: readonly Told[]): number[] {
  let paid = false
  let seen: Pick<OrderState, 'label' | 'payment' | 'fulfilment'> = {
    label: null,
    payment: 'waiting',
    fulfilment: 'open',
  }
  return events.map(({ kind, data }) => {
    paid ||= kind === 'paid'
    const moved = kind === 'imported' ? arrivedAs(data) : movedBy(kind, paid)
    if (kind === 'imported') paid = data?.paid === 1
    if (moved !== undefined) seen = { ...seen, ...moved, label: null }
    if (kind === 'status-set') seen = { ...seen, label: Number(data?.status) }
    return statusOf(seen)
  })
}

/** Where an order stood in the system that it came from. */
function arrivedAs(data: Told['data']): Partial<OrderState> {
  const { payment, fulfilment } = data as Pick<OrderState, 'payment' | 'fulfilment'>
  return { payment, fulfilment }
}

function movedBy(kind: string, paid: boolean): Partial<OrderState> | undefined {
  switch (kind) {
    case 'paid':
      return { payment: 'paid' }
    case 'reopened':
      return { payment: paid ? 'paid' : 'waiting' }
    case 'cancelled':
    case 'expired':
      return { payment: 'cancelled' }
    case 'refunded':
      return { payment: 'refunded' }
    case 'sent':
      return { fulfilment: 'sent' }
    case 'returned':
      return { fulfilment: 'returned' }
    default:
      return undefined
  }
}
