import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { GatewayAnswer, Machine } from '../../src/commands/command-line.ts'
import { ofDisk, ofGateway } from '../../src/commands/status-machine.ts'
import { addCredential } from '../../src/core/credentials.ts'
import type { Account } from '../../src/model/account.ts'
import { anAccount, anOrder } from '../support/fixtures.ts'
import { useConsole } from './console.ts'

const at = useConsole()
const hourMs = 3_600_000
const dayMs = 24 * hourMs

type Reason = { kind: string; account: string | null; text: string; next: string }
type Status = { ok: boolean; at: string; reasons: Reason[] }

const ready: GatewayAnswer = {
  url: 'http://127.0.0.1:8080',
  state: 'ready',
  dateMs: null,
  queue: { waiting: 3, most: 4000 },
}
const machine = (gateway: Partial<GatewayAnswer> = {}, free = 50e9): (() => Machine) => {
  return () => ({
    now: () => at().clock.now,
    askGateway: async () => ({ ...ready, ...gateway }),
    disks: async () => [{ path: '/var/lib/book', freeBytes: free, bytes: 100e9 }],
  })
}
/** Not the clock that stands: the database has its own. */
beforeEach(() => {
  at().clock.now = Date.now()
})

async function look(login: string, more: ReturnType<typeof machine> = machine()) {
  const { code, out, err } = await at().run(`status --account ${login} --json`, { machine: more })
  expect(err).toBe('')
  const status = JSON.parse(out) as Status
  expect([code, status.ok]).toEqual(status.reasons.length === 0 ? [0, true] : [1, false])
  return status.reasons
}
const kinds = async (login: string) => (await look(login)).map(({ kind }) => kind)

const iso = (ms: number): string => new Date(ms).toISOString()
const sql = () => at().database.sql

/** Calls of a credential in each hour from so many hours ago to so many hours ago. */
async function called({ id }: Account, credential: number, from: number, to: number) {
  const now = at().clock.now
  const first = now - (now % hourMs) - from * hourMs
  await sql()`
    insert into call_hours (account_id, dialect, credential_id, hour, accepted, refused)
    select ${id}, 'influencersoft', ${credential},
      ${iso(first)}::timestamptz + n * interval '1 hour', 4, 0
    from generate_series(0, ${from - to}::int) n`
}

describe('status', () => {
  // First: the others make accounts.
  it('says that a book without an account is likely another one', async () => {
    const { code, out } = await at().run('status --json', { machine: machine() })
    expect([code, (JSON.parse(out) as Status).reasons]).toMatchObject([
      1,
      [{ kind: 'database', account: null, text: expect.stringContaining('has no account') }],
    ])
  })

  it('says in one line that all is well, and exits with 0', async () => {
    const { account } = await anAccount(at().ctx)
    await called(account, 1, 300, 0)
    const said = await at().run(`status --account ${account.login}`, { machine: machine() })
    expect(said).toEqual({
      code: 0,
      out: 'All is well with one account, and the gateway takes calls.',
      err: '',
    })
  })

  it('refuses an account that there is not', async () => {
    const { code, out, err } = await at().run('status --account nobody', { machine: machine() })
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain('there is no account "nobody"')
  })

  it('names each reason with its account and what to do', async () => {
    const { account } = await anAccount(at().ctx)
    await called(account, 1, 300, 30)
    const { code, out } = await at().run(`status --account ${account.login}`, {
      machine: machine({ state: 'not-running', queue: null }),
    })
    expect(code).toBe(1)
    expect(out.split('\n')).toEqual([
      '2 things need you:',
      '- no gateway answers at http://127.0.0.1:8080',
      '  Start it. Where it listens elsewhere, run this with its PORT and HOST.',
      expect.stringMatching(
        `^- ${account.login}: credential 1 \\(influencersoft\\) has been silent since 20.*; it usually calls again within 1h$`,
      ),
      `  Look at that client. If it is gone for good: countersign credential revoke ${account.login} 1`,
    ])
  })

  it('looks at all accounts unless it is told which, and at none that is disabled', async () => {
    const one = await anAccount(at().ctx)
    const other = await anAccount(at().ctx)
    for (const { account } of [one, other]) await called(account, 1, 300, 30)
    await at().run(`account disable ${other.account.login}`)
    const { out } = await at().run('status --json', { machine: machine() })
    const logins = (JSON.parse(out) as Status).reasons.map(({ account }) => account)
    expect(logins).toContain(one.account.login)
    expect(logins).not.toContain(other.account.login)
  })
})

