import { createHash, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { changeSettings, getAccount } from '../../src/core/accounts.ts'
import { getRefusedCall, listRefusedCalls } from '../../src/core/find-refused-calls.ts'
import { startHousekeeping } from '../../src/core/housekeeping.ts'
import { startRefusedCalls } from '../../src/core/refused-calls.ts'
import type { SeenCall } from '../../src/core/seen-call.ts'
import type { Sealed } from '../../src/store/columns.ts'
import { resealAll } from '../../src/store/key-rotation.ts'
import { trimRefusedCalls } from '../../src/store/refused-calls.ts'
import { checkKey, createVault } from '../../src/store/secrets.ts'
import { useBook } from '../support/book.ts'
import { anAccount } from '../support/fixtures.ts'

const book = useBook()
const hourMs = 3_600_000

/** A recorder with what it said, on an account of its own and a clock that the test moves. */
async function aRecorder(settings: Readonly<Record<string, unknown>> = {}) {
  const { account } = await anAccount(book().ctx, { settings })
  const clock = { now: Date.now() }
  const ctx = { ...book().ctx, now: () => clock.now }
  const said: { level: string; fields: object; message: string }[] = []
  const say = (level: string) => (fields: object, message: string) => {
    said.push({ level, fields, message })
  }
  const log = { info: say('info'), warn: say('warn') }
  const recorder = startRefusedCalls(ctx, log)
  const aCall = (
    change: Partial<SeenCall> & { body?: Uint8Array | 'too-large' } = {},
  ): SeenCall => {
    const { body = Buffer.from('email=ada@example.com&hash=x'), ...rest } = change
    return {
      account,
      dialect: 'influencersoft',
      at: clock.now,
      peerAddress: '198.51.100.7',
      function: 'CreateOrder',
      outcome: 'proof-wrong',
      reason: 'hash fits no reading of the body',
      credentialId: undefined,
      tried: ['raw body', 'key of credential 1'],
      request: {
        method: 'POST',
        path: '/api/CreateOrder',
        query: 'api_token=tok-1',
        headers: { 'content-type': 'text/x-made-up', cookie: 'crumb' },
        body,
      },
      ...rest,
    }
  }
  const all = () => listRefusedCalls(ctx, account, {}, 10_000)
  return { account, clock, ctx, said, log, recorder, aCall, all }
}

/** All that stands in the table, as a dump would have it. */
async function dump(): Promise<string> {
  const rows = await book().database.sql<{ row: string }[]>`
    select r::text || coalesce(encode(request, 'escape'), '') as row from refused_calls r`
  return rows.map(({ row }) => row).join('\n')
}

test('a refused call is kept with what was compared, and nothing of what it sent', async () => {
  const { recorder, aCall, all, ctx, account } = await aRecorder()
  recorder.note(aCall({ outcome: 'ok' }))
  recorder.note(aCall({ outcome: 'busy' }))
  recorder.note(aCall())
  await recorder.stop()
  const [call, ...more] = await all()
  expect(more).toEqual([])
  expect(call).toMatchObject({
    function: 'CreateOrder',
    address: '198.51.100.7',
    outcome: 'proof-wrong',
    reason: 'hash fits no reading of the body',
    credentialId: null,
    tried: ['raw body', 'key of credential 1'],
    bodyBytes: 28,
    hasRequest: false,
  })
  const body = 'email=ada@example.com&hash=x'
  expect(call?.digest).toEqual(createHash('sha256').update(body).digest())
  expect((await getRefusedCall(ctx, account, call?.id ?? 0)).request).toBeNull()
  const text = await dump()
  for (const sent of ['ada@', 'example.com', 'tok-1', 'crumb', 'made-up', '/api/']) {
    expect(text).not.toContain(sent)
  }
})

test('what was sent is kept sealed while the account wants it, and gone when it wants it no more', async () => {
  const { recorder, aCall, all, ctx, account } = await aRecorder({ keepBodiesMs: 24 * hourMs })
  recorder.note(aCall())
  await recorder.stop()
  const [call] = await all()
  const kept = await getRefusedCall(ctx, account, call?.id ?? 0)
  expect(kept.request).toEqual({
    method: 'POST',
    path: '/api/CreateOrder',
    query: 'api_token=tok-1',
    headers: { 'content-type': 'text/x-made-up', cookie: 'crumb' },
    body: Buffer.from('email=ada@example.com&hash=x'),
  })
  const text = await dump()
  for (const sent of ['ada@', 'tok-1', 'crumb']) expect(text).not.toContain(sent)

  await changeSettings(ctx, account, { keepBodiesMs: 0 })
  const now = await getAccount(ctx, account.login)
  expect((await getRefusedCall(ctx, now, call?.id ?? 0)).request).toBeNull()
  const [row] = await book().database.sql`
    select request from refused_calls where account_id = ${account.id}`
  expect(row?.request).toBeNull()
})

test('a body over 256 kB is left out, and its size and digest are told', async () => {
  const { recorder, aCall, all, ctx, account } = await aRecorder({ keepBodiesMs: hourMs })
  const body = randomBytes(256 * 1024 + 1)
  recorder.note(aCall({ body }))
  recorder.note(aCall({ body: 'too-large' }))
  await recorder.stop()
  const [tooLarge, large] = await all()
  expect(large?.digest).toEqual(createHash('sha256').update(body).digest())
  expect(large?.bodyBytes).toBe(body.length)
  expect((await getRefusedCall(ctx, account, large?.id ?? 0)).request).toMatchObject({ body: null })
  expect(tooLarge).toMatchObject({ digest: null, bodyBytes: null, hasRequest: true })
})

test('a flood keeps the newest of each second, and says once how many it left out', async () => {
  const { recorder, aCall, all, said, clock } = await aRecorder()
  for (let at = 0; at < 5000; at += 1) recorder.note(aCall({ reason: `call ${at}` }))
  await recorder.runOnce()
  const kept = await all()
  expect(kept.map(({ reason }) => reason)).toEqual(
    [...Array(20).keys()].map((at) => `call ${4999 - at}`),
  )
  for (let at = 0; at < 100; at += 1) recorder.note(aCall())
  await recorder.runOnce()
  expect(said).toEqual([])
  clock.now += 60_000
  await recorder.runOnce()
  await recorder.stop()
  expect(said).toEqual([
    {
      level: 'info',
      fields: expect.objectContaining({ calls: 5060 }),
      message: expect.any(String),
    },
  ])
})

test('no flood of large bodies is held in memory: the calls are kept without them', async () => {
  const { recorder, aCall, all } = await aRecorder()
  const body = Buffer.alloc(6_000_000)
  for (let at = 0; at < 5; at += 1) recorder.note(aCall({ body }))
  await recorder.stop()
  const sizes = (await all()).map(({ bodyBytes }) => bodyBytes)
  expect(sizes).toEqual([null, null, null, 6_000_000, 6_000_000])
})

test('beyond the newest thousand calls, and two hundred bodies, an account keeps none', async () => {
  const { recorder, aCall, all, account } = await aRecorder({ keepBodiesMs: hourMs })
  recorder.note(aCall())
  await recorder.runOnce()
  const { sql } = book().database
  await sql`
    insert into refused_calls (account_id, at, dialect, address, outcome, reason, request)
    select account_id, at, dialect, address, outcome, n::text, request
    from refused_calls, generate_series(1, 1100) n where account_id = ${account.id}`
  recorder.note(aCall({ reason: 'the last' }))
  await recorder.stop()
  const kept = await all()
  expect(kept).toHaveLength(1000)
  expect(kept[0]?.reason).toBe('the last')
  expect(kept.at(-1)?.reason).toBe('102')
  expect(kept.filter(({ hasRequest }) => hasRequest)).toHaveLength(200)
  expect(kept.findIndex(({ hasRequest }) => !hasRequest)).toBe(200)
  expect(
    await trimRefusedCalls(book().ctx.database.sql, account.id, { calls: 1000, requests: 200 }),
  ).toBe(0)
})

test('housekeeping forgets what was sent after its time, and calls after 30 days', async () => {
  const { recorder, aCall, all, ctx, clock, log, account } = await aRecorder({
    keepBodiesMs: 2 * hourMs,
  })
  recorder.note(aCall())
  await recorder.stop()
  const keeper = startHousekeeping(ctx, log)
  const sweep = async (hours: number) => {
    clock.now += hours * hourMs
    await keeper.runOnce()
    return (await all()).map(({ hasRequest }) => hasRequest)
  }
  expect(await sweep(1)).toEqual([true])
  clock.now += hourMs
  const [call] = await all()
  // Not swept yet, but over.
  expect((await getRefusedCall(ctx, account, call?.id ?? 0)).request).toBeNull()
  expect(await sweep(1)).toEqual([false])
  expect(await sweep(24 * 29)).toEqual([false])
  expect(await sweep(24)).toEqual([])
  await keeper.stop()
})

test('what the database does not take is lost with one warning, until it works again', async () => {
  const { aCall, said, ctx, log } = await aRecorder()
  let fails = true
  const inTime: typeof ctx.database.inTime = async (work) => {
    if (fails) throw new Error('away')
    return work()
  }
  const recorder = startRefusedCalls({ ...ctx, database: { ...ctx.database, inTime } }, log)
  const one = async () => {
    recorder.note(aCall())
    await recorder.runOnce()
  }
  for (const _ of [1, 2, 3]) await one()
  expect(said.map(({ level }) => level)).toEqual(['warn'])
  fails = false
  await one()
  fails = true
  await one()
  await recorder.stop()
  expect(said.map(({ level }) => level)).toEqual(['warn', 'warn'])
})

test('what no database text holds harms neither its call nor those beside it', async () => {
  const { recorder, aCall, all } = await aRecorder()
  recorder.note(aCall({ reason: 'a\0b', tried: ['host a\0b', `\ud800${'x'.repeat(500)}`] }))
  recorder.note(aCall({ reason: 'beside it' }))
  await recorder.stop()
  const [beside, odd] = await all()
  expect(beside?.reason).toBe('beside it')
  expect(odd?.reason).toBe('ab')
  expect(odd?.tried?.map((name) => name.length)).toEqual([7, 300])
})

test('a rotation of the key seals kept requests anew, whatever their number', async () => {
  const { recorder, aCall, all, ctx, account } = await aRecorder({ keepBodiesMs: hourMs })
  const { sql } = book().database
  await sql`alter sequence refused_calls_id_seq restart with 5000000000`
  recorder.note(aCall())
  await recorder.stop()
  await checkKey(ctx.database.db, ctx.vault)
  const next = randomBytes(32)
  const both = createVault(next, [Buffer.alloc(32, 7)])
  const counts = await resealAll(ctx.database.db, both, async () => next)
  expect(counts?.['refused_calls.request']).toBeGreaterThan(0)
  const [call] = await all()
  expect(call?.id).toBe(5_000_000_000)
  const [row] = await sql<{ request: Sealed }[]>`
    select request from refused_calls where account_id = ${account.id}`
  const opened = row === undefined ? '' : createVault(next).open(row.request)
  expect(JSON.parse(opened)).toMatchObject({ path: '/api/CreateOrder' })
})
