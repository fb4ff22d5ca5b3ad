import type { Story } from '../crash-ledger.ts'
import {
  done,
  insist,
  type Load,
  over,
  refused,
  repeat,
  send,
  tell,
  type Verdict,
} from '../crash-load.ts'
import { coupon } from '../crash-shop.ts'

/** A middleware of 3.0 or 4.0 with a token of its own, which outlives every kill. */
export type Session = { readonly token: string }

export type Fields = Readonly<Record<string, string>>

/** What OpenCart answers: `success`, or `error`, both of any shape. */
type Said = { readonly success?: unknown; readonly error?: unknown } & Record<string, unknown>

export const formOf = (fields: Fields): string => new URLSearchParams(fields).toString()

export async function logIn(
  load: Load,
  user: { readonly username: string; readonly key: string },
  route = 'api/login',
): Promise<Session | undefined> {
  const token = await insist(load, route, async (url) => {
    const said = await ask(
      load,
      `${url}/opencart/${load.shop.login}/index.php?route=${route}`,
      user,
    )
    return said === undefined ? repeat : verdictOn(said)
  })
  return token === undefined ? undefined : { token: String(token.api_token) }
}

/** A call of a route; every refusal is one that this client should not have had. */
export async function call(
  load: Load,
  url: string,
  { token }: Session,
  route: string,
  fields: Fields = {},
): Promise<Verdict<Said>> {
  const query = formOf({ route, api_token: token })
  const said = await ask(load, `${url}/opencart/${load.shop.login}/index.php?${query}`, fields)
  return said === undefined ? repeat : verdictOn(said)
}

/** Undefined: there was no answer but "later". */
export async function ask(load: Load, address: string, fields: Fields): Promise<Said | undefined> {
  const { status, text } = await send(load, address, formOf(fields))
  return status >= 500 ? undefined : (JSON.parse(text) as Said)
}

export function verdictOn(said: Said): Verdict<Said> {
  const isFine = said.error === undefined || said.error === '' || said.error === false
  return isFine && !Array.isArray(said) ? done(said) : refused(JSON.stringify(said))
}

export const address = {
  firstname: 'Ada',
  lastname: 'Lovelace',
  address_1: '12 St James Sq',
  postcode: 'SW1Y 4JH',
  city: 'London',
  country_id: '222',
  zone_id: '3563',
}

/** From an empty cart to both methods; with a coupon where the story is to have one. */
const steps = (email: string, quantity: number): readonly (readonly [string, Fields])[] => [
  ['api/cart/add', { 'product[0][product_id]': '40', 'product[0][quantity]': String(quantity) }],
  ['api/customer', { firstname: 'Ada', lastname: 'Lovelace', email, telephone: '5551234' }],
  ['api/payment/address', address],
  ['api/shipping/address', address],
  ['api/shipping/methods', {}],
  ['api/shipping/method', { shipping_method: 'flat.flat' }],
  ['api/payment/methods', {}],
  ['api/payment/method', { payment_method: 'cod' }],
]

async function fill(load: Load, session: Session, story: Story, quantity: number) {
  for (const [route, fields] of steps(story.email, quantity)) {
    const said = await insist(load, route, (url) => call(load, url, session, route, fields))
    if (said === undefined) return false
  }
  const said = await insist(load, 'api/coupon', (url) =>
    call(load, url, session, 'api/coupon', { coupon }),
  )
  return said !== undefined
}

/** A checkout to its end. A lost answer's order has emptied the cart: the story ends there. */
export async function checkOut(load: Load, session: Session, story: Story): Promise<boolean> {
  if (!(await fill(load, session, story, 2))) return false
  const events = ['placed', 'released', 'status-set']
  const fields = { order_status_id: '2', comment: '' }
  return tell(load, story, 'api/order/add', events, async (url, tries) => {
    const verdict = await call(load, url, session, 'api/order/add', fields)
    if (verdict.kind === 'done') story.number = Number(verdict.value.order_id)
    const isEmpty = tries > 0 && verdict.kind === 'refused' && /not in stock/.test(verdict.why)
    if (!isEmpty) return verdict
    // The lost answer's order has emptied the cart, so it is there, under an untold number.
    story.told.push(...events)
    story.open = []
    return over
  })
}

/** The cart filled anew with another quantity, and the order edited to it. */
export async function editOrder(load: Load, session: Session, story: Story): Promise<boolean> {
  if (!(await fill(load, session, story, 3))) return false
  const fields = { order_id: String(story.number) }
  return tell(load, story, 'api/order/edit', ['edited'], (url) =>
    call(load, url, session, 'api/order/edit', fields),
  )
}

/** A status, which may be repeated; with a comment, which would be written twice, it is not. */
export async function addHistory(
  load: Load,
  session: Session,
  story: Story,
  status: number,
  events: readonly string[],
): Promise<boolean> {
  const fields = { order_id: String(story.number), order_status_id: String(status) }
  return tell(load, story, `api/order/history ${status}`, events, (url) =>
    call(load, url, session, 'api/order/history', fields),
  )
}

/** Repeated, it would be another comment: whoever gets no answer leaves the order as it is. */
export async function addComment(load: Load, session: Session, story: Story): Promise<boolean> {
  const comment = `Waybill of ${story.email}`
  const fields = { order_id: String(story.number), order_status_id: '0', comment }
  const isDone = await tell(load, story, 'api/order/history', ['commented'], async (url, tries) =>
    tries > 0 ? over : call(load, url, session, 'api/order/history', fields),
  )
  if (isDone) story.comments.push(comment)
  return isDone
}

export async function deleteOrder(load: Load, session: Session, story: Story): Promise<boolean> {
  const fields = { order_id: String(story.number) }
  return tell(load, story, 'api/order/delete', ['hidden'], async (url, tries) => {
    const verdict = await call(load, url, session, 'api/order/delete', fields)
    const isGone = tries > 0 && verdict.kind === 'refused' && /not be found/.test(verdict.why)
    return isGone ? done({}) : verdict
  })
}
