import type { Account } from '../model/account.ts'
import { isoTime } from '../model/iso-time.ts'
import { mentions, mentionsDeep } from '../model/mentions.ts'
import { exactMoney } from '../model/money.ts'
import type { Order } from '../model/order.ts'
import { orderDocument } from '../model/order-document.ts'
import { type AttemptRow, readOrderAttempts, readOrderMessages } from '../store/buyers.ts'
import type { Context } from './context.ts'
import { commentsOf, historyOf } from './find-order.ts'
import { getRefusedCall, listRefusedCalls } from './find-refused-calls.ts'
import { listOrders } from './list-orders.ts'
import { type BuyerTraces, traceBuyer } from './trace-buyer.ts'

/** Of an export: a name, what it holds, and that, piece by piece. */
export type ExportedPart = {
  readonly name: string
  readonly about: string
  readonly rows: AsyncIterable<unknown>
}

/**
 * All that the account holds about the person with this e-mail, in parts that are read one after
 * another: memory stays flat but for what stands beside one order. Throws `invalid-input` for what
 * is no e-mail.
 */
export async function exportBuyer(
  ctx: Context,
  account: Account,
  email: string,
): Promise<{ readonly email: string; readonly parts: readonly ExportedPart[] }> {
  const traces = await traceBuyer(ctx, account, email)
  return {
    email: traces.email,
    parts: [
      {
        name: 'orders',
        about:
          'What was ordered under this e-mail: buyer, addresses, lines, sums, where the order stands, what happened to it, words that people wrote about it, and the messages about it that were sent on to other systems.',
        rows: ordersOf(ctx, account, traces),
      },
      {
        name: 'otherOrders',
        about: 'Numbers of orders of the same customer account that name another e-mail.',
        rows: each(traces.otherOrders),
      },
      {
        name: 'customers',
        about: 'Customer accounts of the shop with this e-mail, and the points left on them.',
        rows: each(traces.customers.map(customerDocument)),
      },
      {
        name: 'contacts',
        about: 'What the shop reported about this contact, call by call.',
        rows: each(traces.contacts.map(({ at, call, data }) => ({ at: isoTime(at), call, data }))),
      },
      {
        name: 'vouchers',
        about: 'Gift vouchers that this person bought, gave or was given. Their codes are money.',
        rows: each(traces.vouchers.map(voucherDocument)),
      },
      {
        name: 'checkouts',
        about: 'Checkouts under way, as far as they have got; they are forgotten by themselves.',
        rows: each(
          traces.sessions.map(({ dialect, expiresAt, state }) => ({
            dialect,
            forgottenAfter: isoTime(expiresAt),
            state,
          })),
        ),
      },
      {
        name: 'keptAnswers',
        about: 'Answers that are kept for a while for calls that come twice.',
        rows: each(traces.answers.map(({ answer }) => answer)),
      },
      {
        name: 'refusedCalls',
        about: 'Calls that were refused, and that name this person in what they sent.',
        rows: refusedOf(ctx, account, traces.email),
      },
    ],
  }
}

async function* each<T>(rows: readonly T[]): AsyncGenerator<T, void, void> {
  yield* rows
}

async function* ordersOf(
  ctx: Context,
  account: Account,
  { email }: BuyerTraces,
): AsyncGenerator<unknown, void, void> {
  for await (const page of listOrders(ctx, account, { email, withHidden: true })) {
    for (const order of page) yield await wholeOrder(ctx, account, order)
  }
}

async function wholeOrder(ctx: Context, account: Account, order: Order): Promise<unknown> {
  const { number } = order
  const { sql } = ctx.database
  const comments = await commentsOf(ctx, account, number)
  const attempts = await readOrderAttempts(sql, account.id, number)
  return {
    ...orderDocument(order),
    history: (await historyOf(ctx, account, number)).map(({ seq, at, kind, via }) => ({
      at: isoTime(at),
      kind,
      via,
      ...(comments.get(seq) ? { words: comments.get(seq) } : {}),
    })),
    messages: (await readOrderMessages(sql, account.id, number)).map((message) => ({
      to: hostOf(message.url),
      type: message.type,
      state: message.state,
      madeAt: isoTime(message.madeAt),
      doneAt: isoTime(message.doneAt),
      body: message.body,
      tries: attempts
        .filter(
          ({ endpointId, seq, part }) =>
            endpointId === message.endpointId && seq === message.seq && part === message.part,
        )
        .map(tryDocument),
    })),
  }
}

function tryDocument({ at, status, problem, answer }: AttemptRow): unknown {
  return { at: isoTime(at), status, problem, answer: answer?.toString('utf8') ?? null }
}

/** An address may hold a secret of the merchant's. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : ''
}

function customerDocument(customer: BuyerTraces['customers'][number]): unknown {
  const { pointsLeft, points, createdAt, changedAt, ...rest } = customer
  return {
    ...rest,
    pointsAtTheStart: points,
    pointsLeft: Number(pointsLeft) / 10_000,
    createdAt: isoTime(createdAt),
    changedAt: isoTime(changedAt),
  }
}

function voucherDocument(voucher: BuyerTraces['vouchers'][number]): unknown {
  const { code, number, amount, data, enabled, createdAt } = voucher
  const rest = { amount: exactMoney(amount), enabled, createdAt: isoTime(createdAt) }
  return { code, order: number, ...data, ...rest }
}

const mostRefused = 10_000

async function* refusedOf(
  ctx: Context,
  account: Account,
  email: string,
): AsyncGenerator<unknown, void, void> {
  for (const head of await listRefusedCalls(ctx, account, {}, mostRefused)) {
    if (!head.hasRequest) continue
    const { request } = await getRefusedCall(ctx, account, head.id)
    if (request === null) continue
    const body = Buffer.from(request.body ?? []).toString('utf8')
    // Headers and the query hold keys; whoever is named there is named in what goes with them.
    const { path, query, headers } = request
    if (!mentions(body, [email]) && !mentionsDeep({ path, query, headers }, [email])) continue
    const { at, dialect, address, outcome } = head
    yield { at: isoTime(at), dialect, function: head.function, from: address, outcome, body }
  }
}
