import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { isPhpReady, needPhp } from '../wire/php.ts'
import { type Driver, driverNames, type Method, type Settings, startDriver } from './drivers.ts'
import { envelope, login, reply, secret, useReceiver } from './receiver.ts'
import { newOrder, sentCalls } from './sent-calls.ts'

const receiver = useReceiver()

describe.each(driverNames)('%s', (name) => {
  let driver: Driver
  beforeAll(() => {
    if (name === 'TypeScript' || isPhpReady) driver = startDriver(name)
  })
  afterAll(() => driver?.stop())
  beforeEach((context) => {
    if (name !== 'TypeScript') needPhp(context)
    receiver().calls.length = 0
  })

  const run = (method: Method, args: readonly unknown[], settings: Settings = {}) =>
    driver.run({ url: receiver().url, login, secret }, method, args, settings)

  it.each(sentCalls)('$method posts a signed $calls and gives its result', async (one) => {
    receiver().replies = [reply(envelope(0, 'OK', one.answers))]
    const got = await run(one.method, driver.isPhp ? (one.phpArgs ?? one.args) : one.args)
    expect(receiver().calls).toMatchObject([
      {
        path: `/influencersoft/${login}/api/${one.calls}`,
        method: 'POST',
        isSigned: true,
        params: one.params,
      },
    ])
    expect(got.outcome).toBe('ok')
    const isWrite =
      Array.isArray(one.answers) && one.answers.length === 0 && !/^get/.test(one.method)
    if (isWrite) expect(got.result).toBeNull()
    else expect(got.result).toMatchObject(one.answers as object)
  })

  it('sends nothing but the hash where there are no parameters', async () => {
    receiver().replies = [reply(envelope(0, 'OK'))]
    await run('getAllGoods', [])
    expect(receiver().calls[0]?.body).toMatch(/^hash=[0-9a-f]{32}$/)
    expect(receiver().calls[0]?.isSigned).toBe(true)
  })

  it('calls any function by name and hands over the whole answer', async () => {
    receiver().replies = [reply(envelope(0, 'Готово', 17))]
    const got = await run('call', ['GetCountSubscribe', { group_name: 'all' }])
    expect(got.result).toMatchObject({ code: 0, text: 'Готово', result: 17, status: 200 })
    expect(receiver().calls[0]?.path).toBe(`/influencersoft/${login}/api/GetCountSubscribe`)
  })

  it.each([
    ['a parameter named hash', ['GetOrderInfo', { hash: 'x' }]],
    ['a path for a function', ['../DeleteOrder', {}]],
    ['an empty function', ['', {}]],
  ])('refuses %s and sends nothing', async (_, args) => {
    expect(await run('call', args)).toMatchObject({ outcome: 'misuse' })
    expect(receiver().calls).toEqual([])
  })

  it('tells a code other than 0 with its text and result, and nothing of the secret', async () => {
    receiver().replies = [reply(envelope(604, 'Product not exist mug', ['mug']))]
    const got = await run('createOrder', [newOrder])
    expect(got).toMatchObject({ outcome: 'api', code: 604, text: 'Product not exist mug' })
    expect(got).toMatchObject({ result: ['mug'], isBusy: false, retryAfterSeconds: null })
    expect(got.shown).not.toContain(secret)
    expect(got.shown).not.toContain('example.com')
  })

  it('takes a signed error that comes with status 404', async () => {
    receiver().replies = [reply(envelope(3, 'Function not exist'), {}, 404)]
    expect(await run('call', ['Nothing', {}])).toMatchObject({ outcome: 'api', code: 3 })
  })

  it('tells that the order is there already, with its number', async () => {
    receiver().replies = [reply(envelope(601, 'Order already exist', { bill_id: '7' }))]
    const got = await run('createOrder', [newOrder])
    expect(got).toMatchObject({ outcome: 'ok' })
    expect(got.result).toMatchObject({ bill_id: 7, duplicate: true })
  })

  it('tells a new order from a duplicate', async () => {
    receiver().replies = [reply(envelope(0, 'OK', { bill_id: 8, link: '/bill/y' }))]
    const got = await run('createOrder', [newOrder])
    expect(got.result).toEqual({ bill_id: 8, link: '/bill/y', duplicate: false })
  })

  it('keeps code 601 an error where no number comes with it, and in other functions', async () => {
    receiver().replies = [reply(envelope(601, 'Order already exist', []))]
    expect(await run('createOrder', [newOrder])).toMatchObject({ outcome: 'api', code: 601 })
    receiver().replies = [reply(envelope(601, 'Order already exist', { bill_id: 7 }))]
    expect(await run('deleteOrder', [7])).toMatchObject({ outcome: 'api', code: 601 })
  })

  it.each<[Method, readonly unknown[], unknown]>([
    ['createOrder', [newOrder], []],
    ['createOrder', [newOrder], { bill_id: '7 or so' }],
    ['createOrder', [newOrder], { bill_id: 0 }],
    ['getOrders', [], 'none'],
    ['getOrderInfo', [7], null],
    ['getAllGoods', [], 5],
  ])('%s does not take a result of another form', async (method, args, result) => {
    receiver().replies = [reply(envelope(0, 'OK', result))]
    expect(await run(method, args)).toMatchObject({ outcome: 'unverifiable', reason: 'result' })
  })

  describe('when the gateway is busy', () => {
    const busyText = 'Temporary error, try again later'
    const busy = (headers: Record<string, string>) => reply(envelope(8, busyText), headers, 503)

    it('says so and how long to wait, having asked once', async () => {
      receiver().replies = [busy({ 'retry-after': '7' })]
      const got = await run('deleteOrder', [7])
      expect(got).toMatchObject({ outcome: 'api', code: 8, isBusy: true, retryAfterSeconds: 7 })
      expect(receiver().calls).toHaveLength(1)
    })

    it('repeats the very same call as often as it may', async () => {
      const wait = busy({ 'retry-after': '0' })
      receiver().replies = [wait, wait, reply(envelope(0, 'OK', { bill_id: 9 }))]
      const got = await run('createOrder', [newOrder], { retries: 2 })
      expect(got.result).toMatchObject({ bill_id: 9, duplicate: false })
      expect(new Set(receiver().calls.map(({ body }) => body)).size).toBe(1)
      expect(receiver().calls).toHaveLength(3)
    })

    it('gives up after that', async () => {
      receiver().replies = [busy({ 'retry-after': '0' })]
      expect(await run('deleteOrder', [7], { retries: 2 })).toMatchObject({ code: 8, isBusy: true })
      expect(receiver().calls).toHaveLength(3)
    })

    it('waits no longer than the caller allows', async () => {
      receiver().replies = [busy({ 'retry-after': '86400' }), reply(envelope(0, 'OK'))]
      const got = await run('deleteOrder', [7], { retries: 1, retryWait: 0.01 })
      expect(got.outcome).toBe('ok')
    })

    it('does not repeat a code 8 that is no overload', async () => {
      receiver().replies = [reply(envelope(8, 'Not offered'), { 'retry-after': '0' })]
      const got = await run('call', ['AddLeadToGroup', {}], { retries: 2 })
      expect(got).toMatchObject({ code: 8, isBusy: false, retryAfterSeconds: null })
      expect(receiver().calls).toHaveLength(1)
    })

    it('does not believe, nor repeat, a busy answer with a wrong hash', async () => {
      receiver().replies = [reply(envelope(8, busyText, [], { hash: 'f'.repeat(32) }), {}, 503)]
      const got = await run('deleteOrder', [7], { retries: 2 })
      expect(got).toMatchObject({ outcome: 'unverifiable', reason: 'hash' })
      expect(receiver().calls).toHaveLength(1)
    })
  })
})
