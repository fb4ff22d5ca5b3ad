import { expect, it } from 'vitest'
import { useGateway } from '../support/gateway.ts'
import { changeBits } from './signatures.ts'
import { tokenKinds } from './signatures-tokens.ts'

const gateway = useGateway()

it('lets nobody in by a token with one bit changed, wherever it is sent', async () => {
  const kinds = await tokenKinds(gateway().ctx)
  expect(kinds).toHaveLength(13)
  for (const kind of kinds) {
    const { changed, same, wrong } = await changeBits(kind, { calls: 1, seed: 1 })
    expect(wrong, kind.name).toEqual([])
    // Letters and digits, 26 of them at least.
    expect(changed, kind.name).toBeGreaterThanOrEqual(208)
    expect(same, kind.name).toBeLessThan(10)
  }
})
