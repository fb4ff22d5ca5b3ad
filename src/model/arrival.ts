import type { Money } from './money.ts'
import type { OrderContent, OrderState } from './order.ts'

export type ArrivingLine = {
  readonly code: string
  readonly title: string
  readonly quantity: number
  readonly unitPrice: Money
  readonly cataloguePrice: Money
}

/** An order as another system tells of it; nothing of it depends on the book that it comes to. */
export type ArrivingOrder = Omit<
  OrderContent,
  'dialect' | 'customerId' | 'currency' | 'lines' | 'payKey' | 'totals'
> & {
  readonly number: number
  readonly lines: readonly ArrivingLine[]
  /** What stood behind `/bill/` in its pay link; null: no such link was told. */
  readonly link: string | null
  readonly state: OrderState
}

/**
 * The order in words that are the same however what was told of it was sorted. Whoever changes them
 * makes every order that was imported before come out as different.
 */
export function arrivalText(order: ArrivingOrder): string {
  const { state, buyer, billing, shipping, lines, utm, fields } = order
  return JSON.stringify([
    [order.number, order.createdAt, order.link, order.payDomain],
    [state.payment, state.paidAt, state.cancelledAt, state.refundedAt],
    [state.fulfilment, state.sentAt, state.returnedAt],
    state.shipments.map((one) => [one.service, one.tracking, one.link, one.sentAt]),
    [sorted(buyer), sorted(billing), shipping && sorted(shipping)],
    lines.map((one) => [
      ...[one.code, one.title, one.quantity, String(one.unitPrice), String(one.cataloguePrice)],
    ]),
    [order.total, order.discount, order.shippingCost, order.tax].map(String),
    [order.orderedCurrency, order.orderedRate, order.coupon],
    [order.shippingMethod, order.shippingCode, order.paymentMethod, order.paymentCode],
    [order.comment, order.tag, order.ip, sorted(utm), sorted(fields)],
  ])
}

/** Members by name, at every depth. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(sorted)
  const members = value as Readonly<Record<string, unknown>>
  return Object.keys(members)
    .sort()
    .map((name) => [name, sorted(members[name])])
}
