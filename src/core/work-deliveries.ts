import { isFailure } from '../model/failure.ts'
import {
  type Claimed,
  type ClaimRoom,
  claimDeliveries,
  deferFollowers,
} from '../store/deliveries.ts'
import { type EndpointNews, type Settled, settleDeliveries } from '../store/delivery-tries.ts'
import { isOutage, sqlState } from '../store/errors.ts'
import { type Hearing, hearDeliveries } from '../store/hear-deliveries.ts'
import type { Context } from './context.ts'

export type { Claimed, ClaimRoom } from '../store/deliveries.ts'
export type { EndpointNews, Settled } from '../store/delivery-tries.ts'

/** Takes what is due, for `leaseMs`. Throws what the database throws, and `busy`. */
export function takeDeliveries(ctx: Context, leaseMs: number, room: ClaimRoom): Promise<Claimed[]> {
  const { sql, inTime } = ctx.database
  const now = ctx.now()
  return inTime(() => claimDeliveries(sql, now, now + leaseMs, room))
}

/** Keeps how tries ended. Throws as `takeDeliveries` does; to be repeated then. */
export function keepTries(
  ctx: Context,
  tries: readonly Settled[],
  news: readonly EndpointNews[],
): Promise<void> {
  const { sql, inTime } = ctx.database
  return inTime(() => settleDeliveries(sql, ctx.now(), tries, news))
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
