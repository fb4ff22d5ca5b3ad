import { setTimeout as wait } from 'node:timers/promises'
import type { Instant } from '../model/order.ts'
import { networkOf } from './network-of.ts'

export type ThrottleLimits = {
  /** Failed proofs a minute from one network against one credential. */
  readonly perMinute: number
  /** How many times that one network has against all credentials together. */
  readonly networkFactor: number
  readonly holdMs: number
  /** Held back at once; beyond that a failure is answered at once, so that none pile up. */
  readonly mostHeld: number
  /** Networks, and pairs of network and credential, that are remembered. */
  readonly mostSources: number
}

/** A proof that failed. */
export type FailedProof = {
  readonly dialect: string
  readonly peerAddress: string
  /**
   * Account and credential as the caller named them, whether there are such or not: how often
   * something is answered at once must not tell who is known.
   */
  readonly against: string
  /** For the log: the account's login, where there is such an account. */
  readonly account: string | undefined
  /** Where a protocol asks for a stricter limit than the usual one. */
  readonly perMinute?: number
}

/** Counts failed proofs; right ones never come here, so that guessing slows no client down. */
export type FailureThrottle = {
  /** Counts a failure; true: there were too many, and the caller may be told so. */
  readonly isTooMany: (failure: FailedProof) => boolean
  /** The same where a protocol has no word for it. Undefined: answer at once; else when. */
  readonly holdBack: (failure: FailedProof) => Promise<void> | undefined
}

type Log = { warn(fields: object, message: string): void }

const usual: ThrottleLimits = {
  perMinute: 300,
  networkFactor: 10,
  holdMs: 1000,
  mostHeld: 100,
  mostSources: 10_000,
}

const minuteMs = 60_000

/** Names are cut, since callers make them up: what is remembered must stay small. */
const mostNameSigns = 100

/** One a process: gateways do not tell each other of failures. */
export function createFailureThrottle(options: {
  readonly now: () => Instant
  readonly log: Log
  readonly limits?: Partial<ThrottleLimits>
  readonly hold?: typeof holdFor
}): FailureThrottle {
  const { now, log, hold = holdFor } = options
  const { perMinute, networkFactor, holdMs, mostHeld, mostSources } = {
    ...usual,
    ...options.limits,
  }
  const pairs = createCounter(now, mostSources)
  // Apart, so that made-up names push no network's count out.
  const networks = createCounter(now, mostSources)
  let held = 0

  const isTooMany = (failure: FailedProof): boolean => {
    const { dialect, against, account } = failure
    const network = networkOf(failure.peerAddress)
    const name = against.slice(0, mostNameSigns).toLowerCase()
    const most = Math.min(perMinute, failure.perMinute ?? perMinute)
    const ofPair = pairs(`${dialect} ${network} ${name}`)
    const ofNetwork = networks(network)
    // Once a minute, not once a failure.
    if (ofPair === most + 1) {
      log.warn({ dialect, account, from: network, perMinute: most }, 'too many failed proofs')
    }
    if (ofNetwork === perMinute * networkFactor + 1) {
      log.warn({ from: network, perMinute: perMinute * networkFactor }, 'too many failed proofs')
    }
    return ofPair > most || ofNetwork > perMinute * networkFactor
  }

  return {
    isTooMany,
    holdBack(failure) {
      if (!isTooMany(failure) || held >= mostHeld) return undefined
      held += 1
      return hold(holdMs).finally(() => {
        held -= 1
      })
    },
  }
}

/** Counts by source in minutes that begin with a source's first; gives the count so far. */
function createCounter(now: () => Instant, mostSources: number): (source: string) => number {
  // A Map keeps insertion order: the minute that began first stands first.
  const minutes = new Map<string, { readonly sinceMs: Instant; count: number }>()
  return (source) => {
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
}

async function holdFor(ms: number): Promise<void> {
  await wait(ms)
}
