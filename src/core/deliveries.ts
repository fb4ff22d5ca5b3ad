import type { Account } from '../model/account.ts'
import { Failure } from '../model/failure.ts'
import { type DeliveryPlace, messageId } from '../model/notice.ts'
import {
  type DeliveryCursor,
  type DeliveryFilter,
  type DeliveryHead,
  type DeliveryRecord,
  type DeliveryState,
  readDeliveries,
  readDelivery,
} from '../store/delivery-lists.ts'
import { resendDeliveries, resendDelivery } from '../store/delivery-resends.ts'
import { noteChange } from './account-notes.ts'
import type { Context } from './context.ts'

export type {
  AttemptRecord,
  DeliveryFilter,
  DeliveryHead,
  DeliveryRecord,
  DeliveryState,
} from '../store/delivery-lists.ts'

const pageSize = 200
const resendPiece = 1000

/** Every delivery that fits, by the time that it was made, page by page. */
export async function* listDeliveries(
  ctx: Context,
  account: Account,
  filter: DeliveryFilter,
): AsyncGenerator<readonly DeliveryHead[], void, void> {
  let after: DeliveryCursor | null = null
  for (;;) {
    const page: DeliveryHead[] = await readDeliveries(ctx.database.db, account.id, filter, {
      after,
      most: pageSize,
    })
    if (page.length > 0) yield page
    const last = page.at(-1)
    if (last === undefined || page.length < pageSize) return
    after = last
  }
}

/** The delivery whose message has this id. Throws `invalid-input` where there is none. */
export async function getDelivery(
  ctx: Context,
  account: Account,
  id: string,
): Promise<DeliveryRecord> {
  const place = readMessageId(account, id)
  const found =
    place === undefined ? undefined : await readDelivery(ctx.database.db, account.id, place)
  if (found !== undefined) return found
  throw new Failure('invalid-input', {
    reason: `"${account.login}" has no delivery ${id}; see: countersign delivery list ${account.login}`,
  })
}

/** A gateway is at it now. */
export function isUnderWay(delivery: DeliveryHead, now: number): boolean {
  const { state, leasedUntil } = delivery
  return state === 'waiting' && leasedUntil !== null && leasedUntil > now
}

/**
 * Sends a message again, whatever became of it, with the same id and body; all its tries are
 * before it again. Throws `invalid-input` where there is none, and while a gateway is at it.
 */
export async function resendOne(ctx: Context, account: Account, id: string): Promise<void> {
  const { endpointId, number, seq, part, body } = await getDelivery(ctx, account, id)
  if (body === '') {
    throw new Failure('invalid-input', { reason: `${id} is empty: the buyer of it was erased` })
  }
  const place = { endpointId, number, seq, part }
  if (!(await resendDelivery(ctx.database.db, account.id, place, ctx.now()))) {
    throw new Failure('invalid-input', { reason: `${id} is being sent right now` })
  }
  await noteChange(ctx, account, 'delivery-resent', place)
  ctx.deliveries.tell(new Set([account.id]))
}

export type ResendWish = {
  readonly endpointId: number
  readonly state: Exclude<DeliveryState, 'waiting'>
  readonly madeFrom: number
  /** Inclusive. */
  readonly madeTo: number
}

/** The same for all that fit; gives back how many. Those of each piece begin to go at once. */
export async function resendMany(
  ctx: Context,
  account: Account,
  { state, ...wish }: ResendWish,
): Promise<number> {
  const filter: DeliveryFilter = { ...wish, states: [state] }
  let count = 0
  let after: DeliveryCursor | null = null
  do {
    const page = { after, most: resendPiece }
    const done: Awaited<ReturnType<typeof resendDeliveries>> = await resendDeliveries(
      ctx.database.db,
      account.id,
      filter,
      page,
      ctx.now(),
    )
    count += done.resent
    after = done.next
    if (done.resent > 0) ctx.deliveries.tell(new Set([account.id]))
  } while (after !== null)
  if (count > 0) {
    const { endpointId, madeFrom, madeTo } = wish
    const [from, to] = [madeFrom, madeTo].map((at) => new Date(at).toISOString())
    await noteChange(ctx, account, 'deliveries-resent', { endpointId, state, from, to, count })
  }
  return count
}

/** Undefined for what is no message id of this account. */
function readMessageId({ login }: Account, id: string): DeliveryPlace | undefined {
  const numbers = id.match(/_\d{1,10}/g)?.map((text) => Number(text.slice(1))) ?? []
  const [endpointId = 0, number = 0, seq = 0, part = 0] = numbers
  const place = { endpointId, number, seq, part }
  const isInRange = Math.max(endpointId, number, seq) < 2 ** 31 && part < 2 ** 15
  return isInRange && messageId(login, place) === id ? place : undefined
}
