import { type AddressInfo, createServer } from 'node:net'
import { performance } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { problemOf } from '../../src/notices/problem.ts'
import { createSender, type SenderOptions } from '../../src/notices/send.ts'
import { until } from '../support/poll.ts'
import { aReceiver } from '../support/receiver.ts'

const policy = { allowHttp: true, openRanges: ['127.0.0.0/8'], unsafeTargets: true }

function aSender(over: Partial<SenderOptions> = {}) {
  const sender = createSender({ policy, version: '1.2.3', clock: () => performance.now(), ...over })
  onTestFinished(() => sender.close())
  return sender
}

function message(url: string, body = '{"type":"test"}') {
  return { endpoint: '7/1', url, headers: { 'webhook-id': 'msg_1' }, body }
}

test('posts the body to the whole address, and asks for nothing packed', async () => {
  const receiver = await aReceiver()
  const answered = await aSender().send(message(receiver.url, 'Юпитер'))
  expect(answered).toMatchObject({ status: 200, problem: null, retryAfter: null })
  expect(answered.answer.toString()).toBe('thank you')
  const [call] = receiver.calls
  expect(call).toMatchObject({
    method: 'POST',
    path: '/notices?key=unguessable',
    body: 'Юпитер',
    headers: {
      'user-agent': 'Countersign/1.2.3',
      'webhook-id': 'msg_1',
      'content-length': '12',
      host: new URL(receiver.url).host,
    },
  })
  expect(call?.headers['accept-encoding']).toBeUndefined()
})

test('follows no redirect', async () => {
  const receiver = await aReceiver()
  const other = await aReceiver()
  receiver.reply = () => ({ status: 307, headers: { location: other.url } })
  const answered = await aSender().send(message(receiver.url))
  expect(answered.problem).toBe('it answered 307, and redirects are not followed')
  expect(other.calls).toEqual([])
})

test('keeps the first 4 kB of an answer of 1 GB, and reads little more', async () => {
  const receiver = await aReceiver()
  receiver.reply = () => ({ status: 200, bytes: 1_000_000_000 })
  const answered = await aSender().send(message(receiver.url))
  expect(answered).toMatchObject({ status: 200, problem: null })
  expect(answered.answer.toString()).toBe('x'.repeat(4096))
  await until('the end of the connection', () => receiver.underWay() === 0)
  // What the system holds between the two counts as written.
  expect(receiver.written()).toBeLessThan(50_000_000)
})

test.each([
  [200, null],
  [500, 'it answered 500'],
])('an answer of %i whose body drips for ever counts by its status', async (status, problem) => {
  const receiver = await aReceiver()
  receiver.reply = () => ({ status, drip: 'for ever' })
  const answered = await aSender().send(message(receiver.url))
  expect(answered).toMatchObject({ status, problem })
  expect(answered.answer.toString()).toMatch(/^\.+$/)
  await until('the end of the connection', () => receiver.underWay() === 0)
})

test('gives up on an answer that does not come', async () => {
  const receiver = await aReceiver()
  receiver.reply = () => 'hold'
  const answered = await aSender({ deadlineMs: 200 }).send(message(receiver.url))
  expect(answered).toMatchObject({ status: null, problem: 'no answer within 0.2 s' })
  await until('the end of the connection', () => receiver.underWay() === 0)
  expect(receiver.calls).toHaveLength(1)
})

test('a receiver that is away is named so', async () => {
  const receiver = await aReceiver()
  await receiver.stop()
  const answered = await aSender().send(message(receiver.url))
  expect(answered).toMatchObject({ status: null, problem: 'connection refused' })
})

