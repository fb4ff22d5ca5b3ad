import { countryCode, countryName } from './countries.ts'
import { Failure } from './failure.ts'
import { type LineMend, mendedSums } from './mend-sums.ts'
import type { Money } from './money.ts'
import { type Address, type Buyer, type OrderContent, shippingAddress } from './order.ts'

export type BuyerMend = { readonly [K in keyof Buyer]?: string }
export type AddressMend = { readonly [K in keyof Address]?: string }
export type TextMend = {
  readonly [K in
    | 'comment'
    | 'tag'
    | 'shippingMethod'
    | 'shippingCode'
    | 'paymentMethod'
    | 'paymentCode']?: string
}

/** What an operator puts right in an order; an empty text takes away what stood there. */
export type OrderMend = {
  readonly buyer: BuyerMend
  readonly billing: AddressMend
  /** `billing`: the parcel goes to the billing address. */
  readonly shipping: AddressMend | 'billing'
  readonly texts: TextMend
  readonly shippingCost?: Money
  /** By position. */
  readonly lines: ReadonlyMap<number, LineMend>
}

/**
 * The order's content with what was put right. Throws `invalid-input`, with words for the operator,
 * where the sums would no longer add up or something cannot be understood, and `amount-too-large`.
 */
export function mended(order: OrderContent, mend: OrderMend): OrderContent {
  const billing = mendedAddress(order.billing, mend.billing, 'billing')
  const { comment, tag, shippingMethod, shippingCode, paymentMethod, paymentCode } = mend.texts
  const shipped = or(shippingMethod, order.shippingMethod)
  const paid = or(paymentMethod, order.paymentMethod)
  // A code names the method that it came with, and no other.
  const codeOf = (said: string | undefined, before: string | null, isSame: boolean) =>
    or(said, isSame ? before : null)
  return {
    ...order,
    buyer: withTexts(order.buyer, mend.buyer),
    billing,
    shipping: mendedShipping({ ...order, billing }, mend.shipping),
    comment: or(comment, order.comment),
    tag: or(tag, order.tag),
    shippingMethod: shipped,
    shippingCode: codeOf(shippingCode, order.shippingCode, shipped === order.shippingMethod),
    paymentMethod: paid,
    paymentCode: codeOf(paymentCode, order.paymentCode, paid === order.paymentMethod),
    ...mendedSums(order, { ...mend, shippingMethod: shipped }),
  }
}

function or(said: string | undefined, before: string | null): string | null {
  return said === undefined ? before : said || null
}

const placeFields = ['line1', 'line2', 'line3', 'city', 'region', 'postcode', 'country'] as const

/** An address of its own begins with the place that the parcel would go to without it. */
function mendedShipping(
  order: Pick<OrderContent, 'billing' | 'shipping'>,
  mend: OrderMend['shipping'],
): Address | null {
  if (mend === 'billing') return null
  if (Object.keys(mend).length === 0) return order.shipping
  const { billing, shipping } = order
  const hadPlace = shipping !== null && shippingAddress(order) === shipping
  const getsPlace = placeFields.some((field) => mend[field] !== undefined)
  const base =
    shipping === null ? billing : hadPlace || !getsPlace ? shipping : { ...billing, ...shipping }
  return mendedAddress(base, mend, 'shipping')
}

function mendedAddress(before: Address, mend: AddressMend, which: 'billing' | 'shipping'): Address {
  const { country, countryCode: code, region, regionCode, ...others } = mend
  const isNewRegion = region !== undefined && region !== (before.region ?? '')
  return withTexts(before, {
    ...others,
    ...(region === undefined ? {} : { region }),
    // A region's code names that region, and no other.
    ...(isNewRegion ? { regionCode: '' } : {}),
    ...(regionCode === undefined ? {} : { regionCode }),
    ...mendedCountry(before, { country, code }, which),
  })
}

function mendedCountry(
  before: Address,
  { country, code }: { readonly country: string | undefined; readonly code: string | undefined },
  which: string,
): AddressMend {
  const known = code === undefined || code === '' ? undefined : countryCode(code)
  if (code && known === undefined) {
    throw refused(`${which}.country-code="${code}" is the code of no country; write DE`)
  }
  if (country === undefined) {
    if (code === undefined) return {}
    const isSame = known === undefined || countryCode(before.country ?? '') === known
    return { countryCode: known ?? '', ...(isSame ? {} : { country: countryName(known) }) }
  }
  const understood = known ?? countryCode(country)
  if (country !== '' && understood === undefined) {
    throw refused(
      `${which}.country="${country}" is no country that is known; write its English or Russian ` +
        `name or its code, or add ${which}.country-code=`,
    )
  }
  return { country, countryCode: understood ?? '' }
}

/** Texts that are set, without those that are empty. */
function withTexts<T extends { readonly [name: string]: string | undefined }>(
  before: T,
  mend: { readonly [name: string]: string | undefined },
): T {
  const said = Object.entries({ ...before, ...mend }).filter(
    ([name, text]) => text !== undefined && !(text === '' && mend[name] !== undefined),
  )
  return Object.fromEntries(said) as T
}

function refused(reason: string): Failure {
  return new Failure('invalid-input', { reason })
}
