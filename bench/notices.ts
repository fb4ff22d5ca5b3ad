// npm run bench:notices -- --rounds 3: what notices cost the orders, and how soon they come.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { addEndpoint, addShop, startGateway } from './contestants.ts'
import { createFigures } from './figures.ts'
import { load } from './load.ts'
import { shop } from './seed.ts'
import { createBodies, seedForCreates } from './seed-create.ts'
import { openBenchServer } from './server.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    orders: { type: 'string', default: '100000' },
    calls: { type: 'string', default: '12000' },
    rate: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '20' },
  },
})
const receiverPort = 8196
const gatewayPort = 8191
const path = `/influencersoft/${shop.login}/api/CreateOrder`
const bodies = createBodies(Number(values.calls))
const slowBodies = createBodies(Number(values.calls) + Number(values.rate) * Number(values.seconds))
process.env.NOTICES_HTTP = 'on'
process.env.NOTICES_UNSAFE_TARGETS = 'on'
const server = await openBenchServer()
const figures = createFigures()

/** Tells by order when its message came. */
async function startReceiver(): Promise<{ at: Map<number, number>; child: ChildProcess }> {
  const at = new Map<number, number>()
  const child = fork(fileURLToPath(import.meta.resolve('./receiver.ts')), [], {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, PORT: String(receiverPort) },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  child.on('message', ([number, ms]: [number, number]) => at.set(number, ms))
  await once(child.stdout as NonNullable<ChildProcess['stdout']>, 'data')
  return { at, child }
}

async function measureRate(name: string, connections: number): Promise<void> {
  await empty()
  const gateway = await startGateway(server, gatewayPort)
  const job = { port: gateway.port, path, connections, bodies, expected: '"error_code":0' }
  const result = await load(job)
  if (result.wrong > 0) throw new Error(`${name}: ${result.wrong} wrong answers: ${result.sample}`)
  figures.note(`${name} @${connections} | orders/s`, result.perSecond)
  if (name !== 'without') {
    const behind = await waiting()
    figures.note(`${name} @${connections} | still to deliver at the end`, behind)
    const startedAt = performance.now()
    while ((await waiting()) > 0) await sleep(50)
    const seconds = (performance.now() - startedAt) / 1000
    if (behind > 0) figures.note(`${name} @${connections} | then delivered/s`, behind / seconds)
  }
  await gateway.end()
}

async function waiting(): Promise<number> {
  const [row] = await server.sql`
    select count(*)::int as count from deliveries where state = 'waiting'`
  return row?.count
}

async function empty(): Promise<void> {
  await server.sql`truncate deliveries, delivery_attempts`
  await seedForCreates(server.sql, Number(values.orders))
  await server.sql`vacuum analyze deliveries`
}

/** Calls at an even pace; the time between the answer to each and its message at the receiver. */
async function measureDelay(at: ReadonlyMap<number, number>): Promise<void> {
  await empty()
  const gateway = await startGateway(server, gatewayPort)
  const acknowledged = new Map<number, number>()
  const everyMs = 1000 / Number(values.rate)
  const startedAt = performance.now()
  const calls = slowBodies.slice(bodies.length).map(async (body, place) => {
    await sleep(place * everyMs - (performance.now() - startedAt))
    const response = await fetch(`http://127.0.0.1:${gateway.port}${path}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    const { result } = (await response.json()) as { result: { bill_id: number } }
    acknowledged.set(Number(result.bill_id), Date.now())
  })
  await Promise.all(calls)
  while ((await waiting()) > 0) await sleep(50)
  await sleep(200)
  await gateway.end()
  const delays = [...acknowledged].map(([number, ms]) => (at.get(number) ?? Number.NaN) - ms)
  if (delays.some(Number.isNaN)) throw new Error('a message never came')
  const sorted = delays.sort((a, b) => a - b)
  const quantile = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? 0
  figures.note(`at ${values.rate} orders/s | median delay ms`, quantile(0.5))
  figures.note(`at ${values.rate} orders/s | p99 delay ms`, quantile(0.99))
}

try {
  await server.sql`truncate orders cascade`
  addShop(server)
  const { at, child } = await startReceiver()
  addEndpoint(server, `http://127.0.0.1:${receiverPort}/hook`)
  const setEndpoint = (on: boolean) =>
    server.sql`update endpoints set disabled_at = ${on ? null : new Date()}`
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const connections of [8, 32, 128]) {
      await setEndpoint(false)
      await measureRate('without', connections)
      await setEndpoint(true)
      await measureRate('one endpoint', connections)
    }
    await measureDelay(at)
  }
  child.kill()
  figures.print(
    [8, 32, 128].map((n) => [
      `with one endpoint / without @${n}`,
      figures.median(`one endpoint @${n} | orders/s`),
      figures.median(`without @${n} | orders/s`),
    ]),
  )
} finally {
  await server.close()
}
