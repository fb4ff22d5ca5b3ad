import { describe, expect, it } from 'vitest'
import { isFailure } from '../../src/model/failure.ts'
import { createGate } from '../../src/store/gate.ts'

const never = () => new Promise<string>(() => undefined)

async function refusal(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'no refusal',
    (error: unknown) => error,
  )
}

describe('database work that callers wait for', () => {
  it('is refused where no answer comes: as busy, or as unknown where it writes', async () => {
    const inTime = createGate({ places: 2, deadlineMs: 10 })
    expect(isFailure(await refusal(inTime(never)), 'busy')).toBe(true)
    const write = inTime(never, { unanswered: 'outcome-unknown' })
    expect(isFailure(await refusal(write), 'outcome-unknown')).toBe(true)
  })

  it('never reaches the database once its caller has given up', async () => {
    const inTime = createGate({ places: 1, deadlineMs: 60_000 })
    let release: (value: string) => void = () => undefined
    const first = inTime(() => new Promise<string>((resolve) => (release = resolve)))
    const asked: string[] = []
    const late = inTime(async () => asked.push('late'), {
      deadlineMs: 10,
      unanswered: 'outcome-unknown',
    })
    // Nothing was done, so it is not the outcome that is unknown.
    expect(isFailure(await refusal(late), 'busy')).toBe(true)
    release('done')
    expect(await first).toBe('done')
    await inTime(async () => asked.push('next'))
    expect(asked).toEqual(['next'])
  })

  it('gets its place back from work that is lost', async () => {
    const inTime = createGate({ places: 1, deadlineMs: 10 })
    await refusal(inTime(never))
    expect(await inTime(async () => 'answered')).toBe('answered')
  })

  it('runs at most as much at once as there are connections, first come, first served', async () => {
    const inTime = createGate({ places: 2, deadlineMs: 60_000 })
    let underWay = 0
    let most = 0
    const begun: number[] = []
    const work = (at: number) => async () => {
      begun.push(at)
      underWay += 1
      most = Math.max(most, underWay)
      await new Promise((resolve) => setImmediate(resolve))
      underWay -= 1
      return at
    }
    const numbers = Array.from({ length: 9 }, (_, at) => at)
    expect(await Promise.all(numbers.map((at) => inTime(work(at))))).toEqual(numbers)
    expect(begun).toEqual(numbers)
    expect(most).toBe(2)
  })

  it('passes on what the work throws, and lets the next one in', async () => {
    const inTime = createGate({ places: 1, deadlineMs: 60_000 })
    const broken = new Error('broken')
    const throws = inTime(() => {
      throw broken
    })
    expect(await refusal(throws)).toBe(broken)
    expect(await refusal(inTime(() => Promise.reject(broken)))).toBe(broken)
    expect(await inTime(async () => 'next')).toBe('next')
  })
})
