import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { takeDeliveries } from '../../src/core/work-deliveries.ts'
import { newStandardSecret } from '../../src/notices/standard.ts'
import { hmacSha256Base64 } from '../../src/wire/digest.ts'
import { useDatabase } from '../support/database.ts'
import { anAccount, anOrder } from '../support/fixtures.ts'
import { until } from '../support/poll.ts'
import { aReceiver, type ReceivedNotice } from '../support/receiver.ts'
import { aBook, anEndpoint, aProxy, aSendingGateway, bid } from './sending-gateway.ts'

const database = useDatabase()
const secondMs = 1000
const minuteMs = 60_000
const hourMs = 3_600_000

function aClock() {
  return { now: Date.parse('2026-03-02T10:00:00.700Z') }
}

/** A gateway, an account, and a receiver that is told of placed and paid orders. */
async function aShop(options: Parameters<typeof aSendingGateway>[2] = {}) {
  const clock = aClock()
  const gateway = aSendingGateway(database(), clock, options)
  const { ctx } = gateway
  const { account } = await anAccount(ctx)
  const receiver = await aReceiver()
  const secret = newStandardSecret(ctx.newKey)
  const types = ['order.placed', 'order.paid']
  const endpointId = await anEndpoint(ctx, account, receiver.url, { types, secret })
  let buyers = 0
  const place = () => {
    buyers += 1
    return anOrder(ctx, account, { buyer: { email: `buyer-${buyers}@example.com` } })
  }
  const pay = (number: number) => bid(ctx, account, number, { kind: 'pay' })
  const rows = () => database().sql`
    select number, seq, state, tries, due_at, leased_until from deliveries
    where account_id = ${account.id} order by number, seq`
  const attempts = () => database().sql`
    select number, seq, tried, at, status, problem, answer, latency_ms from delivery_attempts
    where account_id = ${account.id} order by endpoint_id, number, seq, tried`
  const endpoint = async () => {
    const [row] = await database().sql`
      select failures, paused_until, disabled_at, disabled_why from endpoints
      where account_id = ${account.id} and id = ${endpointId}`
    return row
  }
  return {
    ...gateway,
    clock,
    account,
    receiver,
    secret,
    endpointId,
    place,
    pay,
    rows,
    attempts,
    endpoint,
  }
}

function typeOf({ body }: ReceivedNotice): string {
  return JSON.parse(body).type
}

test('an event is delivered once, signed, and its try is kept', async () => {
  const { ctx, clock, notices, account, receiver, secret, place, rows, attempts } = await aShop()
  const number = await place()
  await until('the notice', () => receiver.calls.length > 0)
  await notices.runOnce()
  await notices.runOnce()
  expect(receiver.calls).toHaveLength(1)
  const [call] = receiver.calls
  if (call === undefined) throw new Error('there is one')
  expect(call).toMatchObject({
    id: `msg_${account.login}_1_${number}_1`,
    timestamp: Math.floor(clock.now / 1000),
    method: 'POST',
    path: '/notices?key=unguessable',
    headers: { 'content-type': 'application/json', 'user-agent': 'Countersign/1.2.3' },
  })
  expect(call.headers['accept-encoding']).toBeUndefined()
  expect(call.headers['webhook-signature']).toBe(
    `v1,${hmacSha256Base64(
      Buffer.from(secret.slice('whsec_'.length), 'base64'),
      `${call.id}.${call.timestamp}.${call.body}`,
    )}`,
  )
  expect(JSON.parse(call.body)).toMatchObject({
    type: 'order.placed',
    data: { account: account.login, order: { number } },
  })
  expect(await rows()).toMatchObject([{ number, seq: 1, state: 'delivered', tries: 1 }])
  const [attempt, ...more] = await attempts()
  expect(more).toEqual([])
  expect(attempt).toMatchObject({ number, seq: 1, tried: 1, status: 200, problem: null })
  expect(attempt?.at).toEqual(new Date(clock.now))
  expect(String(attempt?.answer)).toBe('thank you')
  expect(ctx.committer.queued()).toBe(0)
})

