import { exactMoney } from '../model/money.ts'
import type { Order } from '../model/order.ts'
import { type BesideOrder, besideLines } from './order-beside.ts'
import { alignedLines, namedLines, shortTime } from './output.ts'

export const orderTitles = ['number', 'created', 'payment', 'fulfilment', 'total', 'buyer']

export function orderRow(order: Order): string[] {
  return [
    String(order.number),
    shortTime(order.createdAt),
    order.payment,
    order.hidden ? `${order.fulfilment}, hidden` : order.fulfilment,
    `${exactMoney(order.total)} ${order.currency}`,
    order.buyer.email ?? '',
  ]
}

/** The whole order for a person. */
export function orderLines(order: Order, beside: BesideOrder): string[] {
  const { buyer, billing, shipping } = order
  const name = [buyer.firstName, buyer.middleName, buyer.lastName].filter(Boolean).join(' ')
  const values: (readonly [string, string])[] = [
    ['number', String(order.number)],
    ['through', order.dialect],
    ['created', shortTime(order.createdAt)],
    ['payment', timed(order.payment, paymentTime(order))],
    ['fulfilment', timed(order.fulfilment, order.returnedAt ?? order.sentAt)],
    ['hidden', order.hidden ? 'yes' : ''],
    ['released', order.releaseNumber === null ? '' : `no. ${order.releaseNumber}`],
    ['handed over', order.handedOver ? 'yes' : ''],
    ['buyer', [name, buyer.email, buyer.phone].filter(Boolean).join(', ')],
    ['billing', addressText(billing)],
    ['shipping', shipping === null ? '' : addressText(shipping)],
    ['method', order.shippingMethod ?? ''],
    ['shipping cost', order.shippingCost === 0n ? '' : exactMoney(order.shippingCost)],
    ['paid by', order.paymentMethod ?? ''],
    ['tag', order.tag ?? ''],
    ['comment', order.comment ?? ''],
    ['total', `${exactMoney(order.total)} ${order.currency}`],
  ]
  return [
    ...namedLines(values.filter(([, value]) => value !== '')),
    '',
    ...alignedLines(
      ['line', 'code', 'article', 'title', 'quantity', 'price'],
      order.lines.map((line) => [
        String(line.position),
        line.code,
        line.article,
        line.title,
        String(line.quantity),
        exactMoney(line.unitPrice),
      ]),
    ),
    ...parcelLines(order),
    ...besideLines(beside),
  ]
}

function parcelLines({ shipments }: Order): string[] {
  if (shipments.length === 0) return []
  const rows = shipments.map((parcel) => [
    String(parcel.position),
    parcel.service,
    parcel.tracking,
    shortTime(parcel.sentAt),
  ])
  return ['', ...alignedLines(['parcel', 'service', 'tracking', 'sent'], rows)]
}

function paymentTime(order: Order): number | null {
  if (order.payment === 'refunded') return order.refundedAt
  return order.payment === 'cancelled' ? order.cancelledAt : order.paidAt
}

function timed(word: string, at: number | null): string {
  return at === null ? word : `${word} ${shortTime(at)}`
}

function addressText(address: Order['billing']): string {
  const { firstName, lastName, company, line1, line2, line3, city, region, postcode } = address
  const name = [firstName, lastName].filter(Boolean).join(' ')
  const parts = [name, company, line1, line2, line3, city, region, postcode, address.country]
  return parts.filter(Boolean).join(', ')
}
