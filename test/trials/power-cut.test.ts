import { dirname } from 'node:path'
import { expect, inject, test } from 'vitest'
import { makeDataDir } from '../support/data-dir.ts'
import { type CrashFigures, crashRounds } from './crash.ts'
import { hasCompiler, preparePowerCut } from './power-cut.ts'

// The shim goes under the embedded server only, and somebody must compile it.
const isPossible = inject('server').url === undefined && (await hasCompiler())
if (!isPossible) process.stderr.write('no embedded server or no cc: no power is cut here\n')

async function cutTwice(setting: string): Promise<CrashFigures> {
  const { dataDir, remove } = await makeDataDir()
  try {
    return await crashRounds({
      rounds: 2,
      env: { DATA_DIR: dataDir },
      callers: 16,
      seed: 5,
      victims: ['power'],
      powerCut: await preparePowerCut(dirname(dataDir), setting),
    })
  } finally {
    await remove()
  }
}

test.runIf(isPossible)(
  'keeps every acknowledged write where all that was not synced is gone',
  async () => {
    const figures = await cutTwice('')
    const none = { lost: [], doubled: [], outOfOrder: [], missed: [], refused: [] }
    expect(figures).toMatchObject({ kills: { power: 2 }, ...none })
    // A cut that takes nothing away would prove nothing.
    expect(figures.cut.writes).toBeGreaterThan(0)
  },
  600_000,
)

test.runIf(isPossible)(
  'finds what a server loses that acknowledges before it syncs',
  async () => {
    const { lost } = await cutTwice('synchronous_commit=off,wal_writer_delay=10s')
    expect(lost).not.toEqual([])
  },
  600_000,
)
