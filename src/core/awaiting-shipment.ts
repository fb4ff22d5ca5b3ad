import type { Account } from '../model/account.ts'
import { Failure } from '../model/failure.ts'
import type { Order } from '../model/order.ts'
import { awaitsShipment } from '../model/step.ts'
import { type CredentialScope, listCredentialScopes } from '../store/credentials.ts'
import { readOrders } from '../store/order-reads.ts'
import {
  noteServed,
  readAwaiting,
  readTakings,
  type Served,
  type Taking,
} from '../store/takings.ts'
import { changeOrder, isOrderNumber } from './change-order.ts'
import type { Author, ChangeOutcome } from './commands.ts'
import type { Context } from './context.ts'

/** Orders that stand on one page, which is read with their lines. */
const pageSize = 100

/**
 * The orders that a warehouse should see, oldest release first: released, not sent, not called off,
 * not hidden, and confirmed by none of the credentials `takers`. Reading marks nothing.
 */
export async function* listAwaitingShipment(
  ctx: Context,
  account: Account,
  takers: readonly number[],
): AsyncGenerator<readonly Order[], void, void> {
  const { sql, inTime } = ctx.database
  for (let afterRelease = 0; ; ) {
    const page = { afterRelease, most: pageSize, takers }
    const awaiting = await inTime(() => readAwaiting(sql, account.id, page))
    const numbers = awaiting.map(({ number }) => number)
    const read = { after: null, most: numbers.length }
    const orders =
      numbers.length === 0 ? [] : await inTime(() => readOrders(sql, account.id, { numbers }, read))
    const byNumber = new Map(orders.map((order) => [order.number, order]))
    // One that was cancelled between the two readings is not shown any more.
    const shown = numbers.flatMap((number) => byNumber.get(number) ?? []).filter(awaitsShipment)
    if (shown.length > 0) yield shown
    if (awaiting.length < pageSize) return
    afterRelease = awaiting.at(-1)?.releaseNumber ?? afterRelease
  }
}

/** Remembers what each order looked like as it was listed, by the SHA-256 of that. */
export async function rememberServed(
  ctx: Context,
  account: Account,
  credentialId: number,
  served: readonly Served[],
): Promise<void> {
  const { sql, inTime } = ctx.database
  await inTime(() => noteServed(sql, account.id, credentialId, served, ctx.now()))
}

export type Confirmation = {
  readonly number: number
  readonly author: Author & { readonly credentialId: number }
  /** The credentials that count as one taker: what one of them has, all have. */
  readonly takers: readonly number[]
  /** SHA-256 of what the order looks like now. */
  readonly digest: Buffer
}

/**
 * A warehouse has taken an order over: from then on it is in none of its lists. An order that looks
 * otherwise than when it was listed, or is called off, needs attention. May be repeated.
 * Throws `order-not-found`, and what `changeOrder` throws.
 */
export async function confirmOrder(
  ctx: Context,
  account: Account,
  { number, author, takers, digest }: Confirmation,
): Promise<ChangeOutcome> {
  const { sql, inTime } = ctx.database
  if (!isOrderNumber(number)) throw new Failure('order-not-found')
  const all = await inTime(() => readTakings(sql, account.id, number))
  const own = all.filter(({ credentialId }) => takers.includes(credentialId))
  return changeOrder(ctx, account, {
    number,
    command: { kind: 'hand-over', asServed: isAsServed(own, author.credentialId, digest) },
    author,
    takenBy: author.credentialId,
    takers,
  })
}

/** Its own last list counts; those of the other keys only where it has had none. */
function isAsServed(takings: readonly Taking[], credentialId: number, digest: Buffer): boolean {
  const served = takings.filter((taking) => taking.digest !== null)
  const mine = served.filter((taking) => taking.credentialId === credentialId)
  const shown = mine.length > 0 ? mine : served
  return shown.length === 0 || shown.some((taking) => taking.digest === digest.toString('hex'))
}

/** Whether one of `takers` has been shown an order, or has it in hand. */
export async function isKnownTo(
  ctx: Context,
  account: Account,
  takers: readonly number[],
  number: number,
): Promise<boolean> {
  const { sql, inTime } = ctx.database
  if (!isOrderNumber(number)) return false
  const takings = await inTime(() => readTakings(sql, account.id, number))
  return takings.some(({ credentialId }) => takers.includes(credentialId))
}

/**
 * The credentials that share one warehouse's orders: those for which `belongs` holds, the revoked
 * ones too, or a new key would be handed all orders again. What a test took, nobody else has.
 */
export async function takersOf(
  ctx: Context,
  account: Account,
  belongs: (credential: CredentialScope) => boolean,
): Promise<number[]> {
  const { sql, inTime } = ctx.database
  const all = await inTime(() => listCredentialScopes(sql, account.id, account.settings.test))
  return all.filter(belongs).map(({ id }) => id)
}
