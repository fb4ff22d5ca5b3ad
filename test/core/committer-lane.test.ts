import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Harness, laneHarness } from './lane-harness.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setImmediate', 'setInterval', 'clearInterval'] })
})

afterEach(() => {
  vi.useRealTimers()
})

type Act =
  | { readonly do: 'submit'; readonly accountId: number; readonly key: string }
  | { readonly do: 'complete'; readonly at: number }
  | { readonly do: 'pass'; readonly ms: number }

const submit: fc.Arbitrary<Act> = fc.record({
  do: fc.constant('submit'),
  accountId: fc.integer({ min: 1, max: 2 }),
  key: fc.constantFrom('a', 'b', 'c'),
})
const complete: fc.Arbitrary<Act> = fc.record({
  do: fc.constant('complete'),
  at: fc.integer({ min: 0, max: 2 }),
})
const pass: fc.Arbitrary<Act> = fc.record({
  do: fc.constant('pass'),
  ms: fc.integer({ min: 1, max: 3000 }),
})
/** Lets the lane start what it can, and ends nothing. */
const turn = fc.constant<Act>({ do: 'pass', ms: 0 })
const working = fc.array(
  fc.oneof({ weight: 4, arbitrary: submit }, { weight: 2, arbitrary: turn }, complete),
  { maxLength: 60, size: 'max' },
)
const waiting = fc.array(
  fc.oneof({ weight: 3, arbitrary: submit }, complete, { weight: 2, arbitrary: pass }),
  { maxLength: 60, size: 'max' },
)

async function play(harness: Harness, acts: readonly Act[]): Promise<void> {
  for (const act of acts) {
    if (act.do === 'submit') harness.submit(act.accountId, act.key)
    else if (act.do === 'complete') await harness.complete(act.at)
    else await harness.pass(act.ms)
  }
}

const allIds = (harness: Harness) => Array.from({ length: harness.submitted() }, (_, id) => id)

function expectArrivalOrder(harness: Harness): void {
  for (const key of new Set(harness.started.map((one) => one.key))) {
    const ids = harness.started.filter((one) => one.key === key).map(({ id }) => id)
    expect(ids).toEqual([...ids].sort((a, b) => a - b))
  }
}

describe('a lane, in whatever order its batches end', () => {
  it('runs every command once, each key in order of arrival, and answers each its own', async () => {
    await fc.assert(
      fc.asyncProperty(working, async (acts) => {
        const harness = laneHarness({ depth: 2 })
        await play(harness, acts)
        await harness.finish()
        expectArrivalOrder(harness)
        expect(harness.started.map(({ id }) => id).sort((a, b) => a - b)).toEqual(allIds(harness))
        expect([...harness.outcomes].every(([id, outcome]) => id === outcome)).toBe(true)
        expect(harness.outcomes.size).toBe(harness.submitted())
        expect(harness.lane.queued()).toBe(0)
      }),
      { numRuns: 200 },
    )
  })

  it('answers every command as done or busy when the queue is small, and runs only the former', async () => {
    await fc.assert(
      fc.asyncProperty(working, async (acts) => {
        const harness = laneHarness({ maxQueued: 3, depth: 2, maxBatch: 2 })
        for (const act of acts) {
          await play(harness, [act])
          expect(harness.lane.queued()).toBeLessThanOrEqual(3)
        }
        await harness.finish()
        expectArrivalOrder(harness)
        const ran = new Set(harness.started.map(({ id }) => id))
        for (const id of allIds(harness)) {
          expect(harness.outcomes.get(id)).toBe(ran.has(id) ? id : 'busy')
        }
      }),
      { numRuns: 200 },
    )
  })

  it('drops by its deadline only what has not been started', async () => {
    await fc.assert(
      fc.asyncProperty(waiting, async (acts) => {
        const harness = laneHarness({ queueDeadlineMs: 2000, answerDeadlineMs: 4000 })
        await play(harness, acts)
        await harness.finish()
        expectArrivalOrder(harness)
        const ran = new Set(harness.started.map(({ id }) => id))
        expect(ran.size).toBe(harness.started.length)
        for (const id of allIds(harness)) {
          const heard = ran.has(id) ? [id, 'outcome-unknown'] : ['busy']
          expect(heard).toContain(harness.outcomes.get(id))
        }
      }),
      { numRuns: 200 },
    )
  })
})

