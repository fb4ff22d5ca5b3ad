import type { OrderHead } from '../../core/list-orders.ts'
import { formatMoney } from '../../model/money.ts'
import { type Instant, type Order, type OrderLine, shippingAddress } from '../../model/order.ts'
import { payPath } from '../../model/pay-link.ts'

/** Beyond this an item stands for its whole line: the protocol has no quantity. */
const mostRepeats = 100

/** What both JSON and PHP's `http_build_query` can write. */
export type OrderObject = { readonly [name: string]: OrderValue }
type OrderValue = string | number | boolean | undefined | readonly OrderValue[] | OrderObject

const deliveryWords = { open: '', sent: 'sent', returned: 'return' }

/** The members of all of them as one JSON object: cheaper than to copy them into one first. */
export function joinedObject(...objects: readonly [OrderObject, ...OrderObject[]]): string {
  return `{${objects.map((one) => JSON.stringify(one).slice(1, -1)).join(',')}}`
}

/** The fields that every function shows (contract §6); money and texts are texts. */
export function orderBasics(order: OrderHead, login: string): OrderObject {
  const address = shippingAddress(order)
  const { buyer } = order
  const latest = latestParcel(order)
  return {
    id: order.number,
    first_name: buyer.firstName ?? '',
    last_name: buyer.lastName ?? '',
    middle_name: buyer.middleName ?? '',
    email: buyer.email ?? '',
    phone: buyer.phone ?? '',
    city: address.city ?? '',
    country: address.country ?? '',
    address: [address.line1, address.line2, address.line3].filter(Boolean).join(', '),
    region: address.region ?? '',
    postalcode: address.postcode ?? '',
    created: seconds(order.createdAt),
    pay_status: payStatus(order),
    paid: seconds(order.paidAt),
    // Undefined: JSON leaves it out.
    refunded: order.refundedAt === null ? undefined : seconds(order.refundedAt),
    type: '',
    payway: order.paymentMethod ?? '',
    comment: order.comment ?? '',
    domain: order.payDomain ?? '',
    link: payLink(order, login),
    price: formatMoney(order.total),
    utm: campaign(order.utm),
    // What the original never showed: when it left, under which number, and whether it came back.
    sent: seconds(latest?.sentAt ?? order.sentAt),
    rpo: latest?.tracking ?? '',
    delivery_status: deliveryWords[order.fulfilment],
  }
}

/** What GetOrders leaves out and the other functions show besides. */
export function orderExtras(order: Order): OrderObject {
  return {
    good_count: order.lines.reduce((count, { quantity }) => count + quantity, 0),
    bill_sum_topay: formatMoney(order.payment === 'waiting' ? order.total : 0n),
    tag: order.tag ?? '',
    kupon: order.coupon ?? '',
    coupon: order.coupon ?? '',
  }
}

/** One item a unit, as the protocol wants it; options stand in the title. */
export function orderItems(order: Order, { withPincode }: { withPincode: boolean }): OrderObject[] {
  return order.lines.flatMap((line) => {
    const repeats = line.quantity <= mostRepeats ? line.quantity : 1
    const units = BigInt(line.quantity <= mostRepeats ? 1 : line.quantity)
    const item = {
      id: line.code,
      title: titleOf(line, units),
      sum: formatMoney((line.unitPrice + line.unitTax) * units),
      price: formatMoney(line.cataloguePrice * units),
      ...(withPincode ? { pincode: '' } : {}),
      partners: [],
    }
    return repeats === 1 ? item : Array.from({ length: repeats }, () => item)
  })
}

function titleOf({ title, options }: OrderLine, units: bigint): string {
  const chosen = options.map(({ name, value }) => `${name}: ${value}`).join(', ')
  const named = chosen === '' ? title : `${title} (${chosen})`
  return units === 1n ? named : `${named} × ${units}`
}

/** The link under which the buyer pays: a path, or a whole address where a domain was given. */
export function payLink(
  order: { readonly number: number; readonly payKey: string; readonly payDomain: string | null },
  login: string,
): string {
  const path = payPath(login, order)
  return order.payDomain === null ? path : `http://${order.payDomain}${path}`
}

/** A refunded order reads `cancel`: clients know no fourth word. */
function payStatus({ payment }: OrderHead): string {
  return payment === 'cancelled' || payment === 'refunded' ? 'cancel' : payment
}

function latestParcel({ shipments }: OrderHead): OrderHead['shipments'][number] | undefined {
  return shipments.reduce<OrderHead['shipments'][number] | undefined>(
    (last, parcel) => (last === undefined || parcel.sentAt >= last.sentAt ? parcel : last),
    undefined,
  )
}

/** Campaign words without `utm_`; a partner's own (`aff_…`) are not the shop's to see. */
function campaign(utm: OrderHead['utm']): OrderObject {
  const own = Object.entries(utm).filter(([name]) => !name.startsWith('aff_'))
  const usual = { medium: '', source: '', campaign: '', content: '', term: '' }
  return { ...usual, ...Object.fromEntries(own) }
}

/** Unix seconds, 0 for never. */
function seconds(at: Instant | null): number {
  return at === null ? 0 : Math.floor(at / 1000)
}
