import { describe, expect, it } from 'vitest'
import { changeBits } from './signatures.ts'
import { bindings } from './signatures-bindings.ts'
import { tryCollisions } from './signatures-collisions.ts'
import { type ProofKind, proofKinds } from './signatures-proofs.ts'
import { timedPairs, timePair, welch } from './signatures-timing.ts'

describe('a rightly proved call with one bit changed', () => {
  it.each(proofKinds.map((kind) => [kind.name, kind] as const))(
    'is refused, or says the same: %s',
    async (_name, kind) => {
      const { changed, same, wrong } = await changeBits(kind, { calls: 2, seed: 1 })
      expect(wrong).toEqual([])
      expect(changed).toBeGreaterThan(100)
      // Spellings of one thing are few: `%2f` for `%2F`, a name in capitals.
      expect(same).toBeLessThan(changed / 15)
    },
  )
})

describe('a gateway that compares too little', () => {
  const token = 'kFz9'.repeat(8)
  const same = Buffer.from(token)
  it.each([
    ['in any case', (sent: Buffer) => sent.toString().toLowerCase() === token.toLowerCase(), 24],
    ['of the beginning', (sent: Buffer) => sent.subarray(0, 30).equals(same.subarray(0, 30)), 16],
    ['of the length', (sent: Buffer) => sent.length === same.length, 256],
  ])('is found out, %s', async (_what, compares, count) => {
    const kind: ProofKind = {
      name: 'a token',
      make: () => ({ token: same }),
      accepts: async ({ token: sent = Buffer.alloc(0) }) => compares(sent),
      says: ({ token: sent }) => String(sent),
    }
    const { wrong, changed } = await changeBits(kind, { calls: 1, seed: 1 })
    expect([wrong.length, changed]).toEqual([count, 256])
  })
})

describe('a signature taken to another call', () => {
  it.each(bindings.filter(({ uncovered }) => !uncovered).map((one) => [one.name, one] as const))(
    'is refused: %s',
    async (_name, binding) => {
      expect(await binding.isLetIn()).toBe(false)
    },
  )

  it.each(bindings.filter(({ uncovered }) => uncovered).map((one) => [one.name, one] as const))(
    'is taken, as the protocol does not cover it: %s',
    async (_name, binding) => {
      expect(await binding.isLetIn()).toBe(true)
    },
  )
})

describe('two bodies with one MD5', () => {
  it('are both refused, wherever the bytes stand; encoded, neither is let in for the other', async () => {
    const { attempts, colliding, wrong, rightOnes } = await tryCollisions()
    expect(wrong).toEqual([])
    // Truly one MD5, with login and key behind them; and their own hash lets encoded ones in.
    expect(colliding).toBe(4)
    expect(rightOnes).toBe(11)
    expect(attempts).toBe(52)
  })
})

describe('the measure of time', () => {
  it('tells two kinds of numbers apart, and not two halves of one kind', () => {
    const around = (middle: number) => Array.from({ length: 1000 }, (_, at) => middle + (at % 100))
    expect(Math.abs(welch(around(100), around(100)))).toBeLessThan(1)
    expect(welch(around(100), around(110))).toBeGreaterThan(4.5)
  })

  it.each(timedPairs.map((pair) => [pair.name, pair] as const))(
    'can be taken of wrong calls, which all are refused: %s',
    async (_name, pair) => {
      expect(await timePair(pair, 20)).toMatchObject({ samples: 20, t: expect.any(Number) })
    },
  )
})
