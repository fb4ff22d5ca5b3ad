import { createHash, timingSafeEqual } from 'node:crypto'
import type { Account } from '../model/account.ts'
import { isFailure } from '../model/failure.ts'
import type { Order } from '../model/order.ts'
import { readPayLink } from '../model/pay-link.ts'
import { readOrderLink } from '../store/order-links.ts'
import type { Context } from './context.ts'
import { findOrder } from './find-order.ts'
import { shopOf } from './shop.ts'

/** What a buyer may see who has an order's link. */
export type Bill = { readonly account: Account; readonly order: Order; readonly shopName: string }

/** Whose order a link may be: the account that it names, and the one whose host was called. */
export type BillOwners = {
  readonly named: Account | undefined
  readonly ofHost: Account | undefined
}

/** Longer than any link that was ever given out. */
const longestKey = 500

/** What stands behind `/bill/`: decoded, as it came, and the query that came with it. */
export type AskedBill = { readonly text: string; readonly raw: string; readonly query: string }

/**
 * The order that a link leads to. Undefined where there is none, it is hidden, the key is
 * another's, or the account is disabled. Throws what the database throws.
 */
export async function findBill(
  ctx: Context,
  asked: AskedBill,
  { named, ofHost }: BillOwners,
): Promise<Bill | undefined> {
  const { text } = asked
  const keys = oldKeys(asked)
  if (keys.length === 0) return undefined
  const link = readPayLink(text)
  if (link !== undefined && named !== undefined && !named.disabled) {
    const order = await orderOf(ctx, named, link.number)
    // The whole text is the key of an order that came from another gateway of this kind.
    const [short, whole] = [link.key, text].map((key) => isSame(order?.payKey ?? '', key))
    if (order !== undefined && (short || whole)) return billOf(ctx, named, order)
  }
  if (ofHost === undefined || ofHost.disabled) return undefined
  const { sql, inTime } = ctx.database
  const number = await inTime(() => readOrderLink(sql, ofHost.id, keys))
  const order = number === undefined ? undefined : await orderOf(ctx, ofHost, number)
  return order === undefined ? undefined : billOf(ctx, ofHost, order)
}

/** What an old system may have called the order; its keys may have gone on in a query. */
function oldKeys({ text, raw, query }: AskedBill): string[] {
  const written = [...new Set([text, raw])]
  const all = query === '' ? written : [...written, ...written.map((key) => `${key}?${query}`)]
  return all
    .filter((key) => key !== '' && key.length <= longestKey && !key.includes('\0'))
    .flatMap(spellings)
}

/** As it is, and with or without a slash at the end: mail programs add one and take one away. */
function spellings(text: string): string[] {
  return [text, text.endsWith('/') ? text.slice(0, -1) : `${text}/`]
}

async function orderOf(ctx: Context, account: Account, number: number): Promise<Order | undefined> {
  try {
    return await findOrder(ctx, account, number)
  } catch (error) {
    if (isFailure(error, 'order-not-found')) return undefined
    throw error
  }
}

async function billOf(ctx: Context, account: Account, order: Order): Promise<Bill> {
  const { name } = await shopOf(ctx, account)
  return { account, order, shopName: name.trim() === '' ? account.login : name.trim() }
}

/** Whether a buyer is to be asked for money at all. */
export function isPayable({ payment, fulfilment, total }: Order): boolean {
  return payment === 'waiting' && fulfilment !== 'returned' && total > 0n
}

/** In the same time, however much of it is right. */
function isSame(key: string, given: string): boolean {
  const [one, other] = [key, given].map((text) => createHash('sha256').update(text).digest())
  return one !== undefined && other !== undefined && timingSafeEqual(one, other)
}
