import {
  type FulfilmentAxis,
  type Instant,
  newOrderState,
  type OrderState,
  type PaymentAxis,
  type Shipment,
} from '../model/order.ts'
import { type Members, membersOf, type Names, readTime } from './import-order-values.ts'
import { isRecord } from './import-rows.ts'

/** Words of both versions of the API (contract §6 and §8), and what spreadsheets say instead. */
const paymentWords: Readonly<Record<string, PaymentAxis>> = {
  waiting: 'waiting',
  expected: 'waiting',
  new: 'waiting',
  paid: 'paid',
  cancel: 'cancelled',
  cancelled: 'cancelled',
  canceled: 'cancelled',
  moneyback: 'refunded',
  refunded: 'refunded',
  refund: 'refunded',
  returned: 'refunded',
}

const deliveryWords: Readonly<Record<string, FulfilmentAxis>> = {
  open: 'open',
  new: 'open',
  sent: 'sent',
  posted: 'sent',
  shipped: 'sent',
  delivered: 'sent',
  return: 'returned',
  returned: 'returned',
}

const yes = ['1', 'yes', 'true']
const no = ['0', 'no', 'false']

/**
 * Where an order stands, on both axes, with the times that were told. A time that must be there and
 * was not told is the nearest one before it. The order's last change is the latest time of all: to
 * whoever asks for what has changed, an old order is old.
 */
export function readState(members: Members, createdAt: Instant, timezone: string): OrderState {
  const payment = readPayment(members, createdAt, timezone)
  const delivery = readDelivery(members, payment.paidAt ?? createdAt, timezone)
  const state = { ...newOrderState(createdAt), ...payment, ...delivery }
  const { paidAt, sentAt, returnedAt, cancelledAt, refundedAt } = state
  const times = [createdAt, paidAt, sentAt, returnedAt, cancelledAt, refundedAt].map(Number)
  return { ...state, changedAt: Math.max(...times) }
}

function readPayment(members: Members, createdAt: Instant, timezone: string): Partial<OrderState> {
  const told = readPaid(members, timezone)
  const refundedAt = readTime(members, ['refunded', 'refunded_at'], timezone)
  const cancelledAt = readTime(members, ['cancelled', 'canceled', 'cancelled_at'], timezone)
  const word = readWord(members, ['pay_status', 'status', 'order_status'], paymentWords)
  const payment = refundedAt === undefined ? (word ?? guessed(told, cancelledAt)) : 'refunded'
  const paidAt = told.at ?? null
  switch (payment) {
    case 'waiting':
      // Paid in part, say: that is no payment yet.
      return { payment }
    case 'paid':
      return { payment, paidAt: paidAt ?? createdAt }
    case 'cancelled':
      return { payment, paidAt, cancelledAt: cancelledAt ?? paidAt ?? createdAt }
    case 'refunded': {
      const at = paidAt ?? createdAt
      return { payment, paidAt: at, refundedAt: refundedAt ?? cancelledAt ?? at }
    }
  }
}

type Paid = { readonly isPaid: boolean; readonly at?: Instant }

function guessed({ isPaid }: Paid, cancelledAt: Instant | undefined): PaymentAxis {
  if (cancelledAt !== undefined) return 'cancelled'
  return isPaid ? 'paid' : 'waiting'
}

/** `paid` is a time in answers and may be a yes or no in a spreadsheet, with the time beside it. */
function readPaid(members: Members, timezone: string): Paid {
  const flag = members.text(['paid']).toLowerCase()
  const isFlag = yes.includes(flag) || no.includes(flag)
  const beside = readTime(members, ['paydate', 'paid_at', 'order_paid_at'], timezone)
  const at = isFlag ? beside : (readTime(members, ['paid'], timezone) ?? beside)
  const isPaid = isFlag ? yes.includes(flag) : at !== undefined
  return at === undefined ? { isPaid } : { isPaid, at }
}

function readDelivery(members: Members, paidAt: Instant, timezone: string): Partial<OrderState> {
  const word = readWord(members, ['delivery_status'], deliveryWords)
  const returned = readTime(members, ['returned', 'returned_at'], timezone)
  const sent = readTime(members, ['sent', 'sent_at'], timezone)
  const parcels = readParcels(members, sent ?? paidAt, timezone)
  const isSent = sent !== undefined || parcels.length > 0
  const fulfilment = returned === undefined ? (word ?? (isSent ? 'sent' : 'open')) : 'returned'
  if (fulfilment === 'open') {
    if (isSent) members.problems.push('delivery_status is open, but there is a parcel; write sent')
    return { fulfilment }
  }
  const sentAt = sent ?? parcels.at(-1)?.sentAt ?? paidAt
  if (fulfilment === 'sent') return { fulfilment, sentAt, shipments: parcels }
  return { fulfilment, sentAt, returnedAt: returned ?? sentAt, shipments: parcels }
}

const mostParcels = 100
/** Whose parcels these are: the shop's own script may put such a number right later on. */
const via = 'influencersoft'

/** `rpo`, or several with commas; or `shipments` with what an answer of ours says of each. */
function readParcels(members: Members, sentAt: Instant, timezone: string): Shipment[] {
  const service = members.text(['service', 'post_service'])
  const link = members.text(['tracking_link', 'track_link'])
  const numbers = members.text(['rpo', 'tracking'])
  const told = members.value(['shipments'])
  const list = Array.isArray(told) ? told.filter(isRecord) : []
  if (told !== undefined && list.length === 0) members.problems.push('shipments is no list')
  const parcels = [
    ...numbers
      .split(/[,;]/)
      .map((tracking) => ({ tracking: tracking.trim(), service, link, sentAt })),
    ...list.map((one) => readParcel(membersOf(one, members.problems), sentAt, timezone)),
  ].filter(({ tracking }) => tracking !== '')
  if (parcels.length > mostParcels)
    members.problems.push(`rpo has more than ${mostParcels} numbers`)
  return parcels.slice(0, mostParcels).map((parcel, at) => ({ ...parcel, position: at + 1, via }))
}

function readParcel(parcel: Members, sentAt: Instant, timezone: string) {
  return {
    tracking: parcel.text(['tracking', 'rpo']),
    service: parcel.text(['service']),
    link: parcel.text(['link']),
    sentAt: readTime(parcel, ['sentAt', 'sent'], timezone) ?? sentAt,
  }
}

function readWord<Word>(
  members: Members,
  names: Names,
  words: Readonly<Record<string, Word>>,
): Word | undefined {
  const text = members.text(names).toLowerCase()
  if (text === '') return undefined
  const word = Object.hasOwn(words, text) ? words[text] : undefined
  if (word !== undefined) return word
  members.problems.push(`${names[0]} "${text}" is none of ${Object.keys(words).join(', ')}`)
  return undefined
}
