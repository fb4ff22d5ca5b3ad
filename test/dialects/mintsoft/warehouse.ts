import { randomUUID } from 'node:crypto'
import { request } from 'node:http'
import { addCredential } from '../../../src/core/credentials.ts'
import { dialects } from '../../../src/dialects/registry.ts'
import type { Account } from '../../../src/model/account.ts'
import { anAccount } from '../../support/fixtures.ts'
import type { Gateway } from '../../support/gateway.ts'
import { callSigned, type Shop } from '../../support/signed-call.ts'

/** One connection as it is filled in at the warehouse. */
export type Feed = { readonly url: string; readonly key: string; readonly credentialId: number }

export type FeedOrder = {
  readonly OrderNumber: string
  readonly OrderValue: number
  readonly OrderItems: readonly {
    readonly SKU: string
    readonly Name: string
    readonly Quantity: number
  }[]
  readonly [field: string]: unknown
}

export const mintsoft = (() => {
  const found = dialects.find(({ name }) => name === 'mintsoft')
  if (found === undefined) throw new Error('there is no dialect mintsoft')
  return found
})()

/** A key for the account's feed, with settings as the operator gives them. */
export async function aFeed(
  { ctx, url }: Gateway,
  account: Account,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Feed> {
  const key = randomUUID()
  const { id } = await addCredential(ctx, account, {
    dialect: 'mintsoft',
    kind: mintsoft.credentialKinds[0]?.name ?? '',
    publicPart: '',
    secret: key,
    settings,
  })
  return { url: `${url}/mintsoft/${account.login}`, key, credentialId: id }
}

/** The level of mugs that the warehouse reports in the morning. */
export const stockedMugs = 1000

export async function aShopAndItsWarehouse(
  gateway: Gateway,
): Promise<{ readonly account: Account; readonly shop: Shop; readonly feed: Feed }> {
  const { account, credential } = await anAccount(gateway.ctx)
  const feed = await aFeed(gateway, account)
  await act(feed, { action: 'stocksync', sku: 'MUG-01', stocklevel: String(stockedMugs) })
  return { account, shop: { login: account.login, secret: credential.secret }, feed }
}

/** Everything that waits, up to what one answer holds. Throws unless it is an array. */
export async function listFeed(feed: Feed): Promise<FeedOrder[]> {
  const { text } = await ask(feed, {})
  const orders = JSON.parse(text)
  if (!Array.isArray(orders)) throw new Error(`the feed answered ${text}`)
  return orders
}

/** An action that must succeed, and then has an empty answer. */
export async function act(feed: Feed, params: Readonly<Record<string, string>>): Promise<void> {
  const { text } = await ask(feed, params)
  if (text !== '') throw new Error(`${params.action} answered ${text}`)
}

export const confirm = (feed: Feed, ordernumber: string): Promise<void> =>
  act(feed, { action: 'confirm', ordernumber })

export type Parcel = {
  readonly service: string
  readonly tracking: string
  readonly link: string
}

export const complete = (
  feed: Feed,
  ordernumber: string,
  { service, tracking, link }: Parcel,
): Promise<void> =>
  act(feed, {
    action: 'complete',
    ordernumber,
    courierservice: service,
    tracking,
    trackinglink: link,
  })

/** A GET as the warehouse makes it. Throws unless the answer's status is 200. */
export async function ask(
  { url, key }: Feed,
  params: Readonly<Record<string, string>>,
): Promise<{ readonly text: string }> {
  const query = new URLSearchParams({ APIKEY: key, ...params })
  const response = await fetch(`${url}?${query}`)
  const text = await response.text()
  if (response.status !== 200) throw new Error(`${response.status} ${text}`)
  return { text }
}

export type RawAnswer = {
  readonly status: number
  readonly contentType: string
  readonly text: string
}

/** Sends a target and a body exactly as they are written, by any method. */
export function send(
  port: number,
  {
    method,
    target,
    body,
    contentType,
  }: {
    readonly method: string
    readonly target: string
    readonly body?: string | Uint8Array
    readonly contentType?: string
  },
): Promise<RawAnswer> {
  const headers = {
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
    ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
  }
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, method, path: target, headers, agent: false },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk) => {
          text += chunk
        })
        response.on('error', reject)
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            contentType: response.headers['content-type'] ?? '',
            text,
          }),
        )
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

export type Buyer = {
  /** Tells one buyer from another. */
  readonly who: number
  readonly postcode?: string
  readonly mugs?: number
  readonly country?: string
}

/** An order by a signed call, complete enough to be imported. Returns its number. */
export async function orderMugs(gatewayUrl: string, shop: Shop, buyer: Buyer): Promise<string> {
  const { who, postcode = 'GU34 1HH', mugs = 1, country = 'United Kingdom' } = buyer
  const { error_code, error_text, result } = await callSigned(gatewayUrl, shop, 'CreateOrder', {
    goods: Array.from({ length: mugs }, () => ({ good_name: 'mug', good_sum: '12.90' })),
    bill_email: `reader${who}@example.com`,
    bill_first_name: 'Ada',
    bill_surname: `Example ${who}`,
    bill_phone: '+44 20 7946 0018',
    bill_country: country,
    bill_region: 'Hampshire',
    bill_city: 'Alton',
    bill_address: `${who} Mill Lane`,
    bill_postal_code: postcode,
  })
  if (error_code !== 0) throw new Error(`CreateOrder: ${error_code} ${error_text}`)
  return String((result as { bill_id: number }).bill_id)
}

export async function setStatus(
  gatewayUrl: string,
  shop: Shop,
  number: string,
  status: 'paid' | 'cancel',
): Promise<void> {
  const { error_code, error_text } = await callSigned(gatewayUrl, shop, 'UpdateOrderStatus', {
    bill_id: number,
    status,
    date: 1_362_254_400,
  })
  if (error_code !== 0) throw new Error(`UpdateOrderStatus: ${error_code} ${error_text}`)
}

/** Works through a list, `most` at a time, and gives the results in its order. */
export async function severalAtOnce<T, R>(
  things: readonly T[],
  most: number,
  work: (thing: T, at: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    for (let at = next++; at < things.length; at = next++) {
      results[at] = await work(things[at] as T, at)
    }
  }
  await Promise.all(Array.from({ length: most }, worker))
  return results
}
