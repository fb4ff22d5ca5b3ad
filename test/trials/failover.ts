import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabase, targetOf } from '../../src/store/database.ts'
import { until } from '../support/poll.ts'
import { type GatewayProcess, runCommand, startGatewayProcess } from '../support/process.ts'
import { callSigned, type Shop } from '../support/signed-call.ts'
import { type Load, nothingTold, startLoad, type Told } from './failover-load.ts'
import {
  comeBack,
  database,
  type Failure,
  failOver,
  follow,
  growth,
  type Pair,
  startPair,
  stopPair,
  untilConfirmed,
} from './failover-pair.ts'
import { asked, killServer, prepareGround, serverUser, startServer } from './failover-server.ts'

export type FailoverOptions = {
  readonly rounds: number
  /** An empty directory that the servers' user can enter. */
  readonly home: string
  /** Where `initdb` and `postgres` are; unset: the embedded package's. */
  readonly bin?: string | undefined
  readonly callers: number
  /** Each so many rounds the primary falls silent instead of being killed. */
  readonly silentEvery?: number
  readonly report?: (line: string) => void
}

export type FailoverFigures = {
  rounds: number
  acknowledged: number
  refused: number
  unknown: number
  lost: string[]
  doubled: string[]
  /** Numbers that a reader who remembers the highest would never have seen. */
  hidden: number[]
  /** Rounds in which the failed server was written to when it came back. */
  strayed: number
  /** What became of a COMMIT whose wait for the standby was cancelled: `kept`, or what not. */
  unconfirmed: string
  /** The longest time without an acknowledged write, of each round by how the server failed. */
  secondsKilled: number[]
  secondsSilent: number[]
  /** Of that, until the standby said that it had the place. */
  secondsPromoting: number[]
}

type Trial = {
  readonly pair: Pair
  readonly env: Readonly<Record<string, string>>
  readonly shop: Shop
  readonly told: Told
  readonly figures: FailoverFigures
  gateway: GatewayProcess
}

/** Fails the primary under load, again and again, and compares what was promised with the book. */
export async function failovers(options: FailoverOptions): Promise<FailoverFigures> {
  const pair = await startPair(await prepareGround(options.home, options.bin))
  let trial: Trial | undefined
  try {
    trial = await openTrial(pair)
    const reader = startReader(trial)
    trial.figures.unconfirmed = await cancelWait(trial)
    for (let round = 0; round < options.rounds; round += 1) {
      const isSilent = options.silentEvery !== undefined && (round + 1) % options.silentEvery === 0
      if (round > 0) await follow(pair)
      const how = isSilent ? 'silent' : 'killed'
      await playRound(trial, round, how, options.callers)
      options.report?.(line(trial, round, how))
    }
    await compare(trial, await reader.stop())
    return trial.figures
  } catch (error) {
    // What the gateway said is the first thing that whoever looks for the reason wants.
    throw new Error(
      `the trial broke off; the gateway said:\n${trial?.gateway.output().slice(-4000)}`,
      {
        cause: error,
      },
    )
  } finally {
    await trial?.gateway.end('SIGKILL')
    await stopPair(pair)
  }
}

function line({ told, figures }: Trial, round: number, how: Failure): string {
  const seconds = how === 'killed' ? figures.secondsKilled : figures.secondsSilent
  return [
    `round ${round + 1}, ${how}: nothing acknowledged for ${seconds.at(-1)} s, promotion ${figures.secondsPromoting.at(-1)} s`,
    `${told.acknowledged} acknowledged, ${told.refused} refused, ${told.unknown} unknown so far`,
  ].join('; ')
}

async function openTrial(pair: Pair): Promise<Trial> {
  const { servers, ground } = pair
  const hosts = servers.map(({ port }) => `127.0.0.1:${port}`).join(',')
  const env = {
    DATABASE_URL: `postgres://${serverUser}:${ground.password}@${hosts}/${database}?target_session_attrs=read-write`,
    COUNTERSIGN_KEY: '07'.repeat(32),
    LOG_LEVEL: 'warn',
  }
  const added = await runCommand(['account', 'add', 'failover', '--json'], env)
  if (added.code !== 0) throw new Error(`account add failed: ${added.stderr}`)
  const sheet = JSON.parse(added.stdout) as { influencersoft: { secret: string } }
  const shop = { login: 'failover', secret: sheet.influencersoft.secret }
  const gateway = await startGatewayProcess(env)
  const good = { good_name: 'mug', good_type: 'digital', good_title: 'Mug', good_sum: '12.90' }
  const kept = await callSigned(gateway.url, shop, 'AddGood', good)
  if (kept.error_code !== 0) throw new Error(`AddGood failed: ${kept.error_text}`)
  const figures: FailoverFigures = {
    ...{ rounds: 0, acknowledged: 0, refused: 0, unknown: 0, strayed: 0 },
    ...{
      lost: [],
      doubled: [],
      hidden: [],
      secondsKilled: [],
      secondsSilent: [],
      secondsPromoting: [],
    },
    unconfirmed: 'not tried',
  }
  return { pair, env, shop, told: nothingTold(), figures, gateway }
}

