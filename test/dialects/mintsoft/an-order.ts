import { newOrderState, type Order, type OrderLine } from '../../../src/model/order.ts'

export function aLine(change: Partial<OrderLine> = {}): OrderLine {
  return {
    position: 1,
    productId: 1,
    code: 'mug',
    article: 'MUG-01',
    title: 'Mug',
    productType: 'physical',
    quantity: 1,
    unitPrice: 10_000n,
    unitTax: 0n,
    cataloguePrice: 10_000n,
    options: [],
    ...change,
  }
}

/** An order that Mintsoft can import. */
export function anOrderOf(change: Partial<Order> = {}): Order {
  return {
    ...newOrderState(0),
    number: 1001,
    dialect: 'influencersoft',
    buyer: { email: 'ada@example.com', firstName: 'Ada', lastName: 'Example' },
    billing: { line1: '9 Mill Lane', city: 'Alton', postcode: 'GU34 1AB', country: 'England' },
    shipping: null,
    currency: 'GBP',
    orderedCurrency: null,
    orderedRate: null,
    lines: [aLine()],
    coupon: null,
    discount: 0n,
    shippingMethod: null,
    shippingCode: null,
    shippingCost: 0n,
    tax: 0n,
    total: 10_000n,
    paymentMethod: null,
    paymentCode: null,
    comment: null,
    tag: null,
    ip: null,
    utm: {},
    payDomain: null,
    payKey: '',
    customerId: null,
    totals: [],
    fields: {},
    createdAt: 0,
    ...change,
  }
}
