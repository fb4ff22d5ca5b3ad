import {
  bodyDigest,
  expectedSignature,
  signedText,
} from '../../../src/dialects/opencart/v41/signature.ts'
import { parsePhpForm } from '../../../src/wire/php-form.ts'
import type { Story } from '../crash-ledger.ts'
import { type Load, repeat, tell, type Verdict } from '../crash-load.ts'
import { address, ask, type Fields, formOf, verdictOn } from './opencart-till.ts'

const calls = ['confirm', 'confirm, edit', 'history_add, 15']
export const kinds = calls.map((name) => `opencart api/order ${name}`)

type Answered = Awaited<ReturnType<typeof verdictOn>>

/** A call of 4.1, signed for the gateway of the moment. */
async function call(load: Load, url: string, name: string, fields: Fields): Promise<Answered> {
  const { login, signed } = load.shop
  const directory = `/opencart/${login}/`
  const form = parsePhpForm(Buffer.from(formOf(fields)))
  if (!form.ok) throw new Error(form.reason)
  const said = {
    route: 'api/order',
    call: name,
    username: signed.username,
    language: 'en-gb',
    currency: 'USD',
    time: Math.floor(Date.now() / 1000),
  }
  const { host } = new URL(url)
  const text = signedText({ ...said, host, directory, storeId: 0, bodyMd5: bodyDigest(form.tree) })
  const signature = encodeURIComponent(expectedSignature(text, signed.key))
  const query = formOf({ ...said, time: String(said.time), store_id: '0', signature })
  const answer = await ask(load, `${url}${directory}index.php?${query}`, fields)
  return answer === undefined ? repeat : verdictOn(answer)
}

const sided = (side: string): Fields =>
  Object.fromEntries(Object.entries(address).map(([name, value]) => [`${side}_${name}`, value]))

const wholeCheckout = (email: string, quantity: number): Fields => ({
  customer_id: '0',
  firstname: 'Ada',
  lastname: 'Lovelace',
  email,
  telephone: '5551234',
  'product[0][product_id]': '40',
  'product[0][quantity]': String(quantity),
  ...sided('payment'),
  ...sided('shipping'),
  'shipping_method[name]': 'Flat Shipping Rate',
  'shipping_method[code]': 'flat.flat',
  'shipping_method[cost]': '5.00',
  'shipping_method[tax_class_id]': '9',
  'payment_method[name]': 'Cash On Delivery',
  'payment_method[code]': 'cod.cod',
})

/** The whole checkout in one call; repeated within ten minutes it is the first order. */
export function confirmSigned(load: Load, story: Story): Promise<boolean> {
  const events = ['placed', 'released', 'status-set']
  const attempt = async (url: string): Promise<Verdict<unknown>> => {
    const verdict = await call(load, url, 'confirm', wholeCheckout(story.email, 1))
    if (verdict.kind === 'done') story.number = Number(verdict.value.order_id)
    return verdict
  }
  return tell(load, story, 'opencart api/order confirm', events, attempt, '40x1')
}

/** The same call with the order's number edits it. */
export function editSigned(load: Load, story: Story): Promise<boolean> {
  const attempt = (url: string) =>
    call(load, url, 'confirm', {
      ...wholeCheckout(story.email, 2),
      order_id: String(story.number),
    })
  return tell(load, story, 'opencart api/order confirm, edit', ['edited'], attempt, '40x2')
}

export function addHistorySigned(
  load: Load,
  story: Story,
  status: number,
  events: readonly string[],
): Promise<boolean> {
  const fields = { order_id: String(story.number), order_status_id: String(status) }
  return tell(load, story, `opencart api/order history_add, ${status}`, events, (url) =>
    call(load, url, 'history_add', fields),
  )
}
