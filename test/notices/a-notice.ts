import type { Notice } from '../../src/model/notice.ts'
import type { Order } from '../../src/model/order.ts'
import { aLine, anOrderOf } from '../dialects/mintsoft/an-order.ts'

/** The order that docs/notices.md shows. */
export const mugOrder: Order = anOrderOf({
  number: 100_000,
  buyer: { email: "o'neil+x@example.com", firstName: 'Zoë', lastName: 'O’Neil', phone: '555 0142' },
  billing: { line1: '9 Mill Lane', city: 'Alton', postcode: '62002', country: 'United States' },
  currency: 'USD',
  lines: [
    aLine({
      productId: 3,
      title: 'Stoneware mug',
      quantity: 2,
      unitPrice: 129_000n,
      cataloguePrice: 139_000n,
      options: [{ name: 'Colour', value: 'blue' }],
    }),
  ],
  total: 258_000n,
  paymentMethod: 'card',
  comment: 'a gift & a surprise',
  tag: 'spring',
  coupon: 'MUG10',
  utm: { medium: 'email' },
  payDomain: 'pay.example.com',
  payKey: 'k3yk3y',
  payment: 'paid',
  paidAt: Date.UTC(2026, 2, 14, 20, 9, 26),
  createdAt: Date.UTC(2026, 2, 14, 20, 1, 2, 250),
  changedAt: Date.UTC(2026, 2, 14, 20, 9, 30, 500),
  releaseNumber: 77,
  releasedAt: Date.UTC(2026, 2, 14, 20, 9, 30, 500),
})

/** That the order was paid, unless told otherwise. */
export function aNotice({ event, ...change }: NoticeChange = {}): Notice {
  return {
    type: 'order.paid',
    login: 'demo',
    order: mugOrder,
    ...change,
    event: {
      seq: 2,
      at: Date.UTC(2026, 2, 14, 20, 9, 30, 500),
      kind: 'paid',
      via: 'influencersoft',
      data: {},
      text: null,
      attention: [],
      ...event,
    },
  }
}

type NoticeChange = Partial<Omit<Notice, 'event'>> & { readonly event?: Partial<Notice['event']> }