/** The standby gone, a COMMIT waits for it; the wait cancelled, the server commits with a warning. */
async function cancelWait({ pair, gateway, shop, told }: Trial): Promise<string> {
  const { ground, primary, standby } = pair
  await killServer(standby)
  const order = { goods: [{ good_name: 'mug' }], bill_email: 'waits@example.com' }
  let isAnswered = false
  const answering = callSigned(gateway.url, shop, 'CreateOrder', order).finally(() => {
    isAnswered = true
  })
  await until('the waiting COMMIT to be cancelled', async () => {
    await asked(
      ground,
      primary,
      (sql) => sql`
      select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'`,
    )
    return isAnswered
  })
  const answer = await answering
  await startServer(ground, standby)
  await untilConfirmed(pair)
  if (answer.error_code === 0) return 'acknowledged although no standby had it'
  if (!answer.error_text.startsWith('Outcome unknown')) return answer.error_text
  await until('the gateway to name the warning', () =>
    gateway.output().includes('synchronous replication did not confirm'),
  )
  const again = await callSigned(gateway.url, shop, 'CreateOrder', order)
  const isFirst = again.error_code === 0 || again.error_code === 601
  if (!isFirst) return `repeated: ${again.error_text}`
  const number = Number((again.result as { bill_id: number }).bill_id)
  told.orders.set('waits@example.com', { number, parcel: undefined })
  return 'kept'
}

async function playRound(
  trial: Trial,
  round: number,
  how: Failure,
  callers: number,
): Promise<void> {
  const { pair, told, shop, figures } = trial
  const load = startLoad(shop, told, { url: trial.gateway.url, callers, tag: `r${round}` })
  await untilTold(told, callers * 4)
  told.longestGapMs = 0
  const { release, seconds: promotion } = await failOver(pair, how)
  figures.secondsPromoting.push(promotion)
  await untilTold(told, callers * 4).finally(release)
  const seconds = Math.round(told.longestGapMs / 10) / 100
  if (how === 'killed') figures.secondsKilled.push(seconds)
  else figures.secondsSilent.push(seconds)
  await comeBack(pair)
  await tempt(trial, load, callers)
  await load.stop()
  figures.rounds += 1
}

/**
 * The failed server stands there and takes writes. Connections to the new one are cut, and then
 * the gateway starts anew: neither may lead back.
 */
async function tempt(trial: Trial, load: Load, callers: number): Promise<void> {
  const { ground, primary, standby: old } = trial.pair
  const before = await growth(ground, old)
  await asked(
    ground,
    primary,
    (sql) => sql`
    select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'countersign'`,
  )
  await untilTold(trial.told, callers * 2)
  load.url = undefined
  await trial.gateway.end('SIGTERM')
  trial.gateway = await startGatewayProcess(trial.env)
  load.url = trial.gateway.url
  await untilTold(trial.told, callers * 2)
  if ((await growth(ground, old)) !== before) trial.figures.strayed += 1
}

async function untilTold(told: Told, more: number): Promise<void> {
  const wanted = told.acknowledged + more
  const isTold = (): boolean => {
    if (told.failures.length > 0) throw told.failures[0]
    return told.acknowledged >= wanted
  }
  await until(`${more} acknowledged calls`, isTold, 60_000)
}

/** Remembers the highest number it has seen, as poor clients do, and asks for those above. */
function startReader({ env }: Trial) {
  const database = openDatabase(
    targetOf(env.DATABASE_URL ?? '', {
      ...{ prepare: true, connect_timeout: 5 },
      connection: { application_name: 'trial-reader' },
    }),
    { connections: 1 },
  )
  const seen: number[] = []
  let stopped = false
  const look = async (): Promise<void> => {
    const rows = await database.inTime(
      () => database.sql<{ number: number }[]>`
        select number from orders where number > ${seen.at(-1) ?? 0} order by number`,
    )
    seen.push(...rows.map(({ number }) => number))
  }
  const running = (async () => {
    while (!stopped) {
      await look().catch(() => undefined)
      await sleep(10)
    }
  })()
  return {
    /** The numbers it never saw. */
    async stop(): Promise<number[]> {
      stopped = true
      await running
      await look()
      const all = await database.sql<{ number: number }[]>`select number from orders`
      await database.close()
      const known = new Set(seen)
      return all.map(({ number }) => number).filter((number) => !known.has(number))
    },
  }
}

async function compare(trial: Trial, hidden: readonly number[]): Promise<void> {
  const { gateway, shop, told, figures } = trial
  const { result } = await callSigned(gateway.url, shop, 'GetOrders')
  const orders = result as { id: number | string; email: string; rpo: string }[]
  const byEmail = new Map<string, { id: number; rpo: string }[]>()
  for (const { id, email, rpo } of orders) {
    byEmail.set(email, [...(byEmail.get(email) ?? []), { id: Number(id), rpo }])
  }
  for (const [email, found] of byEmail) if (found.length > 1) figures.doubled.push(email)
  for (const [email, { number, parcel }] of told.orders) {
    const kept = byEmail.get(email)?.find(({ id }) => id === number)
    if (kept === undefined) figures.lost.push(`order ${number}`)
    else if (parcel !== undefined && kept.rpo !== parcel) {
      figures.lost.push(`parcel of order ${number}`)
    }
  }
  const { acknowledged, refused, unknown } = told
  Object.assign(figures, { acknowledged, refused, unknown, hidden })
}