describe('a silent credential', () => {
  it('is one that called every hour and then stopped', async () => {
    const { account } = await anAccount(at().ctx)
    await called(account, 1, 300, 5)
    expect(await look(account.login)).toMatchObject([{ kind: 'silent', account: account.login }])
  })

  it('is none that has just been used, or was revoked, has ended or is for tests', async () => {
    const { account } = await anAccount(at().ctx)
    const add = async () => {
      const wish = { dialect: 'mintsoft', kind: 'apikey', publicPart: '', secret: 'a' }
      const { id } = await addCredential(at().ctx, account, wish)
      await called(account, id, 300, 30)
      return id
    }
    await called(account, 1, 300, 30)
    const [revoked, ended, silent] = [await add(), await add(), await add()]
    const change = (id: number, column: string, time: number) => sql()`
      update credentials set ${sql()(column)} = ${iso(time)}
      where account_id = ${account.id} and id = ${id}`
    await change(1, 'last_used_at', at().clock.now - hourMs)
    await change(revoked, 'revoked_at', at().clock.now)
    await change(ended, 'valid_until', at().clock.now - dayMs)
    // Works only while the account is in test mode.
    const ofTests = await add()
    await sql()`update credentials set test = true
      where account_id = ${account.id} and id = ${ofTests}`
    const found = await look(account.login)
    expect(found.map(({ text }) => text)).toEqual([
      expect.stringContaining(`credential ${silent} (mintsoft) has been silent`),
    ])
  })
})

describe('refusals in a row', () => {
  it.each([
    ['twenty, just now', 20, 0, ['refusals']],
    ['nineteen', 19, 0, []],
    ['twenty, the last of them long ago', 500, 25, []],
  ])('%s', async (_what, count, hoursAgo, expected) => {
    const { account } = await anAccount(at().ctx)
    const last = iso(at().clock.now - hoursAgo * hourMs)
    await sql()`
      insert into call_streaks (account_id, dialect, refused_in_row, refused_since, changed_at)
      values (${account.id}, 'opencart', ${count}, ${last}, ${last})`
    expect(await kinds(account.login)).toEqual(expected)
  })
})

describe('what waits', () => {
  let account: Account
  let login: string
  beforeAll(async () => {
    account = (await anAccount(at().ctx)).account
    login = account.login
  })
  const endpoint = (id: number, disabled: string | null) => sql()`
    insert into endpoints (account_id, id, url, format, created_at, disabled_at, disabled_why)
    values (${account.id}, ${id}, 'https://shop.example.com/', 'standard', now(),
      ${disabled === null ? null : iso(Date.now())}, ${disabled})`
  const delivery = (
    [endpointId, number]: [number, number],
    row: { state?: string; madeAgo: number; dueAgo?: number; doneAgo?: number; tries?: number },
  ) => {
    const ago = (hours: number) => iso(at().clock.now - hours * hourMs)
    const { state = 'waiting', madeAgo, dueAgo = madeAgo, doneAgo, tries = 0 } = row
    return sql()`
      insert into deliveries (account_id, endpoint_id, number, seq, part, type, body, state,
        made_at, due_at, done_at, tries)
      values (${account.id}, ${endpointId}, ${number}, 1, 0, 'order.paid', '{}', ${state},
        ${ago(madeAgo)}, ${ago(dueAgo)}, ${doneAgo === undefined ? null : ago(doneAgo)}, ${tries})`
  }

  it('is nothing at first', async () => {
    await endpoint(1, null)
    await endpoint(2, 'by the operator')
    await endpoint(3, 'it answered 410: it wants no more')
    await sql()`delete from endpoints where account_id = ${account.id} and id = 3`
    await delivery([1, 1], { madeAgo: 0.9 })
    await delivery([1, 2], { madeAgo: 300, doneAgo: 200, state: 'dead' })
    // Sent again a moment ago.
    await delivery([1, 3], { madeAgo: 300, dueAgo: 0.1 })
    await delivery([2, 4], { madeAgo: 300 })
    expect(await kinds(login)).toEqual([])
  })

  it('names notices that are late', async () => {
    await delivery([1, 5], { madeAgo: 2, dueAgo: -1, tries: 5 })
    await delivery([1, 6], { madeAgo: 3 })
    const [reason] = await look(login)
    expect(reason).toMatchObject({ kind: 'late-notices' })
    expect(reason?.text).toContain('2 notices are waiting for over an hour')
    expect(reason?.next).toContain(`countersign delivery list ${login} --state waiting`)
    await sql()`delete from deliveries where account_id = ${account.id} and number in (5, 6)`
  })

  it('names notices that were given up', async () => {
    await delivery([1, 7], { madeAgo: 300, doneAgo: 100, state: 'dead' })
    expect(await look(login)).toMatchObject([
      { kind: 'dead-letters', text: 'one notice is given up in the last 7 days' },
    ])
    await sql()`delete from deliveries where account_id = ${account.id} and number = 7`
  })

  it('names endpoints that were switched off', async () => {
    await endpoint(3, 'it answered 410: it wants no more')
    const [reason] = await look(login)
    expect(reason).toMatchObject({ kind: 'endpoint-off' })
    expect(reason?.text).toMatch(/^endpoint 3 was switched off at 20.*: it answered 410/)
    expect(reason?.next).toContain(`countersign endpoint enable ${login} 3`)
    await sql()`delete from endpoints where account_id = ${account.id} and id = 3`
  })

  it('names orders that need attention, until somebody has seen to them', async () => {
    const number = await anOrder(at().ctx, account)
    const raise = (seq: number) => sql()`
      insert into attention (account_id, number, seq, reason, raised_at)
      values (${account.id}, ${number}, ${seq}, 'cancelled-after-shipping', now())`
    await raise(1)
    await raise(2)
    const [reason] = await look(login)
    expect(reason).toMatchObject({ kind: 'attention' })
    expect(reason?.text).toMatch(/^one order needs attention, the oldest since 20/)
    await sql()`update attention set acknowledged_at = now() where account_id = ${account.id}`
    expect(await kinds(login)).toEqual([])
  })

  it('names orders that a warehouse cannot take', async () => {
    const { account: shop } = await anAccount(at().ctx, { dialect: 'mintsoft', kind: 'apikey' })
    const lines = [{ code: 'mug', quantity: 1 }]
    const number = await anOrder(at().ctx, shop, { lines, billing: { city: 'Alton' } })
    await at().run(`order pay ${shop.login} ${number}`)
    expect(await look(shop.login)).toMatchObject([
      { kind: 'held-back', text: `one order is held back from mintsoft: ${number}` },
    ])
  })
})

