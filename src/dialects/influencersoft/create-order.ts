import { z } from 'zod'
import { type NewOrder, placeOrder, type WantedLine } from '../../core/place-order.ts'
import { Failure } from '../../model/failure.ts'
import type { Product } from '../../model/product.ts'
import type { PlainValue } from '../../wire/tree.ts'
import { type ApiFunction, type ApiInput, typed } from './api-function.ts'
import { present, text, unixTime } from './fields.ts'
import {
  campaignWords,
  entriesOf,
  isEmail,
  otherFields,
  readDomain,
  wantedLine,
} from './order-parts.ts'
import { orderPlaced } from './order-placed.ts'
import { readTimer } from './product-timer.ts'
import { wrongEmail } from './words.ts'

const schema = z.object({
  bill_email: text.transform((email) => email.trim()),
  bill_first_name: text,
  bill_surname: text,
  bill_middle_name: text,
  bill_otchestvo: text,
  bill_phone: text,
  bill_country: text,
  bill_region: text,
  bill_city: text,
  bill_address: text,
  bill_postal_code: text,
  bill_tag: text,
  bill_comment: text,
  bill_kupon: text,
  bill_coupon: text,
  bill_ip: text,
  bill_timer_kill: text,
  bill_created: unixTime,
  bill_domain: text,
})

type Sent = z.infer<typeof schema>

/** Parameters with a place in the book; of two names for one thing, both (below). */
const placed = new Set(Object.keys(schema.shape).concat('goods', 'utm'))
placed.delete('bill_timer_kill')

/** Contract §5.2. A repeated call answers 601 with the first order's number. */
export const createOrder: ApiFunction = {
  name: 'CreateOrder',
  writes: true,
  async run(input) {
    const email = input.params.bill_email
    if (typeof email !== 'string' || !isEmail(email.trim())) return { words: wrongEmail }
    const lines = readGoods(input.params.goods)
    const sent = typed(schema, input.params)
    const order = newOrder(input, sent, lines)
    return orderPlaced(await placeOrder(input.ctx, input.account, order), input.account.login)
  },
}

function newOrder(input: ApiInput, sent: Sent, lines: readonly WantedLine[]): NewOrder {
  const createdAt = sent.bill_created ?? input.ctx.now()
  const cancelAt = readTimer(sent.bill_timer_kill, createdAt)
  const name = { firstName: sent.bill_first_name, lastName: sent.bill_surname }
  const payDomain = readDomain(sent.bill_domain)
  return {
    author: input.author,
    buyer: present({
      ...name,
      email: sent.bill_email,
      middleName: sent.bill_middle_name || sent.bill_otchestvo,
      phone: sent.bill_phone,
    }),
    billing: present({
      ...name,
      phone: sent.bill_phone,
      country: sent.bill_country,
      region: sent.bill_region,
      city: sent.bill_city,
      line1: sent.bill_address,
      postcode: sent.bill_postal_code,
    }),
    lines,
    ...present({
      coupon: sent.bill_kupon || sent.bill_coupon,
      comment: sent.bill_comment,
      tag: sent.bill_tag,
      ip: sent.bill_ip,
    }),
    ...(payDomain === undefined ? {} : { payDomain }),
    utm: campaignWords(input.params.utm),
    fields: { ...otherFields(input.params, placed), ...secondNames(sent), ...oddUtm(input) },
    createdAt,
    ...(cancelAt === undefined ? {} : { cancelAt }),
    check: (products) => refuseWithoutAddress(products, sent),
    callBytes: { name: input.name, body: input.body },
  }
}

/** `goods[i][good_name]`, `goods[i][good_sum]`; a quantity is a repeated product. */
function readGoods(goods: PlainValue | undefined): WantedLine[] {
  const lines = entriesOf(goods).map(([, good]) => {
    const { good_name, good_sum } = typed(goodSchema, Object.fromEntries(entriesOf(good)))
    return wantedLine(good_name, good_sum)
  })
  if (lines.length === 0) throw new Failure('order-empty')
  return lines
}

const goodSchema = z.object({
  good_name: text.transform((name) => name.trim()).refine((name) => name !== ''),
  good_sum: text,
})

/** Where both names of one thing were sent with different words, the second is kept beside. */
function secondNames(sent: Sent): Record<string, string> {
  const { bill_middle_name, bill_otchestvo, bill_kupon, bill_coupon } = sent
  const beside = (first: string, second: string) => (first === '' || first === second ? '' : second)
  return present({
    bill_otchestvo: beside(bill_middle_name, bill_otchestvo),
    bill_coupon: beside(bill_kupon, bill_coupon),
  })
}

/** Campaign data of another shape than words by name. */
function oddUtm({ params: { utm } }: ApiInput): Record<string, PlainValue> {
  const isPlain = entriesOf(utm).every(([, value]) => typeof value === 'string')
  return utm === undefined || utm === '' || (typeof utm === 'object' && isPlain) ? {} : { utm }
}

/** Non-empty is enough: real shops send `-` (contract §5.2). */
function refuseWithoutAddress(products: readonly Product[], sent: Sent): void {
  const missing = needed.filter((name) => sent[name] === '')
  const isPhysical = products.some(({ type }) => type === 'physical')
  if (isPhysical && missing.length > 0) {
    throw new Failure('address-incomplete', { reason: `without ${missing.join(', ')}` })
  }
}

const needed = [
  'bill_first_name',
  'bill_surname',
  'bill_country',
  'bill_city',
  'bill_address',
] as const