test('the package for Standard Webhooks takes it, with the secret before as well', async () => {
  const { ctx, notices, account } = await aShop()
  const receiver = await aReceiver()
  const [secret, before] = [newStandardSecret(ctx.newKey), newStandardSecret(ctx.newKey)]
  const id = await anEndpoint(ctx, account, receiver.url, { secret, types: ['order.placed'] })
  const until = new Date(ctx.now() + hourMs)
  await database().sql`update endpoints set previous_secret = ${ctx.vault.seal(before)},
    previous_until = ${until} where account_id = ${account.id} and id = ${id}`
  await anOrder(ctx, account)
  await notices.runOnce()
  const [call] = receiver.calls
  if (call === undefined) throw new Error('there is one')
  // The package looks at the time; the clock here stands somewhere else.
  const now = { id: call.id, timestamp: new Date(call.timestamp * 1000) }
  const signatures = String(call.headers['webhook-signature']).split(' ')
  expect(signatures).toEqual(
    [secret, before].map((one) => new Webhook(one).sign(now.id, now.timestamp, call.body)),
  )
})

test('a notice of a dialect is signed with the key of the account', async () => {
  const clock = aClock()
  const { ctx, notices } = aSendingGateway(database(), clock)
  const { account, credential } = await anAccount(ctx)
  const receiver = await aReceiver()
  await anEndpoint(ctx, account, receiver.url, { format: 'influencersoft', secret: null })
  await anOrder(ctx, account)
  await notices.runOnce()
  const [call] = receiver.calls
  expect(call?.headers['content-type']).toBe('application/x-www-form-urlencoded')
  expect(call?.body).toMatch(/^hash=[0-9a-f]{32}&/)
  expect(call?.headers['webhook-signature']).toBe(
    `v1,${hmacSha256Base64(
      Buffer.from(credential.secret, 'utf8'),
      `${call?.id}.${call?.timestamp}.${call?.body}`,
    )}`,
  )
})

test('what cannot be signed is a failed try that says why', async () => {
  const { ctx, notices, account, receiver, place, attempts } = await aShop()
  await database().sql`update credentials set revoked_at = now() where account_id = ${account.id}`
  ctx.directory.forget()
  const other = await aReceiver()
  await anEndpoint(ctx, account, other.url, { format: 'influencersoft', secret: null })
  await database().sql`update endpoints set secret = '\\x00'::bytea
    where account_id = ${account.id} and format = 'standard'`
  await place()
  await notices.runOnce()
  expect((await attempts()).map(({ problem }) => problem)).toEqual([
    'its secret cannot be read; give it a new one',
    `"${account.login}" has no key for influencersoft that works now; add one, or give it a secret`,
  ])
  expect(receiver.calls).toEqual([])
  expect(other.calls).toEqual([])
})

test('a format that is gone is a failed try that says so', async () => {
  const { notices, account, clock, receiver, place, attempts } = await aShop()
  receiver.reply = () => ({ status: 500 })
  await place()
  await notices.runOnce()
  await database().sql`update endpoints set format = 'gone' where account_id = ${account.id}`
  clock.now += 6 * secondMs
  await notices.runOnce()
  expect((await attempts()).map(({ problem }) => problem)).toEqual([
    'it answered 500',
    'there is no format "gone" any more; add the endpoint anew',
  ])
  expect(receiver.calls).toHaveLength(1)
})

test('a later event of an order waits for the earlier one, other orders do not', async () => {
  const { clock, notices, receiver, place, pay, rows } = await aShop()
  const first = await place()
  const other = await place()
  await notices.runOnce()
  receiver.calls.length = 0
  const bad = await place()
  receiver.reply = ({ id }) => ({ status: id.includes(`_${bad}_1`) ? 500 : 200 })
  await notices.runOnce()
  await pay(bad)
  await pay(first)
  await pay(other)
  await notices.runOnce()
  await notices.runOnce()
  const got = () => receiver.calls.map((call) => call.id.split('_').slice(3).join('/'))
  const paid = [`${first}/2`, `${other}/2`]
  expect(
    got()
      .filter((id) => !id.startsWith(`${bad}/`))
      .sort(),
  ).toEqual(paid)
  expect(got().filter((id) => id.startsWith(`${bad}/`))).toEqual([`${bad}/1`])
  receiver.reply = () => ({ status: 200 })
  clock.now += 6 * secondMs
  await notices.runOnce()
  expect(got().filter((id) => id.startsWith(`${bad}/`))).toEqual([
    `${bad}/1`,
    `${bad}/1`,
    `${bad}/2`,
  ])
  expect((await rows()).map(({ state }) => state)).toEqual(Array(6).fill('delivered'))
})

