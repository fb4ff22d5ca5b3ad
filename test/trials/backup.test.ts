import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeDataDir } from '../support/data-dir.ts'
import { useEmptyDatabase } from '../support/database-url.ts'
import { backupTrial } from './backup.ts'

const database = useEmptyDatabase()

test('moves an account from an embedded server to another under load, with its key', async () => {
  const { dataDir, remove } = await makeDataDir()
  const place = await mkdtemp(join(tmpdir(), 'countersign-backup-'))
  try {
    const file = join(place, 'saved.gz')
    const { env } = database()
    const figures = await backupTrial({ from: { DATA_DIR: dataDir }, to: env, file, orders: 20 })
    expect(figures).toMatchObject({ lost: [], doubled: [] })
    // A trial without orders before and beside the backup would prove nothing.
    expect(figures.rows).toBeGreaterThan(60)
    expect(figures.beside).toBeGreaterThan(2)
  } finally {
    await remove()
    await rm(place, { recursive: true, force: true })
  }
}, 600_000)
