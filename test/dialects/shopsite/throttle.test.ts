import { expect, it } from 'vitest'
import { createThrottle } from '../../../src/dialects/shopsite/throttle.ts'

const limits = { perMinute: 2, holdMs: 1000, mostHeld: 1, mostSources: 2 }

function aThrottle() {
  const clock = { now: 0 }
  const holds: { ms: number; end: () => void }[] = []
  const hold = (ms: number) =>
    new Promise<void>((resolve) => {
      holds.push({ ms, end: resolve })
    })
  return { clock, holds, throttle: createThrottle(() => clock.now, { limits, hold }) }
}

it('holds back what goes beyond the limit, until the minute is over', () => {
  const { clock, holds, throttle } = aThrottle()
  expect(throttle.note('a', 'x')).toBeUndefined()
  expect(throttle.note('a', 'x')).toBeUndefined()
  expect(throttle.note('a', 'x')).toBeInstanceOf(Promise)
  expect(holds.map(({ ms }) => ms)).toEqual([1000])
  clock.now = 60_000
  expect(throttle.note('a', 'x')).toBeUndefined()
})

it('counts each address and each client for itself', () => {
  const { throttle } = aThrottle()
  for (const [peer, against] of [
    ['a', 'x'],
    ['a', 'x'],
    ['b', 'x'],
    ['b', 'x'],
  ] as const) {
    expect(throttle.note(peer, against)).toBeUndefined()
  }
  expect(throttle.note('a', 'y')).toBeUndefined()
})

it('holds back no more at once than it may, and remembers no more', async () => {
  const { holds, throttle } = aThrottle()
  for (let count = 0; count < 2; count += 1) throttle.note('a', 'x')
  const held = throttle.note('a', 'x')
  expect(held).toBeDefined()
  expect(throttle.note('a', 'x')).toBeUndefined()
  holds[0]?.end()
  await held
  expect(throttle.note('a', 'x')).toBeDefined()
  throttle.note('b', 'x')
  throttle.note('c', 'x')
  expect(throttle.note('a', 'x')).toBeUndefined()
})
