import { expect, vi } from 'vitest'
import {
  createLane,
  type Entry,
  type Lane,
  type LaneLimits,
} from '../../src/core/committer-lane.ts'

export type Wanted = { readonly id: number; readonly key: string }
type Batch = readonly Entry<Wanted, number>[]

export type Harness = {
  readonly lane: Lane<Wanted, number>
  /** What ran, in the order in which it was started. */
  readonly started: Wanted[]
  /** What each submission came to: its own id, or the code of its failure. */
  readonly outcomes: Map<number, number | string>
  /** Batches in flight, oldest first. */
  readonly running: () => number
  readonly submitted: () => number
  submit(accountId: number, key: string): void
  /** Carries the batch at this place (of those in flight) to its end. */
  complete(at: number): Promise<void>
  /** Moves the clock on and lets the lane look at it. */
  pass(ms: number): Promise<void>
  finish(): Promise<void>
}

/** A lane whose batches end when the test says so, on a clock that the test moves. */
export function laneHarness(limits: Partial<LaneLimits> = {}): Harness {
  const inFlight: { slot: number; batch: Batch; end: () => void }[] = []
  const started: Wanted[] = []
  const outcomes = new Map<number, number | string>()
  let nowMs = 0
  let submitted = 0
  const all: LaneLimits = {
    depth: 3,
    maxBatch: 4,
    maxQueued: 1000,
    queueDeadlineMs: 5000,
    answerDeadlineMs: 10_000,
    ...limits,
  }
  const lane = createLane<Wanted, number>({
    limits: all,
    clock: () => nowMs,
    keyOf: (accountId, { key }) => `${accountId}/${key}`,
    run: (slot, batch) => {
      expect(batch.length).toBeGreaterThan(0)
      expect(batch.length).toBeLessThanOrEqual(all.maxBatch)
      expect(inFlight.length).toBeLessThan(all.depth)
      expect(inFlight.map((one) => one.slot)).not.toContain(slot)
      const keys = new Set(keysOf(batch))
      for (const other of inFlight) {
        for (const key of keysOf(other.batch)) expect(keys).not.toContain(key)
      }
      started.push(...batch.map(({ command }) => command))
      return new Promise((resolve) => inFlight.push({ slot, batch, end: resolve }))
    },
  })
  const settle = () => vi.advanceTimersByTimeAsync(0)
  const harness: Harness = {
    lane,
    started,
    outcomes,
    running: () => inFlight.length,
    submitted: () => submitted,
    submit(accountId, key) {
      const id = submitted
      submitted += 1
      lane.submit(accountId, { id, key: `${accountId}/${key}` }).then(
        (outcome) => outcomes.set(id, outcome),
        (error: { code: string }) => outcomes.set(id, error.code),
      )
    },
    async complete(at) {
      await settle()
      const [ended] = inFlight.splice(at % Math.max(1, inFlight.length), 1)
      for (const entry of ended?.batch ?? []) entry.settle(entry.command.id)
      ended?.end()
      await settle()
    },
    async pass(ms) {
      await settle()
      nowMs += ms
      // The lane looks at its clock every 50 ms of the timers' own time.
      await vi.advanceTimersByTimeAsync(50)
    },
    async finish() {
      await settle()
      while (inFlight.length > 0) await harness.complete(0)
      await lane.drained()
      lane.close()
    },
  }
  return harness
}

function keysOf(batch: Batch): string[] {
  return batch.map(({ command }) => command.key)
}
