import { describe, expect, it } from 'vitest'
import { applyPlacements, fingerprintsOf, repeatWindowMs } from '../../src/core/apply-placements.ts'
import type { PlaceOrder } from '../../src/core/commands.ts'
import { digest, draftWith, hit, now, placing } from './orders-in-hand.ts'

const ofAccount = (accountId: number, ...commands: readonly PlaceOrder[]) =>
  commands.map((command) => ({ accountId, command }))

const fresh = (number: number, payKey = 'key-0') => ({
  number,
  payKey,
  payDomain: null,
  duplicate: false,
})
const repeated = (number: number, payKey = 'key-0') => ({
  number,
  payKey,
  payDomain: null,
  duplicate: true,
})

describe('a repeated call', () => {
  const call = { callDigest: digest('call'), likenessDigest: digest('wish') }

  it.each([
    ['within a batch', [], 0],
    ['against an earlier one', [hit('call')], 1],
  ])('is the first order: %s', (_name, hits, earlier) => {
    const draft = draftWith({ 1: { order: 100 } })
    const commands = earlier === 0 ? [placing(call), placing(call)] : [placing(call)]
    const outcomes = applyPlacements(ofAccount(1, ...commands), hits, draft, now)
    expect(outcomes.at(-1)).toEqual(earlier === 0 ? repeated(100) : repeated(50, 'key-of-50'))
    expect(draft.orders).toHaveLength(1 - earlier)
    expect(draft.fingerprints).toHaveLength(2 - 2 * earlier)
  })

  it('makes one order of fifty calls at once', () => {
    const draft = draftWith({ 1: { order: 100 } })
    const calls = Array.from({ length: 50 }, (_, n) => placing({ ...call, payKey: `key-${n}` }))
    const outcomes = applyPlacements(ofAccount(1, ...calls), [], draft, now)
    expect(outcomes[0]).toEqual(fresh(100, 'key-0'))
    expect(outcomes.slice(1)).toEqual(Array.from({ length: 49 }, () => repeated(100, 'key-0')))
    expect(draft.orders).toHaveLength(1)
  })

  it('is another order in another account', () => {
    const draft = draftWith({ 1: { order: 100 }, 2: { order: 200 } })
    const entries = [...ofAccount(1, placing(call)), ...ofAccount(2, placing(call))]
    expect(applyPlacements(entries, [hit('call', { accountId: 3 })], draft, now)).toEqual([
      fresh(100),
      fresh(200),
    ])
  })

  it.each([
    ['the same body, just within ten minutes', 'call', repeatWindowMs, true, true],
    ['the same body, later', 'call', repeatWindowMs + 1, true, false],
    ['the same body, whatever became of the order', 'call', repeatWindowMs, false, true],
    ['the same wish, just within the window', 'wish', 3_599_999, true, true],
    ['the same wish, later', 'wish', 3_600_000, true, false],
    ['the same wish, no longer waiting', 'wish', 1, false, false],
  ])('keeps to its window: %s', (_name, text, ageMs, waiting, duplicate) => {
    const draft = draftWith({ 1: { order: 100 } })
    const hits = [hit(text, { madeAt: now - ageMs, payment: waiting ? 'waiting' : 'paid' })]
    const outcomes = applyPlacements(ofAccount(1, placing(call)), hits, draft, now)
    expect(outcomes).toEqual([duplicate ? repeated(50, 'key-of-50') : fresh(100)])
    expect(draft.orders).toHaveLength(duplicate ? 0 : 1)
  })

  it('by its body is the first of several that are young enough', () => {
    const draft = draftWith({ 1: { order: 100 } })
    const hits = [
      hit('call', { number: 40, madeAt: now - repeatWindowMs - 1 }),
      hit('call', { number: 41, madeAt: now - 5 }),
      hit('call', { number: 42, madeAt: now - 4 }),
    ]
    const outcomes = applyPlacements(ofAccount(1, placing(call)), hits, draft, now)
    expect(outcomes).toEqual([repeated(41, 'key-of-50')])
  })

  it('of a wish is new when the first of the batch arrived paid', () => {
    const draft = draftWith({ 1: { order: 100 } })
    const wish = { likenessDigest: digest('wish') }
    const paid = placing({ ...wish, callDigest: digest('one'), followUps: [{ kind: 'pay' }] })
    const again = placing({ ...wish, callDigest: digest('two') })
    expect(applyPlacements(ofAccount(1, paid, again), [], draft, now)).toEqual([
      fresh(100),
      fresh(101),
    ])
  })

  it('of a wish in other words is the first order while that waits', () => {
    const draft = draftWith({ 1: { order: 100 } })
    const wish = { likenessDigest: digest('wish') }
    const calls = ['one', 'two'].map((text) => placing({ ...wish, callDigest: digest(text) }))
    expect(applyPlacements(ofAccount(1, ...calls), [], draft, now)).toEqual([
      fresh(100),
      repeated(100),
    ])
  })

  it('of a wish is always new where the account has no window', () => {
    const draft = draftWith({ 1: { order: 100 } })
    const calls = ['one', 'two'].map((text) =>
      placing({
        callDigest: digest(text),
        likenessDigest: digest('wish'),
        duplicateWindowMs: 0,
      }),
    )
    expect(applyPlacements(ofAccount(1, ...calls), [], draft, now)).toEqual([
      fresh(100),
      fresh(101),
    ])
  })

  it('never takes a call digest for a likeness', () => {
    const draft = draftWith({ 1: { order: 100 } })
    const hits = [hit('call', { madeAt: now - repeatWindowMs - 1 })]
    expect(applyPlacements(ofAccount(1, placing(call)), hits, draft, now)).toEqual([fresh(100)])
  })

  it('is none where the caller asked for no check', () => {
    const draft = draftWith({ 1: { order: 100 } })
    const entries = ofAccount(1, placing(), placing())
    expect(fingerprintsOf(entries)).toEqual([])
    expect(applyPlacements(entries, [], draft, now)).toEqual([fresh(100), fresh(101)])
  })

  it('is looked for by all its digests', () => {
    expect(fingerprintsOf(ofAccount(1, placing(call)))).toEqual([
      { accountId: 1, digest: call.callDigest },
      { accountId: 1, digest: call.likenessDigest },
    ])
  })
})
