import { expect, inject, test } from 'vitest'
import { makeDataDir } from '../support/data-dir.ts'
import { useDatabase } from '../support/database.ts'
import { crashRounds, leastOfRound } from './crash.ts'

const database = useDatabase()

test('keeps every acknowledged write of all dialects over 12 kills of gateway and server', async () => {
  const { dataDir, remove } = await makeDataDir()
  const env: Record<string, string> =
    inject('server').url === undefined
      ? { DATA_DIR: dataDir }
      : { DATABASE_URL: database().target.url ?? '', COUNTERSIGN_KEY: '07'.repeat(32) }
  try {
    const figures = await crashRounds({ rounds: 12, env, callers: 16, seed: 1 })
    const none = { lost: [], doubled: [], outOfOrder: [], missed: [], refused: [] }
    expect(figures).toMatchObject({ rounds: 12, ...none })
    expect(figures.acknowledged).toBeGreaterThanOrEqual(12 * leastOfRound)
  } finally {
    await remove()
  }
}, 600_000)
