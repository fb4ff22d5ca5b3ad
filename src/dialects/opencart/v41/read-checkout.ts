import { findCustomer } from '../../../core/customers.ts'
import type { PriceOptions } from '../../../core/price-checkout.ts'
import type {
  Checkout,
  CheckoutAddress,
  PaymentChoice,
  ShippingChoice,
} from '../../../model/checkout.ts'
import { formatMoney, parseMoney } from '../../../model/money.ts'
import { currencyOf } from '../../../model/shop.ts'
import { findCountry } from '../../../model/shop-places.ts'
import { text } from '../../../wire/tree.ts'
import { readAddress, readCustomer } from '../buyer-form.ts'
import { fields, intOf, queryValue } from '../request.ts'
import { saidIn } from '../v40/said.ts'
import { customerNotFound } from '../v40/texts.ts'
import { readCart } from './read-cart.ts'
import type { SignedCall } from './signed-call.ts'

type Errors = ReadonlyMap<string, string>
type Side = 'payment' | 'shipping'

/** The checkout that one call describes; a part that is wrong is named and left out. */
export type ReadCheckout = {
  readonly checkout: Checkout
  /** Texts by field, as the call that sets the part answers them. */
  readonly errors: {
    readonly cart: Errors
    readonly customer: Errors
    readonly payment: Errors
    readonly shipping: Errors
  }
}

/**
 * Rebuilds the checkout from the body: every call stands alone (contract §6.4). `held`: the order
 * that the call edits.
 */
export async function readCheckout(
  call: SignedCall,
  held?: PriceOptions['held'],
): Promise<ReadCheckout> {
  const said = saidIn(call.request)
  const [cart, customer] = await Promise.all([readCart(call, held), customerIn(call)])
  const payment = addressIn(call, 'payment')
  const shipping = addressIn(call, 'shipping')
  const checkout: Checkout = {
    ...cart.checkout,
    customer: customer.errors.size === 0 ? customer.customer : null,
    paymentAddress: payment.errors.size === 0 ? payment.address : null,
    shippingAddress: shipping.errors.size === 0 ? shipping.address : null,
    shippingMethod: shippingMethodIn(call),
    paymentMethod: paymentMethodIn(call),
    coupon: said('coupon') || null,
    reward: Math.abs(intOf(said('reward'))),
    currency: currencyIn(call),
    affiliateId: Math.max(0, intOf(said('affiliate_id'))),
    comment: said('comment') ?? '',
  }
  const errors = {
    cart: cart.errors,
    customer: customer.errors,
    payment: payment.errors,
    shipping: shipping.errors,
  }
  return { checkout, errors }
}

/** Whether the call says anything of an address at all. */
export function saysAddress(call: SignedCall, side: Side): boolean {
  const said = saidIn(call.request)
  const names = ['firstname', 'lastname', 'address_1', 'city', 'postcode', 'country_id', 'zone_id']
  return names.some((name) => (said(`${side}_${name}`) ?? '') !== '')
}

async function customerIn(call: SignedCall) {
  const { ctx, account, shop, request } = call
  const { errors, customer } = readCustomer(
    saidIn(call.request),
    fields(request, 'custom_field'),
    shop,
    {
      telephoneRequired: false,
      trims: true,
    },
  )
  const isUnknown = customer.id > 0 && (await findCustomer(ctx, account, customer.id)) === null
  if (isUnknown) errors.set('warning', customerNotFound)
  return { errors, customer }
}

/** A region is asked for only of a country that has some (recordings: address). */
function addressIn(
  call: SignedCall,
  side: Side,
): { readonly errors: Errors; readonly address: CheckoutAddress } {
  const { shop, request } = call
  const said = saidIn(call.request)
  const { errors, address } = readAddress(
    (name) => said(`${side}_${name}`),
    fields(request, `${side}_custom_field`),
    shop,
    { cityMost: 128, trims: true },
  )
  const country = findCountry(shop, address.countryId)
  if (!shop.zones.some(({ countryId }) => countryId === country?.id)) errors.delete('zone')
  return {
    errors: new Map([...errors].map(([name, problem]) => [`${side}_${name}`, problem])),
    address,
  }
}

/** Name and cost are the caller's own, and any code will do (contract §6.4). */
function shippingMethodIn({ request }: SignedCall): ShippingChoice | null {
  const method = fields(request, 'shipping_method')
  const part = (name: string) => (method === undefined ? '' : (text(method, name)?.trim() ?? ''))
  const cost = parseMoney(part('cost') === '' ? '0' : part('cost'))
  if (part('code') === '' || part('name') === '' || cost === undefined || cost < 0n) return null
  return {
    code: part('code'),
    title: part('name'),
    cost: formatMoney(cost, 4),
    taxClassId: Math.max(0, intOf(part('tax_class_id'))),
  }
}

/** Nothing of it is checked against the list (contract §6.4). */
function paymentMethodIn({ request }: SignedCall): PaymentChoice | null {
  const method = fields(request, 'payment_method')
  const part = (name: string) => (method === undefined ? '' : (text(method, name)?.trim() ?? ''))
  const [code = '', option, ...more] = part('code').split('.', 3)
  if (code === '' || part('name') === '') return null
  // `cod.cod` is the method `cod` of the other versions, and of the account's own list.
  const isBare = code === option && more.length === 0
  return { code: isBare ? code : part('code'), title: part('name') }
}

/** OpenCart passes the signed currency over; one that the shop does not have is passed over here. */
function currencyIn({ account, shop, request }: SignedCall): string | null {
  const wanted = queryValue(request, 'currency')?.trim().toUpperCase() ?? ''
  const own = account.settings.currency
  const known = currencyOf(shop, wanted, own)
  return known === undefined || known.code === own ? null : known.code
}
