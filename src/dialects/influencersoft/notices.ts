import type { NoticeType } from '../../model/notice.ts'
import type { Instant, Order } from '../../model/order.ts'
import { fromBinary } from '../../wire/binary.ts'
import { md5Hex } from '../../wire/digest.ts'
import { readFields } from '../../wire/form-pairs.ts'
import { buildQuery } from '../../wire/php-query.ts'
import type { Dialect } from '../dialect.ts'
import { newest } from './newest.ts'
import { type OrderObject, orderBasics, orderExtras, orderItems } from './order-object.ts'

/** What stands in every notice (contract §9). */
const buyerBlock = [
  'id',
  'first_name',
  'last_name',
  'middle_name',
  'email',
  'phone',
  'city',
  'country',
  'region',
  'postalcode',
  'created',
] as const

/**
 * How each event reads in this protocol; it has no word for the others. An order that expires is a
 * cancelled one here, and never tells of both.
 */
const writers: Partial<Record<NoticeType, (order: Order, login: string) => OrderObject>> = {
  'order.placed': (order, login) => ({
    ...chosen(order, login, buyerBlock),
    status: 'new_order',
    ...chosen(order, login, ['address', 'comment', 'tag', 'kupon', 'domain', 'link', 'utm']),
    items: plainItems(order),
  }),
  'order.paid': (order, login) => {
    const { price, ...rest } = chosen(order, login, [
      ...buyerBlock,
      ...['address', 'paid', 'price', 'comment', 'tag', 'kupon', 'coupon', 'type', 'payway'],
      ...['domain', 'utm'],
    ])
    return {
      ...rest,
      last_payment_sum: price,
      is_recurrent: false,
      items: orderItems(order, { withPincode: true }),
    }
  },
  'order.cancelled': cancelled,
  'order.expired': cancelled,
  'order.refunded': (order, login) => ({
    // Without the time of payment no receiver could check the hash (contract §11 #19).
    ...chosen(order, login, [...buyerBlock, 'paid']),
    status: 'moneyback',
    ...chosen(order, login, ['comment', 'utm']),
    is_recurrent: false,
    items: plainItems(order),
  }),
}

/** The notices that the original posts to a shop: forms, as PHP reads them (contract §9). */
export const notices: NonNullable<Dialect['notices']> = {
  contentType: 'application/x-www-form-urlencoded',
  types: Object.keys(writers) as NoticeType[],
  render({ type, order, login }) {
    const write = writers[type]
    if (write === undefined) throw new Error(`influencersoft has no word for ${type}`)
    return buildQuery(write(order, login))
  },
  seal: sealed,
  keyOf: (secret) => Buffer.from(secret, 'utf8'),
  secretOf: (credentials) => newest(credentials)?.secret,
  renderTest,
}

/**
 * The hash stands first: PHP reads no more than 1,000 pairs, and what it may lose of an order that
 * long is items at the end. Its values are the message's own, so that both always agree.
 */
function sealed(message: string, secret: string): string {
  const values = new Map(readFields(message).map(({ name, value }) => [name, value]))
  const time = values.get('paid') ?? values.get('created') ?? ''
  const told = `${values.get('id') ?? ''}${values.get('email') ?? ''}${time}`
  return `hash=${md5Hex(fromBinary(told), secret)}&${message}`
}

/**
 * No shop takes it for an order: there is no order 0, `test` is no status of the protocol, and
 * since it was made but not paid, the check of a receiver of payments refuses it.
 */
function renderTest(_login: string, at: Instant): string {
  return buildQuery({ id: 0, email: '', created: Math.floor(at / 1000), status: 'test' })
}

function cancelled(order: Order, login: string): OrderObject {
  return {
    ...chosen(order, login, buyerBlock),
    status: 'cancel_order',
    ...chosen(order, login, ['comment', 'utm']),
    items: plainItems(order),
  }
}

/** Some of the fields that the protocol has for an order, in this order. */
function chosen(order: Order, login: string, names: readonly string[]): OrderObject {
  const all = { ...orderBasics(order, login), ...orderExtras(order) }
  return Object.fromEntries(names.map((name) => [name, all[name]]))
}

function plainItems(order: Order): OrderObject[] {
  return orderItems(order, { withPincode: false })
}
