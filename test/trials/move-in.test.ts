import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { useEmptyDatabase } from '../support/database-url.ts'
import { needPhp } from '../wire/php.ts'
import { moveInTrial } from './move-in.ts'

const database = useEmptyDatabase()

test('an old shop moves in twice with the same result, and only its own callers see it', async (context) => {
  needPhp(context)
  const place = await mkdtemp(join(tmpdir(), 'countersign-move-in-'))
  try {
    const figures = await moveInTrial({ env: database().env, place, orders: 300 })
    expect(figures).toMatchObject({
      ...{ added: [300, 0], same: [0, 300], differing: [], shown: [], nextNumber: 120_301 },
    })
    expect(figures.read).toBe(350)
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}, 600_000)
