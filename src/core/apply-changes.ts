import { decide, mayRelease } from '../model/decide.ts'
import { Failure } from '../model/failure.ts'
import type { Instant } from '../model/order.ts'
import { type CounterKey, type LockedOrder, orderKey } from '../store/order-locks.ts'
import { addCounter, type Draft } from './batch-draft.ts'
import type { ChangeOrder, ChangeOutcome } from './commands.ts'

export type ChangeEntry = { readonly accountId: number; readonly command: ChangeOrder }

/** The counters that a batch of changes must lock before anything else. */
export function countersForChanges(entries: readonly ChangeEntry[]): CounterKey[] {
  const accounts = new Set(
    entries.filter(({ command }) => mayRelease(command.command)).map((entry) => entry.accountId),
  )
  return [...accounts].map((accountId) => ({ accountId, name: 'release' as const }))
}

/**
 * Applies the rules to each command in arrival order and collects what must be written.
 * A refusal is that command's outcome and touches nothing else.
 */
export function applyChanges(
  entries: readonly ChangeEntry[],
  locked: Map<string, LockedOrder>,
  draft: Draft,
  now: Instant,
): (ChangeOutcome | Failure)[] {
  return entries.map(({ accountId, command }) => {
    const order = locked.get(orderKey({ accountId, number: command.number }))
    if (command.dropsTimer) draft.doneTimers.push({ accountId, number: command.number })
    if (order === undefined) return new Failure('order-not-found')
    try {
      const { next, outcome } = change(order, command, draft, now)
      locked.set(orderKey(order), next)
      return outcome
    } catch (error) {
      if (error instanceof Failure) return error
      throw error
    }
  })
}

/** One command on one order; also carries out what a new order goes through at once. */
export function change(
  order: LockedOrder,
  { command, author, text }: Omit<ChangeOrder, 'number'>,
  draft: Draft,
  now: Instant,
): { next: LockedOrder; outcome: ChangeOutcome } {
  const { accountId, number } = order
  const decision = decide(order, command, now)
  const releaseNumber = decision.releases ? drawRelease(order, draft, now) : null
  const state = releaseNumber === null ? decision.state : { ...decision.state, releaseNumber }
  let seq = order.eventSeq
  for (const { kind, data } of decision.events) {
    seq += 1
    draft.events.push({
      accountId,
      number,
      seq,
      at: now,
      kind,
      via: author.via,
      credentialId: author.credentialId,
      data: kind === 'released' && releaseNumber !== null ? { release: releaseNumber } : data,
    })
  }
  if (text !== undefined && seq > order.eventSeq) {
    draft.comments.push({ accountId, number, seq, text })
  }
  for (const reason of decision.attention) {
    draft.attention.push({ accountId, number, seq, reason, raisedAt: now })
  }
  for (const shipment of decision.shipments) {
    draft.shipments.set(`${orderKey(order)}/${shipment.position}`, {
      accountId,
      number,
      ...shipment,
    })
  }
  const changed = decision.events.length > 0
  const { payOnDelivery } = order
  const next: LockedOrder = { accountId, number, payOnDelivery, eventSeq: seq, ...state }
  if (changed) {
    draft.states.set(orderKey(order), { accountId, number, state, payOnDelivery, eventSeq: seq })
  }
  return { next, outcome: { number, state, changed, found: decision.found } }
}

function drawRelease(order: LockedOrder, draft: Draft, now: Instant): number {
  const { accountId, number } = order
  const releaseNumber = addCounter(draft, { accountId, name: 'release' })
  draft.releases.push({ accountId, number, releaseNumber, releasedAt: now })
  return releaseNumber
}
