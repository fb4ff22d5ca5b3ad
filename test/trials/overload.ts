import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type postgres from 'postgres'
import type { DatabaseProxy, ProxyMode } from '../support/database-proxy.ts'
import { type GatewayProcess, runCommand } from '../support/process.ts'
import { callSigned, type Shop } from '../support/signed-call.ts'
import type { Answer, LoadFigures, LoadJob, Told } from './overload-load.ts'

export type Store = { readonly shop: Shop; readonly orders: readonly number[] }

type Env = Readonly<Record<string, string>>

/** An account of the trial's own. */
export async function addStore(env: Env): Promise<Shop> {
  const login = `load-${randomBytes(4).toString('hex')}`
  const { code, stdout, stderr } = await runCommand(['account', 'add', login, '--json'], env)
  if (code !== 0) throw new Error(`account add failed: ${stderr}`)
  return { login, secret: JSON.parse(stdout).influencersoft.secret }
}

/** Places one order for each connection that is to come. */
export async function fillStore(url: string, shop: Shop, count: number): Promise<Store> {
  const good = { good_name: 'mug', good_type: 'digital', good_title: 'Mug', good_sum: '12.90' }
  await callSigned(url, shop, 'AddGood', good)
  const orders: number[] = []
  while (orders.length < count) {
    const goods = [{ good_name: 'mug' }]
    const wave = Array.from({ length: Math.min(64, count - orders.length) }, (_, at) =>
      callSigned(url, shop, 'CreateOrder', {
        goods,
        bill_email: `buyer-${orders.length + at}@example.com`,
      }),
    )
    for (const { result } of await Promise.all(wave)) {
      const { bill_id } = result as { bill_id?: number }
      // One that was refused is asked for again.
      if (bill_id !== undefined) orders.push(bill_id)
    }
  }
  return { shop, orders }
}

type Flood = {
  readonly gateway: GatewayProcess
  readonly store: Store
  readonly seconds: number
  readonly connections: number
  readonly pauseMs?: number
  readonly calls?: LoadJob['calls']
}

let jobs = 0

/** Runs a load in a process of its own, so that it does not measure its own waiting. */
export async function load(flood: Flood): Promise<LoadFigures> {
  jobs += 1
  const job: LoadJob = {
    port: Number(new URL(flood.gateway.url).port),
    shop: flood.store.shop,
    orders: flood.store.orders.slice(0, flood.connections),
    seconds: flood.seconds,
    pauseMs: flood.pauseMs ?? 0,
    calls: flood.calls ?? 'status',
    tag: `T${jobs}N`,
  }
  const program = fileURLToPath(new URL('overload-generator.ts', import.meta.url))
  const child = fork(program, { execArgv: ['--import', 'tsx'] })
  return new Promise((resolve, reject) => {
    child.once('message', (figures) => resolve(figures as LoadFigures))
    child.once('exit', (code) => reject(new Error(`a generator ended with ${code}`)))
    child.send(job)
  })
}

export function quantile(answers: readonly Answer[], share: number): number {
  const sorted = Float64Array.from(answers, ([, tookMs]) => tookMs).sort()
  return sorted[Math.floor((sorted.length - 1) * share)] ?? 0
}

/** Resident memory of a process in MB, or 0 where the system does not tell. */
export function residentMb(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

/** The highest resident memory while `work` goes on. */
export async function peakMb<T>(
  gateway: GatewayProcess,
  work: Promise<T>,
): Promise<{ result: T; mb: number }> {
  let mb = 0
  const timer = setInterval(() => {
    mb = Math.max(mb, residentMb(gateway.child.pid))
  }, 100)
  try {
    return { result: await work, mb }
  } finally {
    clearInterval(timer)
  }
}

type Kept = { readonly number: number; readonly parcels: number }

/** What the book holds of an account's parcels, order by order. */
export async function readKept(sql: postgres.Sql, { login }: Shop): Promise<Kept[]> {
  return sql<Kept[]>`
    select e.number, count(*)::int as parcels
    from order_events e join accounts a on a.id = e.account_id
    where a.login = ${login} and e.kind in ('sent', 'parcel-changed') group by e.number`
}

/** Orders whose history holds fewer parcels than were acknowledged, or more than were tried. */
export function compare(told: readonly Told[], kept: readonly Kept[]) {
  const written = new Map(kept.map(({ number, parcels }) => [Number(number), Number(parcels)]))
  const sums = new Map<number, { least: number; most: number }>()
  for (const { number, acknowledged, unknown } of told) {
    const before = sums.get(number) ?? { least: 0, most: 0 }
    sums.set(number, {
      least: before.least + acknowledged,
      most: before.most + acknowledged + unknown,
    })
  }
  const lost: number[] = []
  const unasked: number[] = []
  for (const [number, { least, most }] of sums) {
    const parcels = written.get(number) ?? 0
    if (parcels < least) lost.push(number)
    if (parcels > most) unasked.push(number)
  }
  return { lost, unasked }
}

type OutageFigures = {
  readonly load: LoadFigures
  /** Connections tried in the busiest second of the outage, after its first. */
  readonly attemptsPerSecond: number
  /** From the end of the outage to the first call that was carried out; NaN: none was. */
  readonly healthyAfterMs: number
}

/** Takes the database away under load and gives it back. */
export async function outage(options: {
  readonly flood: Flood
  readonly proxy: DatabaseProxy
  readonly mode: ProxyMode
  readonly outageSeconds: number
}): Promise<OutageFigures> {
  const { flood, proxy, mode, outageSeconds } = options
  const running = load(flood)
  await sleep(1000)
  await proxy.set(mode)
  await sleep(1000)
  proxy.attempts()
  let attemptsPerSecond = 0
  for (let second = 1; second < outageSeconds; second += 1) {
    await sleep(1000)
    attemptsPerSecond = Math.max(attemptsPerSecond, proxy.attempts())
  }
  const endedAt = Date.now()
  await proxy.set('open')
  const figures = await running
  const first = figures.accepted.map(([atMs]) => atMs).filter((atMs) => atMs > endedAt)
  const healthyAfterMs =
    first.length === 0 ? Number.NaN : Math.min(...first.slice(0, 100)) - endedAt
  return { load: figures, attemptsPerSecond, healthyAfterMs }
}
