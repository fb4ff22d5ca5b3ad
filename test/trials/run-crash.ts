// npm run trial:crash -- --rounds 200 --callers 32 --seed 7 --workers 2 --power-cut
// --only gateway,power: what is killed; --unsafe fsync=off: must be found out (needs --power-cut)
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { makeDataDir } from '../support/data-dir.ts'
import { crashRounds } from './crash.ts'
import type { Victim } from './crash-kill.ts'
import { hasCompiler, preparePowerCut } from './power-cut.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    callers: { type: 'string', default: '32' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string' },
    'load-ms': { type: 'string', default: '460' },
    'power-cut': { type: 'boolean', default: false },
    only: { type: 'string' },
    unsafe: { type: 'string', default: '' },
  },
})
/** Workers are known by what the log says of them. */
function quietOrWith(workers: string | undefined): Record<string, string> {
  return workers === undefined ? { LOG_LEVEL: 'error' } : { WORKERS: workers }
}

const { dataDir, remove } = await makeDataDir()
const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}
try {
  if (values['power-cut'] && !(await hasCompiler())) {
    throw new Error('a power cut needs Linux and a C compiler (cc)')
  }
  const figures = await crashRounds({
    rounds: Number(values.rounds),
    callers: Number(values.callers),
    seed: Number(values.seed),
    loadMs: Number(values['load-ms']),
    env: { DATA_DIR: dataDir, ...quietOrWith(values.workers) },
    report: print,
    ...(values.only === undefined ? {} : { victims: values.only.split(',') as Victim[] }),
    ...(values['power-cut']
      ? { powerCut: await preparePowerCut(dirname(dataDir), values.unsafe) }
      : {}),
  })
  print(JSON.stringify(figures, undefined, 1))
  const { lost, doubled, outOfOrder, missed, refused, never, unlisted, rounds } = figures
  // A few rounds need not have all kinds of calls.
  const absent = rounds >= 100 ? never : []
  const findings = [lost, doubled, outOfOrder, missed, refused, unlisted, absent]
  if (findings.some(({ length }) => length > 0)) process.exitCode = 1
} finally {
  await remove()
}
