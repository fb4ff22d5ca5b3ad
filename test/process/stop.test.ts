import { beforeAll, describe, expect, it } from 'vitest'
import { useEmptyDatabase } from '../support/database-url.ts'
import { until } from '../support/poll.ts'
import { runCommand, startGatewayProcess } from '../support/process.ts'
import { callSigned, type Shop } from '../support/signed-call.ts'

const database = useEmptyDatabase()

describe('a gateway that is told to stop', () => {
  let shop: Shop
  beforeAll(async () => {
    const { stdout } = await runCommand(['account', 'add', 'shop', '--json'], database().env)
    shop = { login: 'shop', secret: JSON.parse(stdout).influencersoft.secret }
  })
  const goods = [{ good_name: 'mug' }]
  const mug = { good_name: 'mug', good_type: 'digital', good_title: 'Mug', good_sum: '12.90' }

  it('answers the calls that wait for the database, and takes no new ones', async () => {
    const gateway = await startGatewayProcess(database().env)
    await callSigned(gateway.url, shop, 'AddGood', mug)
    let answers: ReturnType<typeof callSigned>[] = []
    await database().sql.begin(async (sql) => {
      await sql`select * from counters for update`
      answers = Array.from({ length: 8 }, (_, index) =>
        callSigned(gateway.url, shop, 'CreateOrder', {
          goods,
          bill_email: `b${index}@example.com`,
        }),
      )
      await until('a call that waits', async () => {
        const [row] = await database().admin`select count(*)::int as n from pg_stat_activity
          where datname = ${database().name} and wait_event_type = 'Lock'`
        return row?.n > 0
      })
      gateway.child.kill('SIGTERM')
      await until('a closed door', () =>
        fetch(`${gateway.url}/healthz`, { headers: { connection: 'close' } }).then(
          () => false,
          () => true,
        ),
      )
    })
    const codes = (await Promise.all(answers)).map((answer) => answer.error_code)
    expect(codes).toEqual(Array.from({ length: 8 }, () => 0))
    expect(await gateway.end('SIGTERM')).toBe(0)
  })

  it('keeps all that it acknowledged under load', async () => {
    const gateway = await startGatewayProcess(database().env)
    const promised: number[] = []
    let stopped = false
    const caller = async (id: number): Promise<void> => {
      for (let step = 0; !stopped; step += 1) {
        const order = { goods, bill_email: `${id}-${step}@load.example` }
        const answer = await callSigned(gateway.url, shop, 'CreateOrder', order).catch(() => null)
        if (answer === null) return
        if (answer.error_code === 0) promised.push(Number(Object(answer.result).bill_id))
        else expect([answer.error_code, answer.error_text]).toEqual([8, expect.anything()])
      }
    }
    const callers = Array.from({ length: 16 }, (_, id) => caller(id))
    await until('orders', () => promised.length > 200)
    const ended = await gateway.end('SIGTERM')
    stopped = true
    await Promise.all(callers)
    expect(ended).toBe(0)

    const next = await startGatewayProcess(database().env)
    const { result } = await callSigned(next.url, shop, 'GetOrders')
    const kept = new Set((result as { id: number }[]).map(({ id }) => Number(id)))
    expect(promised.filter((number) => !kept.has(number))).toEqual([])
    expect(new Set(promised).size).toBe(promised.length)
    expect(await next.end('SIGTERM')).toBe(0)
  })
})
