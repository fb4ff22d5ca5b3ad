import { expect, inject, test } from 'vitest'
import { findFunction } from '../../src/dialects/influencersoft/functions.ts'
import { signedCalls } from '../../src/dialects/opencart/v41/calls.ts'
import { makeDataDir } from '../support/data-dir.ts'
import { useDatabase } from '../support/database.ts'
import { crashRounds, leastOfRound } from './crash.ts'
import { idleCalls, judgeKinds, madeCalls, registered } from './crash-calls.ts'

const database = useDatabase()

test('makes every call of the registry that writes, and says of the others that they do not', () => {
  expect([...madeCalls, ...idleCalls].sort()).toEqual([...registered].sort())
})

test('takes no call for an idle one that says itself that it writes', () => {
  const writers = registered.filter((call) => {
    const [dialect, name = '', signed = ''] = call.split(' ')
    if (dialect === 'opencart') return signedCalls.get(signed)?.writes
    if (dialect !== 'influencersoft') return false
    return (['1.0', '2.0'] as const).some((api) => findFunction(api, name)?.writes)
  })
  expect(writers).toContain('influencersoft addtagtolead')
  expect(writers).toContain('opencart api/order history_add')
  expect(writers.filter((call) => idleCalls.includes(call))).toEqual([])
})

test('names kinds of calls that were never acknowledged, and ones that nobody has listed', () => {
  const { never, unlisted } = judgeKinds(['mintsoft list', 'mintsoft nap', 'opencart api/product'])
  expect(never).toContain('mintsoft confirm')
  expect(never).not.toContain('mintsoft list')
  expect(unlisted).toEqual(['mintsoft nap'])
})

test('keeps every acknowledged write of all dialects over 12 kills of gateway and server', async () => {
  const { dataDir, remove } = await makeDataDir()
  const env: Record<string, string> =
    inject('server').url === undefined
      ? { DATA_DIR: dataDir }
      : { DATABASE_URL: database().target.url ?? '', COUNTERSIGN_KEY: '07'.repeat(32) }
  try {
    const figures = await crashRounds({ rounds: 12, env, callers: 16, seed: 1 })
    const none = { lost: [], doubled: [], outOfOrder: [], missed: [], refused: [], unlisted: [] }
    expect(figures).toMatchObject({ rounds: 12, ...none })
    expect(figures.acknowledged).toBeGreaterThanOrEqual(12 * leastOfRound)
  } finally {
    await remove()
  }
}, 600_000)
