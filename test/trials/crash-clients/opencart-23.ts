import type { Story } from '../crash-ledger.ts'
import type { Load } from '../crash-load.ts'
import { coupon, customer, points, voucher } from '../crash-shop.ts'
import { add, edit } from './opencart.ts'
import {
  address,
  type Fields,
  keysIn,
  logIn,
  type Session,
  step,
  steps,
  type Till,
} from './opencart-till.ts'

const routes = [
  ...['api/login', 'api/cart/add', 'api/cart/edit', 'api/cart/remove', 'api/voucher/add'],
  ...['api/customer', 'api/payment/address', 'api/shipping/address', 'api/currency'],
  ...['api/shipping/methods', 'api/shipping/method', 'api/payment/methods', 'api/payment/method'],
  ...['api/coupon', 'api/voucher', 'api/reward', 'api/order/add', 'api/order/edit'],
  'api/order/delete',
]
export const kinds = [
  ...routes.map((route) => `opencart ${route}, 2.3`),
  'opencart api/order/history, 7, 2.3',
]

const entry = (at: number, fields: Fields, list: string): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [`${list}[${at}][${name}]`, value]),
  )

/** Lists replace what was in the cart, so that they may be repeated. */
const wanted: Fields = {
  ...entry(0, { product_id: '40', quantity: '1' }, 'product'),
  ...entry(1, { product_id: '28', quantity: '1' }, 'product'),
  ...entry(2, { product_id: '49', quantity: '1' }, 'product'),
}

/** A gift voucher that is bought under a code of the client's own. */
function gift(email: string): Fields {
  const fields = {
    ...{ code: `gift ${email}`, amount: '25', voucher_theme_id: '8', message: 'hi' },
    ...{ from_name: 'Ada', from_email: email, to_name: 'Bob', to_email: 'bob@example.com' },
  }
  return entry(0, fields, 'voucher')
}

/** A cart that has been changed and sold from; then who, where and how, and what pays a part. */
async function fill(
  load: Load,
  session: Session,
  { email }: Story,
  quantity: number,
): Promise<boolean> {
  if ((await step(load, session, 'api/cart/add', wanted)) === undefined) return false
  const cart = await step(load, session, 'api/cart/products')
  if (cart === undefined) return false
  const keys = keysIn(cart)
  const buyer = { firstname: 'Ada', lastname: 'Lovelace', email, telephone: '5551234' }
  return steps(load, session, [
    ['api/cart/edit', { key: keys.get('40') ?? '', quantity: String(quantity) }],
    ['api/cart/remove', { key: keys.get('49') ?? '' }],
    ['api/voucher/add', gift(email)],
    ['api/customer', { ...buyer, customer_id: customer }],
    ['api/payment/address', address],
    ['api/shipping/address', address],
    ['api/currency', { currency: 'EUR' }],
    ['api/shipping/methods'],
    ['api/shipping/method', { shipping_method: 'flat.flat' }],
    ['api/payment/methods'],
    ['api/payment/method', { payment_method: 'cod' }],
    ['api/coupon', { coupon }],
    ['api/reward', { reward: points }],
    // Last: it pays all, and nothing could be chosen for what costs nothing.
    ['api/voucher', { voucher }],
  ])
}

const contentOf = (quantity: number): string => `28x1 40x${quantity} voucherx1`

/** A checkout of 2.3, in a session of its own. */
export async function checkOut(load: Load, till: Till, story: Story): Promise<boolean> {
  const session = await enter(load, till)
  if (session === undefined || !(await fill(load, session, story, 2))) return false
  return add(load, session, story, contentOf(2))
}

export async function editOrder(load: Load, till: Till, story: Story): Promise<boolean> {
  const session = await enter(load, till)
  if (session === undefined || !(await fill(load, session, story, 3))) return false
  return edit(load, session, story, contentOf(3))
}

/** A fresh session: what was chosen in another one does not count. */
async function enter(load: Load, till: Till): Promise<Session | undefined> {
  till.session = await logIn(load, load.shop.old, '2.3')
  return till.session
}
