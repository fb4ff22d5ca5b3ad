import { setTimeout as wait } from 'node:timers/promises'
import type { Instant } from '../../model/order.ts'

export type WrongKeyLimits = {
  /** Wrong keys a minute from one address at one account that are answered at once. */
  readonly perMinute: number
  readonly holdMs: number
  /** Held back at once; beyond that a wrong key is answered at once, so that none pile up. */
  readonly mostHeld: number
  /** Pairs of address and account that are remembered. */
  readonly mostSources: number
}

const usual: WrongKeyLimits = { perMinute: 30, holdMs: 1000, mostHeld: 100, mostSources: 10_000 }

const minuteMs = 60_000

/** Counts wrong keys; right ones never come here, so that nobody's guessing slows a client down. */
export type WrongKeys = {
  /** Undefined: answer at once; else a promise of when. */
  readonly note: (peerAddress: string, login: string) => Promise<void> | undefined
}

export function createWrongKeys(
  now: () => Instant,
  { limits = usual, hold = holdFor }: { limits?: WrongKeyLimits; hold?: typeof holdFor } = {},
): WrongKeys {
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
    if (minutes.size >= limits.mostSources && oldest !== undefined) minutes.delete(oldest)
    minutes.set(source, { sinceMs: nowMs, count: 1 })
    return 1
  }

  return {
    note(peerAddress, login) {
      const tooMany = count(`${peerAddress} ${login}`) > limits.perMinute
      if (!tooMany || held >= limits.mostHeld) return undefined
      held += 1
      return hold(limits.holdMs).finally(() => {
        held -= 1
      })
    },
  }
}

async function holdFor(ms: number): Promise<void> {
  await wait(ms)
}
