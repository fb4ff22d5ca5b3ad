// npm run trial:failover -- --rounds 20 --callers 32 --silent-every 4 --bin /usr/lib/postgresql/15/bin
import { mkdir } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { makeDataDir } from '../support/data-dir.ts'
import { failovers } from './failover.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    callers: { type: 'string', default: '32' },
    'silent-every': { type: 'string', default: '4' },
    bin: { type: 'string' },
  },
})
const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}
const { dataDir, remove } = await makeDataDir()
await mkdir(dataDir, { mode: 0o711 })
try {
  const figures = await failovers({
    rounds: Number(values.rounds),
    callers: Number(values.callers),
    silentEvery: Number(values['silent-every']),
    home: dataDir,
    bin: values.bin,
    report: print,
  })
  print(JSON.stringify(figures))
  const { lost, doubled, hidden, strayed, unconfirmed } = figures
  const isKept = lost.length + doubled.length + hidden.length + strayed === 0
  if (!isKept || unconfirmed !== 'kept') process.exitCode = 1
} finally {
  await remove()
}
