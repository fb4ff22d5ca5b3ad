import { type Story, settle } from '../crash-ledger.ts'
import { done, type Load, over, tell } from '../crash-load.ts'
import { coupon } from '../crash-shop.ts'
import { address, call, type Fields, kindOf, type Session, steps } from './opencart-till.ts'

const routes = [
  ...['api/cart/add', 'api/customer', 'api/payment/address', 'api/shipping/address'],
  ...['api/shipping/methods', 'api/shipping/method', 'api/payment/methods', 'api/payment/method'],
  ...['api/coupon', 'api/order/add', 'api/order/edit', 'api/order/delete'],
  ...['api/order/history, comment', 'api/order/history, 2', 'api/order/history, 7'],
  'api/order/history, 11',
]
export const kinds = ['opencart api/login', ...routes.map((route) => `opencart ${route}`)]

/** From an empty cart to both methods, and the coupon. */
function fill(load: Load, session: Session, { email }: Story, quantity: number): Promise<boolean> {
  const line: Fields = {
    'product[0][product_id]': '40',
    'product[0][quantity]': String(quantity),
  }
  return steps(load, session, [
    ['api/cart/add', line],
    ['api/customer', { firstname: 'Ada', lastname: 'Lovelace', email, telephone: '5551234' }],
    ['api/payment/address', address],
    ['api/shipping/address', address],
    ['api/shipping/methods'],
    ['api/shipping/method', { shipping_method: 'flat.flat' }],
    ['api/payment/methods'],
    ['api/payment/method', { payment_method: 'cod' }],
    ['api/coupon', { coupon }],
  ])
}

const contentOf = (quantity: number): string => `40x${quantity}`

/** A checkout of 3.0 to its end. */
export async function checkOut(load: Load, session: Session, story: Story): Promise<boolean> {
  return (await fill(load, session, story, 2)) && add(load, session, story, contentOf(2))
}

/** The cart filled anew with another quantity, and the order edited to it. */
export async function editOrder(load: Load, session: Session, story: Story): Promise<boolean> {
  return (await fill(load, session, story, 3)) && edit(load, session, story, contentOf(3))
}

/** `api/order/add`. A lost answer's order has emptied the cart: the story ends there. */
export function add(load: Load, session: Session, story: Story, content: string): Promise<boolean> {
  const events = ['placed', 'released', 'status-set']
  const fields = { order_status_id: '2', comment: '' }
  const attempt = async (url: string, tries: number) => {
    const verdict = await call(load, url, session, 'api/order/add', fields)
    if (verdict.kind === 'done') story.number = Number(verdict.value.order_id)
    const isEmpty = tries > 0 && verdict.kind === 'refused' && /not in stock/.test(verdict.why)
    if (!isEmpty) return verdict
    // The lost answer's order has emptied the cart, so it is there, under an untold number.
    settle(story)
    return over
  }
  return tell(load, story, kindOf('api/order/add', session.version), events, attempt, content)
}

export function edit(
  load: Load,
  session: Session,
  story: Story,
  content: string,
): Promise<boolean> {
  const fields = { order_id: String(story.number) }
  const attempt = (url: string) => call(load, url, session, 'api/order/edit', fields)
  const kind = kindOf('api/order/edit', session.version)
  return tell(load, story, kind, ['edited'], attempt, content)
}

/** A status, which may be repeated; with a comment, which would be written twice, it is not. */
export async function addHistory(
  load: Load,
  session: Session,
  story: Story,
  status: number,
  events: readonly string[],
): Promise<boolean> {
  const route = session.version === '4.0' ? 'api/sale/order.addHistory' : 'api/order/history'
  const fields = { order_id: String(story.number), order_status_id: String(status) }
  return tell(load, story, kindOf(`${route}, ${status}`, session.version), events, (url) =>
    call(load, url, session, route, fields),
  )
}

/** Repeated, it would be another comment: whoever gets no answer leaves the order as it is. */
export async function addComment(load: Load, session: Session, story: Story): Promise<boolean> {
  const comment = `Waybill of ${story.email}`
  const fields = { order_id: String(story.number), order_status_id: '0', comment }
  const kind = 'opencart api/order/history, comment'
  const isDone = await tell(load, story, kind, ['commented'], async (url, tries) =>
    tries > 0 ? over : call(load, url, session, 'api/order/history', fields),
  )
  if (isDone) story.comments.push(comment)
  return isDone
}

/** Repeated, 3.0 hears that the order is not there, which is what it wants; 4.0 hears success. */
export async function deleteOrder(load: Load, session: Session, story: Story): Promise<boolean> {
  const route = session.version === '4.0' ? 'api/sale/order.delete' : 'api/order/delete'
  const fields = { order_id: String(story.number) }
  return tell(load, story, kindOf(route, session.version), ['hidden'], async (url, tries) => {
    const verdict = await call(load, url, session, route, fields)
    const isGone = tries > 0 && verdict.kind === 'refused' && /not be found/.test(verdict.why)
    return isGone ? done({}) : verdict
  })
}
