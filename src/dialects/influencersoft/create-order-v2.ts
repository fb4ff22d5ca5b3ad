import { z } from 'zod'
import type { ChangeCommand } from '../../core/commands.ts'
import { type NewOrder, placeOrder, type WantedLine } from '../../core/place-order.ts'
import { Failure } from '../../model/failure.ts'
import type { Instant } from '../../model/order.ts'
import { type ApiFunction, type ApiInput, type Params, typed } from './api-function.ts'
import { present, text } from './fields.ts'
import { readLocalTime } from './local-date.ts'
import { isEmail, otherFields, wantedLine } from './order-parts.ts'
import { orderPlaced } from './order-placed.ts'
import { wrongEmail } from './words.ts'

const schema = z.object({
  customer_email: text.transform((email) => email.trim()),
  customer_first_name: text,
  customer_last_name: text,
  customer_middle_name: text,
  customer_phone: text,
  customer_shipping: text,
  customer_shipping_phone: text,
  customer_shipping_address_2: text,
  customer_shipping_city: text,
  customer_shipping_state: text,
  customer_shipping_zip: text,
  customer_shipping_country_code: text,
  customer_billing_address_1: text,
  customer_billing_address_2: text,
  customer_billing_city: text,
  customer_billing_state: text,
  customer_billing_zip: text,
  customer_billing_country_code: text,
  order_ip: text,
  order_tag: text,
  note: text,
  order_created_at: text,
  order_paid_at: text,
  order_status: text,
  product_names: text,
  product_prices: text,
  payment_method: text,
  coupon: text,
})

type Sent = z.infer<typeof schema>

const placed = new Set(Object.keys(schema.shape))

/** Contract §8: one call that may also say that the order is paid, cancelled or refunded. */
export const createOrderV2: ApiFunction = {
  name: 'createorder',
  writes: true,
  async run(input) {
    const email = input.params.customer_email
    if (typeof email !== 'string' || !isEmail(email.trim())) return { words: wrongEmail }
    const sent = typed(schema, input.params)
    const order = newOrder(input, sent)
    return orderPlaced(await placeOrder(input.ctx, input.account, order), input.account.login)
  },
}

function newOrder(input: ApiInput, sent: Sent): NewOrder {
  const { timezone } = input.account.settings
  const createdAt = readLocalTime(sent.order_created_at, 'order_created_at', timezone)
  const paidAt = readLocalTime(sent.order_paid_at, 'order_paid_at', timezone)
  const { utm, utmNames } = campaignOf(input.params)
  return {
    author: input.author,
    buyer: present({
      email: sent.customer_email,
      firstName: sent.customer_first_name,
      middleName: sent.customer_middle_name,
      lastName: sent.customer_last_name,
      phone: sent.customer_phone,
    }),
    ...addressesOf(sent),
    lines: readProducts(sent),
    ...present({
      coupon: sent.coupon,
      comment: sent.note,
      tag: sent.order_tag,
      ip: sent.order_ip,
      paymentMethod: sent.payment_method,
    }),
    utm,
    fields: otherFields(input.params, new Set([...placed, ...utmNames])),
    createdAt: createdAt ?? input.ctx.now(),
    followUps: followUpsFor(sent.order_status, paidAt),
    callBytes: { name: input.name, body: input.body },
  }
}

/** Without a billing address the shipping one serves for both. */
function addressesOf(sent: Sent): Pick<NewOrder, 'billing' | 'shipping'> {
  const name = { firstName: sent.customer_first_name, lastName: sent.customer_last_name }
  const billing = present({
    line1: sent.customer_billing_address_1,
    line2: sent.customer_billing_address_2,
    city: sent.customer_billing_city,
    region: sent.customer_billing_state,
    postcode: sent.customer_billing_zip,
    country: sent.customer_billing_country_code,
  })
  const shipping = present({
    line1: sent.customer_shipping,
    line2: sent.customer_shipping_address_2,
    city: sent.customer_shipping_city,
    region: sent.customer_shipping_state,
    postcode: sent.customer_shipping_zip,
    country: sent.customer_shipping_country_code,
  })
  const named = (address: typeof billing, phone: string) => ({
    ...present({ ...name, phone }),
    ...address,
  })
  const shippingPhone = sent.customer_shipping_phone || sent.customer_phone
  if (Object.keys(shipping).length === 0 && sent.customer_shipping_phone === '') {
    return { billing: named(billing, sent.customer_phone) }
  }
  if (Object.keys(billing).length === 0) return { billing: named(shipping, shippingPhone) }
  return {
    billing: named(billing, sent.customer_phone),
    shipping: named(shipping, shippingPhone),
  }
}

/** More than API 1.0 can send in the pairs of one call; a text of commas holds any number. */
const mostLines = 1000

/** Two comma lists; the one of prices may be shorter, the catalogue has the rest. */
function readProducts({ product_names, product_prices }: Sent): WantedLine[] {
  const prices = product_prices.split(',')
  const lines = product_names
    .split(',')
    .map((name, at) => ({ name: name.trim(), price: prices[at] ?? '' }))
    .filter(({ name }) => name !== '')
    .map(({ name, price }) => wantedLine(name, price))
  if (lines.length === 0) throw new Failure('order-empty')
  if (lines.length > mostLines) throw new Failure('invalid-input', { field: 'product_names' })
  return lines
}

function followUpsFor(status: string, paidAt: Instant | undefined): ChangeCommand[] {
  const pay: ChangeCommand = paidAt === undefined ? { kind: 'pay' } : { kind: 'pay', at: paidAt }
  const paidBefore = paidAt === undefined ? [] : [pay]
  switch (status.trim().toLowerCase()) {
    case '':
      return paidBefore
    case 'expected':
      return []
    case 'paid':
      return [pay]
    case 'cancel':
      return [...paidBefore, { kind: 'cancel' }]
    case 'moneyback':
      return [pay, { kind: 'refund' }]
    default:
      throw new Failure('invalid-input', { field: 'order_status' })
  }
}

function campaignOf(params: Params): { utm: Record<string, string>; utmNames: string[] } {
  const words = Object.entries(params).filter(
    (entry): entry is [string, string] =>
      /^utm_./.test(entry[0]) && typeof entry[1] === 'string' && entry[1] !== '',
  )
  return {
    utm: Object.fromEntries(words.map(([name, value]) => [name.slice('utm_'.length), value])),
    utmNames: words.map(([name]) => name),
  }
}
