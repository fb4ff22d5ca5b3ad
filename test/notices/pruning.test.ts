import { expect, test } from 'vitest'
import { startHousekeeping } from '../../src/core/housekeeping.ts'
import { useDatabase } from '../support/database.ts'
import { anAccount } from '../support/fixtures.ts'
import { aBook, anEndpoint } from './sending-gateway.ts'

const database = useDatabase()
const dayMs = 86_400_000

test('messages and tries go when they are old, and nothing that still waits', async () => {
  const clock = { now: Date.parse('2026-03-02T10:00:00Z') }
  const ctx = aBook(database(), clock)
  const { account } = await anAccount(ctx)
  const endpointId = await anEndpoint(ctx, account, 'http://127.0.0.1:8099/')
  const { sql } = database()
  const ages = [
    { number: 1, state: 'delivered', days: 31 },
    { number: 2, state: 'delivered', days: 29 },
    { number: 3, state: 'dead', days: 181 },
    { number: 4, state: 'dead', days: 179 },
    { number: 5, state: 'waiting', days: 400 },
  ]
  for (const { number, state, days } of ages) {
    const at = new Date(clock.now - days * dayMs)
    await sql`insert into deliveries (account_id, endpoint_id, number, seq, part, type, body, state,
        made_at, due_at, tries, done_at)
      values (${account.id}, ${endpointId}, ${number}, 1, 0, 'order.placed', '{}', ${state}, ${at},
        ${at}, 1, ${state === 'waiting' ? null : at})`
    await sql`insert into delivery_attempts (account_id, endpoint_id, number, seq, part, tried, at,
        latency_ms) values (${account.id}, ${endpointId}, ${number}, 1, 0, 1, ${at}, 5)`
  }
  const housekeeping = startHousekeeping(ctx, { info: () => undefined, warn: () => undefined })
  clock.now += 3_600_000
  await housekeeping.runOnce()
  await housekeeping.stop()
  const left = await sql`select number from deliveries order by number`
  expect(left.map(({ number }) => number)).toEqual([2, 4, 5])
  const tries = await sql`select number from delivery_attempts order by number`
  expect(tries.map(({ number }) => number)).toEqual([2])
})
