import type { Instant } from '../model/order.ts'
import { type Arriving, type KnownArrivals, type KnownOrder, linkKey } from '../store/arrivals.ts'
import { counterKey, orderKey } from '../store/order-locks.ts'
import type { Draft } from './batch-draft.ts'
import type { Arrival, ArrivalOutcome, PlaceOrder, PlaceOutcome } from './commands.ts'

type Entry = { readonly accountId: number; readonly command: PlaceOrder }

/** What orders of an old system want to be known by. */
export function arrivalsOf(entries: readonly Entry[]): Arriving[] {
  return entries.flatMap(({ accountId, command: { arrival } }) =>
    arrival === undefined ? [] : [{ accountId, number: arrival.number, link: arrival.link }],
  )
}

/** What becomes of an order of an old system; `known` remembers one that comes in. */
export function judgeArrival(
  known: KnownArrivals,
  accountId: number,
  { number, link, check }: Pick<Arrival, 'number' | 'link' | 'check'>,
  now: Instant,
): ArrivalOutcome {
  const key = orderKey({ accountId, number })
  const there = known.orders.get(key)
  if (there !== undefined) return judgeKnown(there, check)
  const owner = link === null ? undefined : known.links.get(linkKey(accountId, link))
  if (owner !== undefined) return { kind: 'link-taken', by: owner }
  known.orders.set(key, { imported: true, check, since: now })
  if (link !== null) known.links.set(linkKey(accountId, link), number)
  return { kind: 'added' }
}

/** One whose buyer is forgotten stays as it is, and nobody can say any more what it was. */
function judgeKnown({ imported, check, since }: KnownOrder, wanted: string): ArrivalOutcome {
  if (!imported) return { kind: 'number-taken', since }
  return check === null || check === wanted ? { kind: 'same', since } : { kind: 'differs' }
}

/**
 * Takes an order of an old system in under its own number: one event that nobody is told of. It
 * takes no stock, draws no release number, and moves the counter above itself.
 */
export function arrive(
  { accountId, command }: Entry,
  arrival: Arrival,
  { known, draft, now }: { known: KnownArrivals; draft: Draft; now: Instant },
): PlaceOutcome {
  const { number, state, link } = arrival
  const { content, payOnDelivery, author } = command
  const { payKey, payDomain } = content
  const outcome = judgeArrival(known, accountId, arrival, now)
  const isNew = outcome.kind === 'added'
  if (isNew) {
    moveCounter(draft, accountId, number)
    draft.orders.push({ accountId, number, content })
    const { payment, fulfilment, paidAt, shipments } = state
    draft.events.push({
      ...{ accountId, number, seq: 1, at: now, kind: 'imported', via: author.via },
      credentialId: author.credentialId,
      data: { payment, fulfilment, paid: paidAt === null ? 0 : 1 },
      draw: null,
      state,
    })
    for (const shipment of shipments) {
      const key = `${orderKey({ accountId, number })}/${shipment.position}`
      draft.shipments.set(key, { accountId, number, ...shipment })
    }
    draft.newStates.set(orderKey({ accountId, number }), {
      ...{ accountId, number, state, payOnDelivery, eventSeq: 1, draw: null },
    })
    if (link !== null) draft.links.push({ accountId, number, key: link })
  }
  return { number, payKey, payDomain, duplicate: !isNew, arrival: outcome }
}

/** The next order has a number above all that came in; numbers never go back. */
function moveCounter(draft: Draft, accountId: number, number: number): void {
  const key = { accountId, name: 'order' as const }
  const id = counterKey(key)
  const next = draft.next.get(id)
  if (next === undefined) throw new Error(`counter ${id} is missing or was not locked`)
  if (number < next) return
  draft.next.set(id, number + 1)
  draft.counters.set(id, { ...key, next: number + 1 })
}
