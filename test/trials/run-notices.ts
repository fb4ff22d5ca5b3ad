// npm run trial:notices -- --orders 1000 --kills 3 --restarts 3 --callers 16 --seed 7
import { parseArgs } from 'node:util'
import { openBenchServer } from '../../bench/server.ts'
import { noticesTrial } from './notices.ts'

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '1000' },
    kills: { type: 'string', default: '3' },
    restarts: { type: 'string', default: '3' },
    callers: { type: 'string', default: '16' },
    seed: { type: 'string', default: '1' },
  },
})
const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}
const server = await openBenchServer()
try {
  const figures = await noticesTrial({
    orders: Number(values.orders),
    kills: Number(values.kills),
    restarts: Number(values.restarts),
    callers: Number(values.callers),
    seed: Number(values.seed),
    env: { DATABASE_URL: server.url, COUNTERSIGN_KEY: '07'.repeat(32) },
    sql: server.sql,
    report: print,
  })
  const { missing, outOfOrder, confused, dead } = figures
  const some = (list: readonly string[]): string => `${list.length} ${list.slice(0, 5).join(' ')}`
  print(
    `${figures.events} events, ${figures.arrivals} arrivals, ${dead} dead; ` +
      `missing ${some(missing)}, out of order ${some(outOfOrder)}, confused ${some(confused)}`,
  )
  if (missing.length + outOfOrder.length + confused.length + dead > 0) process.exitCode = 1
} finally {
  await server.close()
}
