import { setTimeout as sleep } from 'node:timers/promises'
import type postgres from 'postgres'
import { until } from '../support/poll.ts'
import { runCommand, startGatewayProcess } from '../support/process.ts'
import { callSigned, type Shop } from '../support/signed-call.ts'
import { randomFrom } from './crash.ts'
import { type Arrival, type MoodyReceiver, startMoodyReceiver } from './notices-receiver.ts'

export type NoticesOptions = {
  readonly orders: number
  readonly kills: number
  readonly restarts: number
  readonly callers: number
  readonly seed: number
  /** Of the gateway: `DATABASE_URL` and its key. */
  readonly env: Readonly<Record<string, string>>
  readonly sql: postgres.Sql
  readonly report?: (line: string) => void
}

export type NoticesFigures = {
  events: number
  arrivals: number
  /** Events that the receiver never accepted. */
  missing: string[]
  /** Messages that came before an earlier one of their order was accepted. */
  outOfOrder: string[]
  /** Events that came under two names or with two bodies, and names that stood for two events. */
  confused: string[]
  dead: number
}

const patienceMs = 900_000

/** Short delays: what is tried is what happens between them. */
const quickly = {
  NOTICES_HTTP: 'on',
  NOTICES_UNSAFE_TARGETS: 'on',
  NOTICES_TIMEOUT_MS: '1500',
  NOTICES_RETRY_SECONDS: '0.2,0.5,1,2,2,2,2,2,2',
  LOG_LEVEL: 'error',
}

/** The life of an order: with what its number sets off by itself, ten events. */
const steps = [
  { status: 'paid', date: 1362254400 },
  { status: 'sent', date: 1362254400, rpo: 'RR1' },
  { status: 'sent', date: 1362254400, rpo: 'RR2' },
  { status: 'sent', date: 1362254400, rpo: 'RR3' },
  { status: 'sent', date: 1362254400, rpo: 'RR4' },
  { status: 'sent', date: 1362254400, rpo: 'RR5' },
  { status: 'return', date: 1362254400 },
  { status: 'cancel' },
] as const

/** Orders live through their days while the receiver misbehaves and the gateway is killed. */
export async function noticesTrial(options: NoticesOptions): Promise<NoticesFigures> {
  const random = randomFrom(options.seed)
  const receiver = await startMoodyReceiver(random)
  try {
    const shop = await aShop(options.env, receiver)
    await live(options, shop, receiver, random)
    return await compare(options.sql, shop, receiver.arrivals)
  } finally {
    await receiver.close()
  }
}

async function aShop(env: NoticesOptions['env'], { url }: MoodyReceiver): Promise<Shop> {
  const login = 'notices'
  const run = async (...args: string[]): Promise<string> => {
    const done = await runCommand(args, { ...env, ...quickly })
    if (done.code !== 0) throw new Error(`${args.join(' ')}: ${done.stderr}`)
    return done.stdout
  }
  const sheet = JSON.parse(await run('account', 'add', login, '--json')) as {
    influencersoft: { secret: string }
  }
  await run('endpoint', 'add', login, url)
  return { login, secret: sheet.influencersoft.secret }
}

async function live(
  options: NoticesOptions,
  shop: Shop,
  receiver: MoodyReceiver,
  random: () => number,
): Promise<void> {
  const env = { ...options.env, ...quickly }
  let gateway = await startGatewayProcess(env)
  const good = { good_name: 'mug', good_type: 'digital', good_title: 'Mug', good_sum: '12.90' }
  await callSigned(gateway.url, shop, 'AddGood', good)
  let left = options.orders
  /** A call that got no answer is repeated, as every client must. */
  const call = async (name: string, parameters: Parameters<typeof callSigned>[3]) => {
    for (;;) {
      const answer = await callSigned(gateway.url, shop, name, parameters).catch(() => undefined)
      if (answer !== undefined && answer.error_code !== 8) return answer
      await sleep(50)
    }
  }
  const caller = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      const email = `${left}@example.com`
      const placed = await call('CreateOrder', { goods: [{ good_name: 'mug' }], bill_email: email })
      const bill_id = (placed.result as { bill_id: number }).bill_id
      for (const step of steps) await call('UpdateOrderStatus', { bill_id, ...step })
    }
  }
  const loaded = Promise.all(Array.from({ length: options.callers }, caller))
  const trouble = async (): Promise<void> => {
    for (let at = 0; at < Math.max(options.kills, options.restarts); at += 1) {
      await waitForArrivals(receiver, ((at + 0.3 + random() * 0.4) / options.kills) * expected)
      if (at < options.restarts) await receiver.restart(300)
      if (at >= options.kills) continue
      await gateway.end('SIGKILL')
      gateway = await startGatewayProcess(env)
      options.report?.(`killed after ${receiver.arrivals.length} arrivals`)
    }
  }
  const expected = options.orders * 7
  await Promise.all([loaded, trouble()])
  await until('the last delivery', async () => (await waiting(options.sql)) === 0, patienceMs)
  await gateway.end('SIGTERM')
}

async function waitForArrivals({ arrivals }: MoodyReceiver, count: number): Promise<void> {
  await until(`${Math.ceil(count)} arrivals`, () => arrivals.length >= count, patienceMs)
}

async function waiting(sql: postgres.Sql): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from deliveries where state = 'waiting'`
  return row?.count ?? 0
}

async function compare(
  sql: postgres.Sql,
  { login }: Shop,
  arrivals: readonly Arrival[],
): Promise<NoticesFigures> {
  const events = await sql<{ number: number; seq: number; kind: string }[]>`
    select v.number, v.seq, v.kind from order_events v join accounts a on a.id = v.account_id
    where a.login = ${login} order by v.number, v.seq`
  const [dead] = await sql<{ count: number }[]>`
    select count(*)::int as count from deliveries where state = 'dead'`
  const figures: NoticesFigures = {
    events: events.length,
    arrivals: arrivals.length,
    missing: [],
    outOfOrder: [],
    confused: [],
    dead: dead?.count ?? 0,
  }
  const accepted = new Set<string>()
  const first = new Map<string, Arrival>()
  const names = new Map<string, string>()
  for (const arrival of arrivals) {
    const { number, seq, type, id, body } = arrival
    const place = `${number}/${seq}/${type}`
    const known = first.get(place) ?? arrival
    if (known.id !== id || known.body !== body) figures.confused.push(place)
    if ((names.get(id) ?? place) !== place) figures.confused.push(id)
    first.set(place, known)
    names.set(id, place)
    if (seq > 1 && !accepted.has(`${number}/${seq - 1}`)) figures.outOfOrder.push(place)
    if (arrival.accepted) accepted.add(place).add(`${number}/${seq}`)
  }
  for (const { number, seq, kind } of events) {
    const place = `${number}/${seq}/order.${kind}`
    if (!accepted.has(place)) figures.missing.push(place)
  }
  return figures
}
