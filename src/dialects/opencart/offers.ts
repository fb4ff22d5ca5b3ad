import type { PricedCheckout } from '../../core/price-checkout.ts'
import type { Checkout, PaymentChoice, ShippingChoice } from '../../model/checkout.ts'
import { formatMoney, type Money } from '../../model/money.ts'
import type { Shop } from '../../model/shop.ts'
import { holdsAt, type Place, placeOf } from '../../model/shop-places.ts'
import { noPaymentText, noShippingText } from './order-checks.ts'

export type ShippingOffer = {
  readonly module: string
  readonly title: string
  readonly sortOrder: number
  readonly quotes: readonly ShippingChoice[]
}

export type PaymentOffer = PaymentChoice & { readonly terms: string; readonly sortOrder: number }

export const shippingMethodRequired = 'Warning: Shipping method required!'
export const paymentMethodRequired = 'Warning: Payment method required!'

/** What a choice comes to: the method from the list, or why there is none. */
export type Choice<T> = { readonly chosen: T } | { readonly error: string }

/** Ways to ship to where the checkout goes; without an address those that go everywhere. */
export function shippingOffers(shop: Shop, checkout: Checkout): readonly ShippingOffer[] {
  const place = placeFor(shop, checkout.shippingAddress)
  return inOrder(shop.shipping)
    .filter(({ geoZoneId }) => holdsAt(shop, geoZoneId, place))
    .map(({ module, title, sortOrder, quotes }) => ({
      module,
      title,
      sortOrder,
      quotes: quotes.map((quote) => ({ ...quote, cost: costText(quote.cost) })),
    }))
}

/** Ways to pay what the checkout comes to, where the buyer pays. */
export function paymentOffers(
  shop: Shop,
  checkout: Checkout,
  { basket: { total } }: PricedCheckout,
): readonly PaymentOffer[] {
  const place = placeFor(shop, checkout.paymentAddress)
  return inOrder(shop.payment)
    .filter(({ geoZoneId, minimum, onlyFree }) => {
      if (onlyFree && total > 0n) return false
      return (minimum === null || total >= minimum) && holdsAt(shop, geoZoneId, place)
    })
    .map(({ code, title, terms, sortOrder }) => ({ code, title, terms, sortOrder }))
}

/** The checkout that has asked for the ways to ship. */
export function withShippingOffers(checkout: Checkout, offers: readonly ShippingOffer[]): Checkout {
  return { ...checkout, shippingOffers: offers.flatMap(({ quotes }) => quotes) }
}

/** The checkout that has asked for the ways to pay. */
export function withPaymentOffers(checkout: Checkout, offers: readonly PaymentOffer[]): Checkout {
  return { ...checkout, paymentOffers: offers.map(({ code, title }) => ({ code, title })) }
}

/** `<module>.<quote>` of the list that this session has asked for (contract §4.4). */
export function chooseShipping(
  { shippingOffers: offered }: Checkout,
  code: string | undefined,
): Choice<ShippingChoice> {
  return choose(offered, code, { none: noShippingText, wrong: shippingMethodRequired })
}

/** The bare code from the list that this session has asked for (contract §4.5). */
export function choosePayment(
  { paymentOffers: offered }: Checkout,
  code: string | undefined,
): Choice<PaymentChoice> {
  return choose(offered, code, { none: noPaymentText, wrong: paymentMethodRequired })
}

function choose<T extends { readonly code: string }>(
  offered: readonly T[] | null,
  code: string | undefined,
  words: { readonly none: string; readonly wrong: string },
): Choice<T> {
  if (offered === null || offered.length === 0) return { error: words.none }
  const chosen = offered.find((offer) => offer.code === code?.trim())
  return chosen === undefined ? { error: words.wrong } : { chosen }
}

function placeFor(shop: Shop, address: Checkout['shippingAddress']): Place {
  return address === null ? { countryId: 0, zoneId: 0 } : placeOf(shop, address)
}

function inOrder<T extends { readonly sortOrder: number }>(offers: readonly T[]): readonly T[] {
  return offers.toSorted((one, other) => one.sortOrder - other.sortOrder)
}

/** `5.00`; of more than two decimals as many as there are. */
export function costText(cost: Money): string {
  return formatMoney(cost, 4).replace(/0{1,2}$/, '')
}
