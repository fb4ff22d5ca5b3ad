import type { Claimed, EndpointNews, Settled } from '../core/work-deliveries.ts'
import { isGood, type Verdict } from './retry.ts'
import type { Answered } from './send.ts'

/** A try that is over, but not yet kept. */
export type Tried = {
  readonly delivery: Claimed
  readonly answered: Answered
  readonly verdict: Verdict
  readonly at: number
}

export function endpointKey(one: {
  readonly accountId: number
  readonly endpointId: number
}): string {
  return `${one.accountId}/${one.endpointId}`
}

export function settledOf({ delivery, answered, verdict, at }: Tried): Settled {
  const { accountId, endpointId, number, seq, part, tries, leasedUntil } = delivery
  const { latencyMs, status, problem, answer } = answered
  const { becomes, dueAt } = verdict
  const place = { accountId, endpointId, number, seq, part }
  const lease = { tried: tries, leasedUntil }
  return { ...place, ...lease, at, latencyMs, status, problem, answer, becomes, dueAt }
}

/** What tries, in the order in which they ended, say of their endpoints. */
export function newsOf(tried: readonly Tried[]): EndpointNews[] {
  const news = new Map<string, EndpointNews>()
  for (const one of tried) {
    const { accountId, endpointId } = one.delivery
    const key = endpointKey(one.delivery)
    const nothing = { answers: false, failed: 0, pausedUntil: null, disabledWhy: null }
    news.set(key, nextNews(news.get(key) ?? { accountId, endpointId, ...nothing }, one))
  }
  return [...news.values()]
}

function nextNews(before: EndpointNews, { answered, verdict }: Tried): EndpointNews {
  if (isGood(answered.status)) {
    // It began before the rest was asked for.
    return before.pausedUntil === null ? { ...before, answers: true, failed: 0 } : before
  }
  return {
    ...before,
    answers: before.answers && verdict.pausedUntil === null,
    failed: before.failed + 1,
    pausedUntil: laterOf(before.pausedUntil, verdict.pausedUntil),
    disabledWhy: before.disabledWhy ?? verdict.disabledWhy,
  }
}

function laterOf(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other
  return Math.max(one, other)
}