test('a message that waits for an earlier one is looked at again with that', async () => {
  const { clock, notices, receiver, place, pay, rows } = await aShop()
  receiver.reply = () => ({ status: 500 })
  const number = await place()
  await notices.runOnce()
  await pay(number)
  await notices.runOnce()
  const dueAt = new Date(clock.now + 5 * secondMs)
  expect(await rows()).toMatchObject([
    { seq: 1, state: 'waiting', tries: 1, due_at: dueAt, leased_until: null },
    { seq: 2, state: 'waiting', tries: 0, due_at: dueAt, leased_until: null },
  ])
})

test('a message has the same id on every try, and the time of the try', async () => {
  const { clock, notices, receiver, place } = await aShop()
  const began = clock.now
  receiver.reply = () => ({ status: receiver.calls.length < 3 ? 500 : 204 })
  await place()
  await notices.runOnce()
  for (const waitMs of [5 * secondMs, minuteMs]) {
    clock.now += waitMs - 1
    await notices.runOnce()
    clock.now += 1
    await notices.runOnce()
  }
  expect(new Set(receiver.calls.map(({ id }) => id)).size).toBe(1)
  const seconds = Math.floor(began / 1000)
  expect(receiver.calls.map(({ timestamp }) => timestamp - seconds)).toEqual([0, 5, 65])
  expect(new Set(receiver.calls.map(({ body }) => body)).size).toBe(1)
})

test('after ten tries a message is dead and kept, and the next of its order goes on', async () => {
  const { clock, notices, receiver, place, pay, rows, attempts } = await aShop()
  receiver.reply = (call) => ({ status: typeOf(call) === 'order.placed' ? 500 : 200 })
  const number = await place()
  await pay(number)
  await notices.runOnce()
  for (let hours = 0; hours < 80; hours += 1) {
    clock.now += hourMs
    await notices.runOnce()
  }
  await notices.runOnce()
  expect(receiver.calls.map(typeOf)).toEqual([...Array(10).fill('order.placed'), 'order.paid'])
  expect(await rows()).toMatchObject([
    { seq: 1, state: 'dead', tries: 10 },
    { seq: 2, state: 'delivered', tries: 1 },
  ])
  expect((await attempts()).map(({ tried }) => tried)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1])
})

test('410 switches the endpoint off, and it is sent nothing more', async () => {
  const { clock, notices, receiver, place, pay, rows, endpoint, logLines } = await aShop()
  receiver.reply = () => ({ status: 410 })
  const number = await place()
  await notices.runOnce()
  await pay(number)
  await place()
  clock.now += 100 * hourMs
  await notices.runOnce()
  expect(receiver.calls).toHaveLength(1)
  expect(await endpoint()).toMatchObject({ disabled_why: 'it answered 410 Gone' })
  expect(await rows()).toMatchObject([{ number, seq: 1, state: 'dead', tries: 1 }])
  expect(logLines).toMatchObject([
    { message: 'an endpoint was switched off', problem: 'it answered 410 Gone', endpoint: 1 },
  ])
})