test.each([
  ['no HTTP at all', 'hello\r\n\r\n', 'what it answers is not HTTP'],
  [
    'a 100 that nobody asked for',
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n',
    'it answered 100 or 101, which nobody asked for',
  ],
  [
    'another protocol',
    'HTTP/1.1 101 Switching Protocols\r\nupgrade: other\r\nconnection: upgrade\r\n\r\n',
    'it answered 100 or 101, which nobody asked for',
  ],
])('%s is no answer, and the operator is told what came', async (_what, answer, problem) => {
  let calls = 0
  const server = createServer((socket) => {
    socket
      .on('error', () => undefined)
      .on('data', () => {
        calls += 1
        socket.write(answer)
      })
  })
  onTestFinished(() => void server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const answered = await aSender().send(message(`http://127.0.0.1:${port}/`))
  expect(answered).toMatchObject({ status: null, problem })
  expect(calls).toBe(1)
})

test('a receiver that hangs up is asked once, as long as it never answered', async () => {
  const receiver = await aReceiver()
  receiver.reply = () => 'hang up'
  const answered = await aSender().send(message(receiver.url))
  expect(answered.problem).toBe('the connection was closed without an answer')
  expect(receiver.calls).toHaveLength(1)
})

test('a kept connection that is closed as it is used costs no try', async () => {
  const receiver = await aReceiver()
  const { send } = aSender()
  await send(message(receiver.url))
  let hungUp = 0
  receiver.reply = () => {
    hungUp += 1
    return hungUp === 1 ? 'hang up' : { status: 202 }
  }
  expect(await send(message(receiver.url))).toMatchObject({ status: 202, problem: null })
  expect(receiver.calls.map(({ id }) => id)).toEqual(['msg_1', 'msg_1', 'msg_1'])
})

test('a receiver that was started again meanwhile is reached at once', async () => {
  const receiver = await aReceiver()
  const { send } = aSender()
  await Promise.all([1, 2, 3].map(() => send(message(receiver.url))))
  await receiver.stop()
  await receiver.start()
  const all = await Promise.all([1, 2, 3].map(() => send(message(receiver.url))))
  expect(all.map(({ status }) => status)).toEqual([200, 200, 200])
})

test('an address that may not be called hears nothing', async () => {
  const receiver = await aReceiver()
  const sender = aSender({ policy: { allowHttp: true, openRanges: [], unsafeTargets: false } })
  const answered = await sender.send(message(receiver.url))
  expect(answered.status).toBeNull()
  expect(answered.problem).toContain('127.0.0.1')
  expect(answered.problem).not.toContain('unguessable')
  expect(receiver.calls).toEqual([])
})

test('a name that does not resolve is named so', async () => {
  const resolve = () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' }))
  const answered = await aSender({ resolve }).send(message('http://shop.example.test/?key=hidden'))
  expect(answered.status).toBeNull()
  expect(answered.problem).toContain('shop.example.test does not resolve')
  expect(answered.problem).not.toContain('hidden')
})

test.each(['', 'nonsense', 'http://'])(
  'an address that is none (%j) is a failed try',
  async (url) => {
    const answered = await aSender().send(message(url))
    expect(answered).toMatchObject({ status: null, problem: 'it failed (ERR_INVALID_URL)' })
  },
)

test('connections that nobody uses are let go after a minute', async () => {
  const receiver = await aReceiver()
  let now = 0
  const sender = aSender({ clock: () => now })
  const connectionsAt = async (ms: number): Promise<number> => {
    now = ms
    sender.sweep()
    // What has just brought an answer is free a moment later.
    await setImmediate()
    await sender.send(message(receiver.url))
    return receiver.connections()
  }
  expect(await connectionsAt(0)).toBe(1)
  expect(await connectionsAt(59_999)).toBe(1)
  expect(await connectionsAt(119_998)).toBe(1)
  expect(await connectionsAt(179_998)).toBe(2)
})

test.each([
  ['CERT_HAS_EXPIRED', 'certificate has expired', 'TLS: certificate has expired'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'a secret', 'TLS: the certificate is made out to another name'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'a secret', 'TLS: wrong_version_number'],
  ['HPE_INVALID_CONSTANT', 'a secret', 'what it answers is not HTTP (HPE_INVALID_CONSTANT)'],
  ['ECONNREFUSED', 'a secret', 'connection refused'],
  ['EWHATEVER', 'a secret', 'it failed (EWHATEVER)'],
  [undefined, 'a secret', 'it failed (Error)'],
])('%s is worded for the operator', (code, text, words) => {
  const error = Object.assign(new Error(text), code === undefined ? {} : { code })
  expect(problemOf(error)).toBe(words)
  expect(problemOf(new TypeError('a secret', { cause: error }))).toBe(
    code === undefined ? 'it failed (TypeError)' : words,
  )
})
