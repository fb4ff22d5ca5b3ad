// npm run trial:replay -- --rounds 3 --orders 20000: what an account's replay memory costs, and
// that it keeps its promise under load: each call is sent twice and carried out once.
import { parseArgs } from 'node:util'
import { addShop, startGateway } from '../../bench/contestants.ts'
import { createFigures } from '../../bench/figures.ts'
import { type Job, load } from '../../bench/load.ts'
import { firstNumber, seedOrders, shop, signedQuery, statusBodies } from '../../bench/seed.ts'
import { openBenchServer } from '../../bench/server.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    orders: { type: 'string', default: '20000' },
  },
})
const orders = Number(values.orders)
const levels = [1, 8, 32]
const port = 8196
const bodies = statusBodies(orders)
const readBodies = Array.from({ length: orders }, (_, at) =>
  signedQuery(`bill_id=${firstNumber + at}`),
)
const server = await openBenchServer()
const figures = createFigures()
let broken = 0
let refused = 0

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

async function setMemory(hours: number): Promise<void> {
  await server.sql`truncate replays`
  await server.sql`
    update accounts set settings = settings || jsonb_build_object(
      'replayMemoryMs', ${hours * 3_600_000}::int)`
}

/** Events that an order has twice: each of its two calls makes each kind of event once. */
async function doubled(): Promise<number> {
  const [row] = await server.sql`
    select count(*)::int as count from (
      select 1 from order_events group by number, kind having count(*) > 1) twice`
  return row?.count
}

async function measure(name: string, job: Pick<Job, 'path' | 'bodies'>): Promise<void> {
  const share = Math.floor(job.bodies.length / levels.length)
  for (const [at, connections] of levels.entries()) {
    const part = job.bodies.slice(at * share, (at + 1) * share)
    const result = await load({
      ...job,
      bodies: part,
      port,
      connections,
      expected: '"error_code":0',
    })
    // Refused as too many, on a machine that has no time to spare: such figures say little.
    refused += result.wrong
    if (result.wrong > 0) say(`${name}: ${result.wrong} not carried out, as ${result.sample}`)
    figures.note(`${name} @${connections} | calls/s`, result.perSecond)
    figures.note(`${name} @${connections} | p50 ms`, result.p50Ms)
  }
}

async function round(hours: number): Promise<void> {
  const name = hours === 0 ? 'off' : 'on'
  await seedOrders(server.sql, orders)
  await setMemory(hours)
  const gateway = await startGateway(server, port)
  const path = (functionName: string) => `/influencersoft/${shop.login}/api/${functionName}`
  try {
    await measure(`write, ${name}`, { path: path('UpdateOrderStatus'), bodies })
    await measure(`write again, ${name}`, { path: path('UpdateOrderStatus'), bodies })
    broken += await doubled()
    await measure(`read, ${name}`, { path: path('GetOrderInfo'), bodies: readBodies })
    await measure(`read again, ${name}`, { path: path('GetOrderInfo'), bodies: readBodies })
  } finally {
    await gateway.end()
  }
}

try {
  addShop(server)
  for (let count = 0; count < Number(values.rounds); count += 1) {
    await round(0)
    await round(24)
  }
} finally {
  await server.close()
}

const speed = (name: string): number => figures.median(`${name} | calls/s`)
figures.print(
  ['write', 'write again', 'read', 'read again'].flatMap((what) =>
    levels.map(
      (level) =>
        [
          `${what} @${level}: on / off`,
          speed(`${what}, on @${level}`),
          speed(`${what}, off @${level}`),
        ] as const,
    ),
  ),
)
say(`carried out twice: ${broken}; refused for want of time: ${refused}`)
process.exitCode = broken === 0 ? 0 : 1