test('429 with Retry-After gives the whole endpoint a rest', async () => {
  const { clock, notices, receiver, place, endpoint } = await aShop()
  receiver.reply = () => ({ status: 429, headers: { 'retry-after': '60' } })
  await place()
  await notices.runOnce()
  expect(await endpoint()).toMatchObject({
    failures: 1,
    paused_until: new Date(clock.now + 60 * secondMs),
  })
  receiver.reply = () => ({ status: 200 })
  for (let orders = 0; orders < 5; orders += 1) await place()
  clock.now += 60 * secondMs - 1
  await notices.runOnce()
  expect(receiver.calls).toHaveLength(1)
  clock.now += 1
  await notices.runOnce()
  expect(receiver.calls).toHaveLength(7)
  expect(await endpoint()).toMatchObject({ failures: 0, paused_until: null })
})

test('a good answer to what was under way does not end the rest that another asked for', async () => {
  const { clock, notices, receiver, place, endpoint } = await aShop()
  receiver.reply = () => 'hold'
  await place()
  await until('the first', () => receiver.underWay() === 1)
  receiver.reply = () => ({ status: 503, headers: { 'retry-after': '60' } })
  await place()
  await until('the pause', async () => (await endpoint())?.paused_until !== null)
  receiver.letGo()
  await notices.runOnce()
  expect(await endpoint()).toMatchObject({
    failures: 1,
    paused_until: new Date(clock.now + 60 * secondMs),
  })
  expect(receiver.calls).toHaveLength(2)
})

test('an endpoint that failed is called one at a time until it answers', async () => {
  const { clock, notices, receiver, place } = await aShop()
  receiver.reply = () => ({ status: 500 })
  await place()
  await notices.runOnce()
  receiver.reply = () => 'hold'
  for (let orders = 0; orders < 8; orders += 1) await place()
  clock.now += minuteMs
  notices.wake()
  await until('a call', () => receiver.underWay() === 1)
  await place()
  expect(receiver.most()).toBe(1)
  receiver.reply = () => (receiver.underWay() < 8 ? 'hold' : { status: 200 })
  receiver.letGo()
  await until('many at once', () => receiver.most() >= 8)
  receiver.reply = () => ({ status: 200 })
  receiver.letGo()
  await notices.runOnce()
  expect(new Set(receiver.calls.map(({ id }) => id)).size).toBe(10)
})

test('an endpoint that was away gets all that waits as soon as it is back', async () => {
  const { clock, notices, receiver, place, pay, rows, logLines } = await aShop()
  await receiver.stop()
  const numbers: number[] = []
  for (let orders = 0; orders < 8; orders += 1) numbers.push(await place())
  await notices.runOnce()
  for (const number of numbers) await pay(number)
  clock.now += 6 * secondMs
  await notices.runOnce()
  clock.now += 2 * minuteMs
  await notices.runOnce()
  expect((await rows()).filter(({ state }) => state === 'waiting')).toHaveLength(16)
  await receiver.start()
  // Due for one of them: the others would wait for minutes more.
  await database().sql`update deliveries set due_at = ${new Date(clock.now)}
    where number = ${numbers[3] ?? 0} and seq = 1`
  await notices.runOnce()
  expect((await rows()).map(({ state }) => state)).toEqual(Array(16).fill('delivered'))
  expect(logLines).toMatchObject([
    { message: 'an endpoint fails', problem: 'connection refused', endpoint: 1 },
    { message: 'an endpoint answers again', endpoint: 1 },
  ])
  expect(JSON.stringify(logLines)).not.toContain('unguessable')
})

test('a slow endpoint does not hold up another', async () => {
  const { ctx, notices, account, receiver, place } = await aShop()
  const slow = await aReceiver()
  slow.reply = () => 'hold'
  const types = ['order.placed']
  await anEndpoint(ctx, account, slow.url, { types })
  for (let orders = 0; orders < 40; orders += 1) await place()
  await until('every notice', () => receiver.calls.length === 40)
  await until('as many as may be', () => slow.underWay() === 16)
  expect(slow.most()).toBe(16)
  slow.reply = () => ({ status: 200 })
  slow.letGo()
  await notices.runOnce()
  expect(new Set(slow.calls.map(({ id }) => id)).size).toBe(40)
  expect(slow.calls).toHaveLength(40)
})

