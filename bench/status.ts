// npm run bench:status -- --rounds 3: durable status updates a second, all in one run.
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { addShop, runPgbench, startGateway, startRival } from './contestants.ts'
import { type LoadResult, load } from './load.ts'
import { seedOrders, shop, statusBodies } from './seed.ts'
import { openBenchServer } from './server.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    orders: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '5' },
  },
})
const orders = Number(values.orders)
const bodies = statusBodies(orders)
const path = `/influencersoft/${shop.login}/api/UpdateOrderStatus`
const expected = '"error_code":0'
const server = await openBenchServer()
const figures = new Map<string, number[]>()
const note = (name: string, figure: number): void => {
  figures.set(name, [...(figures.get(name) ?? []), figure])
}

/** Connections, and how much of the bodies each may use: together never more than there are. */
const levels = [
  [1, 0.02],
  [8, 0.08],
  [32, 0.2],
  [128, 0.4],
  [256, 0.3],
] as const

async function overHttp(name: string, port: number): Promise<void> {
  let from = 0
  for (const [connections, share] of levels) {
    const to = from + Math.floor(bodies.length * share)
    const job = { port, path, connections, bodies: bodies.slice(from, to), expected }
    const result = await load(job)
    from = to
    if (result.wrong > 0) throw new Error(`${name}: ${result.wrong} wrong, as ${result.sample}`)
    noteResult(`${name} @${connections}`, result)
  }
}

function noteResult(name: string, { perSecond, p50Ms, p99Ms }: LoadResult): void {
  note(`${name} | calls/s`, perSecond)
  note(`${name} | p50 ms`, p50Ms)
  note(`${name} | p99 ms`, p99Ms)
}

try {
  addShop(server)
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const empty = await startRival('empty', server, 8190)
    const job = { port: 8190, path, connections: 128, bodies: bodies.slice(0, 60_000), expected }
    note('empty handler @128 | calls/s', (await load(job)).perSecond)
    await empty.end()

    await seedOrders(server.sql, orders)
    const gateway = await startGateway(server, 8191)
    await overHttp('gateway', 8191)
    await gateway.end()

    await seedOrders(server.sql, orders)
    const plain = await startRival('plain', server, 8192)
    await overHttp('plain', 8192)
    await plain.end()

    for (const clients of [8, 32, 64, 90]) {
      await seedOrders(server.sql, orders)
      const perSecond = runPgbench(server, orders, clients, Number(values.seconds))
      note(`pgbench @${clients} | calls/s`, perSecond)
    }
    await seedOrders(server.sql, orders)
    const rows = runPgbench(server, orders, 8, Number(values.seconds), { grouped: true })
    note('pgbench, 64 rows a statement @8 | rows/s', rows)
  }
} finally {
  await server.close()
}

const median = (name: string): number => {
  const sorted = [...(figures.get(name) ?? [])].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
const bestOfPgbench = Math.max(...[8, 32, 64, 90].map((n) => median(`pgbench @${n} | calls/s`)))
console.log(`\n${cpus().length} cores (${cpus()[0]?.model}), Node ${process.version}`)
for (const name of figures.keys()) console.log(`${name.padEnd(44)} ${median(name).toFixed(1)}`)
const ratio = (a: number, b: number): string => (a / b).toFixed(2)
console.log(`
gateway @128 / best of pgbench     ${ratio(median('gateway @128 | calls/s'), bestOfPgbench)}
gateway @128 / plain @128          ${ratio(median('gateway @128 | calls/s'), median('plain @128 | calls/s'))}
gateway @8 / pgbench @8            ${ratio(median('gateway @8 | calls/s'), median('pgbench @8 | calls/s'))}`)
