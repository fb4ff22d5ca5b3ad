import { setTimeout as wait } from 'node:timers/promises'
import type { Account } from '../model/account.ts'
import { Failure, isFailure } from '../model/failure.ts'
import { awaitsShipment } from '../model/step.ts'
import { withoutTitle } from '../model/voucher-names.ts'
import { countKeptRequests, readOrderMessages } from '../store/buyers.ts'
import {
  dropAnswer,
  dropContacts,
  dropCustomers,
  dropDigests,
  dropReasons,
  dropSession,
  rewriteMessage,
  writeVoucherData,
} from '../store/erase-buyer.ts'
import { noteChange } from './account-notes.ts'
import { changeOrder } from './change-order.ts'
import type { Context } from './context.ts'
import { forgetRequests } from './find-refused-calls.ts'
import { type BuyerTraces, readEmail, traceBuyer, type VoucherTrace } from './trace-buyer.ts'

/** How much was erased, by what it was. */
export type ErasedCounts = {
  readonly orders: number
  readonly comments: number
  readonly messages: number
  readonly customers: number
  readonly contacts: number
  readonly vouchers: number
  readonly sessions: number
  readonly answers: number
  /** Of all callers: what a refused call sent may say anything. */
  readonly keptRequests: number
}

export type Erasure = {
  readonly counts: ErasedCounts
  /** Orders of the same customers under another e-mail, which stay as they are. */
  readonly otherOrders: readonly number[]
}

/** Who goes on ordering all the while is not forgotten today. */
const mostRounds = 50
const ordersAtOnce = 64

/** Gateways write what they note of refused calls a second late. */
const lateNotesMs = 2500

/**
 * Forgets a person: what he ordered stays, and whose it was goes. Looks again until nothing is
 * found, so that what was placed meanwhile is caught; an erasure that was broken off is finished by
 * another one. Throws `invalid-input` while orders are on their way (unless `force`), and what the
 * committer throws.
 */
export async function eraseBuyer(
  ctx: Context,
  account: Account,
  { email, force }: { readonly email: string; readonly force: boolean },
): Promise<Erasure> {
  let counts: ErasedCounts = noCounts
  const otherOrders = new Set<number>()
  for (let round = 0; ; round += 1) {
    const traces = await traceBuyer(ctx, account, email)
    for (const number of traces.otherOrders) otherOrders.add(number)
    if (!force) refuseOnTheirWay(traces)
    const found = countsOf(traces)
    counts = sumOf(counts, found)
    if (total(found) === found.keptRequests) break
    if (round === mostRounds) throw new Failure('busy', { reason: 'he orders faster than this' })
    await eraseTraces(ctx, account, traces, force)
  }
  await forgetKeptRequests(ctx, account, readEmail(email))
  if (total(counts) > 0) await noteChange(ctx, account, 'buyer-erased', { ...counts })
  return { counts, otherOrders: [...otherOrders] }
}

/** The orders that a warehouse still needs the address of. */
export function ordersOnTheirWay({ orders }: BuyerTraces): number[] {
  return orders.filter(awaitsShipment).map(({ number }) => number)
}

function refuseOnTheirWay(traces: BuyerTraces): void {
  const numbers = ordersOnTheirWay(traces)
  if (numbers.length === 0) return
  throw new Failure('invalid-input', {
    reason: `${numbers.length === 1 ? 'order' : 'orders'} ${numbers.join(', ')} ${
      numbers.length === 1 ? 'is' : 'are'
    } on the way (fit for fulfilment, not sent, not called off), and a warehouse would lose the address: send or cancel first, or add --force`,
  })
}

