// npm run trial:hostile -- --calls 1000000 --timed 20000 --old 20000 --slow 1000 --seed 1 --only calls,timed,old,slow
import { createHash } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { openBenchServer } from '../../bench/server.ts'
import { runCommand, startGatewayProcess } from '../support/process.ts'
import { type Ground, type HostileFigures, hostileTrial } from './hostile.ts'
import { keep } from './hostile-corpus.ts'
import { inspected, sweptMemory } from './hostile-memory.ts'
import { domain } from './hostile-render.ts'
import { openSlowSockets } from './hostile-slow.ts'
import { addKeys, fillStore as fillHostileStore, type Run } from './hostile-store.ts'
import { addStore, fillStore, load, quantile } from './overload.ts'

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '1000000' },
    timed: { type: 'string', default: '20000' },
    old: { type: 'string', default: '20000' },
    slow: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    accounts: { type: 'string', default: '2' },
    abreast: { type: 'string', default: '8' },
    only: { type: 'string', default: 'timed,calls,old,slow' },
  },
})
const seed = Number(values.seed)
const parts = values.only.split(',')
/** What `reference` takes where nothing else runs: 2 cores of an AMD EPYC, a virtual machine. */
const referenceMs = 38
const aimMs = 50
let missed = 0

const server = await openBenchServer()
const env = {
  DATABASE_URL: server.url,
  COUNTERSIGN_KEY: '07'.repeat(32),
  LOG_LEVEL: 'error',
  BASE_DOMAINS: domain,
  TRUSTED_PROXIES: '127.0.0.1',
  LEGACY_HTTP_PORT: '0',
}
const run: Run = async (args, input) => {
  const { code, stdout, stderr } = await runCommand(args, env, input)
  if (code !== 0) throw new Error(`${args.join(' ')}: ${stderr}`)
  return stdout
}
const gateway = await startGatewayProcess({ ...env, ...inspected })
try {
  const ground = await prepare()
  if (parts.includes('timed')) await timed(ground)
  if (parts.includes('calls')) await calls(ground)
  if (parts.includes('old')) await old(ground)
  if (parts.includes('slow')) await slow()
} finally {
  await gateway.end('SIGTERM')
  await server.close()
}
if (missed > 0) process.exitCode = 1

async function prepare(): Promise<Ground> {
  const stores = []
  for (let at = 0; at <= Number(values.accounts); at += 1) {
    stores.push(await fillHostileStore(gateway.url, await addKeys(run)))
  }
  const [quiet, ...own] = stores
  if (quiet === undefined) throw new Error('no account was made')
  const legacyPort = /old HTTP are heard on http:\/\/\S+:(\d+)/.exec(gateway.output())?.[1]
  return {
    url: gateway.url,
    legacyPort: Number(legacyPort),
    logText: gateway.output,
    isAlive: () => gateway.child.exitCode === null && gateway.child.signalCode === null,
    sql: server.sql,
    quiet,
    stores: own,
  }
}

/** One call at a time, the clock and the book looked at for each. */
async function timed(ground: Ground): Promise<void> {
  const factor = (): number => Math.max(1, reference() / referenceMs)
  const first = { ...ground, stores: ground.stores.slice(0, 1) }
  const figures = await hostileTrial(first, {
    calls: Number(values.timed),
    seed,
    watch: true,
    time: { mostMs: aimMs, factor },
  })
  print(`\nOne at a time; the machine takes ${factor().toFixed(2)} times as long as by itself\n`)
  show(figures)
  print(
    `slowest ${figures.slowest.ms.toFixed(1)} ms: ${JSON.stringify(figures.slowest.call).slice(0, 300)}`,
  )
  judge('finds', figures.finds.length, 0)
}

async function calls(ground: Ground): Promise<void> {
  const share = Math.ceil(Number(values.calls) / 5)
  const memory: number[] = []
  const startedAt = performance.now()
  let [count, finds] = [0, 0]
  for (let part = 1; part <= 5; part += 1) {
    const options = { calls: share, seed: seed + part * 100, watch: false }
    const figures = await hostileTrial(ground, { ...options, abreast: Number(values.abreast) })
    show(figures)
    const { residentMb, heapMb } = await sweptMemory(gateway.output())
    print(`swept: ${residentMb.toFixed(0)} MB resident, ${heapMb.toFixed(1)} MB heap`)
    memory.push(heapMb)
    count += figures.calls
    finds += figures.finds.length
  }
  const seconds = (performance.now() - startedAt) / 1000
  print(`\n${count} calls in ${seconds.toFixed(0)} s, ${(count / seconds).toFixed(0)}/s\n`)
  judge('finds', finds, 0)
  // The first part warms up: code is compiled, statements are prepared, accounts become known.
  const [, warm = 0] = memory
  judge('heap at the end / after two fifths', (memory.at(-1) ?? 0) / warm, 1.1)
}

/** What old clients send, to their own port; the book looked at for each. */
async function old(ground: Ground): Promise<void> {
  const figures = await hostileTrial(ground, {
    ...{ calls: Number(values.old), seed: seed + 1000, watch: true, old: true },
  })
  print('\nAt the port for old clients\n')
  show(figures)
  judge('finds', figures.finds.length, 0)
}

async function slow(): Promise<void> {
  const count = Number(values.slow)
  const seconds = Number(values.seconds)
  const shop = await addStore(env)
  const store = await fillStore(gateway.url, shop, 4)
  const some = { gateway, store, seconds, connections: 4 }
  await load({ ...some, seconds: 3 })
  const before = await load(some)
  const sockets = await openSlowSockets(Number(new URL(gateway.url).port), shop.login, count)
  const beside = await load(some)
  const closed = sockets.closed()
  sockets.close()
  const after = await load(some)
  print(`\n${count} slow sockets, ${closed} of them closed and made again\n`)
  const [p99Before, p99, p99After] = [before, beside, after].map(({ accepted }) =>
    quantile(accepted, 0.99),
  ) as [number, number, number]
  print(
    `p99 ${p99Before.toFixed(1)} ms before, ${p99.toFixed(1)} beside, ${p99After.toFixed(1)} after`,
  )
  judge('p99 beside / alone', p99 / ((p99Before + p99After) / 2), 1.2)
  judge('unanswered, refused or wrong', beside.unanswered + beside.wrong + beside.refused.length, 0)
}

function show({ calls, heard, watched, finds }: HostileFigures): void {
  print(`${calls} calls, the book compared after ${watched}, ${finds.length} finds`)
  const sorted = Object.entries(heard).sort(([a], [b]) => (a < b ? -1 : 1))
  print(sorted.map(([name, count]) => `${name} ${count}`).join(', '))
  for (const find of finds) print(`FIND ${keep(find) ?? ''} ${find.why.slice(0, 400)}`)
}

/** The same work each time, without input or output; the median of five. */
function reference(): number {
  const bytes = Buffer.alloc(65_536, 'a')
  const times = Array.from({ length: 5 }, () => {
    const startedAt = performance.now()
    for (let round = 0; round < 300; round += 1) createHash('sha256').update(bytes).digest()
    return performance.now() - startedAt
  })
  return times.sort((a, b) => a - b)[2] ?? 0
}

function judge(name: string, measured: number, most: number): void {
  const good = measured <= most
  if (!good) missed += 1
  print(
    `${good ? 'kept  ' : 'MISSED'} ${name.padEnd(36)} ${measured.toFixed(2).padStart(10)}  aim ${most.toFixed(1)}`,
  )
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
