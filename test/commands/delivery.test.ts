import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import type { Account } from '../../src/model/account.ts'
import { openTestBook } from '../support/book.ts'
import { anAccount, anOrder } from '../support/fixtures.ts'
import { until } from '../support/poll.ts'
import { consoleOn, useConsole } from './console.ts'

const settings = { NOTICES_HTTP: 'on', NOTICES_UNSAFE_TARGETS: 'on' }
const at = useConsole(settings)

type Listed = Record<string, unknown> & { id: string; order: number }
type Row = { state: string; due_at: Date; tries: number; body: string; done_at: Date | null }

const receiver = 'http://127.0.0.1:19999/notices'

/** An account with one endpoint. */
async function shop(login: string): Promise<Account> {
  const { account } = await anAccount(at().ctx, { login })
  await at().runJson(`endpoint add ${login} ${receiver} --json`)
  return account
}
const listed = (login: string, more = '') =>
  at().runJson<Listed[]>(`delivery list ${login}${more} --json`)
const orders = async (login: string, more = '') =>
  (await listed(login, more)).map(({ order }) => order)
const rowOf = async ({ id }: Account, number: number): Promise<Row> => {
  const [row] = await at().database.sql<Row[]>`
    select state, due_at, tries, body, done_at from deliveries
    where account_id = ${id} and number = ${number} and part = 0 and seq = 1`
  if (row === undefined) throw new Error(`order ${number} has no delivery`)
  return row
}
const settle = (account: Account, number: number, state: string, tries = 10) =>
  at().database.sql`
    update deliveries set state = ${state}, tries = ${tries}, done_at = ${new Date(at().clock.now)}
    where account_id = ${account.id} and number = ${number}`
const tried = (account: Account, number: number, attempt: Record<string, unknown>) =>
  at().database.sql`insert into delivery_attempts ${at().database.sql({
    ...{ account_id: account.id, endpoint_id: 1, number, seq: 1, part: 0 },
    ...attempt,
  })}`

describe('delivery list', () => {
  let account: Account
  let made: number[]

  beforeAll(async () => {
    account = await shop('listing')
    await at().runJson(`endpoint add listing ${receiver} --types order.paid --json`)
    made = [await anOrder(at().ctx, account)]
    at().clock.now += 86_400_000
    made.push(await anOrder(at().ctx, account), await anOrder(at().ctx, account))
    await at().run(`order pay listing ${made[2]}`)
    await settle(account, made[1] ?? 0, 'dead')
  })

  it('picks by endpoint, order, state and time', async () => {
    const [first, second, third] = made
    expect(await orders('listing')).toEqual([first, second, third, third, third, third])
    expect(await orders('listing', ' --endpoint 2')).toEqual([third])
    expect(await orders('listing', ` --order ${first}`)).toEqual([first])
    expect(await orders('listing', ' --state dead,delivered')).toEqual([second])
    expect(await orders('listing', ' --to 2026-03-02')).toEqual([first])
    expect(await orders('listing', ' --from 12h --state dead')).toEqual([second])
    expect(await orders('listing', ' --from 12h --endpoint 1 --order 1')).toEqual([])
    expect((await at().run('delivery list listing --order 1')).out).toBe('No delivery fits.')
  })

  it('names each message by its id, and shows nothing of the buyer', async () => {
    const [first] = await listed('listing')
    expect(first).toMatchObject({
      id: `msg_listing_1_${made[0]}_1`,
      endpoint: 1,
      type: 'order.placed',
      state: 'waiting',
      tries: 0,
      underWay: false,
      madeAt: '2026-03-02T10:00:00.000Z',
      doneAt: null,
    })
    for (const words of ['delivery list listing', 'delivery list listing --json']) {
      expect((await at().run(words)).out).not.toMatch(/Ada|example\.com/)
    }
  })

  it('prints more than a page holds, each once', async () => {
    const many = await shop('long-list')
    await at().database.sql`
      insert into deliveries (account_id, endpoint_id, number, seq, part, type, body, state,
        made_at, due_at)
      select ${many.id}, 1, 1 + n / 2, 1 + n % 2, 0, 'order.paid', '{}', 'waiting', now(), now()
      from generate_series(0, 449) n`
    const ids = (await listed('long-list')).map(({ id }) => id)
    expect([ids.length, new Set(ids).size]).toEqual([450, 450])
  })

  it.each([
    ['--state lost', 'there are waiting, delivered, dead'],
    ['--endpoint 9', '"listing" has no endpoint 9'],
    ['--endpoint x', '"x" is no number'],
    ['--from soon', 'is no time'],
  ])('refuses %s', async (words, reason) => {
    const { code, err } = await at().run(`delivery list listing ${words}`)
    expect(code).toBe(1)
    expect(err).toContain(reason)
  })
})

