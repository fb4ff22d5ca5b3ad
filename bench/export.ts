// npm run bench:export -- --sizes 1000,100000 --rounds 3: whole lists out of the book, beside psql.
import { deepStrictEqual } from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { addShop, startGateway } from './contestants.ts'
import { callGateway, type Export, memoryNowAndPeak, runPsql } from './export-contestants.ts'
import { type ListName, listNames } from './export-sql.ts'
import { createFigures, type Ratio } from './figures.ts'
import { fillOrders, seedOrders } from './seed.ts'
import { openBenchServer } from './server.ts'

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1000,10000,100000,1000000' },
    rounds: { type: 'string', default: '3' },
    calls: { type: 'string', default: '3' },
  },
})
const sizes = values.sizes.split(',').map(Number)
const port = 8193
const server = await openBenchServer()
const figures = createFigures()

async function measure(size: number, name: ListName): Promise<void> {
  const title = `${name}, ${size} orders`
  const note = (who: string, { seconds, firstByteMs }: Export): void => {
    figures.note(`${title}: ${who} | orders/s`, size / seconds)
    figures.note(`${title}: ${who} | first byte ms`, firstByteMs)
  }
  // A fresh gateway each time: the peak is of this list, and the first call meets cold code.
  const gateway = await startGateway(server, port)
  try {
    await sleep(1000)
    const idle = memoryNowAndPeak(gateway.pid).now
    const cold = await callGateway(port, name)
    figures.note(`${title}: gateway, the first call | orders/s`, size / cold.seconds)
    figures.note(`${title}: gateway, the first call | first byte ms`, cold.firstByteMs)
    for (let call = 0; call < Number(values.calls); call += 1) {
      note('gateway', await callGateway(port, name))
      note('psql', await runPsql(server, name))
    }
    const { peak } = memoryNowAndPeak(gateway.pid)
    figures.note(`${title}: gateway | peak MB`, peak)
    figures.note(`${title}: gateway | MB above idle`, peak - idle)
  } finally {
    await gateway.end()
  }
}

/** What is compared must be the same: documents, members, values and their order. */
async function compare(name: ListName): Promise<void> {
  const gateway = await startGateway(server, port)
  try {
    const { text } = await callGateway(port, name, { whole: true })
    const rival = await runPsql(server, name, { whole: true })
    deepStrictEqual(JSON.parse(rival.text), JSON.parse(text).result)
  } finally {
    await gateway.end()
  }
}

async function seed(size: number): Promise<void> {
  await seedOrders(server.sql, size)
  await fillOrders(server.sql)
}

try {
  addShop(server)
  await seed(Math.min(1000, ...sizes))
  for (const name of listNames) await compare(name)
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const size of sizes) {
      await seed(size)
      for (const name of listNames) await measure(size, name)
    }
  }
} finally {
  await server.close()
}

const ratios = sizes.flatMap((size) =>
  listNames.map((name): Ratio => {
    const speed = (who: string): number =>
      figures.median(`${name}, ${size} orders: ${who} | orders/s`)
    return [`${name}, ${size} orders: gateway / psql`, speed('gateway'), speed('psql')]
  }),
)
figures.print(ratios)
