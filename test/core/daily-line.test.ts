import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { changeOrder } from '../../src/core/change-order.ts'
import { lastDay } from '../../src/core/daily-line.ts'
import { type Housekeeping, startHousekeeping } from '../../src/core/housekeeping.ts'
import type { Account } from '../../src/model/account.ts'
import { openTestBook } from '../support/book.ts'
import { useDatabase } from '../support/database.ts'
import { anAccount, anOrder } from '../support/fixtures.ts'

const database = useDatabase()
const author = { via: 'operator', credentialId: null }
const minuteMs = 60_000
const dayMs = 86_400_000

type Line = { readonly account: string; readonly day: string } & Record<string, unknown>
const lines: Line[] = []
const log = {
  info: (fields: object, message: string) => {
    if (message === 'day') lines.push(fields as Line)
  },
  warn: (_fields: object, message: string) => {
    throw new Error(message)
  },
}
const clock = { now: Date.parse('2026-03-02T10:00:00Z') }
const at = (time: string): void => {
  clock.now = Date.parse(time)
}

let books: ReturnType<typeof openTestBook>[]
let keepers: Housekeeping[]
beforeAll(() => {
  books = [0, 1].map(() => openTestBook(database(), readConfig({}), () => clock.now, log))
  keepers = books.map(({ ctx }) => startHousekeeping(ctx, log))
})
afterAll(async () => {
  await Promise.all(keepers.map((keeper) => keeper.stop()))
  await Promise.all(books.map(({ closeBook }) => closeBook()))
})
const ctxOf = () => (books[0] as (typeof books)[0]).ctx
/** A round that is under way has looked at the clock before the test moved it. */
async function runAll(): Promise<void> {
  await Promise.all(keepers.map((keeper) => keeper.runOnce()))
  await Promise.all(keepers.map((keeper) => keeper.runOnce()))
}
const daysOf = ({ login }: Account) =>
  lines.filter(({ account }) => account === login).map(({ day }) => day)

