import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OrderCommand } from '../../src/model/command.ts'
import type { QueryParams } from '../../src/wire/php-query.ts'
import { useEmptyDatabase } from '../support/database-url.ts'
import { historyAfter, orderings } from '../support/orderings.ts'
import { until } from '../support/poll.ts'
import { type GatewayProcess, runCommand, startGatewayProcess } from '../support/process.ts'
import { callSigned, type Shop } from '../support/signed-call.ts'
import { answeringWorkers, isAlive, namedWorkers, workersOf } from '../support/workers.ts'

const database = useEmptyDatabase()
const goods = [{ good_name: 'mug' }]
const date = 1_362_254_400

let gateway: GatewayProcess
let shop: Shop
beforeAll(async () => {
  const { stdout } = await runCommand(['account', 'add', 'shop', '--json'], database().env)
  shop = { login: 'shop', secret: JSON.parse(stdout).influencersoft.secret }
  gateway = await startGatewayProcess({ ...database().env, WORKERS: '2' })
  const mug = { good_name: 'mug', good_type: 'digital', good_title: 'Mug', good_sum: '12.90' }
  await callSigned(gateway.url, shop, 'AddGood', mug)
})
afterAll(() => gateway.end('SIGTERM'))

async function placed(email: string): Promise<number> {
  const { result } = await callSigned(gateway.url, shop, 'CreateOrder', {
    goods,
    bill_email: email,
  })
  return Number(Object(result).bill_id)
}

/** Over a connection of its own: only new ones are dealt out among the workers. */
async function knock(): Promise<void> {
  await fetch(`${gateway.url}/nothing`, { headers: { connection: 'close' } })
}

async function historyOf(number: number): Promise<{ kind: string; seq: number }[]> {
  return database().sql`select kind, seq from order_events where number = ${number} order by seq`
}

describe('two workers', () => {
  it('both answer, and say once that they listen', async () => {
    await until('calls to both', async () => {
      await knock()
      return answeringWorkers(gateway).size === 2
    })
    expect(new Set(await namedWorkers(gateway, 2))).toEqual(answeringWorkers(gateway))
    expect(gateway.output().match(/listens on/g)).toHaveLength(1)
    expect(gateway.output()).not.toContain(shop.secret)
  })

  it('make one order of fifty identical calls at once, and answer all with its number', async () => {
    const order = { goods, bill_email: 'fifty@example.com' }
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => callSigned(gateway.url, shop, 'CreateOrder', order)),
    )
    const numbers = answers.map(({ result }) => Number(Object(result).bill_id))
    expect(new Set(numbers).size).toBe(1)
    const rows = await database().sql`
      select number from orders where email_folded = 'fifty@example.com'`
    expect(rows).toEqual([{ number: numbers[0] }])
  })

  it('keep the history as the rules say where changes of one order race', async () => {
    const parcel = { service: '', tracking: 'RR1', link: '' }
    const at = date * 1000
    const racing: { parameters: QueryParams; command: OrderCommand }[] = [
      { parameters: { status: 'paid', date }, command: { kind: 'pay', at } },
      { parameters: { status: 'cancel' }, command: { kind: 'cancel' } },
      {
        parameters: { status: 'sent', date, rpo: 'RR1' },
        command: { kind: 'send', at, parcel, via: 'influencersoft', replaces: true },
      },
      { parameters: { status: 'return', date }, command: { kind: 'return', at } },
    ]
    const possible = orderings(racing.map(({ command }) => command)).map((commands) =>
      historyAfter(commands, Date.now()).join(),
    )
    const numbers = await Promise.all(
      Array.from({ length: 60 }, (_, id) => placed(`race${id}@example.com`)),
    )
    const update = (number: number, parameters: QueryParams) =>
      callSigned(gateway.url, shop, 'UpdateOrderStatus', { bill_id: number, ...parameters })
    await Promise.all(
      numbers.flatMap((number) => racing.map(({ parameters }) => update(number, parameters))),
    )
    for (const number of numbers) {
      const events = await historyOf(number)
      expect(possible).toContain(events.map(({ kind }) => kind).join())
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
    }
    const releases = await database().sql<{ release: number }[]>`
      select release_number as release from releases order by release_number`
    expect(new Set(releases.map(({ release }) => release)).size).toBe(releases.length)
  })

  it('lose nothing when one is killed under load, and get another in its place', async () => {
    const before = await namedWorkers(gateway, 2)
    const promised: number[] = []
    let stopped = false
    const caller = async (id: number): Promise<void> => {
      for (let step = 0; !stopped; step += 1) {
        const order = { goods, bill_email: `${id}-${step}@load.example` }
        const answer = await callSigned(gateway.url, shop, 'CreateOrder', order).catch(() => null)
        // Cut off with the killed worker: nothing was promised.
        if (answer === null) continue
        if (answer.error_code === 0) promised.push(Number(Object(answer.result).bill_id))
        else expect([answer.error_code, answer.error_text]).toEqual([8, expect.anything()])
      }
    }
    const callers = Array.from({ length: 16 }, (_, id) => caller(id))
    await until('orders', () => promised.length > 100)
    process.kill(before[0] as number, 'SIGKILL')
    await until('a new worker', () => workersOf(gateway).length > before.length)
    const answered = promised.length
    await until('more orders', () => promised.length > answered + 100)
    stopped = true
    await Promise.all(callers)
    const newcomer = workersOf(gateway).at(-1) as number
    await until('a call to the new one', async () => {
      await knock()
      return answeringWorkers(gateway).has(newcomer)
    })
    const { result } = await callSigned(gateway.url, shop, 'GetOrders')
    const kept = new Set((result as { id: number }[]).map(({ id }) => Number(id)))
    expect(promised.filter((number) => !kept.has(number))).toEqual([])
    expect(new Set(promised).size).toBe(promised.length)
    expect(gateway.child.exitCode).toBeNull()
  })

  it('say at once that a port is in use, and leave nothing running', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as { port: number }
    const env = { ...database().env, PORT: String(port) }
    const { code, stdout, stderr } = await runCommand(['serve', '--workers', '2'], env)
    other.close()
    expect([code, stderr]).toEqual([
      1,
      `countersign: port ${port} of 127.0.0.1 is in use; stop what listens there or set PORT\n`,
    ])
    expect(stdout).not.toContain('a worker listens')
  })
})