/** What stands beside an order goes before it or with it: without its e-mail nobody finds it. */
async function eraseTraces(
  ctx: Context,
  account: Account,
  traces: BuyerTraces,
  force: boolean,
): Promise<void> {
  const { sql } = ctx.database
  const { email, orders, vouchers, sessions, answers } = traces
  const numbers = orders.map(({ number }) => number)
  await dropDigests(sql, account.id, numbers)
  for (const answer of answers) await dropAnswer(sql, account.id, answer)
  for (const session of sessions) await dropSession(sql, account.id, session)
  // The lines that sold a voucher are found by it, and so are the messages that name it.
  for (const [number, presents] of presentsOf(traces)) {
    const codes = presents.map(({ code }) => code)
    await erase(ctx, account, number, { force, vouchers: codes })
    await rewriteMessages(ctx, account, number, presents)
  }
  for (const { code, without } of vouchers) await writeVoucherData(sql, account.id, code, without)
  await dropContacts(sql, account.id, email)
  await dropCustomers(sql, account.id, email)
  await eachOf(numbers, (number) => erase(ctx, account, number, { force }))
}

/** By order of another buyer: the vouchers in it that are for him. */
function presentsOf({ vouchers }: BuyerTraces): ReadonlyMap<number, readonly VoucherTrace[]> {
  const presents = new Map<number, VoucherTrace[]>()
  for (const voucher of vouchers) {
    const { isPresent, number } = voucher
    if (!isPresent || number === null) continue
    presents.set(number, [...(presents.get(number) ?? []), voucher])
  }
  return presents
}

/** The messages are another buyer's, and some have yet to go: only the vouchers' names change. */
async function rewriteMessages(
  ctx: Context,
  account: Account,
  number: number,
  presents: readonly VoucherTrace[],
): Promise<void> {
  const { sql } = ctx.database
  const titles = presents.flatMap(({ data }) => (data.description ? [data.description] : []))
  for (const message of await readOrderMessages(sql, account.id, number)) {
    const written = titles.reduce(withoutTitle, message.body)
    if (written !== message.body) await rewriteMessage(sql, account.id, message, written)
  }
}

async function erase(
  ctx: Context,
  account: Account,
  number: number,
  wish: { readonly force: boolean; readonly vouchers?: readonly string[] },
): Promise<void> {
  try {
    await changeOrder(ctx, account, {
      number,
      command: { kind: 'erase', ...wish },
      author: { via: 'operator', credentialId: null },
    })
  } catch (error) {
    // A voucher that was moved in may name an order that was not.
    if (!isFailure(error, 'order-not-found')) throw error
  }
}

async function eachOf<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < all.length; at += ordersAtOnce) {
    await Promise.all(all.slice(at, at + ordersAtOnce).map(work))
  }
}

async function forgetKeptRequests(ctx: Context, account: Account, email: string): Promise<void> {
  const { sql } = ctx.database
  await dropReasons(sql, account.id, email)
  await forgetRequests(ctx, account.id, ctx.now())
  if (account.settings.keepBodiesMs === 0) return
  await wait(lateNotesMs)
  if ((await countKeptRequests(sql, account.id)) > 0) {
    await forgetRequests(ctx, account.id, ctx.now())
  }
}

const noCounts: ErasedCounts = {
  orders: 0,
  comments: 0,
  messages: 0,
  customers: 0,
  contacts: 0,
  vouchers: 0,
  sessions: 0,
  answers: 0,
  keptRequests: 0,
}

/** What of it an erasure takes. */
export function countsOf(traces: BuyerTraces): ErasedCounts {
  const { orders, comments, messages, customers, contacts } = traces
  const { vouchers, sessions, answers, keptRequests } = traces
  return {
    orders: orders.length,
    comments,
    messages,
    customers: customers.length,
    contacts: contacts.length,
    vouchers: vouchers.length,
    sessions: sessions.length,
    answers: answers.length,
    keptRequests,
  }
}

/** Kept requests are counted anew each time, and dropped once. */
function sumOf(one: ErasedCounts, other: ErasedCounts): ErasedCounts {
  const names = Object.keys(noCounts) as (keyof ErasedCounts)[]
  const sums = names.map((name) => [
    name,
    name === 'keptRequests' ? Math.max(one[name], other[name]) : one[name] + other[name],
  ])
  return Object.fromEntries(sums) as ErasedCounts
}

export function total(counts: ErasedCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}
