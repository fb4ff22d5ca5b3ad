import { expect, test } from 'vitest'
import type { HotSql } from '../../src/store/database.ts'
import { claimDeliveries, deferFollowers } from '../../src/store/deliveries.ts'
import { settleDeliveries } from '../../src/store/delivery-tries.ts'
import { aBook, anEndpoint, bid } from '../notices/sending-gateway.ts'
import { useDatabase } from '../support/database.ts'
import { anAccount, anOrder } from '../support/fixtures.ts'
import { until } from '../support/poll.ts'

const database = useDatabase()
const now = Date.parse('2026-03-02T10:00:00Z')
const leasedUntil = now + 30_000
const room = { each: 16, most: 256, failing: 128, underWay: [] }

async function anEndpointOfAShop() {
  const ctx = aBook(database(), { now })
  const { account } = await anAccount(ctx)
  const endpointId = await anEndpoint(ctx, account, 'http://127.0.0.1:8099/')
  return { ctx, account, endpointId }
}

/** Runs the statements as they are, and counts the pages that each looks at. */
function countingPages() {
  const counted: number[] = []
  type Plan = readonly { readonly 'QUERY PLAN': readonly { readonly Plan: object }[] }[]
  const begin = (work: (tx: object) => Promise<unknown>) =>
    database().sql.begin(async (tx) => {
      const unsafe = (text: string, parameters?: string[]) => {
        if (parameters === undefined) return tx.unsafe(text)
        return tx
          .unsafe<never[]>(`explain (analyze, buffers, format json) ${text}`, parameters)
          .then((rows) => {
            const [plan] = (rows as Plan)[0]?.['QUERY PLAN'] ?? []
            counted.push(Number(Object(plan?.Plan)['Shared Hit Blocks']))
            return []
          })
      }
      return work({ unsafe })
    })
  return { counted, sql: { begin } as unknown as HotSql }
}

test('to take and to put off is cheap while a heap waits that the planner knows nothing of', async () => {
  const { account, endpointId } = await anEndpointOfAShop()
  const fill = (state: string, from: number, to: number) => database().sql`
    insert into deliveries (account_id, endpoint_id, number, seq, part, type, body, state, made_at,
      due_at, done_at)
    select ${account.id}, ${endpointId}, at, 1, 0, 'order.placed', '{}', ${state}, ${due}, ${due},
      ${state === 'waiting' ? null : due}
    from generate_series(${from}::int, ${to}::int) at`
  const due = new Date(now - 1000)
  // What the planner knows is of a table in which nothing waits.
  await database().sql`alter table deliveries set (autovacuum_enabled = off)`
  await fill('delivered', 1, 20_000)
  await database().sql`analyze deliveries`
  await fill('waiting', 20_001, 40_000)
  const { sql, counted } = countingPages()
  await claimDeliveries(sql, now, leasedUntil, room)
  await deferFollowers(sql, now, 100)
  expect(counted).toHaveLength(2)
  expect(Math.max(...counted)).toBeLessThan(5000)
  await database().sql`delete from deliveries`
})

test('a message that is put off just as the one before it is delivered goes at once', async () => {
  const { ctx, account, endpointId } = await anEndpointOfAShop()
  const number = await anOrder(ctx, account)
  await bid(ctx, account, number, { kind: 'pay' })
  const hot = ctx.database.sql
  expect(await claimDeliveries(hot, now, leasedUntil, room)).toMatchObject([{ number, seq: 1 }])
  const key = { accountId: account.id, endpointId }
  const answer = { status: 200, problem: null, answer: Buffer.alloc(0), latencyMs: 5 }
  const place = { ...key, number, seq: 1, part: 0, tried: 1, at: now, dueAt: now, leasedUntil }
  const good = { ...key, answers: true, failed: 0, pausedUntil: null, disabledWhy: null }
  let settled: Promise<unknown> | undefined
  await database().sql.begin(async (tx) => {
    await tx`select from deliveries where account_id = ${account.id} and seq = 1 for update`
    settled = settleDeliveries(hot, now, [{ ...place, ...answer, becomes: 'delivered' }], [good])
    await until('the wait for the row', async () => {
      const rows = await database().sql`select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`
      return rows.length === 1
    })
    expect(await deferFollowers(hot, now, 100)).toBeGreaterThan(0)
  })
  await settled
  expect(await claimDeliveries(hot, now, leasedUntil, room)).toMatchObject([{ number, seq: 2 }])
})
