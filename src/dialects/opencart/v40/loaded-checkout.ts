import type { usesOfOrder } from '../../../core/edit-order.ts'
import type {
  BoughtVoucher,
  CartLine,
  Checkout,
  CheckoutAddress,
  CheckoutCustomer,
} from '../../../model/checkout.ts'
import { formatMoney } from '../../../model/money.ts'
import {
  type Address,
  isVoucherLine,
  type Order,
  type OrderLine,
  shippingAddress,
} from '../../../model/order.ts'
import type { Shop } from '../../../model/shop.ts'
import { keptFields } from '../kept-fields.ts'
import { costText } from '../offers.ts'
import type { OpencartFields } from '../plan.ts'

type Uses = Awaited<ReturnType<typeof usesOfOrder>>
type PlaceFields = OpencartFields['payment']

/** What an order's lines are to a cart. */
export type LoadedLines = {
  readonly cart: Checkout['cart']
  readonly vouchers: Checkout['vouchers']
  readonly nextLineId: number
}

/**
 * The lines of an order as a cart has them, with ids from `nextLineId` on; undefined where a cart
 * cannot hold one of them: it sells nothing that the catalogue knows, or options without numbers.
 */
export function loadedLines(order: Order, nextLineId: number): LoadedLines | undefined {
  const goods = order.lines.filter((line) => !isVoucherLine(line))
  const isKnown = ({ productId, options }: OrderLine) =>
    productId !== null && options.every(({ optionId }) => optionId !== undefined)
  if (!goods.every(isKnown)) return undefined
  return {
    cart: goods.map((line, at) => ({
      id: nextLineId + at,
      productId: line.productId ?? 0,
      quantity: line.quantity,
      options: choicesOf(line),
    })),
    vouchers: order.lines.filter(isVoucherLine).map(voucherOf),
    nextLineId: nextLineId + goods.length,
  }
}

/** A session's checkout as the order has it; what was in the session before is gone. */
export function loadedCheckout(
  before: Checkout,
  order: Order,
  { lines, uses, shop }: { lines: LoadedLines; uses: Uses; shop: Shop },
): Checkout {
  const fields = keptFields(order)
  const ofKind = (kind: Uses[number]['kind']) => uses.find((use) => use.kind === kind)
  const points = ofKind('points')?.amount ?? 0n
  return {
    ...before,
    ...lines,
    customer: customerOf(order, fields),
    paymentAddress: addressOf(order.billing, fields.payment),
    shippingAddress: addressOf(shippingAddress(order), fields.shipping),
    shippingOffers: null,
    paymentOffers: null,
    shippingMethod: shippingOf(order, shop),
    paymentMethod:
      order.paymentCode === null && order.paymentMethod === null
        ? null
        : { code: order.paymentCode ?? '', title: order.paymentMethod ?? '' },
    coupon: order.coupon,
    voucher: ofKind('voucher')?.key ?? null,
    reward: Number(points / 10_000n),
    currency: order.orderedCurrency,
    affiliateId: fields.affiliate_id,
    comment: order.comment ?? '',
    orderNumber: order.number,
  }
}

function voucherOf(line: OrderLine): BoughtVoucher {
  return {
    code: line.options.find(({ name }) => name === 'code')?.value ?? '',
    codeIsNumber: false,
    description: line.title,
    fromName: '',
    fromEmail: '',
    toName: '',
    toEmail: '',
    themeId: '',
    message: '',
    amount: formatMoney(line.unitPrice, 4),
  }
}

/** What was chosen of an option: several values of a checkbox, else one value's id or a text. */
function choicesOf({ options }: OrderLine): CartLine['options'] {
  const choices = new Map<string, string[]>()
  for (const { optionId, valueId, value } of options) {
    const name = String(optionId)
    const choice = valueId === undefined ? value : String(valueId)
    choices.set(name, [...(choices.get(name) ?? []), choice])
  }
  return Object.fromEntries(
    [...choices].map(([name, chosen]) => {
      const [only = '', ...more] = chosen
      return [name, more.length === 0 ? only : chosen]
    }),
  )
}

function customerOf({ buyer, customerId }: Order, fields: OpencartFields): CheckoutCustomer {
  return {
    id: customerId ?? 0,
    groupId: fields.customer_group_id,
    firstName: buyer.firstName ?? '',
    lastName: buyer.lastName ?? '',
    email: buyer.email ?? '',
    telephone: buyer.phone ?? '',
    fax: fields.fax,
    customFields: fields.custom_field,
  }
}

/** Null for an address that says nothing; the numbers that were sent, else what the book knows. */
function addressOf(address: Address, fields: PlaceFields): CheckoutAddress | null {
  if (Object.values(address).every((text) => text === undefined || text === '')) return null
  const { country_id: countryId, zone_id: zoneId } = fields
  return {
    firstName: address.firstName ?? '',
    lastName: address.lastName ?? '',
    company: address.company ?? '',
    address1: address.line1 ?? '',
    address2: address.line2 ?? '',
    city: address.city ?? '',
    postcode: address.postcode ?? '',
    countryId: countryId > 0 ? String(countryId) : (address.country ?? address.countryCode ?? ''),
    zoneId: zoneId > 0 ? String(zoneId) : (address.region ?? address.regionCode ?? ''),
    customFields: fields.custom_field,
  }
}

/** The tax class of a method is the shop's to say: the book keeps what shipping cost. */
function shippingOf(order: Order, shop: Shop): Checkout['shippingMethod'] {
  const { shippingCode, shippingMethod, shippingCost } = order
  if (shippingCode === null && shippingMethod === null) return null
  const code = shippingCode ?? ''
  const quote = shop.shipping.flatMap(({ quotes }) => quotes).find((one) => one.code === code)
  return {
    code,
    title: shippingMethod ?? '',
    cost: costText(shippingCost),
    taxClassId: quote?.taxClassId ?? 0,
  }
}
