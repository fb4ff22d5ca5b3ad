import type { Account } from '../model/account.ts'
import { Failure } from '../model/failure.ts'
import { mentionsDeep } from '../model/mentions.ts'
import { foldEmail, type Order } from '../model/order.ts'
import { isVoucherFor, withoutPerson } from '../model/voucher-names.ts'
import {
  type BuyerOrder,
  type ContactRow,
  countBeside,
  countKeptRequests,
  type KeptAnswer,
  readAnswerPages,
  readBuyerContacts,
  readBuyerCustomers,
  readBuyerOrders,
  readOtherOrders,
  readSessionPages,
  readVoucherPages,
  type SessionState,
  type VoucherRow,
} from '../store/buyers.ts'
import type { StoredCustomer } from '../store/customers.ts'
import { readOrders } from '../store/order-reads.ts'
import type { Context } from './context.ts'

/** A gift voucher that names him. */
export type VoucherTrace = VoucherRow & {
  /** What is left of its data without him. */
  readonly without: VoucherRow['data']
  /** True: he did not buy it; the line of the order that sold it names him as well. */
  readonly isPresent: boolean
}

/** Where the book holds something about a buyer. */
export type BuyerTraces = {
  /** Folded. */
  readonly email: string
  readonly orders: readonly BuyerOrder[]
  /** Orders of the same customers under another e-mail: whose they are, a person must say. */
  readonly otherOrders: readonly number[]
  readonly customers: readonly StoredCustomer[]
  readonly contacts: readonly ContactRow[]
  readonly vouchers: readonly VoucherTrace[]
  readonly sessions: readonly SessionState[]
  readonly answers: readonly KeptAnswer[]
  /** Beside his orders. */
  readonly comments: number
  readonly messages: number
  /** What refused calls sent, of the whole account: it may say anything. */
  readonly keptRequests: number
}

/** Throws `invalid-input` for what is no e-mail: orders without one are nobody's. */
export function readEmail(email: string): string {
  const folded = foldEmail(email)
  // As an old system wrote it, which may be a name as well: Ada <ada@example.com>.
  if (/\S@\S/.test(folded)) return folded
  throw new Failure('invalid-input', { reason: `"${email}" is no e-mail address` })
}

/** All that the account holds about the person with this e-mail, in whatever letters. */
export async function traceBuyer(
  ctx: Context,
  account: Account,
  email: string,
): Promise<BuyerTraces> {
  const { sql } = ctx.database
  const folded = readEmail(email)
  const orders = await readBuyerOrders(sql, account.id, folded)
  const numbers = orders.map(({ number }) => number)
  const customers = await readBuyerCustomers(sql, account.id, folded)
  const vouchers = await vouchersOf(ctx, account, folded, new Set(numbers))
  const words = [folded, ...(await wordsOf(ctx, account, numbers)), ...wordsOfVouchers(vouchers)]
  const ids = customers.map(({ id }) => id)
  return {
    email: folded,
    orders,
    otherOrders: await readOtherOrders(sql, account.id, ids, folded),
    customers,
    contacts: await readBuyerContacts(sql, account.id, folded),
    vouchers,
    sessions: await sessionsOf(ctx, account, folded, new Set(numbers)),
    answers: await answersWith(ctx, account, words),
    ...(await countBeside(sql, account.id, numbers)),
    keptRequests: await countKeptRequests(sql, account.id),
  }
}

async function vouchersOf(
  ctx: Context,
  account: Account,
  email: string,
  numbers: ReadonlySet<number>,
): Promise<VoucherTrace[]> {
  const found: VoucherTrace[] = []
  for await (const page of readVoucherPages(ctx.database.sql, account.id)) {
    for (const row of page) {
      const isBuyer = row.number !== null && numbers.has(row.number)
      const without = withoutPerson(row.data, { email, isBuyer })
      if (JSON.stringify(without) === JSON.stringify(row.data)) continue
      found.push({ ...row, without, isPresent: !isBuyer && isVoucherFor(row.data, email) })
    }
  }
  return found
}

/** Checkouts under way that name him, or that made or opened an order of his. */
async function sessionsOf(
  ctx: Context,
  account: Account,
  email: string,
  numbers: ReadonlySet<number>,
): Promise<SessionState[]> {
  const found: SessionState[] = []
  for await (const page of readSessionPages(ctx.database.sql, account.id)) {
    for (const session of page) {
      const { orderNumber } = session.state
      const isHis = typeof orderNumber === 'number' && numbers.has(orderNumber)
      if (isHis || mentionsDeep(session.state, [email])) found.push(session)
    }
  }
  return found
}

async function answersWith(
  ctx: Context,
  account: Account,
  words: readonly string[],
): Promise<KeptAnswer[]> {
  const found: KeptAnswer[] = []
  for await (const page of readAnswerPages(ctx.database.sql, account.id)) {
    found.push(...page.filter(({ answer }) => mentionsDeep(answer, words)))
  }
  return found
}

/** Shorter ones stand in anybody's texts. */
const shortestWord = 4
const ordersAtOnce = 200

/** What tells him from others, as his orders have it: to be found in texts that name no e-mail. */
async function wordsOf(
  ctx: Context,
  account: Account,
  numbers: readonly number[],
): Promise<string[]> {
  const words = new Set<string | undefined>()
  for (let at = 0; at < numbers.length; at += ordersAtOnce) {
    const some = numbers.slice(at, at + ordersAtOnce)
    const filter = { numbers: some, withHidden: true }
    const page = { after: null, most: some.length }
    for (const order of await readOrders(ctx.database.sql, account.id, filter, page)) {
      for (const word of wordsOfOrder(order)) words.add(word)
    }
  }
  return tellingOf([...words])
}

function wordsOfOrder({ buyer, billing, shipping }: Order): (string | undefined)[] {
  return [buyer, billing, shipping ?? {}].flatMap((one) => [
    one.phone,
    one.firstName && one.lastName ? `${one.firstName} ${one.lastName}` : undefined,
    'line1' in one ? one.line1 : undefined,
    'line2' in one ? one.line2 : undefined,
  ])
}

function wordsOfVouchers(vouchers: readonly VoucherTrace[]): string[] {
  return tellingOf(
    vouchers.flatMap(({ data, without }) =>
      Object.entries(data).flatMap(([name, text]) => (without[name] === text ? [] : [text])),
    ),
  )
}

function tellingOf(words: readonly (string | undefined)[]): string[] {
  const folded = words.map((word) => word?.trim().toLowerCase() ?? '')
  return [...new Set(folded)].filter((word) => word.length >= shortestWord)
}
