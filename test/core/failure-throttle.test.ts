import { expect, it } from 'vitest'
import { createFailureThrottle } from '../../src/core/failure-throttle.ts'

const limits = { perMinute: 3, holdMs: 1000, mostHeld: 2, mostSources: 2 }

function setUp() {
  const clock = { now: 1_000_000 }
  const held: { ms: number; release: () => void }[] = []
  const hold = (ms: number) =>
    new Promise<void>((release) => {
      held.push({ ms, release })
    })
  const wrongKeys = createFailureThrottle(() => clock.now, { limits, hold })
  const isHeld = (peer = '192.0.2.1', login = 'shop') => wrongKeys.note(peer, login) !== undefined
  return { clock, held, wrongKeys, isHeld }
}

it('answers as many wrong keys a minute at once as are allowed, and holds the next', () => {
  const { isHeld, held } = setUp()
  expect([isHeld(), isHeld(), isHeld(), isHeld()]).toEqual([false, false, false, true])
  expect(held.map(({ ms }) => ms)).toEqual([1000])
})

it('counts each address at each account for itself', () => {
  const { isHeld } = setUp()
  for (let n = 0; n < 3; n++) isHeld()
  expect(isHeld('192.0.2.2')).toBe(false)
  expect(isHeld('192.0.2.1')).toBe(true)
})

it('begins anew after a minute', () => {
  const { isHeld, clock } = setUp()
  for (let n = 0; n < 4; n++) isHeld()
  clock.now += 60_000
  expect(isHeld()).toBe(false)
})

it('holds no more at once than its limit, and takes more once some are answered', async () => {
  const { isHeld, held, wrongKeys } = setUp()
  for (let n = 0; n < 3; n++) isHeld()
  const first = wrongKeys.note('192.0.2.1', 'shop')
  expect([isHeld(), isHeld()]).toEqual([true, false])
  held[0]?.release()
  await first
  expect(isHeld()).toBe(true)
})

it('remembers no more sources than its limit, and forgets the oldest first', () => {
  const { isHeld } = setUp()
  for (let n = 0; n < 3; n++) isHeld('192.0.2.1')
  isHeld('192.0.2.2')
  isHeld('192.0.2.3')
  expect(isHeld('192.0.2.1')).toBe(false)
})
