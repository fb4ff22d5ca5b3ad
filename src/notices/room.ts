import type { Claimed, ClaimRoom } from '../core/work-deliveries.ts'
import { endpointKey } from './tried.ts'

export type RoomLimits = {
  /** Under way at once to one endpoint. */
  readonly each: number
  /** In all; endpoints that failed last hold at most half of it. */
  readonly most: number
}

/** What is under way, and how much more may be. */
export type Room = {
  take(delivery: Claimed): void
  giveBack(delivery: Claimed): void
  count(): number
  /** Undefined: there is no room now. */
  left(limits: RoomLimits): Omit<ClaimRoom, 'accountIds'> | undefined
}

/** As room gets scarce an endpoint may hold less of what is left, so that some is for others. */
const shareOfRest = 4

export function createRoom(): Room {
  const held = new Map<string, { accountId: number; endpointId: number; count: number }>()
  let all = 0
  let failing = 0

  const change = (delivery: Claimed, by: 1 | -1): void => {
    const { accountId, endpointId, failures } = delivery
    const key = endpointKey(delivery)
    const count = (held.get(key)?.count ?? 0) + by
    if (count === 0) held.delete(key)
    else held.set(key, { accountId, endpointId, count })
    all += by
    if (failures > 0) failing += by
  }
  return {
    take: (delivery) => change(delivery, 1),
    giveBack: (delivery) => change(delivery, -1),
    count: () => all,
    left({ each, most }) {
      const rest = most - all
      if (rest <= 0) return undefined
      const failingRest = Math.max(0, Math.min(rest, Math.floor(most / 2) - failing))
      return {
        each: Math.max(1, Math.min(each, Math.floor(rest / shareOfRest))),
        most: rest,
        failing: failingRest,
        underWay: [...held.values()],
      }
    },
  }
}
