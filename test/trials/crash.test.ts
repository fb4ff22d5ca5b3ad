import { expect, inject, test } from 'vitest'
import { makeDataDir } from '../support/data-dir.ts'
import { useDatabase } from '../support/database.ts'
import { crashRounds } from './crash.ts'

const database = useDatabase()

test('keeps every acknowledged order and parcel over 20 kills of gateway and server', async () => {
  const { dataDir, remove } = await makeDataDir()
  const env: Record<string, string> =
    inject('server').url === undefined
      ? { DATA_DIR: dataDir }
      : { DATABASE_URL: database().target.url ?? '', COUNTERSIGN_KEY: '07'.repeat(32) }
  try {
    const figures = await crashRounds({ rounds: 20, env, callers: 16, seed: 1 })
    expect(figures).toMatchObject({ rounds: 20, lost: [], doubled: [] })
    // A trial in which nothing was promised would prove nothing.
    expect(figures.acknowledged).toBeGreaterThan(200)
  } finally {
    await remove()
  }
}, 600_000)
