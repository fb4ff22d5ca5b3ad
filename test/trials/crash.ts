import { setTimeout as sleep } from 'node:timers/promises'
import type postgres from 'postgres'
import { until } from '../support/poll.ts'
import { type GatewayProcess, startGatewayProcess } from '../support/process.ts'
import { openBook, pgDirOf, type Watcher, watchNumbers } from './crash-book.ts'
import { call, read } from './crash-callers.ts'
import { judgeKinds } from './crash-calls.ts'
import { addMug } from './crash-clients/influencersoft.ts'
import { compare, type Findings } from './crash-compare.ts'
import { kill, type Victim } from './crash-kill.ts'
import { openLedger, total } from './crash-ledger.ts'
import { type Load, startLoad } from './crash-load.ts'
import { aCrashShop } from './crash-shop.ts'
import type { CutFigures, PowerCut } from './power-cut.ts'

export type CrashOptions = {
  readonly rounds: number
  /** Of the gateway process: `DATA_DIR`, or `DATABASE_URL` with its key; `WORKERS` as wanted. */
  readonly env: Readonly<Record<string, string>>
  readonly callers: number
  /** Repeats the same moments and victims. */
  readonly seed: number
  /** How long a round's load runs at most before the kill. */
  readonly loadMs?: number
  /** Cuts the power under the embedded server as well. */
  readonly powerCut?: PowerCut
  /** Only these are killed. */
  readonly victims?: readonly Victim[]
  readonly report?: (line: string) => void
}

export type CrashFigures = Findings & {
  rounds: number
  acknowledged: number
  /** Acknowledged answers by kind of call. */
  kinds: Record<string, number>
  /** Kinds that callers make and that were never acknowledged. */
  never: string[]
  /** Kinds that callers made and that nobody has listed. */
  unlisted: string[]
  kills: Partial<Record<Victim, number>>
  /** What the cuts took away that was not synced. */
  cut: CutFigures
  /** Answers that nobody should have had. */
  refused: string[]
}

type Trial = {
  readonly options: CrashOptions
  readonly env: Readonly<Record<string, string>>
  readonly load: Load
  readonly random: () => number
  readonly figures: CrashFigures
  sql: postgres.Sql
}

/** A round in which nothing was promised would prove nothing, however slow the machine. */
export const leastOfRound = 10

/** Kills a loaded gateway again and again, and compares what it promised with what it kept. */
export async function crashRounds(options: CrashOptions): Promise<CrashFigures> {
  const random = randomFrom(options.seed)
  const env = { ...options.env, ...options.powerCut?.env }
  let gateway = await startGatewayProcess(env)
  const shop = await aCrashShop(env)
  const load = startLoad(shop, openLedger())
  const figures: CrashFigures = {
    ...{ rounds: 0, acknowledged: 0, kinds: {}, kills: {}, refused: [], never: [], unlisted: [] },
    ...{ lost: [], doubled: [], outOfOrder: [], missed: [] },
    cut: { writes: 0, bytes: 0, names: 0 },
  }
  load.url = gateway.url
  await addMug(load)
  const sql = await openBook(env)
  // Whatever is lost later, the shop is there: without it nothing could be compared.
  if (options.powerCut !== undefined) await sql`checkpoint`
  const trial: Trial = { options, env, load, random, figures, sql }
  const watcher = watchNumbers(sql, shop.login)
  const callers = Promise.all([
    ...Array.from({ length: options.callers }, (_, id) =>
      call(load, id, randomFrom(Math.imul(id + options.seed, 0x9e3779b1))),
    ),
    ...(['released', 'placed', 'tokens'] as const).map((name) => read(load, name)),
  ])
  for (let round = 0; round < options.rounds; round += 1) {
    const victim = choose(trial)
    gateway = await oneRound(trial, gateway, victim)
    figures.rounds += 1
    figures.kills[victim] = (figures.kills[victim] ?? 0) + 1
    if ((round + 1) % 10 === 0) {
      options.report?.(`${round + 1} rounds, ${total(load.ledger)} acknowledged`)
    }
  }
  await finish(trial, callers, watcher)
  await gateway.end('SIGTERM')
  await load.agent.destroy()
  return figures
}

function choose({ options, random }: Trial): Victim {
  const { env, powerCut, victims } = options
  const usual: Victim[] = [
    'gateway',
    ...(env.DATA_DIR === undefined ? [] : (['postgres', 'both'] as const)),
    ...(env.WORKERS === undefined ? [] : (['worker'] as const)),
  ]
  if (victims === undefined && powerCut !== undefined && random() < 0.5) return 'power'
  const some = victims ?? usual
  return some[Math.floor(random() * some.length)] ?? 'gateway'
}

/** Load for a while, a kill, and a gateway that answers again. */
async function oneRound(
  trial: Trial,
  gateway: GatewayProcess,
  victim: Victim,
): Promise<GatewayProcess> {
  const { options, env, load, random, sql, figures } = trial
  load.url = gateway.url
  await waitForAnswers(load, leastOfRound)
  const loadMs = 60 + random() * ((options.loadMs ?? 460) - 60)
  // A cut in the middle of a checkpoint finds data files half written.
  const isChecking = victim === 'power' && random() < 0.7
  const checking = isChecking
    ? sleep(loadMs * random()).then(() => sql`checkpoint`.catch(() => undefined))
    : undefined
  await sleep(loadMs)
  await kill(gateway, victim, options.env.DATA_DIR, random)
  // The gateway lives on and must come back by itself.
  if (victim === 'postgres' || victim === 'worker') await waitForAnswers(load)
  load.url = undefined
  await gateway.end('SIGKILL')
  await checking
  if (victim === 'power' && options.powerCut !== undefined) {
    const how = random() < 0.5 ? 'all' : 'torn'
    const pgDir = await pgDirOf(options.env.DATA_DIR ?? '')
    const { writes, bytes, names } = await options.powerCut.cut(pgDir, how, random)
    figures.cut.writes += writes
    figures.cut.bytes += bytes
    figures.cut.names += names
  }
  return startGatewayProcess(env)
}

/** Until so many calls are acknowledged that were not before. */
async function waitForAnswers({ ledger }: Load, count = 1): Promise<void> {
  const wanted = total(ledger) + count
  await until(`${count} acknowledged calls`, () => total(ledger) >= wanted, 60_000)
}

async function finish(
  { options, load, figures, sql }: Trial,
  callers: Promise<unknown>,
  watcher: Watcher,
): Promise<void> {
  load.stopped = true
  await callers
  await watcher.stop()
  const { ledger, shop } = load
  figures.acknowledged = total(ledger)
  figures.kinds = Object.fromEntries([...ledger.acknowledged].sort())
  figures.refused = ledger.refused
  Object.assign(figures, judgeKinds([...ledger.acknowledged.keys()]))
  await sql.end()
  const book = await openBook(options.env)
  try {
    Object.assign(figures, await compare(book, shop, ledger, watcher))
  } finally {
    await book.end()
  }
}

/** A small generator with a seed, for moments that can be repeated. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 4_294_967_296
  }
}
