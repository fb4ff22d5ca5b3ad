import type { Instant } from '../model/order.ts'
import { readKnown } from '../store/arrivals.ts'
import type { BatchSql } from '../store/batch-lane.ts'
import { lockAllowances, lockSessions, readUses } from '../store/checkout-locks.ts'
import { lockMessages } from '../store/erase-parts.ts'
import {
  findFingerprints,
  type LockedOrder,
  lockCounters,
  lockOrders,
  type OrderKey,
  orderKey,
  readConfirmed,
  readSilentlyHeld,
} from '../store/order-locks.ts'
import { writeBatch } from '../store/order-writes.ts'
import { readSubscriptions } from '../store/subscriptions.ts'
import { arrivalsOf } from './apply-arrivals.ts'
import { applyChanges, type ChangeEntry, withReleaseNumbers } from './apply-changes.ts'
import { type Freeze, noteDeliveries } from './apply-notices.ts'
import {
  applyPlacements,
  countersForPlacements,
  fingerprintsOf,
  type PlaceEntry,
} from './apply-placements.ts'
import { allowancesOf, sessionsOf } from './apply-riders.ts'
import { emptyDraft, finishedDraft, type LockedForRiders } from './batch-draft.ts'
import type { Rider } from './commands.ts'

export type BatchOptions = {
  readonly now: () => Instant
  /** Puts an event into the words of an endpoint's format. */
  readonly freeze: Freeze
  /** Dialects whose clients take orders in hand and never say what became of them. */
  readonly silentDialects: readonly string[]
  /** Told once a batch is durable that wrote deliveries: the accounts they are of. */
  readonly onDeliveries: (accountIds: ReadonlySet<number>) => void
}

/** Locks the orders of a batch, applies the rules to each command, and writes what follows. */
export async function applyChangeBatch(
  sql: BatchSql,
  entries: readonly ChangeEntry[],
  options: BatchOptions,
) {
  const now = options.now()
  const keys = new Map(
    entries.map((entry) => {
      const key = keyOfEntry(entry)
      return [orderKey(key), key]
    }),
  )
  const [locked, subscriptions] = await Promise.all([
    lockOrders(sql, [...keys.values()]),
    readSubscriptions(sql, accountsOf(entries)),
  ])
  const taken = entries.filter(
    ({ command: { command, rivals = [] } }) => command.kind === 'hand-over' || rivals.length > 0,
  )
  const confirmed = await readConfirmed(sql, taken.map(keyOfEntry))
  const silentlyHeld = await readSilentlyHeld(
    sql,
    entries.filter((entry) => isSurprise(entry, locked)).map(keyOfEntry),
    options.silentDialects,
  )
  const draft = emptyDraft(new Map(), {
    confirmed,
    silentlyHeld,
    locked: await lockForRiders(sql, entries, now),
  })
  const outcomes = applyChanges(entries, locked, draft, now)
  const told = await noteDeliveries(sql, draft, subscriptions, options.freeze)
  await lockMessages(sql, [...draft.erasures.values()])
  const written = writeBatch(sql, finishedDraft(draft))
  return {
    writes: written === undefined ? [] : [written],
    result: async () => {
      options.onDeliveries(told)
      return withReleaseNumbers(outcomes, entries, draft, (await written) ?? new Map())
    },
  }
}

/** A parcel that somebody reports of an order that another has in hand. */
function isSurprise(entry: ChangeEntry, locked: ReadonlyMap<string, LockedOrder>): boolean {
  const { command } = entry.command
  const order = locked.get(orderKey(keyOfEntry(entry)))
  const isHeld = order?.handedOver === true && order.fulfilment === 'open'
  return command.kind === 'send' && command.holds !== true && isHeld
}

type RiderEntry = {
  readonly accountId: number
  readonly command: { readonly rider?: Rider; readonly number?: number }
}

/** Sessions before allowances, as everywhere; nothing is asked where nobody rides along. */
async function lockForRiders(
  sql: BatchSql,
  entries: readonly RiderEntry[],
  now: Instant,
): Promise<LockedForRiders> {
  const edited = entries.flatMap(({ accountId, command: { rider, number } }) =>
    rider === undefined || number === undefined ? [] : [{ accountId, number }],
  )
  const used = await readUses(sql, edited)
  const before = edited.flatMap((key) =>
    (used.get(orderKey(key)) ?? []).map((use) => ({ accountId: key.accountId, ...use })),
  )
  const [revisions, left] = await Promise.all([
    lockSessions(sql, sessionsOf(entries), now),
    lockAllowances(sql, [...before, ...allowancesOf(entries)]),
  ])
  return { revisions, left, used: new Map(used) }
}

function keyOfEntry({ accountId, command: { number } }: ChangeEntry): OrderKey {
  return { accountId, number }
}

/** Likewise for new orders, which draw their numbers from the locked counter. */
export async function applyPlaceBatch(
  sql: BatchSql,
  entries: readonly PlaceEntry[],
  options: BatchOptions,
) {
  const now = options.now()
  const [counters, locked, hits, arrivals, subscriptions] = await Promise.all([
    lockCounters(sql, countersForPlacements(entries)),
    lockForRiders(sql, entries, now),
    findFingerprints(sql, fingerprintsOf(entries)),
    readKnown(sql, arrivalsOf(entries)),
    readSubscriptions(sql, accountsOf(entries)),
  ])
  const draft = emptyDraft(counters, { locked })
  const outcomes = applyPlacements(entries, hits, draft, now, arrivals)
  const told = await noteDeliveries(sql, draft, subscriptions, options.freeze)
  const written = writeBatch(sql, finishedDraft(draft))
  return {
    writes: written === undefined ? [] : [written],
    result: async () => {
      options.onDeliveries(told)
      return outcomes
    },
  }
}

function accountsOf(entries: readonly { readonly accountId: number }[]): number[] {
  return entries.map(({ accountId }) => accountId)
}