describe('the machine', () => {
  it('is asked once, and its trouble is no account’s', async () => {
    const { account } = await anAccount(at().ctx)
    const reasons = await look(account.login, machine({ state: 'not-ready' }, 2e9))
    expect(reasons).toMatchObject([
      { kind: 'gateway', account: null },
      { kind: 'disk', account: null },
    ])
  })

  it.each<[string, Partial<GatewayAnswer>, string[]]>([
    ['takes calls', {}, []],
    ['is asked nowhere', { state: 'nowhere' }, []],
    ['does not run', { state: 'not-running' }, ['gateway']],
    ['hangs', { state: 'silent' }, ['gateway']],
    ['lost its database', { state: 'not-ready' }, ['gateway']],
    ['is another program', { state: 'stranger' }, ['gateway']],
    ['has half a queue', { queue: { waiting: 2000, most: 4000 } }, []],
    ['has more', { queue: { waiting: 2001, most: 4000 } }, ['queue']],
    ['does not tell of its queue', { queue: null }, []],
    ['shows the second that has begun', { dateMs: 10_000 }, []],
    ['shows a second ago', { dateMs: 8_000 }, []],
    ['is three seconds late', { dateMs: 7_000 }, ['clock']],
    ['is three seconds ahead', { dateMs: 13_500 }, ['clock']],
  ])('the gateway %s', (_what, answer, expected) => {
    const reasons = ofGateway({ ...ready, ...answer }, 10_900)
    expect(reasons.map(({ kind }) => kind)).toEqual(expected)
  })

  it.each([
    ['half full', 50e9, 100e9, []],
    ['nine tenths full', 10e9, 100e9, []],
    ['nearly full', 9.9e9, 100e9, ['disk']],
    ['small and nearly empty', 0.9e9, 1e9, ['disk']],
    ['full', 0, 100e9, ['disk']],
    ['no disk', 0, 0, ['disk']],
  ])('the disk is %s', (_what, freeBytes, bytes, expected) => {
    const reasons = ofDisk({ path: '/data', freeBytes, bytes })
    expect(reasons.map(({ kind }) => kind)).toEqual(expected)
  })

  it('is not said to be slow where the book opens slowly', async () => {
    const { account } = await anAccount(at().ctx)
    const slow = () => ({
      ...machine({ dateMs: at().clock.now })(),
      async disks() {
        at().clock.now += 10_000
        return []
      },
    })
    expect(await look(account.login, slow)).toEqual([])
  })

  it('has another time than the database', async () => {
    const { account } = await anAccount(at().ctx)
    at().clock.now = Date.now() - 60_000
    const [reason] = await look(account.login)
    expect(reason).toMatchObject({ kind: 'clock', account: null })
    expect(reason?.text).toMatch(
      /^the clock of the database is (59|6\d) s ahead of this machine's$/,
    )
  })
})
