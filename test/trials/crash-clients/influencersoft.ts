import { md5Hex } from '../../../src/wire/digest.ts'
import { buildQuery, type QueryParams } from '../../../src/wire/php-query.ts'
import { type Envelope, signedBody } from '../../support/signed-call.ts'
import type { Story } from '../crash-ledger.ts'
import {
  done,
  insist,
  type Load,
  refused,
  repeat,
  send,
  set,
  tell,
  type Verdict,
} from '../crash-load.ts'

const calls = [
  ...['CreateOrder', 'createorder', 'DeleteOrder', 'AddGood', 'UpdateGood', 'DeleteGood'],
  ...['paid', 'sent', 'return', 'cancel'].map((status) => `UpdateOrderStatus, ${status}`),
]
export const kinds = calls.map((name) => `influencersoft ${name}`)

/** A proved answer; one with code 8 asks to repeat. */
export async function call(
  load: Load,
  url: string,
  name: string,
  params: QueryParams,
  api: '1.0' | '2.0' = '1.0',
): Promise<Verdict<unknown>> {
  const { shop } = load
  const body =
    api === '1.0' ? signedBody(shop, params) : buildQuery({ rpsKey: shop.secret, ...params })
  const { text } = await send(load, `${url}/influencersoft/${shop.login}/api/${name}`, body)
  const { error_code, error_text, result, hash } = JSON.parse(text) as Envelope
  if (hash !== md5Hex(`${error_code}::${error_text}::${shop.secret}`)) return refused('wrong hash')
  if (error_code === 8) return repeat
  // 601: the order is there already, and this is its number.
  const isFine = error_code === 0 || (error_code === 601 && /^createorder$/i.test(name))
  return isFine ? done(result) : refused(text)
}

const numberIn = (result: unknown): number => Number((result as { bill_id: unknown }).bill_id)

/** Places an order of API 1.0 or 2.0; the body is the same at every try, and so is the order. */
async function place(
  load: Load,
  story: Story,
  events: readonly string[],
  attempt: (url: string) => Promise<Verdict<unknown>>,
  kind: string,
): Promise<boolean> {
  return tell(load, story, `influencersoft ${kind}`, events, async (url) => {
    const verdict = await attempt(url)
    if (verdict.kind === 'done') story.number = numberIn(verdict.value)
    return verdict
  })
}

const buyer = {
  bill_first_name: 'Ada',
  bill_surname: 'Example',
  bill_country: 'United Kingdom',
  bill_city: 'Alton',
  bill_address: '9 Mill Lane',
  bill_postal_code: 'GU34 1AB',
}

export function createOrder(load: Load, story: Story): Promise<boolean> {
  const params = { goods: [{ good_name: 'mug' }], bill_email: story.email, ...buyer }
  const attempt = (url: string) => call(load, url, 'CreateOrder', params)
  return place(load, story, ['placed'], attempt, 'CreateOrder')
}

/** Paid from the start. */
export function createOrderV2(load: Load, story: Story): Promise<boolean> {
  const params = {
    product_names: 'mug,mug',
    product_prices: '12.90,1.00',
    customer_email: story.email,
    customer_first_name: 'Ada',
    customer_billing_address_1: '9 Mill Lane',
    customer_billing_city: 'Alton',
    customer_billing_zip: 'GU34 1AB',
    customer_billing_country_code: 'GB',
    order_status: 'paid',
  }
  const attempt = (url: string) => call(load, url, 'createorder', params, '2.0')
  return place(load, story, ['placed', 'paid', 'released'], attempt, 'createorder')
}

type Status = 'paid' | 'sent' | 'return' | 'cancel'

export async function updateOrderStatus(
  load: Load,
  story: Story,
  status: Status,
  events: readonly string[],
  rpo?: string,
): Promise<boolean> {
  const params = {
    bill_id: story.number ?? 0,
    status,
    date: 1362254400,
    ...(rpo === undefined ? {} : { rpo }),
  }
  const attempt = (url: string) => call(load, url, 'UpdateOrderStatus', params)
  const kind = `influencersoft UpdateOrderStatus, ${status}`
  const isDone = await tell(load, story, kind, events, attempt)
  if (isDone && rpo !== undefined) story.parcels.push(rpo)
  return isDone
}

/** Repeated, it hears that the order is not there, which is what it wants. */
export function deleteOrder(load: Load, story: Story): Promise<boolean> {
  return tell(load, story, 'influencersoft DeleteOrder', ['hidden'], async (url, tries) => {
    const verdict = await call(load, url, 'DeleteOrder', { bill_id: story.number ?? 0 })
    return verdict.kind === 'refused' && tries > 0 && /"error_code":302/.test(verdict.why)
      ? done(true)
      : verdict
  })
}

/** A product of its own is made, changed twice, and deleted or not. */
export async function keepGoods(load: Load, code: string, isDeleted: boolean): Promise<void> {
  const good = { good_name: code, good_title: `First ${code}`, good_type: 'digital' }
  const change = async (
    name: string,
    values: Readonly<Record<string, string>>,
    more: QueryParams,
  ) =>
    set(load, `influencersoft ${name}`, values, async (url, tries) => {
      const verdict = await call(load, url, name, more)
      // What a lost answer has deleted is not there to be deleted again.
      const isGone = name === 'DeleteGood' && tries > 0 && verdict.kind === 'refused'
      return isGone ? done(true) : verdict
    })
  const steps: [string, Record<string, string>, QueryParams][] = [
    [
      'AddGood',
      { [`title:${code}`]: good.good_title, [`price:${code}`]: '1.0000', [`gone:${code}`]: 'no' },
      { ...good, good_sum: '1.00' },
    ],
    ['UpdateGood', { [`price:${code}`]: '2.5000' }, { good_name: code, good_sum: '2.50' }],
    [
      'UpdateGood',
      { [`title:${code}`]: `Then ${code}` },
      { good_name: code, good_title: `Then ${code}` },
    ],
    ...(isDeleted
      ? [
          ['DeleteGood', { [`gone:${code}`]: 'yes' }, { good_name: code }] as [
            string,
            Record<string, string>,
            QueryParams,
          ],
        ]
      : []),
  ]
  for (const [name, values, params] of steps) if (!(await change(name, values, params))) return
}

/** The one product that all orders are of. */
export async function addMug(load: Load): Promise<void> {
  const good = { good_name: 'mug', good_type: 'real', good_title: 'Mug', good_sum: '12.90' }
  await insist(load, 'influencersoft AddGood', (url) => call(load, url, 'AddGood', good))
}