test('many endpoints that hang leave room for those that answer', async () => {
  const limits = { each: 4, most: 8 }
  const { ctx, notices, account, receiver, place } = await aShop({ limits })
  const slow = await aReceiver()
  slow.reply = () => ({ status: 500 })
  for (let endpoints = 0; endpoints < 12; endpoints += 1) {
    await anEndpoint(ctx, account, slow.url, { types: ['order.placed'] })
  }
  await place()
  await notices.runOnce()
  slow.reply = () => 'hold'
  for (let orders = 0; orders < 6; orders += 1) await place()
  await until('every notice', () => receiver.calls.length === 7)
  expect(slow.underWay()).toBeLessThanOrEqual(4)
  slow.reply = () => ({ status: 200 })
  slow.letGo()
  await notices.runOnce()
})

test('what a gateway that died had in hand is delivered when its lease ends', async () => {
  const clock = aClock()
  const dying = aBook(database(), clock)
  const { account } = await anAccount(dying)
  const receiver = await aReceiver()
  await anEndpoint(dying, account, receiver.url, { types: ['order.placed', 'order.paid'] })
  const number = await anOrder(dying, account)
  await bid(dying, account, number, { kind: 'pay' })
  const room = { each: 16, most: 256, failing: 128, underWay: [] }
  expect(await takeDeliveries(dying, 30_000, room)).toMatchObject([{ number, seq: 1, tries: 1 }])
  const { notices } = aSendingGateway(database(), clock)
  clock.now += 30_000 - 1
  await notices.runOnce()
  expect(receiver.calls).toEqual([])
  clock.now += 1
  await notices.runOnce()
  expect(receiver.calls.map(typeOf)).toEqual(['order.placed', 'order.paid'])
  const [row] = await database().sql`
    select state, tries from deliveries where account_id = ${account.id} and seq = 1`
  // What nobody saw the end of is no try: ten of them are the merchant's.
  expect(row).toEqual({ state: 'delivered', tries: 1 })
})

test('two gateways share what is to be delivered, and never try one at the same time', async () => {
  const clock = aClock()
  const maker = aBook(database(), clock)
  const { account } = await anAccount(maker)
  const receiver = await aReceiver()
  await anEndpoint(maker, account, receiver.url, { types: ['order.placed'] })
  receiver.reply = () => 'hold'
  await Promise.all(
    Array.from({ length: 100 }, (_, at) =>
      anOrder(maker, account, { buyer: { email: `buyer-${at}@example.com` } }),
    ),
  )
  const [one, two] = ['1.0.0', '2.0.0'].map((version) =>
    aSendingGateway(database(), clock, { version }),
  )
  await until('as many as both may have', () => receiver.underWay() === 32)
  const agents = receiver.calls.map(({ headers }) => headers['user-agent'])
  expect(agents.filter((agent) => agent === 'Countersign/1.0.0')).toHaveLength(16)
  receiver.reply = () => ({ status: 200 })
  receiver.letGo()
  await Promise.all([one?.notices.runOnce(), two?.notices.runOnce()])
  await until('all of them', () => receiver.calls.length >= 100)
  await Promise.all([one?.notices.runOnce(), two?.notices.runOnce()])
  expect(receiver.calls).toHaveLength(100)
  expect(new Set(receiver.calls.map(({ id }) => id)).size).toBe(100)
})

