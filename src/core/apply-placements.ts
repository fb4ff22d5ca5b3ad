import { decide } from '../model/decide.ts'
import { Failure } from '../model/failure.ts'
import { type Instant, newOrderState } from '../model/order.ts'
import { type KnownArrivals, nothingKnown } from '../store/arrivals.ts'
import {
  type CounterKey,
  type Fingerprint,
  type FingerprintHit,
  type LockedOrder,
  orderKey,
} from '../store/order-locks.ts'
import { arrive } from './apply-arrivals.ts'
import { change } from './apply-changes.ts'
import { overtakes, settleRider } from './apply-riders.ts'
import { moveLines } from './apply-stock-moves.ts'
import { addCounter, branchDraft, type Draft, mergeDraft } from './batch-draft.ts'
import type { PlaceOrder, PlaceOutcome } from './commands.ts'

export type PlaceEntry = { readonly accountId: number; readonly command: PlaceOrder }

/** The identical call within this time is the first order, whatever became of it. */
export const repeatWindowMs = 600_000

export function countersForPlacements(entries: readonly PlaceEntry[]): CounterKey[] {
  const accounts = new Set(entries.map(({ accountId }) => accountId))
  return [...accounts].map((accountId) => ({ accountId, name: 'order' as const }))
}

export function fingerprintsOf(entries: readonly PlaceEntry[]): Fingerprint[] {
  return entries.flatMap(({ accountId, command }) =>
    digestsOf(command).map((digest) => ({ accountId, digest })),
  )
}

function digestsOf({ callDigest, likenessDigest }: PlaceOrder): Buffer[] {
  return [callDigest, likenessDigest].filter((digest) => digest !== null)
}

/** Numbers new orders in arrival order; a repeated call gets the first one's number instead. */
export function applyPlacements(
  entries: readonly PlaceEntry[],
  hits: readonly FingerprintHit[],
  draft: Draft,
  now: Instant,
  arrivals: KnownArrivals = nothingKnown(),
): (PlaceOutcome | Error)[] {
  const known = new Map<string, FingerprintHit[]>()
  for (const hit of hits) remember(known, hit)
  return entries.map((entry) => {
    const { arrival } = entry.command
    if (arrival !== undefined) return arrive(entry, arrival, { known: arrivals, draft, now })
    const earlier = findEarlier(known, entry, now)
    if (earlier !== undefined) {
      const { number, payKey, payDomain } = earlier
      return { number, payKey, payDomain, duplicate: true }
    }
    const { accountId, command } = entry
    const overtaken = overtakes(draft, { accountId }, command.rider)
    if (overtaken !== undefined) return overtaken
    try {
      const branch = branchDraft(draft)
      const order = place(entry, branch, now)
      mergeDraft(draft, branch)
      if (command.rider !== undefined) settleRider(draft, order, command.rider, now)
      for (const hit of hitsOf(entry, order, now)) remember(known, hit)
      const { payKey, payDomain } = entry.command.content
      return { number: order.number, payKey, payDomain, duplicate: false }
    } catch (error) {
      if (error instanceof Failure) return error
      throw error
    }
  })
}

function place({ accountId, command }: PlaceEntry, draft: Draft, now: Instant): LockedOrder {
  const { content, payOnDelivery, author } = command
  const number = addCounter(draft, { accountId, name: 'order' })
  draft.orders.push({ accountId, number, content })
  const placed = newOrderState(now)
  draft.events.push({
    accountId,
    number,
    seq: 1,
    at: now,
    kind: 'placed',
    via: author.via,
    credentialId: author.credentialId,
    data: null,
    draw: null,
    state: placed,
  })
  let order: LockedOrder = {
    accountId,
    number,
    payOnDelivery,
    eventSeq: 1,
    draw: null,
    ...placed,
  }
  const steps = fitOnArrival(order, now) ? [{ kind: 'release' as const }] : []
  for (const next of [...steps, ...command.followUps]) {
    order = change(order, { command: next, author }, draft, now).next
  }
  takeStock(draft, { accountId, number, content }, now)
  const key = orderKey(order)
  draft.states.delete(key)
  const { eventSeq, draw, ...state } = order
  draft.newStates.set(key, {
    accountId,
    number,
    payOnDelivery,
    eventSeq,
    draw,
    state: plain(state),
  })
  for (const digest of digestsOf(command)) {
    draft.fingerprints.push({ accountId, digest, number, madeAt: now })
  }
  if (command.cancelAt !== null) {
    draft.timers.push({ accountId, number, dueAt: command.cancelAt })
  }
  return order
}

/** Placing takes stock; what follows at once may give it back before the lines can be read. */
function takeStock(
  draft: Draft,
  { accountId, number, content }: Draft['orders'][number],
  now: Instant,
): void {
  const key = `${accountId}/order/${number}`
  const givenBack = draft.stock.get(key)?.delta ?? 0
  draft.stock.delete(key)
  moveLines(draft, accountId, content.lines, givenBack - 1, now)
}

function plain(order: Omit<LockedOrder, 'eventSeq' | 'draw'>) {
  const { accountId: _account, number: _number, payOnDelivery: _rule, ...state } = order
  return state
}

/** An order to be paid at the door is fit for fulfilment as soon as it exists. */
function fitOnArrival(order: LockedOrder, now: Instant): boolean {
  return order.payOnDelivery && decide(order, { kind: 'release' }, now).releases
}

function findEarlier(
  known: Map<string, FingerprintHit[]>,
  { accountId, command }: PlaceEntry,
  now: Instant,
): FingerprintHit | undefined {
  const among = (digest: Buffer | null): readonly FingerprintHit[] =>
    digest === null ? [] : (known.get(`${accountId}/${digest.toString('hex')}`) ?? [])
  return (
    among(command.callDigest).find(({ madeAt }) => now - madeAt <= repeatWindowMs) ??
    among(command.likenessDigest).find(
      (hit) => isStillWaiting(hit) && now - hit.madeAt < command.duplicateWindowMs,
    )
  )
}

function hitsOf(
  { accountId, command }: PlaceEntry,
  order: LockedOrder,
  now: Instant,
): FingerprintHit[] {
  const { payment, fulfilment, hidden } = order
  const { payKey, payDomain } = command.content
  return digestsOf(command).map((digest) => ({
    accountId,
    number: order.number,
    digest: digest.toString('hex'),
    madeAt: now,
    payment,
    fulfilment,
    hidden,
    payKey,
    payDomain,
  }))
}

/** Only an order that nothing has happened to yet can be what a second, similar call means. */
function isStillWaiting({ payment, fulfilment, hidden }: FingerprintHit): boolean {
  return payment === 'waiting' && fulfilment === 'open' && !hidden
}

function remember(known: Map<string, FingerprintHit[]>, hit: FingerprintHit): void {
  const key = `${hit.accountId}/${hit.digest}`
  const list = known.get(key)
  if (list === undefined) known.set(key, [hit])
  else list.push(hit)
}
