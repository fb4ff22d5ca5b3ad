import { deadWithinMs, type SilentCredential, type Troubles } from '../core/status.ts'
import type { Account } from '../model/account.ts'
import { durationText } from './duration.ts'
import { shortTime } from './output.ts'

/** Why not all is well. */
export type Reason = {
  /** For programs; stays the same. */
  readonly kind: string
  /** Null: it concerns the machine. */
  readonly account: string | null
  /** Begins small, goes on after a login. */
  readonly text: string
  /** What to do about it. */
  readonly next: string
}

/** Clocks so far apart make signatures fail that carry the time. */
export const clockAwryMs = 2000

/** Numbers that are named; the others are counted. */
const namedOrders = 5

export function ofClock(aheadMs: number, whose = 'the database'): Reason[] {
  if (Math.abs(aheadMs) <= clockAwryMs) return []
  const seconds = Math.round(Math.abs(aheadMs) / 1000)
  const way = aheadMs > 0 ? 'ahead of' : 'behind'
  return [
    {
      kind: 'clock',
      account: null,
      text: `the clock of ${whose} is ${seconds} s ${way} this machine's`,
      next: 'Let both set their clocks over the network (chrony, systemd-timesyncd).',
    },
  ]
}

/** `held`: numbers of orders that feeds do not show, by dialect. */
export function ofHeld({ login }: Account, held: ReadonlyMap<string, readonly number[]>): Reason[] {
  return [...held].map(([dialect, found]) => {
    const numbers = [...new Set(found)]
    const named = numbers.slice(0, namedOrders).join(', ')
    const more = numbers.length > namedOrders ? ', …' : ''
    return {
      kind: 'held-back',
      account: login,
      text: `${countOf(numbers.length, 'order')} held back from ${dialect}: ${named}${more}`,
      next: `What is missing in each: countersign order list ${login} --held`,
    }
  })
}

export function ofAccount({ login }: Account, troubles: Troubles): Reason[] {
  return [
    ...troubles.silent.map((silent) => ofSilence(login, silent)),
    ...troubles.streaks.map(({ dialect, refusedInRow, refusedSince }) => ({
      kind: 'refusals',
      account: login,
      text: `${refusedInRow} calls of ${dialect} refused in a row, since ${shortTime(refusedSince)}`,
      next: `Why: countersign calls ${login}`,
    })),
    ...troubles.switchedOff.map(({ id, why, at }) => ({
      kind: 'endpoint-off',
      account: login,
      text: `endpoint ${id} was switched off at ${shortTime(at)}: ${why}`,
      next: `Mend it, try it (countersign endpoint test ${login} ${id}), then: countersign endpoint enable ${login} ${id}`,
    })),
    ...ofWaiting(login, troubles.waiting),
  ]
}

function ofSilence(login: string, { id, dialect, lastAt, usualMs, why }: SilentCredential): Reason {
  const usual =
    why === 'pause'
      ? `it usually calls again within ${durationText(usualMs)}`
      : 'in each of the last three weeks it called many times by now'
  return {
    kind: 'silent',
    account: login,
    text: `credential ${id} (${dialect}) has been silent since ${shortTime(lastAt)}; ${usual}`,
    next: `Look at that client. If it is gone for good: countersign credential revoke ${login} ${id}`,
  }
}

function ofWaiting(login: string, waiting: Troubles['waiting']): Reason[] {
  const reasons: Reason[] = []
  const note = (kind: string, text: string, next: string): void => {
    reasons.push({ kind, account: login, text, next })
  }
  const { attention, attentionSince, dead, late, lateSince } = waiting
  if (attention > 0) {
    const orders = attention === 1 ? 'one order needs' : `${attention} orders need`
    note(
      'attention',
      `${orders} attention, the oldest since ${shortTime(attentionSince)}`,
      `Which, and why: countersign order list ${login} --attention`,
    )
  }
  if (dead > 0) {
    note(
      'dead-letters',
      `${countOf(dead, 'notice')} given up in the last ${deadWithinMs / 86_400_000} days`,
      `Which: countersign delivery list ${login} --state dead; once more: countersign delivery resend`,
    )
  }
  if (late > 0) {
    note(
      'late-notices',
      `${countOf(late, 'notice')} waiting for over an hour, the oldest since ${shortTime(lateSince)}`,
      `Which, and how each try ended: countersign delivery list ${login} --state waiting`,
    )
  }
  return reasons
}

function countOf(count: number, what: string): string {
  return count === 1 ? `one ${what} is` : `${count} ${what}s are`
}
