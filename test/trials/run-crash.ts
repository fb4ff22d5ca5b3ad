// npm run trial:crash -- --rounds 200 --callers 32 --seed 7 --workers 2
import { parseArgs } from 'node:util'
import { makeDataDir } from '../support/data-dir.ts'
import { crashRounds } from './crash.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    callers: { type: 'string', default: '32' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string' },
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
  const figures = await crashRounds({
    rounds: Number(values.rounds),
    callers: Number(values.callers),
    seed: Number(values.seed),
    env: { DATA_DIR: dataDir, ...quietOrWith(values.workers) },
    report: print,
  })
  print(JSON.stringify(figures))
  if (figures.lost.length + figures.doubled.length > 0) process.exitCode = 1
} finally {
  await remove()
}