test('what another process wrote is heard of at once', async () => {
  const clock = aClock()
  // Through a pooler nobody can listen; nor is there a poll here: only the news brings it to look.
  const straight = { ...database(), target: database().direct }
  const { notices } = aSendingGateway(straight, clock, { limits: { pollMs: hourMs } })
  await notices.runOnce()
  await until('the listener', async () => {
    const rows = await database().sql`
      select 1 from pg_stat_activity
      where datname = current_database() and query = 'listen countersign_deliveries'`
    return rows.length === 1
  })
  const commandLine = aBook(database(), clock)
  const { account } = await anAccount(commandLine)
  const receiver = await aReceiver()
  await anEndpoint(commandLine, account, receiver.url, { types: ['order.placed'] })
  await anOrder(commandLine, account)
  await until('the notice', () => receiver.calls.length === 1)
  // And again on a new connection, after the old one was cut.
  await database().sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and query = 'listen countersign_deliveries'`
  await anOrder(commandLine, account, { buyer: { email: 'bob@example.com' } })
  await until('the next notice', () => receiver.calls.length === 2)
})

test('an answer of 1 GB is cut, and 4 kB of it are kept', async () => {
  const { notices, receiver, place, attempts } = await aShop()
  receiver.reply = () => ({ status: 200, bytes: 1_000_000_000 })
  await place()
  await notices.runOnce()
  expect((await attempts()).map(({ status, answer }) => [status, answer.length])).toEqual([
    [200, 4096],
  ])
  await until('the end of the connection', () => receiver.underWay() === 0)
  expect(receiver.written()).toBeLessThan(50_000_000)
})

test('an answer of any bytes is kept as it came', async () => {
  const { notices, receiver, place, attempts } = await aShop()
  receiver.reply = () => ({ status: 500, body: '\0\\u0000 "quoted" ☃ \x7f' })
  await place()
  await notices.runOnce()
  expect((await attempts()).map(({ answer }) => String(answer))).toEqual([
    '\0\\u0000 "quoted" ☃ \x7f',
  ])
})

test('how a try ended is kept once the database is back, and said once', async () => {
  const clock = aClock()
  const { proxy, target } = await aProxy(database())
  const { ctx, notices, logLines } = aSendingGateway(database(), clock, {}, target)
  const { account } = await anAccount(ctx)
  const receiver = await aReceiver()
  receiver.reply = () => 'hold'
  await anEndpoint(ctx, account, receiver.url, { types: ['order.placed'] })
  await anOrder(ctx, account)
  await until('one under way', () => receiver.underWay() === 1)
  await proxy.set('gone')
  receiver.letGo()
  const messages = () => logLines.map(({ message }) => message)
  const keeping = 'keeping the tries of deliveries'
  await until('the trouble', () => messages().includes(`${keeping} fails; it is tried again`))
  await until('the poll', () => messages().some((line) => line.startsWith('looking')))
  await proxy.set('open')
  await until('the end of the trouble', () => messages().includes(`${keeping} works again`))
  await notices.runOnce()
  const rows = await database().sql`
    select state, tries from deliveries where account_id = ${account.id}`
  expect(rows).toEqual([{ state: 'delivered', tries: 1 }])
  expect(receiver.calls).toHaveLength(1)
  expect(messages()).toHaveLength(new Set(messages()).size)
})

test('a gateway that stops finishes what is under way, and takes no more', async () => {
  const { notices, receiver, place, rows } = await aShop({ limits: { each: 1 } })
  receiver.reply = () => 'hold'
  await place()
  await place()
  await until('one under way', () => receiver.underWay() === 1)
  const stopped = notices.stop()
  receiver.letGo()
  await stopped
  expect(receiver.calls).toHaveLength(1)
  expect((await rows()).map(({ state }) => state)).toEqual(['delivered', 'waiting'])
})

test('a gateway that stops does not wait for long for an endpoint that hangs', async () => {
  const { notices, receiver, place, rows } = await aShop({ limits: { stopMs: 50 } })
  receiver.reply = () => 'hold'
  await place()
  await until('one under way', () => receiver.underWay() === 1)
  await notices.stop()
  await until('the end of the connection', () => receiver.underWay() === 0)
  expect(await rows()).toMatchObject([{ state: 'waiting', tries: 0 }])
})

test('while calls wait only a few are under way', async () => {
  const load = { heavy: true }
  const { notices, receiver, place } = await aShop({ pressure: () => load.heavy })
  receiver.reply = () => 'hold'
  for (let orders = 0; orders < 10; orders += 1) await place()
  await until('some under way', () => receiver.underWay() > 0)
  expect(receiver.most()).toBeLessThanOrEqual(4)
  load.heavy = false
  notices.wake()
  await until('all under way', () => receiver.underWay() === 10)
  receiver.letGo()
  await notices.runOnce()
})
