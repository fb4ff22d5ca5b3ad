import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { QueryParams } from '../../src/wire/php-query.ts'
import { type GatewayProcess, runCommand, startGatewayProcess } from '../support/process.ts'
import { callSigned, type Envelope, type Shop } from '../support/signed-call.ts'
import { workersOf } from '../support/workers.ts'

/** What is killed: the gateway, one of its workers, the database under it, or both at once. */
type Victim = 'gateway' | 'worker' | 'postgres' | 'both'

export type CrashOptions = {
  readonly rounds: number
  /** Of the gateway process: `DATA_DIR`, or `DATABASE_URL` with its key; `WORKERS` as wanted. */
  readonly env: Readonly<Record<string, string>>
  readonly callers: number
  /** Repeats the same moments and victims. */
  readonly seed: number
  readonly report?: (line: string) => void
}

export type CrashFigures = {
  rounds: number
  acknowledged: number
  lost: string[]
  doubled: string[]
}

/** What the client was told: by buyer, the number and the last acknowledged parcel. */
type Ledger = Map<string, { number: number; rpo: string | undefined }>

/** Kills a loaded gateway again and again, and compares what it promised with what it kept. */
export async function crashRounds(options: CrashOptions): Promise<CrashFigures> {
  const figures: CrashFigures = { rounds: 0, acknowledged: 0, lost: [], doubled: [] }
  const random = randomFrom(options.seed)
  const login = `crash-${randomBytes(4).toString('hex')}`
  const shop = await aShop(login, options.env)
  const ledger: Ledger = new Map()
  const victims: Victim[] =
    options.env.DATA_DIR === undefined ? ['gateway'] : ['gateway', 'postgres', 'both']
  if (options.env.WORKERS !== undefined) victims.push('worker')

  for (let round = 0; round < options.rounds; round += 1) {
    const gateway = await startGatewayProcess(options.env)
    const victim = victims[Math.floor(random() * victims.length)] as Victim
    const load = startLoad(gateway.url, shop, ledger, options.callers, `r${round}`)
    await sleep(60 + random() * 400)
    await kill(gateway, victim, options.env.DATA_DIR)
    figures.acknowledged += await load.stop(victim === 'postgres' || victim === 'worker')
    await gateway.end('SIGKILL')
    figures.rounds += 1
    if ((round + 1) % 10 === 0) options.report?.(`${round + 1} rounds, ${ledger.size} orders`)
  }
  const gateway = await startGatewayProcess(options.env)
  await compare(gateway.url, shop, ledger, figures)
  await gateway.end('SIGTERM')
  return figures
}

async function aShop(login: string, env: CrashOptions['env']): Promise<Shop> {
  const added = await runCommand(['account', 'add', login, '--json'], env)
  if (added.code !== 0) throw new Error(`account add failed: ${added.stderr}`)
  const sheet = JSON.parse(added.stdout) as { influencersoft: { secret: string } }
  const shop = { login, secret: sheet.influencersoft.secret }
  const gateway = await startGatewayProcess(env)
  const good = { good_name: 'mug', good_type: 'digital', good_title: 'Mug', good_sum: '12.90' }
  await callSigned(gateway.url, shop, 'AddGood', good)
  await gateway.end('SIGTERM')
  return shop
}

async function kill(gateway: GatewayProcess, victim: Victim, dataDir?: string): Promise<void> {
  const postmaster = dataDir === undefined ? undefined : await postmasterPid(dataDir)
  if (victim === 'worker') process.kill(workersOf(gateway)[0] as number, 'SIGKILL')
  if (victim === 'gateway' || victim === 'both') gateway.child.kill('SIGKILL')
  if ((victim === 'postgres' || victim === 'both') && postmaster !== undefined)
    process.kill(postmaster, 'SIGKILL')
}

async function postmasterPid(dataDir: string): Promise<number> {
  const home = await readFile(join(dataDir, 'location'), 'utf8').catch(() => dataDir)
  const text = await readFile(join(home.trim(), 'pg', 'postmaster.pid'), 'utf8')
  return Number(text.split('\n')[0])
}

/** Callers that create orders and send parcels until told to stop; only answers with 0 count. */
function startLoad(url: string, shop: Shop, ledger: Ledger, callers: number, tag: string) {
  let stopped = false
  let acknowledged = 0
  const call = async (name: string, parameters: QueryParams): Promise<Envelope | undefined> => {
    try {
      const answer = await callSigned(url, shop, name, parameters)
      if (answer.error_code === 0) acknowledged += 1
      return answer.error_code === 0 || answer.error_code === 601 ? answer : undefined
    } catch {
      // Cut off, or nobody there: nothing was promised.
      return undefined
    }
  }
  const caller = async (id: number): Promise<void> => {
    for (let step = 0; !stopped; step += 1) {
      const email = `${tag}-${id}-${step}@example.com`
      const goods = [{ good_name: 'mug' }]
      const placed = await call('CreateOrder', { goods, bill_email: email })
      const number = (placed?.result as { bill_id?: number } | undefined)?.bill_id
      if (number === undefined) {
        await sleep(5)
        continue
      }
      ledger.set(email, { number, rpo: undefined })
      const rpo = `RR${number}`
      const sent = { bill_id: number, status: 'sent', date: 1362254400, rpo }
      if ((await call('UpdateOrderStatus', sent)) !== undefined) ledger.set(email, { number, rpo })
    }
  }
  const running = Array.from({ length: callers }, (_, id) => caller(id))
  return {
    /** `later`: the gateway lives on and must come back by itself; goes on a while. */
    async stop(later: boolean): Promise<number> {
      const before = acknowledged
      for (
        let waitedMs = 0;
        later && acknowledged === before && waitedMs < 15_000;
        waitedMs += 20
      ) {
        await sleep(20)
      }
      stopped = true
      await Promise.all(running)
      return acknowledged
    },
  }
}

async function compare(
  url: string,
  shop: Shop,
  ledger: Ledger,
  figures: CrashFigures,
): Promise<void> {
  const { result } = await callSigned(url, shop, 'GetOrders')
  const orders = result as { id: number | string; email: string; rpo: string }[]
  const byEmail = new Map<string, { id: number; rpo: string }[]>()
  for (const { id, email, rpo } of orders) {
    byEmail.set(email, [...(byEmail.get(email) ?? []), { id: Number(id), rpo }])
  }
  for (const [email, found] of byEmail) {
    if (found.length > 1) figures.doubled.push(email)
  }
  for (const [email, promised] of ledger) {
    const kept = byEmail.get(email)?.find(({ id }) => id === promised.number)
    if (kept === undefined) figures.lost.push(`order ${promised.number}`)
    else if (promised.rpo !== undefined && kept.rpo !== promised.rpo) {
      figures.lost.push(`parcel of order ${promised.number}`)
    }
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
