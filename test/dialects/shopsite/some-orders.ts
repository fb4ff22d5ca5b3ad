import { contentOfCheckout } from '../../../src/core/checkout-order.ts'
import type { Context } from '../../../src/core/context.ts'
import { type Account, accountSettingsSchema } from '../../../src/model/account.ts'
import { basketOf } from '../../../src/model/basket.ts'
import type { BasketInput } from '../../../src/model/basket-input.ts'
import type { Checkout } from '../../../src/model/checkout.ts'
import type { Order } from '../../../src/model/order.ts'
import { addressIn, guest } from '../../model/basket-store.ts'
import { aLine, anOrderOf } from '../mintsoft/an-order.ts'

export const account: Account = {
  id: 1,
  login: 'demo',
  disabled: false,
  settings: accountSettingsSchema.parse({ timezone: 'America/Chicago' }),
}

/** What a buyer in the recorded store says besides the cart. */
export const buyerOfStore: Partial<Checkout> = {
  customer: { ...guest, id: 7 },
  paymentAddress: addressIn('222', '3563'),
  shippingAddress: addressIn('222', '3563'),
  paymentMethod: { code: 'bank_transfer', title: 'Bank Transfer' },
}

/** The order that an OpenCart checkout comes to. */
export function orderOfBasket(input: BasketInput): Order {
  const ctx = { newKey: () => '', now: () => 0 } as unknown as Context
  const { shop, checkout, coupon, voucher, points } = input
  const priced = { basket: basketOf(input), coupon, voucher, points }
  const extras = { dialect: 'opencart', ip: '192.0.2.10', fields: { opencart: { store_id: 0 } } }
  const content = contentOfCheckout(ctx, account, { shop, checkout, priced }, extras)
  return anOrderOf({ ...content })
}

/** The order of the contract's example (§4.4), as far as the book holds what it shows. */
export function exampleOrder(change: Partial<Order> = {}): Order {
  return anOrderOf({
    number: 1962,
    customerId: 4411,
    createdAt: Date.UTC(2026, 2, 14, 20, 9, 26),
    buyer: { email: 'zoe@example.net', firstName: 'Zoë', lastName: 'O’Hara', phone: '8885550142' },
    billing: {
      firstName: 'Zoë',
      lastName: 'O’Hara',
      company: 'Blue & Grey Ltd',
      line1: '9 Mill Lane',
      line2: 'Unit 4',
      city: 'St Louis',
      region: 'Missouri',
      regionCode: 'MO',
      postcode: '63112',
      country: 'USA',
      countryCode: 'US',
    },
    shipping: {
      firstName: 'Ward',
      lastName: 'Stores',
      phone: '8885550143',
      line1: '77 Dock Rd',
      city: 'Alton',
      regionCode: 'IL',
      postcode: '62002',
      country: 'USA',
      countryCode: 'US',
    },
    lines: [
      aLine({
        article: 'LAMP-01',
        title: 'Desk lamp',
        quantity: 2,
        unitPrice: 215_000n,
        unitTax: 10_750n,
        options: [
          { name: 'Finish', value: 'Brass', type: 'select' },
          { name: 'Engrave', value: 'Z', type: 'text' },
        ],
      }),
    ],
    coupon: 'SPRING5',
    discount: 50_000n,
    shippingMethod: 'UPS Ground',
    shippingCost: 69_500n,
    tax: 19_000n,
    total: 468_500n,
    totals: [
      { code: 'sub_total', title: 'Sub-Total', amount: 430_000n, sortOrder: 1 },
      { code: 'shipping', title: 'UPS Ground', amount: 69_500n, sortOrder: 3 },
      { code: 'coupon', title: 'Coupon (SPRING5)', amount: -50_000n, sortOrder: 4 },
      { code: 'tax', title: 'MO sales tax', amount: 19_000n, sortOrder: 5 },
      { code: 'total', title: 'Total', amount: 468_500n, sortOrder: 9 },
    ],
    comment: 'Leave at gate',
    ip: '192.0.2.10',
    fields: { 'Ship Date': '03/20/2026' },
    ...change,
  })
}
