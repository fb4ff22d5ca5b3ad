import { Failure, isFailure } from '../model/failure.ts'
import {
  type Claimed,
  type ClaimRoom,
  claimDeliveries,
  deferFollowers,
} from '../store/deliveries.ts'
import { hastenDeliveries } from '../store/delivery-resends.ts'
import {
  type CameBack,
  type EndpointNews,
  type Settled,
  settleDeliveries,
} from '../store/delivery-tries.ts'
import { isOutage, sqlState } from '../store/errors.ts'
import { type Hearing, hearDeliveries } from '../store/hear-deliveries.ts'
import { isOurs } from '../store/secrets.ts'
import type { Context } from './context.ts'

export type { Claimed, ClaimRoom } from '../store/deliveries.ts'
export type { EndpointNews, Settled } from '../store/delivery-tries.ts'

/**
 * Takes what is due, for `leaseMs`. Throws what the database throws, and `busy`; so too where this
 * gateway could not sign it, since others may be able to.
 */
export async function takeDeliveries(
  ctx: Context,
  leaseMs: number,
  room: ClaimRoom,
): Promise<Claimed[]> {
  const { sql, inTime } = ctx.database
  if (ctx.vault.failed()) await refuseOtherKey(ctx)
  const now = ctx.now()
  return inTime(() => claimDeliveries(sql, now, now + leaseMs, room))
}

/** Throws `busy` where the database's secrets are sealed with a key that this gateway lacks. */
export async function refuseOtherKey({ database, vault }: Context): Promise<void> {
  if (await database.inTime(() => isOurs(database, vault))) return
  throw new Failure('busy', { reason: 'the secrets in the database cannot be opened' })
}

/**
 * Keeps how tries ended. Throws as `takeDeliveries` does; to be repeated then. Gives the endpoints
 * that came back, for `hasten`.
 */
export function keepTries(
  ctx: Context,
  tries: readonly Settled[],
  news: readonly EndpointNews[],
): Promise<CameBack[]> {
  const { sql, inTime } = ctx.database
  return inTime(() => settleDeliveries(sql, ctx.now(), tries, news))
}

/** In one statement; a heap of them must not hold up what else is to be kept. */
const pieceSize = 1000

/** Makes all that waits for an endpoint due, a piece at a time. Throws as `takeDeliveries` does. */
export async function hasten(ctx: Context, { accountId, endpointId }: CameBack): Promise<void> {
  const { db, inTime } = ctx.database
  const now = ctx.now()
  const once = () => hastenDeliveries(db, accountId, endpointId, now, pieceSize)
  while ((await inTime(once)) > 0) ctx.deliveries.tell(new Set([accountId]))
}

/** Puts off what is due but waits for an earlier message. */
export function putOffFollowers(ctx: Context, most: number): Promise<number> {
  const { sql, inTime } = ctx.database
  return inTime(() => deferFollowers(sql, ctx.now(), most))
}

/** From now on `heard` is told of new deliveries, of this process and of others; none: of any. */
export function hearOfDeliveries(
  ctx: Context,
  heard: (accountIds: ReadonlySet<number>) => void,
): Hearing {
  ctx.deliveries.listen(heard)
  return hearDeliveries(ctx.database.target, heard)
}

/** True where the same work may succeed later: the database is away, slow, or was contended for. */
export function mayPass(error: unknown): boolean {
  if (isFailure(error, 'busy') || isOutage(error)) return true
  return ['40P01', '40001'].includes(sqlState(error) ?? '')
}
