import { mkdir } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { makeDataDir } from '../support/data-dir.ts'
import { failovers } from './failover.ts'

test('keeps every acknowledged order when the standby takes the place of its server', async () => {
  const { dataDir, remove } = await makeDataDir()
  await mkdir(dataDir, { mode: 0o711 })
  try {
    const figures = await failovers({ rounds: 1, home: dataDir, callers: 16 })
    expect(figures).toMatchObject({ rounds: 1, lost: [], doubled: [], hidden: [], strayed: 0 })
    expect(figures.unconfirmed).toBe('kept')
    // A trial in which nothing was promised would prove nothing.
    expect(figures.acknowledged).toBeGreaterThan(150)
  } finally {
    await remove()
  }
}, 600_000)
