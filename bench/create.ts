// npm run bench:create -- --rounds 3: durable new orders a second, all in one run.
import { parseArgs } from 'node:util'
import { addShop, type Contestant, runScript, startGateway, startRival } from './contestants.ts'
import { createFigures, overHttp } from './figures.ts'
import { phpMissing, startPhp } from './php-fpm.ts'
import { firstNumber, shop } from './seed.ts'
import { createBodies, createScripts, seedForCreates } from './seed-create.ts'
import { openBenchServer } from './server.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    orders: { type: 'string', default: '100000' },
    calls: { type: 'string', default: '20000' },
    seconds: { type: 'string', default: '5' },
  },
})
const orders = Number(values.orders)
const job = {
  path: `/influencersoft/${shop.login}/api/CreateOrder`,
  bodies: createBodies(Number(values.calls)),
  expected: '"error_code":0',
}
const levels = [
  [1, 0.04],
  [8, 0.12],
  [32, 0.24],
  [128, 0.6],
] as const
const server = await openBenchServer()
const figures = createFigures()

async function measure(name: string, start: () => Promise<Contestant | undefined>): Promise<void> {
  await seedForCreates(server.sql, orders)
  const contestant = await start()
  if (contestant === undefined) return figures.noteMissing(name, phpMissing)
  await overHttp(figures, name, contestant, levels, job)
  await checkBook(name)
}

/** What was acknowledged must stand in the book, whole. */
async function checkBook(name: string): Promise<void> {
  const wanted = levels.reduce((sum, [, share]) => sum + Math.floor(job.bodies.length * share), 0)
  const [book] = await server.sql`
    select (select count(*) from orders)::int as orders,
      (select count(*) from order_states)::int as states,
      (select count(*) from order_events)::int as events,
      (select count(*) from order_lines)::int as lines,
      (select count(*) from order_fingerprints where number >= ${firstNumber + orders})::int as prints`
  const { orders: all, states, events, lines, prints } = book ?? {}
  const isWhole = all === orders + wanted && states === all && events === all
  if (!isWhole || lines !== 2 * wanted || prints !== 2 * wanted) {
    throw new Error(
      `${name}: ${wanted} orders were acknowledged, the book: ${JSON.stringify(book)}`,
    )
  }
}

async function pgbench(name: string, script: string, clients: number, rows = 1): Promise<void> {
  await seedForCreates(server.sql, orders)
  const perSecond = runScript(server, script, clients, Number(values.seconds))
  figures.note(`${name} @${clients} | orders/s`, perSecond * rows)
}

const counterClients = [1, 2, 8, 32]
const lockFreeClients = [8, 32, 64, 90]

async function round(): Promise<void> {
  await measure('gateway', () => startGateway(server, 8191))
  await measure('plain', () => startRival('plain', server, 8192))
  await measure('fastify', () => startRival('fastify', server, 8193))
  await measure('php', () => startPhp(server, 8194))
  for (const clients of counterClients) await pgbench('pgbench', createScripts.counter, clients)
  for (const clients of lockFreeClients) {
    await pgbench('pgbench, no counter', createScripts.lockFree, clients)
  }
  await pgbench('pgbench, 64 orders a statement', createScripts.grouped, 2, 64)
}

try {
  addShop(server)
  for (let count = 0; count < Number(values.rounds); count += 1) await round()
} finally {
  await server.close()
}

const speed = (name: string): number => figures.median(`${name} @128 | calls/s`)
const best = (name: string, clients: readonly number[]): number =>
  figures.best(clients.map((n) => `${name} @${n} | orders/s`))
figures.print([
  ['gateway @128 / best of pgbench', speed('gateway'), best('pgbench', counterClients)],
  [
    'gateway @128 / best of pgbench, no counter',
    speed('gateway'),
    best('pgbench, no counter', lockFreeClients),
  ],
  ['gateway @128 / plain @128', speed('gateway'), speed('plain')],
  ['gateway @128 / fastify @128', speed('gateway'), speed('fastify')],
  ['gateway @128 / php @128', speed('gateway'), speed('php')],
])
