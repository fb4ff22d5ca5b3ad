// npm run bench:stock -- --rounds 3: stock levels set a second, one call a SKU, all in one run.
import { parseArgs } from 'node:util'
import { addShop, addWarehouse, runScript, startGateway } from './contestants.ts'
import { createFigures, noteLoad } from './figures.ts'
import { shop } from './seed.ts'
import { bareUpsert, seedCatalogue, stockCalls, warehouseKey, wrongLevels } from './seed-stock.ts'
import { openBenchServer } from './server.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    products: { type: 'string', default: '50000' },
    seconds: { type: 'string', default: '5' },
  },
})
const products = Number(values.products)
const connections = [1, 8, 32]
const pgbenchClients = [8, 32, 64, 90]
const server = await openBenchServer()
const figures = createFigures()

/** The whole catalogue once at each count of connections, each time other levels. */
async function overGateway(): Promise<void> {
  await seedCatalogue(server.sql, products)
  const gateway = await startGateway(server, 8191)
  try {
    for (const count of connections) {
      await noteLoad(figures, `gateway @${count}`, {
        port: gateway.port,
        method: 'GET',
        path: `/mintsoft/${shop.login}`,
        connections: count,
        bodies: stockCalls(products, count),
        expected: 'HTTP/1.1 200',
      })
      // A refusal is answered with 200 as well, so the book must say it.
      const wrong = await wrongLevels(server.sql, products, count)
      if (wrong > 0) throw new Error(`${wrong} acknowledged levels do not stand in the book`)
    }
  } finally {
    await gateway.end()
  }
}

async function overPgbench(clients: number): Promise<void> {
  await seedCatalogue(server.sql, products)
  const perSecond = runScript(server, bareUpsert(products), clients, Number(values.seconds))
  figures.note(`pgbench @${clients} | calls/s`, perSecond)
}

try {
  addShop(server)
  addWarehouse(server, warehouseKey)
  for (let count = 0; count < Number(values.rounds); count += 1) {
    await overGateway()
    for (const clients of pgbenchClients) await overPgbench(clients)
  }
} finally {
  await server.close()
}

const best = figures.best(pgbenchClients.map((n) => `pgbench @${n} | calls/s`))
figures.print(
  connections.map((count) => [
    `gateway @${count} / best of pgbench`,
    figures.median(`gateway @${count} | calls/s`),
    best,
  ]),
)
