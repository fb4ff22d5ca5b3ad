import { describe, expect, it } from 'vitest'
import { createFailureThrottle } from '../../src/core/failure-throttle.ts'
import { networkOf } from '../../src/core/network-of.ts'

const limits = { perMinute: 3, networkFactor: 3, holdMs: 1000, mostHeld: 2, mostSources: 2 }

function setUp(changed: Partial<typeof limits> = {}) {
  const clock = { now: 1_000_000 }
  const held: { ms: number; release: () => void }[] = []
  const warned: object[] = []
  const hold = (ms: number) =>
    new Promise<void>((release) => {
      held.push({ ms, release })
    })
  const failures = createFailureThrottle({
    now: () => clock.now,
    log: { warn: (fields) => warned.push(fields) },
    limits: { ...limits, ...changed },
    hold,
  })
  const failure = (peerAddress: string, against: string) => ({
    dialect: 'toy',
    peerAddress,
    against,
    account: against,
  })
  const isTooMany = (peerAddress = '192.0.2.1', against = 'shop') =>
    failures.isTooMany(failure(peerAddress, against))
  const holdBack = () => failures.holdBack(failure('192.0.2.1', 'shop'))
  return { clock, held, warned, failures, isTooMany, holdBack, isHeld: () => !!holdBack() }
}

describe('failed proofs', () => {
  it('are too many once more came in a minute than are allowed', () => {
    const { isTooMany } = setUp()
    expect([isTooMany(), isTooMany(), isTooMany(), isTooMany()]).toEqual([
      ...[false, false, false],
      true,
    ])
  })

  it('are counted by address and by whom they are against', () => {
    const { isTooMany } = setUp({ mostSources: 10 })
    for (let n = 0; n < 3; n++) isTooMany()
    expect(isTooMany('192.0.2.2')).toBe(false)
    expect(isTooMany('192.0.2.1', 'other')).toBe(false)
    expect(isTooMany('192.0.2.1', 'SHOP')).toBe(true)
  })

  it('are counted by dialect', () => {
    const { isTooMany, failures } = setUp()
    for (let n = 0; n < 3; n++) isTooMany()
    const elsewhere = { peerAddress: '192.0.2.1', against: 'shop', account: 'shop' }
    expect(failures.isTooMany({ dialect: 'other', ...elsewhere })).toBe(false)
  })

  it('are counted by address alone too, so that made-up names are of no use', () => {
    const { isTooMany } = setUp()
    for (let n = 0; n < 9; n++) expect(isTooMany('192.0.2.1', `made-up-${n}`)).toBe(false)
    expect(isTooMany('192.0.2.1', 'made-up-9')).toBe(true)
    expect(isTooMany('192.0.2.2', 'made-up-9')).toBe(false)
  })

  it('are too many sooner where the protocol asks for that, never later', () => {
    const { failures } = setUp({ mostSources: 10 })
    const failure = { dialect: 'toy', peerAddress: '192.0.2.1', account: undefined }
    const at = (perMinute: number) => {
      const against = `limit ${perMinute}`
      let count = 1
      while (!failures.isTooMany({ ...failure, against, perMinute })) count += 1
      return count
    }
    expect([at(1), at(99)]).toEqual([2, 4])
  })

  it.each([
    ['a moment before its end', 59_999, true],
    ['at its end', 60_000, false],
    ['long after, on a clock set back', -60_000, false],
  ])('begin anew after a minute: %s', (_when, ms, tooMany) => {
    const { isTooMany, clock } = setUp()
    for (let n = 0; n < 4; n++) isTooMany()
    clock.now += ms
    expect(isTooMany()).toBe(tooMany)
  })

  it('are logged once a minute, however many there are, without what was made up', () => {
    const { isTooMany, clock, warned } = setUp({ networkFactor: 100 })
    for (let n = 0; n < 50; n++) isTooMany()
    expect(warned).toEqual([{ dialect: 'toy', account: 'shop', from: '192.0.2.1', perMinute: 3 }])
    clock.now += 60_000
    for (let n = 0; n < 50; n++) isTooMany()
    expect(warned).toHaveLength(2)
  })

  it('of no more sources than its limit are remembered, the oldest forgotten first', () => {
    const { isTooMany } = setUp()
    for (let n = 0; n < 3; n++) isTooMany('192.0.2.1')
    isTooMany('192.0.2.2')
    isTooMany('192.0.2.3')
    expect(isTooMany('192.0.2.1')).toBe(false)
  })

  it('of one address with many names push out no count by address', () => {
    const { isTooMany } = setUp()
    for (let n = 0; n < 9; n++) isTooMany('192.0.2.1')
    for (let n = 0; n < 9; n++) isTooMany('192.0.2.2', `made-up-${n}`)
    expect(isTooMany('192.0.2.1', 'anything')).toBe(true)
  })
})

describe('a failure beyond the limit', () => {
  it('is held back, the ones before are not', () => {
    const { isHeld, held } = setUp()
    expect([isHeld(), isHeld(), isHeld(), isHeld()]).toEqual([false, false, false, true])
    expect(held.map(({ ms }) => ms)).toEqual([1000])
  })

  it('is answered at once where many are held already', async () => {
    const { isHeld, holdBack, held } = setUp()
    for (let n = 0; n < 3; n++) isHeld()
    const first = holdBack()
    expect([isHeld(), isHeld()]).toEqual([true, false])
    held[0]?.release()
    await first
    expect(isHeld()).toBe(true)
  })
})

it.each([
  ['192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:0001:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::9', '2001:db8:0:0::/64'],
  ['2001:db8::1:2:3:4', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
  ['64:ff9b::192.0.2.33', '64:ff9b:0:0::/64'],
  ['1:2:3:4:5:6:192.0.2.33', '1:2:3:4::/64'],
  ['fe80::', 'fe80:0:0:0::/64'],
  ['', ''],
])('%s stands for %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})
