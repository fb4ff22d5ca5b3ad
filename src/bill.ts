import type { Logger } from 'pino'
import { type Address, hostName, loginOfHost } from './addresses.ts'
import {
  awayPage,
  billPage,
  type Language,
  languageOf,
  missingPage,
  pageHeaders,
} from './bill-page.ts'
import type { Context } from './core/context.ts'
import { type Bill, type BillOwners, findBill, isPayable } from './core/find-bill.ts'
import { loggable } from './core/loggable.ts'
import { refusalOf } from './core/outage.ts'
import type { Turnstile } from './core/turnstile.ts'
import { type Account, loginSchema } from './model/account.ts'
import { formatMoney } from './model/money.ts'
import { readPayLink } from './model/pay-link.ts'
import { fillPayUrl } from './model/pay-url.ts'

/** How a visit to a pay link went: the answer, and what the log may say of it; never the key. */
export type BillAnswer = {
  readonly response: Response
  readonly outcome: 'page' | 'redirected' | 'missing' | 'busy' | 'bug' | 'bad-method'
  readonly account: Account | undefined
}

export type BillVisit = {
  readonly method: string
  readonly address: Address
  readonly peerAddress: string
  readonly acceptLanguage: string
}

export type BillDesk = {
  readonly ctx: Context
  readonly baseDomains: readonly string[]
  readonly turnstile: Turnstile
  readonly log: Logger
  readonly clock: () => number
}

/** Visits to accounts that nobody knows take turns as if they were one account's. */
const strangers = 0

const retryAfterSeconds = 5

/** What stands behind `/bill/`; undefined for every other address. */
export function billKey(path: string): string | undefined {
  return /^\/+bill(?:\/(.*))?$/s
    .exec(path)
    ?.slice(1)
    .map((key) => key ?? '')[0]
}

/** Shows the order of a pay link to whoever has it, or sends him on to where it is paid. */
export async function visitBill(desk: BillDesk, visit: BillVisit): Promise<BillAnswer> {
  const language = languageOf(visit.acceptLanguage)
  if (visit.method !== 'GET' && visit.method !== 'HEAD') {
    const headers = { ...pageHeaders, allow: 'GET, HEAD' }
    const response = new Response(missingPage(language), { status: 405, headers })
    return { response, outcome: 'bad-method', account: undefined }
  }
  try {
    return await answer(desk, visit, language)
  } catch (error) {
    if (refusalOf(error) !== undefined) return away(language)
    desk.log.error(loggable(error), 'a pay link could not be followed')
    const response = new Response(awayPage(language), { status: 500, headers: pageHeaders })
    return { response, outcome: 'bug', account: undefined }
  }
}

async function answer(desk: BillDesk, visit: BillVisit, language: Language): Promise<BillAnswer> {
  const raw = billKey(visit.address.path) ?? ''
  const text = decoded(raw)
  const owners = await ownersOf(desk, visit, text)
  const bill = await inTurn(desk, owners, () =>
    findBill(desk.ctx, { text, raw, query: visit.address.query }, owners),
  )
  if (bill === 'crowded') return away(language)
  if (bill === undefined) {
    await heldBack(desk, visit, owners, text)
    const response = new Response(missingPage(language), { status: 404, headers: pageHeaders })
    return { response, outcome: 'missing', account: undefined }
  }
  const { account } = bill
  const location = payUrlOf(bill)
  if (location !== undefined) {
    const { vary: _, ...headers } = pageHeaders
    const response = new Response(null, {
      status: 302,
      headers: { ...headers, location, 'content-length': '0' },
    })
    return { response, outcome: 'redirected', account }
  }
  const response = new Response(billPage(bill, language), { status: 200, headers: pageHeaders })
  return { response, outcome: 'page', account }
}

async function ownersOf(
  { ctx, baseDomains }: BillDesk,
  { address }: BillVisit,
  text: string,
): Promise<BillOwners> {
  const host = hostName(address.host)
  const byLogin = async (login: string | undefined): Promise<Account | undefined> =>
    loginSchema.safeParse(login).success
      ? (await ctx.directory.byLogin(login ?? ''))?.account
      : undefined
  const named = await byLogin(readPayLink(text)?.login)
  const ofHost =
    (await byLogin(loginOfHost(baseDomains, host))) ?? (await ctx.directory.byHost(host))?.account
  return { named, ofHost }
}

/** One account's visitors do not crowd another's callers out. */
async function inTurn(
  { turnstile, clock }: BillDesk,
  { named, ofHost }: BillOwners,
  work: () => Promise<Bill | undefined>,
): Promise<Bill | undefined | 'crowded'> {
  const turn = named?.id ?? ofHost?.id ?? strangers
  if (!(await turnstile.enter(turn))) return 'crowded'
  const enteredAt = clock()
  return work().finally(() => turnstile.leave(turn, clock() - enteredAt))
}

/** Whoever tries one link after another is kept waiting. */
async function heldBack(
  { ctx }: BillDesk,
  { address, peerAddress }: BillVisit,
  { named, ofHost }: BillOwners,
  text: string,
): Promise<void> {
  await ctx.failures.holdBack({
    dialect: 'bill',
    peerAddress,
    against: readPayLink(text)?.login ?? hostName(address.host),
    account: (named ?? ofHost)?.login,
  })
}

/** Where the order is paid; undefined where nothing is to be paid, or the account names no place. */
function payUrlOf({ account, order }: Bill): string | undefined {
  const { payUrl } = account.settings
  if (payUrl === '' || !isPayable(order)) return undefined
  const filled = fillPayUrl(payUrl, {
    number: String(order.number),
    sum: formatMoney(order.total),
    currency: order.currency,
    email: order.buyer.email ?? '',
    key: order.payKey,
    login: account.login,
  })
  return new URL(filled).href
}

function away(language: Language): BillAnswer {
  const headers = { ...pageHeaders, 'retry-after': String(retryAfterSeconds) }
  const response = new Response(awayPage(language), { status: 503, headers })
  return { response, outcome: 'busy', account: undefined }
}

/** As browsers send it, or as it is where that cannot be read. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