describe('a gateway with workers', () => {
  it('keeps under load all that it acknowledged when it is told to stop, and leaves no process', async () => {
    const own = await startGatewayProcess({ ...database().env, WORKERS: '3' })
    const promised: number[] = []
    const caller = async (id: number): Promise<void> => {
      for (let step = 0; ; step += 1) {
        const order = { goods, bill_email: `${id}-${step}@stop.example` }
        const answer = await callSigned(own.url, shop, 'CreateOrder', order).catch(() => null)
        if (answer === null) return
        if (answer.error_code === 0) promised.push(Number(Object(answer.result).bill_id))
      }
    }
    const callers = Array.from({ length: 16 }, (_, id) => caller(id))
    await until('orders', () => promised.length > 100)
    expect(await own.end('SIGTERM')).toBe(0)
    await Promise.all(callers)
    const workers = await namedWorkers(own, 3)
    expect([workers.length, workers.filter(isAlive)]).toEqual([3, []])
    const rows = await database().sql<{ number: number }[]>`select number from orders`
    const kept = new Set(rows.map(({ number }) => number))
    expect(promised.filter((number) => !kept.has(number))).toEqual([])
  })

  it('leaves no worker behind when it is killed itself, and calls under way are answered', async () => {
    const own = await startGatewayProcess({ ...database().env, WORKERS: '2' })
    let answers: ReturnType<typeof callSigned>[] = []
    await database().sql.begin(async (sql) => {
      await sql`select * from counters for update`
      answers = Array.from({ length: 6 }, (_, id) =>
        callSigned(own.url, shop, 'CreateOrder', { goods, bill_email: `k${id}@example.com` }),
      )
      await until('calls that wait', async () => {
        const [row] = await database().admin`select count(*)::int as n from pg_stat_activity
          where datname = ${database().name} and wait_event_type = 'Lock'`
        return row?.n > 1
      })
      await own.end('SIGKILL')
    })
    const codes = (await Promise.all(answers)).map((answer) => answer.error_code)
    expect(codes).toEqual([0, 0, 0, 0, 0, 0])
    await until('the end of all workers', () => !workersOf(own).some(isAlive))
  })
})
