import { createHash } from 'node:crypto'
import type { Account } from '../model/account.ts'
import { type Checkout, checkoutSchema } from '../model/checkout.ts'
import { Failure } from '../model/failure.ts'
import type { OrderContent } from '../model/order.ts'
import { isPayOnDelivery } from '../model/pay-on-delivery.ts'
import type { Status } from '../model/shop.ts'
import type { NewVoucher } from '../store/batch-writes.ts'
import type { Use } from '../store/checkout-locks.ts'
import { findFingerprints } from '../store/order-locks.ts'
import { repeatWindowMs } from './apply-placements.ts'
import { type Author, type ChangeCommand, Overtaken, type PlaceOutcome } from './commands.ts'
import type { Context } from './context.ts'
import { withCustomer } from './customers.ts'
import { expiresAtOf, rereadSession, type Session } from './sessions.ts'

/** What a checkout comes to, as its dialect has checked and priced it. */
export type CheckoutPlan = {
  readonly content: OrderContent
  readonly uses: readonly Use[]
  readonly vouchers: readonly NewVoucher[]
  /** The status that the order is put on at once; undefined: none. */
  readonly status: Status | undefined
  /** What becomes of the session once the order has its number. */
  readonly next: (orderNumber: number) => Checkout
}

export type CheckoutCall = {
  readonly author: Author
  /** Absent: the call says all of it, and no session stands behind. */
  readonly session?: Session
  /** The call's name and proved body, to know its repetition by. */
  readonly callBytes?: { readonly name: string; readonly body: Uint8Array }
}

const mostTries = 100

/**
 * Makes an order of a checkout. `plan` is asked again whenever somebody was faster on the same
 * session, or used up what the order was to use: so two calls at once make one order. Throws what
 * `plan` and the committer throw.
 */
export async function placeCheckout(
  ctx: Context,
  account: Account,
  { author, session, callBytes }: CheckoutCall,
  plan: (checkout: Checkout) => Promise<CheckoutPlan>,
): Promise<PlaceOutcome> {
  let current = session
  for (let tries = 0; tries < mostTries; tries += 1) {
    const planned = await plan(checkoutOf(current?.state ?? {}))
    const content = await withCustomer(ctx, account, planned.content)
    try {
      return await ctx.committer.place(account.id, {
        content,
        payOnDelivery: isPayOnDelivery(account.settings.payOnDelivery, planned.content),
        followUps: planned.status === undefined ? [] : [putOn(planned.status)],
        callDigest: callBytes === undefined ? null : digestOf(callBytes),
        likenessDigest: null,
        duplicateWindowMs: account.settings.duplicateWindowMs,
        cancelAt: null,
        author,
        rider: riderOf(ctx, current, planned),
      })
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error
      if (current !== undefined) current = await rereadSession(ctx, account, current)
    }
  }
  throw new Failure('busy', { reason: 'too many calls at once on one token' })
}

/** The order that the identical call has made within ten minutes; undefined: there is none. */
export async function findRepeated(
  ctx: Context,
  { id: accountId }: Account,
  callBytes: NonNullable<CheckoutCall['callBytes']>,
): Promise<number | undefined> {
  const digest = digestOf(callBytes)
  const { sql, inTime } = ctx.database
  const found = await inTime(() => findFingerprints(sql, [{ accountId, digest }]))
  return found.find(({ madeAt }) => ctx.now() - madeAt <= repeatWindowMs)?.number
}

export function checkoutOf(state: Readonly<Record<string, unknown>>): Checkout {
  return checkoutSchema.parse(state)
}

export function putOn({ id, payment, fulfilment, releases }: Status): ChangeCommand {
  return { kind: 'set-status', status: id, effect: { payment, fulfilment }, releases }
}

function riderOf(ctx: Context, session: Session | undefined, planned: CheckoutPlan) {
  const { uses, vouchers, next } = planned
  if (session === undefined) return { uses, vouchers }
  const { dialect, key, revision } = session
  const expiresAt = expiresAtOf(ctx, session)
  return { uses, vouchers, session: { dialect, key, revision, state: next, expiresAt } }
}

function digestOf({ name, body }: { name: string; body: Uint8Array }): Buffer {
  return createHash('sha256').update(`call\n${name}\n`).update(body).digest()
}
