import { setTimeout as wait } from 'node:timers/promises'
import type { Instant } from '../model/order.ts'

export type ThrottleLimits = {
  /** Failed proofs a minute from one address against one account or client that are answered at once. */
  readonly perMinute: number
  readonly holdMs: number
  /** Held back at once; beyond that a failure is answered at once, so that none pile up. */
  readonly mostHeld: number
  /** Pairs of address and account or client that are remembered. */
  readonly mostSources: number
}

const usual: ThrottleLimits = { perMinute: 300, holdMs: 1000, mostHeld: 100, mostSources: 10_000 }

const minuteMs = 60_000

/** Counts failed proofs; right ones never come here, so that guessing slows no client down. */
export type FailureThrottle = {
  /** Undefined: answer at once; else a promise of when. */
  readonly note: (peerAddress: string, against: string) => Promise<void> | undefined
}

export function createFailureThrottle(
  now: () => Instant,
  { limits = {}, hold = holdFor }: { limits?: Partial<ThrottleLimits>; hold?: typeof holdFor } = {},
): FailureThrottle {
  const { perMinute, holdMs, mostHeld, mostSources } = { ...usual, ...limits }
  // A Map keeps insertion order: the minute that began first stands first.
  const minutes = new Map<string, { readonly sinceMs: Instant; count: number }>()
  let held = 0

  const count = (source: string): number => {
    const nowMs = now()
    const known = minutes.get(source)
    if (known !== undefined && Math.abs(nowMs - known.sinceMs) < minuteMs) {
      known.count += 1
      return known.count
    }
    minutes.delete(source)
    const [oldest] = minutes.keys()
    if (minutes.size >= mostSources && oldest !== undefined) minutes.delete(oldest)
    minutes.set(source, { sinceMs: nowMs, count: 1 })
    return 1
  }

  return {
    note(peerAddress, against) {
      const tooMany = count(`${peerAddress} ${against}`) > perMinute
      if (!tooMany || held >= mostHeld) return undefined
      held += 1
      return hold(holdMs).finally(() => {
        held -= 1
      })
    },
  }
}

async function holdFor(ms: number): Promise<void> {
  await wait(ms)
}
