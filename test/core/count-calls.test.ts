import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import type { CallRecord } from '../../src/core/call-records.ts'
import type { Context } from '../../src/core/context.ts'
import { keepHoursMs, startCallCounts } from '../../src/core/count-calls.ts'
import { startHousekeeping } from '../../src/core/housekeeping.ts'
import type { SeenCall } from '../../src/core/seen-call.ts'
import type { Account } from '../../src/model/account.ts'
import { Failure } from '../../src/model/failure.ts'
import { openTestBook } from '../support/book.ts'
import { useDatabase } from '../support/database.ts'
import { anAccount } from '../support/fixtures.ts'
import { until } from '../support/poll.ts'
import { whileSilent } from '../support/silent.ts'

const database = useDatabase()
const said: string[] = []
const log = {
  info: () => undefined,
  warn: (_fields: object, message: string) => {
    said.push(message)
  },
}
const clock = { now: Date.parse('2026-03-02T10:59:00Z') }

let books: ReturnType<typeof openTestBook>[]
let counters: CallRecord[]
let ctx: Context
beforeAll(() => {
  const config = readConfig({})
  books = [0, 1].map(() => openTestBook(database(), config, () => clock.now, log))
  counters = books.map((book) => startCallCounts(book.ctx, log))
  ctx = (books[0] as (typeof books)[0]).ctx
})
afterAll(async () => {
  await Promise.all(counters.map((counter) => counter.stop()))
  await Promise.all(books.map(({ closeBook }) => closeBook()))
})

function note(
  account: Account,
  outcome: string,
  more: Partial<SeenCall> = {},
  counter: CallRecord | undefined = counters[0],
): void {
  counter?.note({
    account,
    dialect: 'influencersoft',
    at: clock.now,
    peerAddress: '192.0.2.7',
    function: 'GetOrders',
    outcome,
    reason: undefined,
    credentialId: undefined,
    tried: undefined,
    request: { method: 'POST', path: '/', query: '', headers: {}, body: Buffer.alloc(0) },
    ...more,
  })
}
const flush = () => Promise.all(counters.map((counter) => counter.runOnce()))
const hours = ({ id }: Account) => database().sql`
  select dialect, credential_id, to_char(hour at time zone 'UTC', 'MM-DD HH24:MI') as hour,
    accepted, refused
  from call_hours where account_id = ${id} order by 1, 2, 3`
const streak = async ({ id }: Account) => {
  const rows = await database().sql`
    select refused_in_row as row, refused_since as since from call_streaks
    where account_id = ${id} and dialect = 'influencersoft'`
  return rows[0]
}

describe('calls are counted', () => {
  it('by dialect, credential and hour, of several gateways together', async () => {
    const { account } = await anAccount(ctx)
    note(account, 'ok', { credentialId: 1 })
    note(account, 'ok', { credentialId: 1 }, counters[1])
    note(account, 'order-not-found', { credentialId: 1 })
    note(account, 'proof-wrong')
    note(account, 'ok', { credentialId: 2, dialect: 'mintsoft' })
    await flush()
    clock.now += 120_000
    note(account, 'ok', { credentialId: 1 })
    await flush()
    note(account, 'ok', { credentialId: 1 }, counters[1])
    await flush()
    const [first, next] = ['03-02 10:00', '03-02 11:00']
    expect(await hours(account)).toEqual([
      { dialect: 'influencersoft', credential_id: 0, hour: first, accepted: 0, refused: 1 },
      { dialect: 'influencersoft', credential_id: 1, hour: first, accepted: 2, refused: 1 },
      { dialect: 'influencersoft', credential_id: 1, hour: next, accepted: 2, refused: 0 },
      { dialect: 'mintsoft', credential_id: 2, hour: first, accepted: 1, refused: 0 },
    ])
  })

  it.each(['busy', 'outcome-unknown', 'bug'])('but not what came to "%s"', async (outcome) => {
    const { account } = await anAccount(ctx)
    note(account, outcome, { credentialId: 1 })
    await flush()
    expect(await hours(account)).toEqual([])
    expect(await streak(account)).toBeUndefined()
  })

  it('of gateways that write at once without a deadlock', async () => {
    const accounts = await Promise.all(
      Array.from({ length: 12 }, async () => (await anAccount(ctx)).account),
    )
    for (let round = 0; round < 20; round += 1) {
      for (const [at, account] of accounts.entries()) {
        note(account, at % 2 === 0 ? 'ok' : 'proof-wrong', {}, counters[0])
        note(
          accounts[accounts.length - 1 - at] ?? account,
          'ok',
          { dialect: 'opencart' },
          counters[1],
        )
        note(accounts[accounts.length - 1 - at] ?? account, 'proof-wrong', {}, counters[1])
      }
      await flush()
    }
    for (const account of accounts) {
      const rows = await hours(account)
      const sum = rows.reduce((all, { accepted, refused }) => all + accepted + refused, 0)
      expect(sum).toBe(60)
    }
    expect(said).toEqual([])
  })
})

