import { Failure } from '../model/failure.ts'
import { createFairQueue } from './fair-queue.ts'

/** One command on its way through the committer. */
export type Entry<Command, Outcome> = {
  readonly accountId: number
  readonly command: Command
  readonly queuedAtMs: number
  /** False once the caller has been answered; a later outcome is nobody's. */
  answered: boolean
  readonly settle: (outcome: Outcome | Error) => void
}

export type LaneLimits = {
  /** Transactions in flight at once. */
  readonly depth: number
  /** Commands in one transaction. */
  readonly maxBatch: number
  /** Commands waiting, beyond which callers hear "busy" at once. */
  readonly maxQueued: number
  /** How long a command may wait in the queue. */
  readonly queueDeadlineMs: number
  /** How long a caller waits in all, queue included, for a transaction that does not answer. */
  readonly answerDeadlineMs: number
}

export type Lane<Command, Outcome> = {
  submit(accountId: number, command: Command): Promise<Outcome>
  readonly queued: () => number
  /** Resolves once nothing is queued or in flight. */
  drained(): Promise<void>
  close(): void
}

type Options<Command, Outcome> = {
  readonly limits: LaneLimits
  /** Two commands of the same key never ride in different batches at once. */
  readonly keyOf: (accountId: number, command: Command) => string
  /** Carries a batch to its end and settles every entry; never throws. */
  readonly run: (slot: number, batch: readonly Entry<Command, Outcome>[]) => Promise<void>
  /** Milliseconds of a clock that never goes back. */
  readonly clock: () => number
}

/**
 * While a transaction is in flight, another one starts with this many commands, or once the
 * oldest has waited this long: small batches cost their fixed price too often.
 */
const companyOf = 32
const lingerMs = 2

/** Gathers commands while transactions are in flight, and keeps each key's arrival order. */
export function createLane<Command, Outcome>({
  limits,
  keyOf,
  run,
  clock,
}: Options<Command, Outcome>): Lane<Command, Outcome> {
  type Item = Entry<Command, Outcome>
  const queue = createFairQueue<Item>()
  /** Keys in flight, with what arrived for them meanwhile. */
  const inFlight = new Map<string, Item[]>()
  const running = new Map<number, readonly Item[]>()
  const freeSlots = Array.from({ length: limits.depth }, (_, slot) => slot)
  let parked = 0
  let pumpQueued = false
  let onDrained: (() => void)[] = []

  let lingering: NodeJS.Timeout | undefined
  const company = Math.min(companyOf, limits.maxBatch)

  /** Whether the next batch had better wait for company; sees to it that it does not wait long. */
  const lingers = (): boolean => {
    if (running.size === 0 || queue.size() >= company) return false
    if (clock() - (queue.oldest()?.queuedAtMs ?? 0) >= lingerMs) return false
    lingering ??= setTimeout(() => {
      lingering = undefined
      pump()
    }, lingerMs)
    return true
  }

  const pump = (): void => {
    pumpQueued = false
    while (freeSlots.length > 0 && queue.size() > 0) {
      if (lingers()) return
      const batch = gather()
      if (batch.length === 0) return
      launch(freeSlots.shift() as number, batch)
    }
  }

  const gather = (): Item[] => {
    const claimed = new Set<string>()
    const batch = queue.take(limits.maxBatch, (item) => {
      const key = keyOf(item.accountId, item.command)
      const waiting = inFlight.get(key)
      if (waiting !== undefined) {
        waiting.push(item)
        parked += 1
        return false
      }
      claimed.add(key)
      return true
    })
    for (const key of claimed) inFlight.set(key, [])
    return batch
  }

  const launch = (slot: number, batch: Item[]): void => {
    running.set(slot, batch)
    void run(slot, batch).finally(() => {
      running.delete(slot)
      freeSlots.push(slot)
      const freed: Item[] = []
      for (const item of batch) {
        const key = keyOf(item.accountId, item.command)
        freed.push(...(inFlight.get(key) ?? []))
        inFlight.delete(key)
      }
      parked -= freed.length
      queue.unshift(freed)
      pump()
      if (queue.size() === 0 && running.size === 0) settleDrained()
    })
  }

  const settleDrained = (): void => {
    for (const resolve of onDrained) resolve()
    onDrained = []
  }

  /** Refuses what waits since before a deadline: "busy" in the queue, "unknown" in flight. */
  const refuse = (isOver: (sinceMs: number, deadlineMs: number) => boolean): void => {
    const isLate = (item: Item): boolean => isOver(item.queuedAtMs, limits.queueDeadlineMs)
    for (const item of queue.dropWhile(isLate)) item.settle(new Failure('busy'))
    for (const waiting of inFlight.values()) {
      while (waiting[0] !== undefined && isLate(waiting[0])) {
        parked -= 1
        waiting.shift()?.settle(new Failure('busy'))
      }
    }
    for (const batch of running.values()) {
      for (const item of batch) {
        const isOverdue = isOver(item.queuedAtMs, limits.answerDeadlineMs)
        if (isOverdue) item.settle(new Failure('outcome-unknown'))
      }
    }
    if (queue.size() === 0 && running.size === 0) settleDrained()
  }
  const watch = (): void => {
    const now = clock()
    refuse((sinceMs, deadlineMs) => now - sinceMs > deadlineMs)
  }
  const watcher = setInterval(watch, 50)
  watcher.unref()

  return {
    submit(accountId, command) {
      if (queue.size() + parked >= limits.maxQueued) {
        return Promise.reject(new Failure('busy', { reason: 'the queue is full' }))
      }
      return new Promise((resolve, reject) => {
        const item: Item = {
          accountId,
          command,
          queuedAtMs: clock(),
          answered: false,
          settle(outcome) {
            if (item.answered) return
            item.answered = true
            if (outcome instanceof Error) reject(outcome)
            else resolve(outcome)
          },
        }
        queue.push(item)
        if (pumpQueued) return
        pumpQueued = true
        // Calls that arrive in the same turn of the event loop share a batch.
        setImmediate(pump)
      })
    },
    queued: () => queue.size() + parked,
    drained: () =>
      queue.size() === 0 && running.size === 0
        ? Promise.resolve()
        : new Promise((resolve) => onDrained.push(resolve)),
    close() {
      clearInterval(watcher)
      clearTimeout(lingering)
      // Whoever is left hears what can be said now: nobody looks any more.
      refuse(() => true)
    },
  }
}
