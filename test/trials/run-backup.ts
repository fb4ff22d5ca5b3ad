// npm run trial:backup -- --orders 200000
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openBenchServer } from '../../bench/server.ts'
import { makeDataDir } from '../support/data-dir.ts'
import { backupTrial } from './backup.ts'

const { values } = parseArgs({ options: { orders: { type: 'string', default: '200000' } } })
const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}
const server = await openBenchServer()
const { dataDir, remove } = await makeDataDir()
const place = await mkdtemp(join(tmpdir(), 'countersign-backup-'))
try {
  const figures = await backupTrial({
    from: { DATABASE_URL: server.url, COUNTERSIGN_KEY: '07'.repeat(32) },
    to: { DATA_DIR: dataDir },
    file: join(place, 'saved.gz'),
    orders: 20,
    copies: Number(values.orders),
    sql: server.sql,
    report: print,
  })
  const { rows, exportSeconds, importSeconds, lost, doubled } = figures
  const pace = (seconds: number): string => `${Math.round(rows / seconds)} rows/s`
  print(
    `${rows} rows, ${figures.fileMb.toFixed(1)} MB; ` +
      `export ${exportSeconds.toFixed(1)} s (${pace(exportSeconds)}), ${figures.exportMb.toFixed(0)} MB of memory; ` +
      `import ${importSeconds.toFixed(1)} s (${pace(importSeconds)}), ${figures.importMb.toFixed(0)} MB; ` +
      `${figures.beside} orders beside it; lost ${lost.length}, doubled ${doubled.length}`,
  )
  if (lost.length + doubled.length > 0) process.exitCode = 1
} finally {
  await server.close()
  await remove()
  await rm(place, { recursive: true, force: true })
}
