import postgres from 'postgres'
import type { PostgresTarget } from '../../src/store/database.ts'
import { until } from '../support/poll.ts'
import { type GatewayProcess, startGatewayProcess } from '../support/process.ts'
import { environmentOf } from '../support/target.ts'
import { allMigrations, busy, fillBefore, migrateUpTo, sumsOf } from './upgrade-before.ts'
import { compare, repeatedBy, type UpgradeVerdict } from './upgrade-judge.ts'
import { startUpgradeLoad, type UpgradeLoad } from './upgrade-load.ts'
import { type OldGateway, startOldGateway, startOldProgram } from './upgrade-old.ts'

export type UpgradeOptions = {
  /** An empty database: as gateways go to it, and as the trial looks at it. */
  readonly front: PostgresTarget
  readonly direct: PostgresTarget
  /** How many migrations the version before had. */
  readonly from: number
  /** Its program; absent: its statements alone stand for it. */
  readonly oldBin?: string
  /** Orders that are there before. */
  readonly orders: number
  readonly replicas: number
  /** Of each gateway. */
  readonly callers: number
  /** Orders that each new gateway must have acknowledged before the trial ends. */
  readonly each: number
  /** Somebody reads the whole book meanwhile, as a backup does, where a migration alters orders. */
  readonly reader: boolean
  readonly report?: (line: string) => void
}

export type UpgradeFigures = UpgradeVerdict & {
  /** Carried out beside the load. */
  readonly migrations: number
  /** Gateways that listened and said that they were ready. */
  readonly ready: number
  /** Acknowledged orders of the version before, at first and while the new one started. */
  readonly before: number
  readonly meanwhile: number
  /** From the start of the new gateways until the last listened. */
  readonly startedInMs: number
  /** The longest that no caller of the version before had an order acknowledged meanwhile. */
  readonly standstillMs: number
}

/** Replicas of the present version start at once on the schema of an earlier one, under load. */
export async function upgradeTrial(options: UpgradeOptions): Promise<UpgradeFigures> {
  const { direct, from, orders, callers, report } = options
  const sql = postgres(direct.url ?? '', { ...direct.options, max: 3, onnotice: () => undefined })
  const gateways: GatewayProcess[] = []
  const loads: UpgradeLoad[] = []
  let old: OldGateway | undefined
  try {
    await migrateUpTo(direct, from)
    await fillBefore(sql, orders)
    const sums = await sumsOf(sql)
    old = await startOld(options)
    const { count } = old
    await until('orders of the version before', () => count() >= 50, patienceMs)
    const before = count()
    const watch = watchStandstill(count)
    const beganAt = performance.now()
    const reading = options.reader ? readMeanwhile(sql, count, report) : undefined
    const start = async (_: unknown, id: number): Promise<void> => {
      const gateway = await startGatewayProcess({ ...environmentOf(options.front), ...quiet })
      gateways.push(gateway)
      loads.push(startUpgradeLoad(gateway.url, busy, callers, `g${id}`))
    }
    await Promise.all([reading, ...Array.from({ length: options.replicas }, start)])
    const startedInMs = performance.now() - beganAt
    const meanwhile = count() - before
    const standstillMs = watch.stop()
    report?.(`${gateways.length} listen after ${Math.round(startedInMs)} ms`)
    const haveEnough = (): boolean => loads.every((load) => load.told.size >= options.each)
    await until('orders at each new gateway', haveEnough, patienceMs).catch((error: unknown) => {
      throw new Error(`of the new: ${JSON.stringify(repeatedBy(loads))}`, { cause: error })
    })
    const ready = await Promise.all(
      gateways.map(async ({ url }) => (await fetch(`${url}/readyz`)).status),
    )
    await Promise.all([old.stop(), ...loads.map((load) => load.stop())])
    const figures = await compare(sql, { sums, old, loads })
    return {
      ...figures,
      ...{ before, meanwhile, startedInMs, standstillMs },
      migrations: (await allMigrations()).length - from,
      ready: ready.filter((status) => status === 200).length,
    }
  } finally {
    await Promise.all([old?.stop(), ...loads.map((load) => load.stop())])
    await Promise.all(gateways.map((gateway) => gateway.end('SIGTERM')))
    await sql.end()
  }
}

const patienceMs = 60_000

const quiet = { LOG_LEVEL: 'error' }

async function startOld({ front, oldBin, callers }: UpgradeOptions): Promise<OldGateway> {
  if (oldBin === undefined) return startOldGateway(front, callers)
  return startOldProgram({ ...environmentOf(front), ...quiet }, oldBin, callers)
}

/**
 * Holds what a long reading holds until a migration has waited for it, given way and come again,
 * and until orders went on meanwhile all the same.
 */
async function readMeanwhile(
  sql: postgres.Sql,
  count: OldGateway['count'],
  report: UpgradeOptions['report'],
): Promise<void> {
  await sql.begin('isolation level repeatable read read only', async (reader) => {
    await reader`select count(*) from orders, products`
    const waits = new Set<string>()
    const gaveWay = async (): Promise<boolean> => {
      const rows = await sql<{ since: string }[]>`
        select xact_start::text as since from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query ~* 'alter table'`
      for (const { since } of rows) waits.add(since)
      return waits.size >= 2
    }
    await until('a migration that gives way', gaveWay, patienceMs)
    const before = count()
    await until('orders beside a migration that waits', () => count() >= before + 50, patienceMs)
    report?.('a migration waited, gave way, and waits again')
  })
}

function watchStandstill(count: OldGateway['count']): { stop(): number } {
  let [known, since, longest] = [count(), performance.now(), 0]
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - since)
    if (count() === known) return
    known = count()
    since = performance.now()
  }, 5)
  return {
    stop() {
      clearInterval(timer)
      return longest
    },
  }
}
