// npm run bench:status -- --rounds 3: durable status updates a second, all in one run.
import { parseArgs } from 'node:util'
import { addShop, type Contestant, runPgbench, startGateway, startRival } from './contestants.ts'
import { createFigures, overHttp } from './figures.ts'
import { load } from './load.ts'
import { phpMissing, startPhp } from './php-fpm.ts'
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
const seconds = Number(values.seconds)
const job = {
  path: `/influencersoft/${shop.login}/api/UpdateOrderStatus`,
  bodies: statusBodies(orders),
  expected: '"error_code":0',
}
const levels = [
  [1, 0.02],
  [8, 0.08],
  [32, 0.2],
  [128, 0.4],
  [256, 0.3],
] as const
const pgbenchClients = [8, 32, 64, 90]
const server = await openBenchServer()
const figures = createFigures()

async function measure(name: string, start: () => Promise<Contestant | undefined>): Promise<void> {
  await seedOrders(server.sql, orders)
  const contestant = await start()
  if (contestant === undefined) return figures.noteMissing(name, phpMissing)
  await overHttp(figures, name, contestant, levels, job)
}

async function round(): Promise<void> {
  const empty = await startRival('empty', server, 8190)
  const ceiling = { ...job, port: 8190, connections: 128, bodies: job.bodies.slice(0, 60_000) }
  figures.note('empty handler @128 | calls/s', (await load(ceiling)).perSecond)
  await empty.end()

  await measure('gateway', () => startGateway(server, 8191))
  await measure('plain', () => startRival('plain', server, 8192))
  await measure('fastify', () => startRival('fastify', server, 8193))
  await measure('php', () => startPhp(server, 8194))

  for (const clients of pgbenchClients) {
    await seedOrders(server.sql, orders)
    const perSecond = runPgbench(server, orders, clients, seconds)
    figures.note(`pgbench @${clients} | calls/s`, perSecond)
  }
  await seedOrders(server.sql, orders)
  const rows = runPgbench(server, orders, 8, seconds, { grouped: true })
  figures.note('pgbench, 64 rows a statement @8 | rows/s', rows)
}

try {
  addShop(server)
  for (let count = 0; count < Number(values.rounds); count += 1) await round()
} finally {
  await server.close()
}

const speed = (name: string): number => figures.median(`${name} | calls/s`)
const bestOfPgbench = figures.best(pgbenchClients.map((n) => `pgbench @${n} | calls/s`))
figures.print([
  ['gateway @128 / best of pgbench', speed('gateway @128'), bestOfPgbench],
  ['gateway @128 / plain @128', speed('gateway @128'), speed('plain @128')],
  ['gateway @128 / fastify @128', speed('gateway @128'), speed('fastify @128')],
  ['gateway @128 / php @128', speed('gateway @128'), speed('php @128')],
  ['gateway @8 / pgbench @8', speed('gateway @8'), speed('pgbench @8')],
])
