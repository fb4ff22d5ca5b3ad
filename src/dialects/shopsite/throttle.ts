import { setTimeout as wait } from 'node:timers/promises'
import type { Instant } from '../../model/order.ts'

export type ThrottleLimits = {
  /** Failures a minute from one address against one client that are answered at once. */
  readonly perMinute: number
  readonly holdMs: number
  /** Held back at once; beyond that a failure is answered at once, so that none pile up. */
  readonly mostHeld: number
  /** Pairs of address and client that are remembered. */
  readonly mostSources: number
}

const usual: ThrottleLimits = { perMinute: 300, holdMs: 1000, mostHeld: 100, mostSources: 10_000 }

const minuteMs = 60_000

/** Counts failed proofs; right ones never come here, so that guessing slows no client down. */
export type Throttle = {
  /** Undefined: answer at once; else a promise of when. */
  readonly note: (peerAddress: string, against: string) => Promise<unknown> | undefined
}

export function createThrottle(
  now: () => Instant,
  {
    limits = usual,
    hold = wait,
  }: { limits?: ThrottleLimits; hold?: (ms: number) => Promise<unknown> } = {},
): Throttle {
  // The minute that began first stands first: a Map keeps the order of insertion.
  const minutes = new Map<string, { readonly sinceMs: Instant; failures: number }>()
  let held = 0

  const failuresOf = (source: string): number => {
    const nowMs = now()
    const minute = minutes.get(source)
    if (minute !== undefined && Math.abs(nowMs - minute.sinceMs) < minuteMs) {
      minute.failures += 1
      return minute.failures
    }
    minutes.delete(source)
    const [oldest] = minutes.keys()
    if (oldest !== undefined && minutes.size >= limits.mostSources) minutes.delete(oldest)
    minutes.set(source, { sinceMs: nowMs, failures: 1 })
    return 1
  }

  return {
    note(peerAddress, against) {
      const failures = failuresOf(`${peerAddress} ${against}`)
      if (failures <= limits.perMinute || held >= limits.mostHeld) return undefined
      held += 1
      return hold(limits.holdMs).finally(() => {
        held -= 1
      })
    },
  }
}
