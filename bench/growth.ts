// npm run bench:growth -- --sizes 10000,100000,1000000: does a larger book make the gateway slower
// than it makes Postgres itself?
import { parseArgs } from 'node:util'
import { addShop, bareUpdate, type Contestant, runScript, startGateway } from './contestants.ts'
import { createFigures, type Ratio } from './figures.ts'
import {
  allKeys,
  changes,
  type Keys,
  pgbenchKeys,
  readings,
  seedBook,
  warmUp,
} from './growth-seed.ts'
import { type Job, load } from './load.ts'
import { shop } from './seed.ts'
import { openBenchServer } from './server.ts'

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10000,100000,1000000,10000000' },
    rounds: { type: 'string', default: '1' },
    calls: { type: 'string', default: '20000' },
    seconds: { type: 'string', default: '5' },
  },
})
const sizes = values.sizes.split(',').map(Number)
const calls = Number(values.calls)
const clients = [8, 32, 64, 90]
const server = await openBenchServer()
const figures = createFigures()

const bareSelect = `select * from orders o
join order_states s on s.account_id = o.account_id and s.number = o.number
where o.account_id = 1 and o.number = :n;
`

type Kind = { readonly what: string; readonly bare: string; readonly bodies: typeof changes }
const kinds: readonly Kind[] = [
  { what: 'UpdateOrderStatus', bare: bareUpdate, bodies: changes },
  { what: 'getOrderDetails', bare: bareSelect, bodies: readings },
]

const title = (who: string, { what }: Kind, keys: Keys, size: number): string =>
  `${who}, ${what}, ${size} orders, ${keys}`

async function answered(gateway: Contestant, what: string, bodies: readonly string[]) {
  const job: Job = {
    port: gateway.port,
    path: `/influencersoft/${shop.login}/api/${what}`,
    connections: 128,
    bodies,
    expected: '"error_code":0',
  }
  const result = await load(job)
  if (result.wrong > 0) throw new Error(`${what}: ${result.wrong} wrong, as ${result.sample}`)
  return result
}

async function overGateway(size: number): Promise<void> {
  const gateway = await startGateway(server, 8196)
  try {
    await answered(gateway, 'UpdateOrderStatus', warmUp(size, 3000))
    for (const kind of kinds) {
      for (const keys of allKeys) {
        const result = await answered(gateway, kind.what, kind.bodies(keys, size, calls))
        figures.note(`${title('gateway', kind, keys, size)} | calls/s`, result.perSecond)
        figures.note(`${title('gateway', kind, keys, size)} | p99 ms`, result.p99Ms)
      }
    }
  } finally {
    await gateway.end()
  }
}

function withPgbench(size: number): void {
  for (const kind of kinds) {
    for (const keys of allKeys) {
      for (const count of clients) {
        const script = pgbenchKeys(keys, size) + kind.bare
        const perSecond = runScript(server, script, count, Number(values.seconds))
        figures.note(`${title(`pgbench @${count}`, kind, keys, size)} | calls/s`, perSecond)
      }
    }
  }
}

const ratioTo = (kind: Kind, keys: Keys, size: number): readonly [number, number] => [
  figures.median(`${title('gateway', kind, keys, size)} | calls/s`),
  figures.best(clients.map((count) => `${title(`pgbench @${count}`, kind, keys, size)} | calls/s`)),
]

function ratios(): Ratio[] {
  return kinds.flatMap((kind) =>
    allKeys.flatMap((keys) => {
      const [first, best] = ratioTo(kind, keys, sizes[0] ?? 0)
      return sizes.flatMap((size): Ratio[] => {
        const [gateway, pgbench] = ratioTo(kind, keys, size)
        const name = `${kind.what}, ${keys}, ${size}`
        return [
          [`${name}: gateway / pgbench`, gateway, pgbench],
          [`${name}: that / at ${sizes[0]}`, gateway / pgbench, first / best],
        ]
      })
    }),
  )
}

try {
  addShop(server)
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const size of sizes) {
      const startedAt = performance.now()
      await seedBook(server.sql, size)
      console.log(
        `${size} orders seeded in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`,
      )
      await overGateway(size)
      withPgbench(size)
    }
  }
} finally {
  await server.close()
}
figures.print(ratios())
