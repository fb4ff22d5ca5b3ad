import { isoTime } from './iso-time.ts'
import { exactMoney } from './money.ts'
import type { Order } from './order.ts'

/**
 * An order as plain data for JSON, the same wherever one is shown outside every dialect: amounts as
 * texts, times in ISO 8601; the pay link's key stays inside.
 */
export function orderDocument(order: Order): Readonly<Record<string, unknown>> {
  const { payKey: _payKey, lines, totals, shipments, ...rest } = order
  return {
    ...rest,
    discount: exactMoney(order.discount),
    shippingCost: exactMoney(order.shippingCost),
    tax: exactMoney(order.tax),
    total: exactMoney(order.total),
    createdAt: isoTime(order.createdAt),
    changedAt: isoTime(order.changedAt),
    paidAt: isoTime(order.paidAt),
    sentAt: isoTime(order.sentAt),
    returnedAt: isoTime(order.returnedAt),
    cancelledAt: isoTime(order.cancelledAt),
    refundedAt: isoTime(order.refundedAt),
    releasedAt: isoTime(order.releasedAt),
    lines: lines.map((line) => ({
      ...line,
      unitPrice: exactMoney(line.unitPrice),
      unitTax: exactMoney(line.unitTax),
      cataloguePrice: exactMoney(line.cataloguePrice),
    })),
    totals: totals.map((total) => ({ ...total, amount: exactMoney(total.amount) })),
    shipments: shipments.map((parcel) => ({ ...parcel, sentAt: isoTime(parcel.sentAt) })),
  }
}
