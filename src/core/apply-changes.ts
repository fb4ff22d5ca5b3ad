import type { Decision } from '../model/command.ts'
import { decide } from '../model/decide.ts'
import { Failure } from '../model/failure.ts'
import type { Instant } from '../model/order.ts'
import { awaitsShipment } from '../model/step.ts'
import { type LockedOrder, orderKey, takingKey } from '../store/order-locks.ts'
import type { Drawn } from '../store/order-writes.ts'
import { noteEdit, noteErasure } from './apply-edits.ts'
import { overtakes, settleRider } from './apply-riders.ts'
import { moveWhatIsHeld } from './apply-stock-moves.ts'
import type { Draft } from './batch-draft.ts'
import type { ChangeOrder, ChangeOutcome } from './commands.ts'

export type ChangeEntry = { readonly accountId: number; readonly command: ChangeOrder }

/**
 * Applies the rules to each command in arrival order and collects what must be written.
 * A refusal is that command's outcome and touches nothing else.
 */
export function applyChanges(
  entries: readonly ChangeEntry[],
  locked: Map<string, LockedOrder>,
  draft: Draft,
  now: Instant,
): (ChangeOutcome | Error)[] {
  return entries.map(({ accountId, command }) => {
    const order = locked.get(orderKey({ accountId, number: command.number }))
    if (command.dropsTimer) draft.doneTimers.push({ accountId, number: command.number })
    if (order === undefined) return new Failure('order-not-found')
    try {
      const overtaken = overtakes(draft, order, command.rider)
      if (overtaken !== undefined) return overtaken
      const { next, outcome } = change(order, asNews(order, command, draft), draft, now)
      if (command.rider !== undefined) settleRider(draft, order, command.rider, now)
      if (command.takenBy !== undefined) noteTaking(draft, order, command.takenBy, now)
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
  { command, author, text, notify = false }: Omit<ChangeOrder, 'number'>,
  draft: Draft,
  now: Instant,
): { next: LockedOrder; outcome: ChangeOutcome } {
  const { accountId, number } = order
  const decision = heard(decide(order, command, now), { text, notify }, now)
  const { state } = decision
  const draw = decision.releases ? drawRelease(order, draft, now) : order.draw
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
      data,
      draw: kind === 'released' ? draw : null,
      state,
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
  moveWhatIsHeld(draft, order, decision.stock, command, now)
  if (changed && command.kind === 'edit') noteEdit(draft, order, command.content)
  if (command.kind === 'erase') noteErasure(draft, order, command.vouchers ?? null)
  const payOnDelivery =
    command.kind === 'edit' ? (command.payOnDelivery ?? order.payOnDelivery) : order.payOnDelivery
  const next: LockedOrder = { accountId, number, payOnDelivery, eventSeq: seq, draw, ...state }
  if (changed) {
    draft.states.set(orderKey(order), {
      accountId,
      number,
      state,
      payOnDelivery,
      eventSeq: seq,
      draw,
    })
  }
  noteAwaiting(draft, order, next)
  return { next, outcome: { number, state, changed, found: decision.found } }
}

/**
 * Words, and the wish that the buyer be told, need an event to stand beside, where the command
 * itself tells nothing new.
 */
function heard(
  decision: Decision,
  { text, notify }: { readonly text: string | undefined; readonly notify: boolean },
  now: Instant,
): Decision {
  if (text === undefined && !notify) return decision
  const said = decision.events.at(-1)
  const state = said === undefined ? { ...decision.state, changedAt: now } : decision.state
  const { kind, data } = said ?? { kind: 'commented' as const, data: {} }
  const last = { kind, data: notify ? { ...data, notify: 1 } : data }
  return { ...decision, state, events: [...decision.events.slice(0, -1), last] }
}

function noteAwaiting(draft: Draft, before: LockedOrder, after: LockedOrder): void {
  const awaits = awaitsShipment(after)
  if (awaitsShipment(before) === awaits) return
  const { accountId, number, releaseNumber, draw } = after
  draft.awaiting.set(orderKey(after), { accountId, number, releaseNumber, draw, awaits })
}

/** The command, with what the takings say of those who report it. */
function asNews(
  { accountId, number }: LockedOrder,
  change: ChangeOrder,
  { confirmed, takings, silentlyHeld }: Draft,
): ChangeOrder {
  const { command, takers = [], rivals = [] } = change
  const hasIt = (credentialId: number) => {
    const key = takingKey({ accountId, credentialId, number })
    return confirmed.has(key) || takings.has(key)
  }
  if (command.kind === 'send' && rivals.some(hasIt)) {
    return { ...change, command: { ...command, isRivalled: true } }
  }
  // Somebody must report in his place.
  if (command.kind === 'send' && silentlyHeld.has(orderKey({ accountId, number }))) {
    return { ...change, command: { ...command, holds: true } }
  }
  if (command.kind !== 'hand-over') return change
  // What one of its takers has confirmed before tells nothing new of the order.
  const isOld = takers.some(hasIt)
  const asServed = isOld || command.asServed
  return { ...change, command: { kind: 'hand-over', asServed, isNewTaker: !isOld } }
}

function noteTaking(draft: Draft, order: LockedOrder, credentialId: number, now: Instant): void {
  const { accountId, number } = order
  const key = takingKey({ accountId, credentialId, number })
  const times = (draft.takings.get(key)?.times ?? 0) + 1
  draft.takings.set(key, { accountId, credentialId, number, at: now, times })
}

/** The order's place among the release numbers that this batch draws for its account. */
function drawRelease({ accountId, number }: LockedOrder, draft: Draft, now: Instant): number {
  const draw = draft.draws.get(accountId) ?? 0
  draft.draws.set(accountId, draw + 1)
  draft.releases.push({ accountId, number, draw, releasedAt: now })
  return draw
}

/** What callers hear once the numbers are drawn: each order's outcome has its own in it. */
export function withReleaseNumbers(
  outcomes: readonly (ChangeOutcome | Error)[],
  entries: readonly ChangeEntry[],
  { releases }: Draft,
  drawn: Drawn,
): (ChangeOutcome | Error)[] {
  if (releases.length === 0) return [...outcomes]
  const numbers = new Map(
    releases.map((release) => [
      orderKey(release),
      (drawn.get(release.accountId) ?? 0) + release.draw,
    ]),
  )
  return outcomes.map((outcome, at) => {
    if (outcome instanceof Error) return outcome
    const { number, state } = outcome
    const accountId = (entries[at] as ChangeEntry).accountId
    const releaseNumber = numbers.get(orderKey({ accountId, number }))
    if (state.releasedAt === null || releaseNumber === undefined) return outcome
    return { ...outcome, state: { ...state, releaseNumber } }
  })
}
