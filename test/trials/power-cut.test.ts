import { dirname } from 'node:path'
import { expect, inject, type TestContext, test } from 'vitest'
import { makeDataDir } from '../support/data-dir.ts'
import { type CrashFigures, crashRounds } from './crash.ts'
import { hasCompiler, preparePowerCut } from './power-cut.ts'

/** The shim goes under the embedded server only, and somebody must compile it. On CI all is there. */
async function needPowerCut(context: TestContext): Promise<void> {
  if (inject('server').url !== undefined) context.skip('the server is not ours to cut off')
  if (await hasCompiler()) return
  if (process.platform !== 'linux') context.skip('power is cut on Linux only')
  const reason = 'cc is not installed (apt-get install gcc libc6-dev)'
  if (process.env.CI) throw new Error(`${reason}; CI must cut the power`)
  context.skip(`${reason}, so no power is cut`)
}

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

test('keeps every acknowledged write where all that was not synced is gone', async (context) => {
  await needPowerCut(context)
  const figures = await cutTwice('')
  const none = { lost: [], doubled: [], outOfOrder: [], missed: [], refused: [] }
  expect(figures).toMatchObject({ kills: { power: 2 }, ...none })
  // A cut that takes nothing away would prove nothing.
  expect(figures.cut.writes).toBeGreaterThan(0)
}, 600_000)

test('finds what a server loses that acknowledges before it syncs', async (context) => {
  await needPowerCut(context)
  const { lost } = await cutTwice('synchronous_commit=off,wal_writer_delay=10s')
  expect(lost).not.toEqual([])
}, 600_000)