describe('refusals in a row', () => {
  it('go on from one write to the next, and end with a call that is accepted', async () => {
    const { account } = await anAccount(ctx)
    const began = clock.now
    note(account, 'proof-wrong')
    note(account, 'invalid-input')
    await flush()
    expect(await streak(account)).toEqual({ row: 2, since: new Date(began) })
    clock.now += 1000
    note(account, 'proof-wrong')
    await flush()
    expect(await streak(account)).toEqual({ row: 3, since: new Date(began) })
    clock.now += 1000
    note(account, 'proof-wrong')
    note(account, 'ok')
    note(account, 'proof-wrong')
    note(account, 'proof-wrong')
    await flush()
    expect(await streak(account)).toEqual({ row: 2, since: new Date(clock.now) })
    note(account, 'ok')
    await flush()
    expect(await streak(account)).toEqual({ row: 0, since: null })
  })

  it('are left alone by calls of other dialects, and by those that were only busy', async () => {
    const { account } = await anAccount(ctx)
    note(account, 'proof-wrong')
    note(account, 'ok', { dialect: 'mintsoft' })
    note(account, 'busy')
    note(account, 'bug')
    await flush()
    expect(await streak(account)).toMatchObject({ row: 1 })
  })
})

describe('while the database', () => {
  it('is away, what was counted waits and is written once it is back', async () => {
    const { account } = await anAccount(ctx)
    let isAway = true
    const inTime: Context['database']['inTime'] = (work, options) =>
      isAway ? Promise.reject(new Failure('busy')) : ctx.database.inTime(work, options)
    const warnings: string[] = []
    const counter = startCallCounts(
      { ...ctx, database: { ...ctx.database, inTime } },
      { ...log, warn: (_fields, message) => warnings.push(message) },
    )
    note(account, 'ok', {}, counter)
    note(account, 'proof-wrong', {}, counter)
    await counter.runOnce()
    note(account, 'proof-wrong', {}, counter)
    note(account, 'ok', { dialect: 'mintsoft' }, counter)
    await counter.runOnce()
    expect(warnings).toEqual(['calls could not be counted'])
    expect(await hours(account)).toEqual([])
    isAway = false
    await counter.stop()
    expect(await hours(account)).toMatchObject([
      { dialect: 'influencersoft', accepted: 1, refused: 2 },
      { dialect: 'mintsoft', accepted: 1, refused: 0 },
    ])
    expect((await streak(account))?.row).toBe(2)
  })

  it('is silent, nothing is counted twice', async () => {
    const { account } = await anAccount(ctx)
    const counter = startCallCounts(ctx, { ...log, warn: () => undefined }, { deadlineMs: 300 })
    note(account, 'ok', {}, counter)
    await whileSilent(database(), ['call_hours', 'call_streaks'], () => counter.runOnce())
    await until('the late write', async () => (await hours(account)).length === 1)
    await counter.stop()
    expect(await hours(account)).toMatchObject([{ accepted: 1, refused: 0 }])
  })
})

it('hours are forgotten after 35 days', async () => {
  const { account } = await anAccount(ctx)
  note(account, 'ok')
  await flush()
  const keeper = startHousekeeping(ctx, log)
  clock.now += keepHoursMs - 3_600_000
  await keeper.runOnce()
  expect(await hours(account)).toHaveLength(1)
  clock.now += 2 * 3_600_000
  await keeper.runOnce()
  expect(await hours(account)).toHaveLength(0)
  await keeper.stop()
})
