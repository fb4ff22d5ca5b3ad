import { readFileSync } from 'node:fs'
import type { BasketInput } from '../../src/model/basket-input.ts'
import { type Checkout, type CheckoutCustomer, emptyCheckout } from '../../src/model/checkout.ts'
import type { CheckoutProduct } from '../../src/model/checkout-product.ts'
import { type Coupon, couponTermsSchema } from '../../src/model/promotions.ts'
import { shopSchema } from '../../src/model/shop.ts'
import { productOf, type RecordedProduct } from './basket-products.ts'

export const fixtures = new URL('../fixtures/opencart/', import.meta.url)

const recorded = JSON.parse(readFileSync(new URL('store.json', fixtures), 'utf8'))

/** The store behind the recordings. */
export const recordedShop = shopSchema.parse({
  countryId: recorded.store.country_id,
  zoneId: recorded.store.zone_id,
  taxRates: recorded.tax.rates.map(rateOf),
  taxRules: recorded.tax.rules.map((rule: Record<string, unknown>) => ({
    taxClassId: rule.tax_class_id,
    taxRateId: rule.tax_rate_id,
    basedOn: 'shipping',
    priority: rule.priority,
  })),
  geoZones: [{ id: 3, name: 'UK VAT Zone', places: [{ countryId: 222, zoneId: 3563 }] }],
  countries: [
    { id: 222, name: 'United Kingdom', iso2: 'GB', iso3: 'GBR' },
    { id: 81, name: 'Germany', iso2: 'DE' },
  ],
  zones: [
    { id: 3563, countryId: 222, name: 'Lancashire', code: 'LANCS' },
    { id: 1256, countryId: 81, name: 'Berlin', code: 'BER' },
  ],
})

export const recordedProducts: ReadonlyMap<number, CheckoutProduct> = new Map(
  recorded.products.map((one: RecordedProduct) => [one.product_id, productOf(one)]),
)

/** Ten per cent; the coupon of the recordings. */
export const tenPercent: Coupon = aCoupon({ code: '2222', type: 'P', discount: '10' })

export function aCoupon({
  code = 'SAVE',
  used = 0,
  usedByCustomer = 0,
  ...terms
}: Record<string, unknown> & { code?: string; used?: number; usedByCustomer?: number }): Coupon {
  const parsed = couponTermsSchema.parse({ name: 'A coupon', type: 'P', discount: '10', ...terms })
  return { ...parsed, code, used, usedByCustomer }
}

export const flatShipping = {
  code: 'flat.flat',
  title: 'Flat Shipping Rate',
  cost: '5.00',
  taxClassId: 9,
}

export const guest: CheckoutCustomer = {
  id: 0,
  groupId: 1,
  firstName: 'Ada',
  lastName: 'Lovelace',
  email: 'ada@shop.example',
  telephone: '5551234',
  fax: '',
  customFields: {},
}

export const addressIn = (countryId: string, zoneId: string) => ({
  firstName: 'Ada',
  lastName: 'Lovelace',
  company: '',
  address1: '12 St James Sq',
  address2: '',
  city: 'London',
  postcode: 'SW1Y 4JH',
  countryId,
  zoneId,
  customFields: {},
})

type CartEntry = {
  readonly productId: number
  readonly quantity: number
  readonly options?: Checkout['cart'][number]['options']
}

/** A checkout at the recorded store with these lines, and whatever else is said. */
export function aBasket(
  cart: readonly CartEntry[],
  {
    checkout = {},
    ...rest
  }: Partial<Omit<BasketInput, 'checkout'>> & {
    checkout?: Partial<Checkout>
  } = {},
): BasketInput {
  return {
    checkout: {
      ...emptyCheckout,
      cart: cart.map((one, at) => ({ id: at + 1, options: {}, ...one })),
      ...checkout,
    },
    products: recordedProducts,
    shop: recordedShop,
    coupon: null,
    voucher: null,
    points: 0,
    specials: true,
    today: '2026-11-22',
    ...rest,
  }
}

function rateOf(rate: Record<string, unknown>) {
  return {
    id: rate.tax_rate_id,
    name: rate.name,
    type: rate.type,
    rate: rate.rate,
    geoZoneId: rate.geo_zone_id,
    customerGroupIds: rate.customer_group_ids,
  }
}