describe('delivery show', () => {
  it('shows the frozen message and how each try ended, safe for a terminal', async () => {
    const account = await shop('showing')
    const number = await anOrder(at().ctx, account)
    const latency = { latency_ms: 41 }
    const time = (minute: number) => new Date(Date.UTC(2026, 2, 2, 10, minute))
    await tried(account, number, {
      ...{ tried: 1, at: time(1), status: 503, problem: 'it answered 503' },
      ...{ ...latency, answer: Buffer.from('later\u001b[2J') },
    })
    await tried(account, number, {
      ...{ tried: 2, at: time(2), status: null, problem: 'connection refused' },
      ...{ ...latency, answer: null },
    })
    await tried(account, number, {
      ...{ tried: 3, at: time(3), status: 200, problem: null },
      ...{ ...latency, answer: Buffer.from([0xff, 0x6f, 0x6b]) },
    })
    const id = `msg_showing_1_${number}_1`
    const shown = await at().runJson<Record<string, unknown>>(`delivery show showing ${id} --json`)
    expect(shown).toMatchObject({ id, order: number, body: (await rowOf(account, number)).body })
    expect(shown.attempts).toEqual([
      expect.objectContaining({ tried: 1, status: 503, problem: 'it answered 503', latencyMs: 41 }),
      expect.objectContaining({ tried: 2, status: null, problem: 'connection refused' }),
      expect.objectContaining({ tried: 3, status: 200, problem: null, answer: '\ufffdok' }),
    ])
    const { out } = await at().run(`delivery show showing ${id}`)
    expect(out).toMatch(/^endpoint +1 http:\/\/127\.0\.0\.1:19999\/notices$/m)
    expect(out).toMatch(/^1 +2026-03-02T10:01:00Z +503 +41 ms +it answered 503; later \[2J$/m)
    expect(out).toMatch(/^2 +2026-03-02T10:02:00Z +- +41 ms +connection refused$/m)
    expect(out).toContain('"type":"order.placed"')
    expect(out).not.toContain('\u001b')
  })

  it.each([
    'msg_other_1_1_1',
    'msg_strange_1_999_1',
    'msg_strange_1_1',
    'msg_strange_01_1_1',
    'msg_strange_1_1_1_0',
    'msg_strange_1_1_1_99999',
    'msg_strange_9999999999_1_1',
    'strange',
  ])('refuses %s, which is no message of the account', async (id) => {
    if ((await at().run('account show strange')).code !== 0) await shop('strange')
    for (const verb of ['show', 'resend']) {
      const { code, out, err } = await at().run(`delivery ${verb} strange ${id}`)
      expect([code, out]).toEqual([1, ''])
      expect(err).toContain(`"strange" has no delivery ${id}`)
    }
  })
})

describe('delivery resend of one', () => {
  it.each(['dead', 'delivered', 'waiting'])(
    'sends a %s message again with its id, its body and all its tries',
    async (state) => {
      const account = await shop(`again-${state}`)
      const number = await anOrder(at().ctx, account)
      const later = new Date(at().clock.now + 3_600_000)
      await tried(account, number, { tried: 10, at: later, latency_ms: 5, status: 500 })
      await settle(account, number, state)
      await at().database.sql`update deliveries set due_at = ${later}
        where account_id = ${account.id}`
      const { body } = await rowOf(account, number)
      const id = `msg_again-${state}_1_${number}_1`
      const { code, out } = await at().run(`delivery resend again-${state} ${id}`)
      expect([code, out]).toEqual([0, `${id} is sent again.`])
      const now = new Date(at().clock.now)
      expect(await rowOf(account, number)).toEqual({
        ...{ state: 'waiting', due_at: now, tries: 0, done_at: null, body },
      })
      const shown = await at().runJson<{ id: string; attempts: unknown[] }>(
        `delivery show again-${state} ${id} --json`,
      )
      expect([shown.id, shown.attempts.length]).toEqual([id, 1])
    },
  )

  it('leaves one alone that is being sent', async () => {
    const account = await shop('busy')
    const number = await anOrder(at().ctx, account)
    const leased = new Date(at().clock.now + 1)
    await at().database.sql`update deliveries set tries = 3, leased_until = ${leased}
      where account_id = ${account.id}`
    const before = await rowOf(account, number)
    const id = `msg_busy_1_${number}_1`
    expect(await listed('busy')).toMatchObject([{ id, underWay: true }])
    const { code, out, err } = await at().run(`delivery resend busy ${id}`)
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain('is being sent right now')
    expect(await rowOf(account, number)).toEqual(before)
    at().clock.now += 1
    expect((await at().run(`delivery resend busy ${id}`)).code).toBe(0)
  })

  it('says that it waits where the endpoint is off', async () => {
    const account = await shop('off')
    const number = await anOrder(at().ctx, account)
    await at().run('endpoint disable off 1')
    const { out } = await at().run(`delivery resend off msg_off_1_${number}_1`)
    expect(out).toContain('countersign endpoint enable off 1')
  })
})

describe('delivery resend of many', () => {
  const aMonth = '--from 2026-03-01 --to 2026-03-31'

  it('picks by endpoint, time and state, and leaves the rest alone', async () => {
    const account = await shop('bulk')
    await at().runJson(`endpoint add bulk ${receiver} --json`)
    const old = await anOrder(at().ctx, account)
    at().clock.now += 86_400_000
    const [dead, good, open] = [
      await anOrder(at().ctx, account),
      await anOrder(at().ctx, account),
      await anOrder(at().ctx, account),
    ]
    for (const number of [old, dead]) await settle(account, number, 'dead')
    await settle(account, good, 'delivered')
    const states = async () => {
      const rows = await at().database.sql`select endpoint_id, number, tries from deliveries
        where account_id = ${account.id} and state = 'waiting' order by endpoint_id, number`
      return rows.map(({ endpoint_id, number }) => [endpoint_id, number])
    }
    const from = new Date(at().clock.now).toISOString()
    const to = new Date(at().clock.now + 1).toISOString()
    const words = `delivery resend bulk --endpoint 1 --from ${from} --to ${to}`
    const untouched = [2, open]
    expect(await states()).toEqual([[1, open], untouched])
    expect(await at().runJson(`${words} --json`)).toEqual({
      ...{ endpoint: 1, state: 'dead', resent: 1 },
    })
    expect(await states()).toEqual([[1, dead], [1, open], untouched])
    expect((await at().run(`${words} --state delivered`)).out).toBe('1 are sent again.')
    expect(await states()).toEqual([[1, dead], [1, good], [1, open], untouched])
    expect((await at().run(words)).out).toBe('No delivery fits.')
    const events = await at().database.sql`select data from account_events
      where account_id = ${account.id} and kind = 'deliveries-resent' order by id`
    expect(events.map(({ data }) => data)).toEqual([
      { endpointId: 1, state: 'dead', from, to, count: 1 },
      { endpointId: 1, state: 'delivered', from, to, count: 1 },
    ])
  })

  it('takes more than one piece, each message once', async () => {
    const account = await shop('heap')
    await at().database.sql`
      insert into deliveries (account_id, endpoint_id, number, seq, part, type, body, state,
        made_at, due_at, tries, done_at)
      select ${account.id}, 1, 1 + n / 3, 1 + n % 3, 0, 'order.paid', '{}', 'dead',
        '2026-03-05T00:00:00Z', '2026-03-05T00:00:00Z', 10, '2026-03-08T00:00:00Z'
      from generate_series(0, 2500) n`
    const words = `delivery resend heap --endpoint 1 ${aMonth} --json`
    expect(await at().runJson(words)).toMatchObject({ resent: 2501 })
    const rows = await at().database.sql`select state, tries, count(*)::int as count
      from deliveries where account_id = ${account.id} group by state, tries`
    expect(rows).toEqual([{ state: 'waiting', tries: 0, count: 2501 }])
  })

  it.each([
    ['', 'give a message id, or --endpoint, --from and --to'],
    ['--endpoint 1 --from 7d', 'give a message id, or --endpoint, --from and --to'],
    ['msg_unclear_1_1_1 --state dead', 'a message id and --state do not go together'],
    [`--endpoint 1 ${aMonth} --state waiting`, 'there are dead, delivered'],
    [`--endpoint 2 ${aMonth}`, '"unclear" has no endpoint 2'],
    ['--endpoint 1 --from 2026-03-31 --to 2026-03-01', '--from is later than --to'],
  ])('refuses "%s", and sends nothing', async (words, reason) => {
    if ((await at().run('account show unclear')).code !== 0) {
      const account = await shop('unclear')
      await settle(account, await anOrder(at().ctx, account), 'dead')
    }
    const { code, out, err } = await at().run(`delivery resend unclear ${words}`.trim())
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain(reason)
    expect(await listed('unclear', ' --state dead')).toHaveLength(1)
  })
})

describe('beside a running gateway', () => {
  let beside: ReturnType<typeof openTestBook>

  beforeAll(() => {
    const config = readConfig({ ...settings })
    beside = openTestBook(at().database, config, Date.now, { warn: () => undefined })
  })
  afterAll(() => beside.closeBook())

  it('an endpoint counts from the next order on, and a resend is told to the gateway', async () => {
    const { account } = await anAccount(at().ctx, { login: 'beside' })
    const heard: string[] = []
    const { sql } = at().database
    const { unlisten } = await sql.listen('countersign_deliveries', (payload) => {
      heard.push(payload)
    })
    const command = consoleOn(beside.ctx)
    await command.runJson(`endpoint add beside ${receiver} --json`)
    const number = await anOrder(at().ctx, account)
    await settle(account, number, 'dead')
    await until('the notice of the order', () => heard.includes(String(account.id)))
    heard.length = 0
    expect((await command.run(`delivery resend beside msg_beside_1_${number}_1`)).code).toBe(0)
    await until('the notice of the resend', () => heard.includes(String(account.id)))
    await command.run('endpoint disable beside 1')
    const silent = await anOrder(at().ctx, account)
    expect(await listed('beside', ` --order ${silent}`)).toEqual([])
    await unlisten()
  })
})
