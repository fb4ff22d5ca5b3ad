import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createTurnstile, type Turnstile, usualLimits } from '../../src/core/turnstile.ts'

let nowMs = 0
let turnstile: Turnstile | undefined
beforeEach(() => {
  vi.useFakeTimers()
  nowMs = 0
})
afterEach(() => {
  turnstile?.close()
  vi.useRealTimers()
})

/** A turnstile, and what it told each call: `in`, `refused`, or nothing yet. */
function harness(limits: { perTurn?: number; alone?: number; shared?: number } = {}) {
  const { perTurn = 100, alone = 64, shared = 32 } = limits
  const made = createTurnstile(
    {
      ...usualLimits,
      perTurn: { alone: perTurn, shared: perTurn },
      least: 2,
      most: { alone, shared },
    },
    () => nowMs,
  )
  turnstile = made
  const told = new Map<string, 'in' | 'refused'>()
  const call = (accountId: number, name: string): void => {
    const entered = made.enter(accountId)
    if (typeof entered === 'boolean') told.set(name, entered ? 'in' : 'refused')
    else void entered.then((late) => told.set(name, late ? 'in' : 'refused'))
  }
  const pass = async (ms: number): Promise<void> => {
    nowMs += ms
    await vi.advanceTimersByTimeAsync(ms)
  }
  const count = (answer: string): number =>
    [...told.values()].filter((one) => one === answer).length
  return { turnstile: made, told, call, pass, count }
}

describe('a turnstile', () => {
  it('lets a call in at once where nothing goes on', () => {
    const { call, told } = harness()
    call(1, 'a')
    expect(told).toEqual(new Map([['a', 'in']]))
  })

  it('lets in as many as may be inside, and the next when one has left', async () => {
    const { call, pass, count, turnstile: made } = harness({ alone: 3 })
    for (const name of ['a', 'b', 'c', 'd', 'e']) call(1, name)
    await pass(10)
    expect(count('in')).toBe(3)
    made.leave(1, 5)
    await pass(10)
    expect(count('in')).toBe(4)
    expect(count('refused')).toBe(0)
  })

  it('lets in only so many in one turn of the loop, and the others in the next ones', async () => {
    const { call, count, pass } = harness({ perTurn: 2 })
    for (const name of ['a', 'b', 'c', 'd', 'e']) call(1, name)
    expect(count('in')).toBe(2)
    await pass(1)
    expect(count('in')).toBe(5)
  })

  it('refuses late what finds no room: soon in a crowd, later in a rush', async () => {
    const { call, told, pass } = harness({ alone: 2 })
    for (const name of ['a', 'b', 'rush']) call(1, name)
    await pass(240)
    expect(told.get('rush')).toBeUndefined()
    call(1, 'next')
    await pass(30)
    expect(told.get('rush')).toBe('refused')
    expect(told.get('next')).toBeUndefined()
    await pass(200)
    call(1, 'other')
    await pass(50)
    call(1, 'crowd')
    await pass(80)
    expect(told.get('crowd')).toBe('refused')
    expect([told.get('a'), told.get('b')]).toEqual(['in', 'in'])
  })

  it('has room for a quiet account where a loud one fills the place', async () => {
    const { call, told, pass } = harness({ alone: 8, shared: 4 })
    for (let at = 0; at < 50; at += 1) call(1, `loud ${at}`)
    await pass(10)
    call(2, 'quiet')
    await pass(10)
    expect(told.get('quiet')).toBe('in')
    await pass(1000)
    expect(told.get('loud 49')).toBe('refused')
  })

  it('lets accounts in by turns, whoever came first', async () => {
    const { call, told, pass, turnstile: made } = harness({ alone: 2, shared: 2, perTurn: 1 })
    for (let at = 0; at < 4; at += 1) call(1, `loud ${at}`)
    await pass(1)
    call(2, 'quiet')
    made.leave(1, 1)
    await pass(1)
    expect(told.get('quiet')).toBe('in')
    expect(told.get('loud 3')).toBeUndefined()
  })

  it('lets fewer in while calls take long, never too few, and more again afterwards', async () => {
    const { call, count, pass, turnstile: made } = harness({ alone: 40 })
    for (let round = 0; round < 30; round += 1) {
      call(1, `slow ${round}`)
      made.leave(1, 2000)
      await pass(100)
    }
    for (let at = 0; at < 40; at += 1) call(1, `next ${at}`)
    await pass(10)
    expect(count('in')).toBe(30 + 2)
    for (let at = 0; at < 2; at += 1) made.leave(1, 1)
    await pass(5000)
    for (let at = 0; at < 40; at += 1) call(1, `last ${at}`)
    await pass(10)
    expect(count('in')).toBeGreaterThan(30 + 2 + 30)
  })
})