describe('the line of a day', () => {
  it('says what the day brought, once among two gateways, and nothing of buyers', async () => {
    at('2026-03-02T10:00:00Z')
    const { account } = await anAccount(ctxOf(), { settings: { timezone: 'Europe/Moscow' } })
    await anOrder(ctxOf(), account)
    const cancelled = await anOrder(ctxOf(), account, { buyer: { email: 'bob@example.com' } })
    const sent = await anOrder(ctxOf(), account, {
      buyer: { email: 'cy@example.com' },
      lines: [{ code: 'mug', quantity: 2 }],
    })
    const change = (number: number, command: Parameters<typeof changeOrder>[2]['command']) =>
      changeOrder(ctxOf(), account, { number, command, author })
    await change(cancelled, { kind: 'cancel' })
    // By the caller's word years ago; told of on the day that it was said.
    await change(sent, { kind: 'pay', at: Date.parse('2013-03-01T00:00:00Z') })
    const parcel = { service: '', tracking: 'RR1', link: '' }
    await change(sent, { kind: 'send', at: clock.now, parcel, via: 'mintsoft', replaces: false })
    await change(sent, { kind: 'cancel' })
    const { sql } = database()
    const hour = (time: string, accepted: number, refused: number) => sql`
      insert into call_hours (account_id, dialect, credential_id, hour, accepted, refused)
      values (${account.id}, 'mintsoft', ${accepted}, ${time}, ${accepted}, ${refused})`
    await hour('2026-03-01T20:00:00Z', 100, 100)
    await hour('2026-03-01T21:00:00Z', 3, 1)
    await hour('2026-03-02T20:00:00Z', 4, 0)
    await hour('2026-03-02T21:00:00Z', 50, 50)
    await runAll()
    expect(daysOf(account)).toEqual([])
    at('2026-03-02T20:59:59Z')
    await runAll()
    expect(daysOf(account)).toEqual([])
    at('2026-03-02T21:01:30Z')
    await runAll()
    clock.now += minuteMs
    await runAll()
    expect(lines.filter((line) => line.account === account.login)).toEqual([
      {
        account: account.login,
        day: '2026-03-02',
        calls: { mintsoft: { accepted: 7, refused: 1 } },
        placed: 3,
        sums: { USD: '3025.80' },
        paid: 1,
        sent: 1,
        cancelled: 2,
        notices: { delivered: 0, dead: 0 },
        attention: 1,
      },
    ])
    expect(JSON.stringify(lines)).not.toMatch(/example\.com|Ada/)
  })

  it('counts the notices that ended on it', async () => {
    at('2026-03-04T10:00:00Z')
    const { account } = await anAccount(ctxOf())
    const { sql } = database()
    await sql`insert into endpoints (account_id, id, url, format, created_at)
      values (${account.id}, 1, 'https://shop.example.com/', 'standard', now())`
    const ended = (number: number, state: string, time: string) => sql`
      insert into deliveries (account_id, endpoint_id, number, seq, part, type, body, state,
        made_at, due_at, done_at)
      values (${account.id}, 1, ${number}, 1, 0, 'order.paid', '{}', ${state},
        '2026-03-02T00:00:00Z', '2026-03-02T00:00:00Z', ${time})`
    await ended(1, 'delivered', '2026-03-03T23:59:59.999Z')
    await ended(2, 'delivered', '2026-03-04T00:00:00Z')
    await ended(3, 'delivered', '2026-03-04T23:59:59.999Z')
    await ended(4, 'dead', '2026-03-04T12:00:00Z')
    at('2026-03-05T00:02:00Z')
    await runAll()
    const [line] = lines.filter((one) => one.account === account.login)
    expect(line).toMatchObject({ day: '2026-03-04', notices: { delivered: 2, dead: 1 } })
  })

  it('is the last one alone after days without a gateway', async () => {
    at('2026-03-10T10:00:00Z')
    const { account } = await anAccount(ctxOf())
    at('2026-03-11T00:02:00Z')
    await runAll()
    clock.now += 5 * dayMs
    await runAll()
    clock.now += dayMs
    await runAll()
    expect(daysOf(account)).toEqual(['2026-03-10', '2026-03-15', '2026-03-16'])
  })

  it('is not written again when the clock is set back', async () => {
    at('2026-04-01T10:00:00Z')
    const { account } = await anAccount(ctxOf())
    at('2026-04-03T00:02:00Z')
    await runAll()
    clock.now -= dayMs
    await runAll()
    clock.now += dayMs
    await runAll()
    expect(daysOf(account)).toEqual(['2026-04-02'])
  })

  it('is written for more accounts than one look takes', async () => {
    at('2026-05-01T10:00:00Z')
    const made: Account[] = []
    for (let count = 0; count < 45; count += 1) made.push((await anAccount(ctxOf())).account)
    at('2026-05-02T00:02:00Z')
    for (let look = 0; look < 5; look += 1) await runAll()
    for (const account of made) expect(daysOf(account)).toEqual(['2026-05-01'])
  })
})

describe('the last day', () => {
  it.each([
    ['2026-03-02T00:00:00Z', 'UTC', '2026-03-01', 24],
    ['2026-03-01T20:59:59Z', 'Europe/Moscow', '2026-02-28', 24],
    ['2026-03-30T08:00:00Z', 'Europe/Berlin', '2026-03-29', 23],
    ['2026-10-26T08:00:00Z', 'Europe/Berlin', '2026-10-25', 25],
    ['2026-03-02T10:00:00Z', 'Asia/Kolkata', '2026-03-01', 24],
    ['2026-01-01T05:00:00Z', 'America/New_York', '2025-12-31', 24],
  ])('at %s in %s is %s, of %d hours', (time, zone, day, hours) => {
    const last = lastDay(Date.parse(time), zone)
    expect([last.day, (last.to - last.from) / 3_600_000]).toEqual([day, hours])
    expect(last.to).toBeLessThanOrEqual(Date.parse(time))
  })
})
