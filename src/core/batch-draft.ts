import { Failure } from '../model/failure.ts'
import { highestOrderNumber, type OrderState } from '../model/order.ts'
import type { BatchWrites, StateWrite, StockMove } from '../store/batch-writes.ts'
import type { Use } from '../store/checkout-locks.ts'
import { type CounterKey, counterKey } from '../store/order-locks.ts'

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
  /** Each with the order's state after its command. */
  readonly events: (BatchWrites['events'][number] & { readonly state: OrderState })[]
  readonly comments: List<'comments'>
  /** By order and position. */
  readonly shipments: Map<string, BatchWrites['shipments'][number]>
  readonly releases: List<'releases'>
  /** How many release numbers are drawn so far, by account. */
  readonly draws: Map<number, number>
  /** Whether warehouses should see an order after this batch, where that changed. */
  readonly awaiting: Map<string, BatchWrites['awaited'][number] & { readonly awaits: boolean }>
  /** By product, or by order whose lines move. */
  readonly stock: Map<string, StockMove>
  /** By credential and order. */
  readonly takings: Map<string, BatchWrites['takings'][number]>
  /** Takings, by `takingKey`, that were confirmed before this batch. */
  readonly confirmed: ReadonlySet<string>
  /** Orders, by `orderKey`, that only somebody who never reports had in hand before this batch. */
  readonly silentlyHeld: ReadonlySet<string>
  /** What riders of this batch stand on, as locked and as moved since. */
  readonly locked: LockedForRiders
  /** By session. */
  readonly sessions: Map<string, BatchWrites['sessions'][number]>
  /** By allowance. */
  readonly allowances: Map<string, BatchWrites['allowances'][number]>
  /** By order and allowance. */
  readonly uses: Map<string, BatchWrites['uses'][number]>
  readonly vouchers: List<'vouchers'>
  /** By order: whose buyer is forgotten. */
  readonly erasures: Map<string, BatchWrites['erasures'][number]>
  /** By order: what its edits come to. */
  readonly edits: Map<string, BatchWrites['edits'][number]>
  readonly attention: List<'attention'>
  readonly deliveries: List<'deliveries'>
  readonly fingerprints: List<'fingerprints'>
  readonly timers: List<'timers'>
  readonly links: List<'links'>
  readonly doneTimers: List<'doneTimers'>
}

/** Revisions by `sessionKey`, what is left by `allowanceKey`, and uses by `orderKey`. */
export type LockedForRiders = {
  readonly revisions: Map<string, number>
  readonly left: Map<string, bigint>
  readonly used: Map<string, readonly Use[]>
}

const nothingLocked = (): LockedForRiders => ({
  revisions: new Map(),
  left: new Map(),
  used: new Map(),
})

export function emptyDraft(
  next: Map<string, number>,
  {
    confirmed = new Set(),
    silentlyHeld = new Set(),
    locked = nothingLocked(),
  }: Partial<Pick<Draft, 'confirmed' | 'silentlyHeld' | 'locked'>> = {},
): Draft {
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
    awaiting: new Map(),
    stock: new Map(),
    takings: new Map(),
    confirmed,
    silentlyHeld,
    locked,
    sessions: new Map(),
    allowances: new Map(),
    uses: new Map(),
    vouchers: [],
    erasures: new Map(),
    edits: new Map(),
    attention: [],
    deliveries: [],
    fingerprints: [],
    timers: [],
    links: [],
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
  for (const name of mapNames) {
    const into = draft[name] as Map<string | number, unknown>
    for (const [key, value] of branch[name]) into.set(key, value)
  }
  for (const move of branch.stock.values()) moveStock(draft, move)
  for (const name of lists) (draft[name] as unknown[]).push(...branch[name])
}

const mapNames = [
  'next',
  'counters',
  'draws',
  'newStates',
  'states',
  'shipments',
  'awaiting',
  'takings',
] as const

const lists = [
  'orders',
  'events',
  'comments',
  'releases',
  'attention',
  'fingerprints',
  'timers',
  'links',
  'doneTimers',
] as const

/** Adds a move to those of the same product or order. */
export function moveStock(draft: Draft, move: StockMove): void {
  const key = `${move.accountId}/${whatMoves(move)}`
  draft.stock.set(key, { ...move, delta: move.delta + (draft.stock.get(key)?.delta ?? 0) })
}

function whatMoves(move: StockMove): string {
  if ('productId' in move) return `product/${move.productId}`
  return `${move.linesOnly ? 'lines' : 'order'}/${move.number}`
}

export function finishedDraft(draft: Draft): BatchWrites {
  const awaiting = [...draft.awaiting.values()]
  return {
    ...draft,
    counters: [...draft.counters.values()],
    newStates: [...draft.newStates.values()],
    states: [...draft.states.values()],
    shipments: [...draft.shipments.values()],
    awaited: awaiting.filter(({ awaits }) => awaits),
    // One that was drawn in this batch never came to stand there.
    unawaited: awaiting.flatMap(({ awaits, accountId, releaseNumber }) =>
      awaits || releaseNumber === null ? [] : [{ accountId, releaseNumber }],
    ),
    stock: [...draft.stock.values()].filter(({ delta }) => delta !== 0),
    takings: [...draft.takings.values()].sort(byKey),
    sessions: [...draft.sessions.values()],
    allowances: [...draft.allowances.values()].filter(({ delta }) => delta !== 0n),
    uses: [...draft.uses.values()],
    erasures: [...draft.erasures.values()],
    edits: [...draft.edits.values()],
  }
}

/** As lists note what they serve: locks are taken in one order everywhere. */
function byKey(a: BatchWrites['takings'][number], b: BatchWrites['takings'][number]): number {
  return a.accountId - b.accountId || a.credentialId - b.credentialId || a.number - b.number
}
