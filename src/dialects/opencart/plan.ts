import { boughtVouchers, contentOfCheckout, usesOf } from '../../core/checkout-order.ts'
import type { CheckoutPlan } from '../../core/place-checkout.ts'
import type { PricedCheckout } from '../../core/price-checkout.ts'
import type { Checkout, CheckoutAddress } from '../../model/checkout.ts'
import type { Shop } from '../../model/shop.ts'
import { placeOf } from '../../model/shop-places.ts'
import { checkSize } from './checkout-size.ts'
import { intOf, queryValue } from './request.ts'
import type { Visit } from './route.ts'

/** What an order keeps under `fields.opencart`, since the book has no place for it. */
export type OpencartFields = {
  readonly store_id: number
  readonly language_id: number
  readonly language_code: string
  readonly customer_group_id: number
  readonly fax: string
  readonly custom_field: Readonly<Record<string, unknown>>
  readonly payment: AddressFields
  readonly shipping: AddressFields
  readonly affiliate_id: number
  readonly forwarded_ip: string
  readonly user_agent: string
  readonly accept_language: string
}

type AddressFields = {
  /** Numbers of the shop's tables; 0 where the text that came is none. */
  readonly country_id: number
  readonly zone_id: number
  readonly custom_field: Readonly<Record<string, unknown>>
}

/**
 * What a checked checkout comes to. `statusId`: the status to put the order on; one that the
 * account's table does not have is none. `next`: what becomes of the session.
 */
export function planOf(
  visit: Visit,
  checked: { readonly shop: Shop; readonly checkout: Checkout; readonly priced: PricedCheckout },
  { statusId, next }: { readonly statusId: number; readonly next: CheckoutPlan['next'] },
): CheckoutPlan {
  const { ctx, account, call } = visit
  const { shop, checkout, priced } = checked
  checkSize(checkout)
  const content = contentOfCheckout(ctx, account, checked, {
    dialect: 'opencart',
    ip: call.peerAddress === '' ? null : call.peerAddress,
    fields: { opencart: fieldsOf(visit, shop, checkout) },
  })
  return {
    content,
    uses: usesOf(priced, checkout),
    vouchers: boughtVouchers(priced.basket),
    status: shop.statuses.find(({ id }) => id === statusId),
    next,
  }
}

function fieldsOf({ call, request }: Visit, shop: Shop, checkout: Checkout): OpencartFields {
  const { customer } = checkout
  return {
    store_id: intOf(queryValue(request, 'store_id')),
    language_id: shop.language.id,
    language_code: shop.language.code,
    customer_group_id: customer?.groupId || shop.customerGroupId,
    fax: customer?.fax ?? '',
    custom_field: customer?.customFields ?? {},
    payment: addressFields(shop, checkout.paymentAddress),
    shipping: addressFields(shop, checkout.shippingAddress),
    affiliate_id: checkout.affiliateId,
    forwarded_ip: kept(call.header('x-forwarded-for')),
    user_agent: kept(call.header('user-agent')),
    accept_language: kept(call.header('accept-language')),
  }
}

function addressFields(shop: Shop, address: CheckoutAddress | null): AddressFields {
  if (address === null) return { country_id: 0, zone_id: 0, custom_field: {} }
  const { countryId, zoneId } = placeOf(shop, address)
  return { country_id: countryId, zone_id: zoneId, custom_field: address.customFields }
}

/** Headers are the caller's own text, and no part of an order should outgrow it. */
function kept(header: string | undefined): string {
  return (header ?? '').replaceAll('\0', '').slice(0, 255)
}
