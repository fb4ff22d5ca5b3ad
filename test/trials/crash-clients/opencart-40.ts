import type { Story } from '../crash-ledger.ts'
import { done, insist, type Load, tell } from '../crash-load.ts'
import { coupon, customer, points, voucher } from '../crash-shop.ts'
import {
  address,
  call,
  keysIn,
  kindOf,
  logIn,
  type Session,
  step,
  steps,
  type Till,
} from './opencart-till.ts'

const routes = [
  ...['cart.add', 'cart.edit', 'cart.remove', 'voucher.add', 'voucher.remove', 'customer'],
  ...['payment_address', 'shipping_address', 'shipping_method', 'shipping_method.save'],
  ...['payment_method', 'payment_method.save', 'coupon', 'voucher', 'reward', 'affiliate'],
  ...['order.comment', 'order.confirm', 'order.confirm, edit', 'order.confirm, loaded'],
  ...['order.load', 'order.addHistory, 7', 'order.addHistory, 9', 'order.delete'],
]
export const kinds = [
  ...['opencart api/account.login', 'opencart api/localisation/currency'],
  ...routes.map((route) => `opencart api/sale/${route}`),
]

/**
 * One piece more is put in with every try whose answer was lost: the client looks what there is,
 * and sets it right.
 */
async function fillCart(load: Load, session: Session, quantity: number): Promise<boolean> {
  const filled = await steps(
    load,
    session,
    ['40', '28', '49'].map((product_id) => ['api/sale/cart.add', { product_id, quantity: '1' }]),
  )
  const cart = filled ? await step(load, session, 'api/sale/cart') : undefined
  if (cart === undefined) return false
  const key = (product: string): string => keysIn(cart).get(product) ?? ''
  return steps(load, session, [
    ['api/sale/cart.edit', { key: key('40'), quantity: String(quantity) }],
    ['api/sale/cart.edit', { key: key('28'), quantity: '1' }],
    ['api/sale/cart.remove', { key: key('49') }],
  ])
}

/** Two are put in, or more where answers were lost, and all but one taken out again. */
async function buyVoucher(load: Load, session: Session, email: string): Promise<boolean> {
  const fields = {
    ...{ amount: '25', voucher_theme_id: '8', message: 'hi', from_name: 'Ada', from_email: email },
    ...{ to_name: 'Bob', to_email: 'bob@example.com' },
  }
  const added = await steps(load, session, [
    ['api/sale/voucher.add', fields],
    ['api/sale/voucher.add', fields],
  ])
  const cart = added ? await step(load, session, 'api/sale/cart') : undefined
  if (cart === undefined) return false
  const { length } = cart.vouchers as unknown[]
  for (let key = length - 1; key > 0; key -= 1) {
    if (!(await dropVoucher(load, session, key))) return false
  }
  return true
}

/** What a lost answer has taken out is not there to be taken out again. */
async function dropVoucher(load: Load, session: Session, key: number): Promise<boolean> {
  const route = 'api/sale/voucher.remove'
  const said = await insist(load, kindOf(route, '4.0'), async (url, tries) => {
    const verdict = await call(load, url, session, route, { key: String(key) })
    const isGone = tries > 0 && verdict.kind === 'refused' && /not be found/.test(verdict.why)
    return isGone ? done({}) : verdict
  })
  return said !== undefined
}

/** How it ships and is paid, which a changed cart forgets, and what pays a part. */
const methods = [
  // Paid by the voucher it costs nothing, and there is only one way to pay that.
  ['api/sale/voucher', { voucher: '' }],
  ['api/sale/shipping_method'],
  ['api/sale/shipping_method.save', { shipping_method: 'flat.flat' }],
  ['api/sale/payment_method'],
  ['api/sale/payment_method.save', { payment_method: 'cod.cod' }],
  ['api/sale/reward', { reward: points }],
  ['api/sale/voucher', { voucher }],
] as const

const contentOf = (quantity: number): string => `28x1 40x${quantity} voucherx1`

/** A checkout in a session of its own. Repeated, the confirm finds the order of its session. */
export async function checkOut(load: Load, till: Till, story: Story): Promise<boolean> {
  const session = await logIn(load, load.shop.opencart, '4.0')
  till.session = session
  if (session === undefined || !(await fillCart(load, session, 2))) return false
  const { email } = story
  const buyer = { firstname: 'Ada', lastname: 'Lovelace', email, telephone: '5551234' }
  const isReady =
    (await buyVoucher(load, session, email)) &&
    (await steps(load, session, [
      ['api/sale/customer', { ...buyer, customer_id: customer }],
      ['api/sale/payment_address', address],
      ['api/sale/shipping_address', address],
      ['api/localisation/currency', { currency: 'GBP' }],
      ['api/sale/coupon', { coupon }],
      ['api/sale/affiliate', { affiliate_id: '0' }],
      ['api/sale/order.comment', { comment: `First of ${email}` }],
      ...methods,
    ]))
  const events = ['placed', 'released', 'status-set']
  return isReady && confirm(load, session, story, { events, content: contentOf(2), suffix: '' })
}

/** The same session's cart changed, and its order with it. */
export async function editOrder(load: Load, { session }: Till, story: Story): Promise<boolean> {
  const cart = session && (await step(load, session, 'api/sale/cart'))
  if (session === undefined || cart === undefined) return false
  const line = { key: keysIn(cart).get('40') ?? '', quantity: '3' }
  if (!(await steps(load, session, [['api/sale/cart.edit', line], ...methods]))) return false
  const said = { events: ['edited'], content: contentOf(3), suffix: ', edit' }
  return confirm(load, session, story, said)
}

/** Another session takes the order up, and changes one thing of it. */
export async function loadOrder(load: Load, till: Till, story: Story): Promise<boolean> {
  const session = await logIn(load, load.shop.opencart, '4.0')
  till.session = session
  if (session === undefined) return false
  const isLoaded = await steps(load, session, [
    ['api/sale/order.load', { order_id: String(story.number) }],
    ['api/sale/order.comment', { comment: `Then of ${story.email}` }],
  ])
  const said = { events: ['edited'], content: contentOf(3), suffix: ', loaded' }
  return isLoaded && confirm(load, session, story, said)
}

type Confirmed = {
  readonly events: readonly string[]
  readonly content: string
  readonly suffix: string
}

function confirm(
  load: Load,
  session: Session,
  story: Story,
  { events, content, suffix }: Confirmed,
): Promise<boolean> {
  const route = 'api/sale/order.confirm'
  const attempt = async (url: string) => {
    const verdict = await call(load, url, session, route, { order_status_id: '2' })
    if (verdict.kind === 'done') story.number = Number(verdict.value.order_id)
    return verdict
  }
  return tell(load, story, kindOf(`${route}${suffix}`, '4.0'), events, attempt, content)
}
