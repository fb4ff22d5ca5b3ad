// npm run trial:move-in -- --orders 50000
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openBenchServer } from '../../bench/server.ts'
import { moveInTrial } from './move-in.ts'
import { firstOld } from './move-in-shop.ts'

const { values } = parseArgs({ options: { orders: { type: 'string', default: '50000' } } })
const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}
const orders = Number(values.orders)
const server = await openBenchServer()
const place = await mkdtemp(join(tmpdir(), 'countersign-move-in-'))
try {
  const env = { DATABASE_URL: server.url, COUNTERSIGN_KEY: '07'.repeat(32) }
  const figures = await moveInTrial({ env, place, orders, report: print })
  const { differing, shown, seconds, ...counts } = figures
  for (const one of [...differing, ...shown].slice(0, 5)) print(one.slice(0, 600))
  print(
    `${orders} orders at ${Math.round(orders / seconds[0])} a second, again at ` +
      `${Math.round(orders / seconds[1])}; ${differing.length} differ, ${shown.length} shown`,
  )
  print(JSON.stringify(counts))
  const isRight =
    counts.added.join() === `${orders},0` &&
    counts.same.join() === `0,${orders}` &&
    counts.nextNumber === firstOld + orders &&
    differing.length + shown.length === 0
  if (!isRight) process.exitCode = 1
} finally {
  await server.close()
  await rm(place, { recursive: true, force: true })
}
