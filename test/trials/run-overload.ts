// npm run trial:overload -- --seconds 10 --connections 2000 --pause-ms 1000 --only fairness,flood,outage
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import postgres from 'postgres'
import { startEmbeddedPostgres } from '../../src/store/embedded/server.ts'
import { startProxy } from '../support/database-proxy.ts'
import { type GatewayProcess, startGatewayProcess } from '../support/process.ts'
import {
  addStore,
  compare,
  fillStore,
  load,
  outage,
  peakMb,
  quantile,
  readKept,
  residentMb,
  type Store,
} from './overload.ts'
import type { LoadFigures } from './overload-load.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    connections: { type: 'string', default: '2000' },
    'pause-ms': { type: 'string', default: '1000' },
    only: { type: 'string', default: 'fairness,flood,outage' },
  },
})
const seconds = Number(values.seconds)
const connections = Number(values.connections)
const pauseMs = Number(values['pause-ms'])
const parts = values.only.split(',')
let missed = 0
const settleMs = 3000

const home = await mkdtemp(join(tmpdir(), 'countersign-overload-'))
await chmod(home, 0o711)
const quiet = (): void => undefined
const server = await startEmbeddedPostgres({
  dataDir: join(home, 'data'),
  log: { info: quiet, warn: quiet },
})
const { host, port, username, password, database } = server.connection
const proxy = await startProxy(
  host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port },
)
const sql = postgres({ host, port, username, password, database, max: 1 })
const user = `${username}:${encodeURIComponent(password)}`
const place = new URLSearchParams({ host, port: String(port) })
const common = { COUNTERSIGN_KEY: '07'.repeat(32), LOG_LEVEL: 'error', MAX_SOCKETS: '4000' }
const direct = { ...common, DATABASE_URL: `postgres://${user}@localhost/${database}?${place}` }
const proxied = {
  ...common,
  DATABASE_URL: `postgres://${user}@127.0.0.1:${proxy.port}/${database}`,
}
try {
  const shops = [await addStore(direct), await addStore(direct)] as const
  const gateway = await startGatewayProcess(direct)
  const idleMb = residentMb(gateway.child.pid)
  const calm = await fillStore(gateway.url, shops[0], 64)
  const loud = await fillStore(gateway.url, shops[1], connections)
  const warmUp = await load({ gateway, store: calm, seconds: 3, connections: 64 })
  if (parts.includes('fairness')) await fairness(gateway, calm, loud, warmUp)
  if (parts.includes('flood')) await flood(gateway, calm, loud, idleMb)
  await gateway.end('SIGTERM')
  if (parts.includes('outage')) await outages(calm)
} finally {
  await sql.end()
  await proxy.close()
  await server.stop()
  await rm(home, { recursive: true, force: true })
}
if (missed > 0) process.exitCode = 1

async function fairness(
  gateway: GatewayProcess,
  calm: Store,
  loud: Store,
  warmUp: LoadFigures,
): Promise<void> {
  const some = { gateway, store: calm, seconds, connections: 4 }
  const before = await load(some)
  const [beside, noise] = await steady([
    load(some),
    load({ gateway, store: loud, seconds, connections, pauseMs }),
  ])
  const after = await load(some)
  const alone = quantile(before.accepted, 0.99)
  const p99 = quantile(beside.accepted, 0.99)
  print(`\nFairness: 4 quiet connections beside ${connections} loud ones\n`)
  show('quiet alone', before, seconds)
  show('quiet beside', beside, seconds - settleMs / 1000)
  show('the loud', noise, seconds - settleMs / 1000)
  show('quiet after', after, seconds)
  judge('quiet p99 beside / alone', p99 / alone, 2)
  judge('quiet calls refused', beside.refused.length, 0)
  await judgeBook(calm, [warmUp, before, beside, after])
  await judgeBook(loud, [noise])
}

/**
 * Connecting thousands of callers is not what is measured: calls that began in the first seconds
 * are left out.
 */
