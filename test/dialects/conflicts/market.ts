import { setNextNumber } from '../../../src/core/accounts.ts'
import { addCredential } from '../../../src/core/credentials.ts'
import { attentionOf, historyOf } from '../../../src/core/find-order.ts'
import type { Account } from '../../../src/model/account.ts'
import type { Gateway } from '../../support/gateway.ts'
import { callSigned, type Shop } from '../../support/signed-call.ts'
import { aFeed, type Feed, listFeed, orderMugs } from '../mintsoft/warehouse.ts'
import { type ErpClient, erpClient } from '../opencart/erp-shop.ts'
import { anOrderShop, aShopper, type OrderShop, type Shopper } from '../opencart/order-shop.ts'
import { basicHeader, get } from '../shopsite/client.ts'

/** One account that all dialects call at once. */
export type Market = {
  readonly gateway: Gateway
  readonly account: Account
  /** InfluencerSoft's key. */
  readonly shop: Shop
  readonly feed: Feed
  /** An OpenCart middleware with a token. */
  readonly middleware: Shopper
  readonly openShop: OrderShop
  /** An accounting system, and one for which orders stay where they were. */
  readonly zstore: ErpClient
  readonly holding: ErpClient
}

const word = 'a-word-of-a-test'

export async function aMarket(
  gateway: Gateway,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Market> {
  const { ctx, url } = gateway
  const openShop = await anOrderShop(gateway, settings)
  const { account } = openShop
  await setNextNumber(ctx, account, 'order', 1001)
  await setNextNumber(ctx, account, 'release', 1)
  const secret = ctx.newKey(30)
  const add = (dialect: string, kind: string, publicPart: string, given = {}) =>
    addCredential(ctx, account, { dialect, kind, publicPart, secret, settings: given })
  await add('influencersoft', 'key', '')
  await add('opencart', 'key', 'zstore')
  await add('opencart', 'key', 'holding', { hold: 'on' })
  for (const orders of ['released', 'placed']) {
    await addCredential(ctx, account, {
      dialect: 'shopsite',
      kind: 'basic',
      publicPart: orders,
      secret: word,
      settings: { orders },
    })
  }
  const feed = await aFeed(gateway, account)
  ctx.directory.forget()
  return {
    gateway,
    account,
    shop: { login: account.login, secret },
    feed,
    middleware: await aShopper(gateway, openShop),
    openShop,
    zstore: await erpClient(url, account, { username: 'zstore', key: secret }),
    holding: await erpClient(url, account, { username: 'holding', key: secret }),
  }
}

let buyers = 0

/** A waiting order for a mug, by CreateOrder. */
export function aWaiting({ gateway, shop }: Market): Promise<string> {
  buyers += 1
  return orderMugs(gateway.url, shop, { who: buyers })
}

export async function aPaid(market: Market): Promise<string> {
  const number = await aWaiting(market)
  await tell(market, number, 'paid')
  return number
}

/** UpdateOrderStatus; gives the code that it answers. */
export async function tell(
  { gateway, shop }: Market,
  number: string,
  status: 'paid' | 'cancel' | 'sent' | 'return',
  rpo = 'BY-HAND',
): Promise<number> {
  const fields = { bill_id: number, status, date: 1_362_254_400 }
  const parameters = status === 'sent' ? { ...fields, rpo } : fields
  return (await callSigned(gateway.url, shop, 'UpdateOrderStatus', parameters)).error_code
}

export async function deleteOrder({ gateway, shop }: Market, number: string): Promise<number> {
  return (await callSigned(gateway.url, shop, 'DeleteOrder', { bill_id: number })).error_code
}

/** The accounting system puts an order on a status. */
export async function putOn(erp: ErpClient, number: string, status: number): Promise<void> {
  const answer = await erp.call('updateorder', { data: { [number]: String(status) } })
  if (answer.error !== '') throw new Error(answer.error)
}

export const parcel = (tracking: string) => ({ service: 'Post', tracking, link: '' })

export async function onFeed(feed: Feed, number: string): Promise<boolean> {
  return (await listFeed(feed)).some(({ OrderNumber }) => OrderNumber === number)
}

/** A download by the login of that name: the book's number, and what is said of it, by order. */
export async function download(
  { gateway, account }: Market,
  orders: 'released' | 'placed',
  startorder = 0,
): Promise<{ readonly shown: number; readonly number: string; readonly note: string }[]> {
  const path = `/shopsite/${account.login}/db_xml.cgi?startorder=${startorder}`
  const { text } = await get(gateway, path, basicHeader(orders, word))
  return text.split('<Order>').flatMap((one) => {
    const shown = inside(one, 'OrderNumber')
    if (shown === '') return []
    const note = inside(one, 'OrderInstructions').replace(/Shop order number: \d+\. ?/, '')
    return [{ shown: Number(shown), number: inside(one, 'ShopSiteTransactionID') || shown, note }]
  })
}

function inside(text: string, element: string): string {
  return new RegExp(`<${element}>([^<]*)</${element}>`).exec(text)?.[1] ?? ''
}

/** What each protocol shows of one order, and what the operator has of it. */
export type Views = {
  /** `pay_status`, `delivery_status` and `rpo`, or the code of the refusal. */
  readonly influencersoft: string
  /** Whether the warehouse's list has it. */
  readonly mintsoft: boolean
  /** The status in order/info. */
  readonly opencart: string
  /** In which statuses' lists it is. */
  readonly zstore: readonly number[]
  readonly holding: readonly number[]
  /** What the download says of it; null: it is not there. */
  readonly released: string | null
  readonly placed: string | null
  readonly attention: readonly string[]
  readonly events: readonly string[]
}

/** Asks all dialects. The downloads come last: they take the order in hand. */
export async function viewsOf(market: Market, number: string): Promise<Views> {
  const { middleware, zstore, holding, feed } = market
  const said = await middleware.get('api/order/info', { order_id: number })
  const book = await bookOf(market, number)
  return {
    influencersoft: await detailsOf(market, number),
    mintsoft: await onFeed(feed, number),
    opencart: said.order?.order_status_id ?? said.error,
    zstore: await statusesOf(zstore, number),
    holding: await statusesOf(holding, number),
    released: await noteOf(market, 'released', number),
    placed: await noteOf(market, 'placed', number),
    ...book,
  }
}

/** The operator's side alone. */
export async function bookOf(
  { gateway: { ctx }, account }: Market,
  number: string,
): Promise<Pick<Views, 'attention' | 'events'>> {
  const reasons = await attentionOf(ctx, account, Number(number))
  const events = await historyOf(ctx, account, Number(number))
  return {
    attention: reasons.map(({ reason }) => reason),
    events: events.map(({ kind }) => kind),
  }
}

async function detailsOf({ gateway, shop }: Market, number: string): Promise<string> {
  const answer = await callSigned(gateway.url, shop, 'getOrderDetails', { bill_id: number })
  if (answer.error_code !== 0) return `code ${answer.error_code}`
  const { pay_status, delivery_status, rpo } = answer.result as Record<string, string>
  return [pay_status, delivery_status, rpo].filter(Boolean).join(' ')
}

const statuses = [1, 2, 3, 5, 7, 9, 11, 15]

async function statusesOf(erp: ErpClient, number: string): Promise<number[]> {
  const found: number[] = []
  for (const status of statuses) {
    const { orders } = await erp.call('orders', { status_id: String(status) })
    if (orders.some((one: { order_id: string }) => one.order_id === number)) found.push(status)
  }
  return found
}

async function noteOf(
  market: Market,
  orders: 'released' | 'placed',
  number: string,
): Promise<string | null> {
  return (await download(market, orders)).find((one) => one.number === number)?.note ?? null
}