describe('a lane', () => {
  it('lets calls of one turn share a batch', async () => {
    const harness = laneHarness({ maxBatch: 10 })
    for (const key of ['a', 'b', 'c', 'a']) harness.submit(1, key)
    await harness.pass(0)
    expect(harness.running()).toBe(1)
    expect(harness.started).toHaveLength(4)
    await harness.finish()
  })

  it('keeps as many batches in flight as it is deep, and the rest queued', async () => {
    const harness = laneHarness({ depth: 2, maxBatch: 1 })
    for (const key of ['a', 'b', 'c', 'd', 'e']) harness.submit(1, key)
    await harness.pass(0)
    expect(harness.running()).toBe(2)
    expect(harness.lane.queued()).toBe(3)
    await harness.finish()
  })

  it('counts what waits for a key in flight as queued', async () => {
    const harness = laneHarness({ maxQueued: 2 })
    harness.submit(1, 'a')
    await harness.pass(0)
    harness.submit(1, 'a')
    harness.submit(1, 'a')
    await harness.pass(0)
    harness.submit(1, 'a')
    await harness.pass(0)
    expect(harness.running()).toBe(1)
    expect(harness.lane.queued()).toBe(2)
    expect(harness.outcomes).toEqual(new Map([[3, 'busy']]))
    await harness.finish()
    expect(harness.started.map(({ id }) => id)).toEqual([0, 1, 2])
  })

  it('does not let one account hold up another', async () => {
    const harness = laneHarness({ depth: 1, maxBatch: 2 })
    for (let call = 0; call < 20; call += 1) harness.submit(1, `key-${call}`)
    harness.submit(2, 'a')
    await harness.pass(0)
    expect(harness.started.map(({ id }) => id)).toEqual([0, 20])
    await harness.finish()
  })

  it.each([
    ['in the queue', 'b'],
    ['behind its own key', 'a'],
  ])(
    'answers "busy" for a command that waited too long %s, and never runs it',
    async (_name, key) => {
      const harness = laneHarness({ depth: 1, queueDeadlineMs: 1000, answerDeadlineMs: 60_000 })
      harness.submit(1, 'a')
      await harness.pass(0)
      harness.submit(1, key)
      await harness.pass(1000)
      expect(harness.outcomes.size).toBe(0)
      await harness.pass(1)
      expect(harness.outcomes).toEqual(new Map([[1, 'busy']]))
      expect(harness.lane.queued()).toBe(0)
      await harness.finish()
      expect(harness.outcomes.get(0)).toBe(0)
      expect(harness.started).toHaveLength(1)
    },
  )

  it('never says "busy" of a command in flight: its outcome is unknown, and stays so', async () => {
    const harness = laneHarness({ queueDeadlineMs: 1000, answerDeadlineMs: 3000 })
    harness.submit(1, 'a')
    await harness.pass(0)
    await harness.pass(3000)
    expect(harness.outcomes.size).toBe(0)
    await harness.pass(1)
    expect(harness.outcomes).toEqual(new Map([[0, 'outcome-unknown']]))
    await harness.finish()
    expect(harness.outcomes).toEqual(new Map([[0, 'outcome-unknown']]))
  })

  it('holds a key back while its command is unknown and in flight', async () => {
    const harness = laneHarness({ queueDeadlineMs: 60_000, answerDeadlineMs: 1000 })
    harness.submit(1, 'a')
    await harness.pass(2000)
    harness.submit(1, 'a')
    await harness.pass(0)
    expect(harness.running()).toBe(1)
    await harness.finish()
    expect(harness.started.map(({ id }) => id)).toEqual([0, 1])
  })

  it('is drained only when nothing is queued or in flight', async () => {
    const harness = laneHarness({ depth: 1, maxBatch: 1 })
    let drained = false
    harness.submit(1, 'a')
    harness.submit(1, 'a')
    await harness.pass(0)
    void harness.lane.drained().then(() => {
      drained = true
    })
    await harness.complete(0)
    expect(drained).toBe(false)
    await harness.complete(0)
    expect(drained).toBe(true)
    await harness.finish()
  })

  it('that has nothing to do is drained at once', async () => {
    const harness = laneHarness()
    await harness.lane.drained()
    harness.lane.close()
    expect(harness.started).toEqual([])
  })
})