async function steady<const T extends readonly Promise<LoadFigures>[]>(
  loads: T,
): Promise<{ [K in keyof T]: LoadFigures }> {
  const fromMs = Date.now() + settleMs
  const figures = await Promise.all(loads)
  return figures.map((one) => ({
    ...one,
    accepted: one.accepted.filter(([atMs, tookMs]) => atMs - tookMs > fromMs),
    refused: one.refused.filter(([atMs, tookMs]) => atMs - tookMs > fromMs),
  })) as { [K in keyof T]: LoadFigures }
}

async function flood(
  gateway: GatewayProcess,
  calm: Store,
  loud: Store,
  idleMb: number,
): Promise<void> {
  const some = { gateway, store: calm, connections: 4 }
  const usual = await load({ ...some, seconds: 5 })
  const full = await load({ gateway, store: calm, seconds, connections: 64 })
  const {
    result: [noise],
    mb,
  } = await peakMb(gateway, steady([load({ gateway, store: loud, seconds, connections, pauseMs })]))
  const endedAt = Date.now()
  const after = await load({ ...some, seconds: 8 })
  const late = after.accepted.filter(([atMs]) => atMs > endedAt + 5000)
  print(`\nTen times capacity: ${connections} connections, refused callers wait ${pauseMs} ms\n`)
  show('64 connections', full, seconds)
  show('the flood', noise, seconds - settleMs / 1000)
  show('quiet after', after, 8)
  const tried = noise.accepted.length + noise.refused.length
  print(
    `offered ${(tried / full.accepted.length).toFixed(1)} times what 64 connections got through`,
  )
  judge('accepted p99, ms', quantile(noise.accepted, 0.99), 1000)
  judge('refused p99, ms', quantile(noise.refused, 0.99), 100)
  judge('unanswered or wrong', noise.unanswered + noise.wrong, 0)
  judge(`memory, MB (idle ${idleMb.toFixed(0)})`, mb, 2 * idleMb + 200)
  judge('p50 5 s after / before', quantile(late, 0.5) / quantile(usual.accepted, 0.5), 1.5)
}

async function outages(store: Store): Promise<void> {
  const outageSeconds = 8
  for (const mode of ['silent', 'gone', 'closing'] as const) {
    const gateway = await startGatewayProcess(proxied)
    const flood = { gateway, store, seconds: outageSeconds + 8, connections: 64, pauseMs: 50 }
    const figures = await outage({
      flood: { ...flood, calls: 'mixed' },
      proxy,
      mode,
      outageSeconds,
    })
    await gateway.end('SIGTERM')
    const { load: told } = figures
    print(`\nDatabase ${mode} for ${outageSeconds} s, 64 connections\n`)
    show('callers', told, flood.seconds)
    judge('slowest answer, ms', quantile([...told.accepted, ...told.refused], 1), 3000)
    judge('unanswered or wrong', told.unanswered + told.wrong, 0)
    if (mode !== 'gone') judge('connections tried a second', figures.attemptsPerSecond, 20)
    judge('carried out again after, ms', figures.healthyAfterMs, 3000)
  }
}

async function judgeBook({ shop }: Store, loads: readonly LoadFigures[]): Promise<void> {
  const told = loads.flatMap((one) => one.told)
  const { lost, unasked } = compare(told, await readKept(sql, shop))
  judge('acknowledged and lost', lost.length, 0)
  judge('refused and written', unasked.length, 0)
}

function show(
  name: string,
  { accepted, refused, unanswered, wrong, samples }: LoadFigures,
  s: number,
) {
  const ms = (answers: LoadFigures['accepted']): string =>
    [0.5, 0.99, 1].map((share) => quantile(answers, share).toFixed(1)).join(' / ')
  print(
    `${name.padEnd(16)} ${(accepted.length / s).toFixed(0).padStart(7)}/s accepted, p50 / p99 / max ` +
      `${ms(accepted)} ms; ${(refused.length / s).toFixed(0)}/s refused, ${ms(refused)} ms` +
      `${unanswered + wrong > 0 ? `; ${unanswered} unanswered, ${wrong} wrong` : ''}`,
  )
  for (const sample of samples) print(sample)
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
