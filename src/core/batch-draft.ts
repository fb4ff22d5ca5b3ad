import { Failure } from '../model/failure.ts'
import { highestOrderNumber } from '../model/order.ts'
import { type CounterKey, counterKey } from '../store/order-locks.ts'
import type { BatchWrites, StateWrite } from '../store/order-writes.ts'

type List<K extends keyof BatchWrites> = BatchWrites[K][number][]

/** What a batch is going to write, while the rules are still being applied. */
export type Draft = {
  /** The next free number by counter, as locked. */
  readonly next: Map<string, number>
  readonly counters: Map<string, BatchWrites['counters'][number]>
  readonly orders: List<'orders'>
  readonly newStates: Map<string, StateWrite>
  /** By order: only its last state is written. */
  readonly states: Map<string, StateWrite>
  readonly events: List<'events'>
  readonly comments: List<'comments'>
  /** By order and position. */
  readonly shipments: Map<string, BatchWrites['shipments'][number]>
  readonly releases: List<'releases'>
  /** How many release numbers are drawn so far, by account. */
  readonly draws: Map<number, number>
  readonly attention: List<'attention'>
  readonly fingerprints: List<'fingerprints'>
  readonly timers: List<'timers'>
  readonly doneTimers: List<'doneTimers'>
}

export function emptyDraft(next: Map<string, number>): Draft {
  return {
    next,
    counters: new Map(),
    orders: [],
    newStates: new Map(),
    states: new Map(),
    events: [],
    comments: [],
    shipments: new Map(),
    releases: [],
    draws: new Map(),
    attention: [],
    fingerprints: [],
    timers: [],
    doneTimers: [],
  }
}

/** Draws the next number of a locked counter. Throws `Failure` once the numbers are used up. */
export function addCounter(draft: Draft, key: CounterKey): number {
  const id = counterKey(key)
  const number = draft.next.get(id)
  if (number === undefined) throw new Error(`counter ${id} is missing or was not locked`)
  if (number > highestOrderNumber) throw new Failure('numbers-exhausted')
  draft.next.set(id, number + 1)
  draft.counters.set(id, { ...key, next: number + 1 })
  return number
}

/** A draft to try something in: nothing of it counts until `mergeDraft`. */
export function branchDraft(draft: Draft): Draft {
  return { ...emptyDraft(new Map(draft.next)), draws: new Map(draft.draws) }
}

export function mergeDraft(draft: Draft, branch: Draft): void {
  for (const name of ['next', 'counters', 'draws', 'newStates', 'states', 'shipments'] as const) {
    const into = draft[name] as Map<string | number, unknown>
    for (const [key, value] of branch[name]) into.set(key, value)
  }
  for (const name of lists) (draft[name] as unknown[]).push(...branch[name])
}

const lists = [
  'orders',
  'events',
  'comments',
  'releases',
  'attention',
  'fingerprints',
  'timers',
  'doneTimers',
] as const

export function finishedDraft(draft: Draft): BatchWrites {
  return {
    ...draft,
    counters: [...draft.counters.values()],
    newStates: [...draft.newStates.values()],
    states: [...draft.states.values()],
    shipments: [...draft.shipments.values()],
  }
}
