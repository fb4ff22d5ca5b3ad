import { describe, expect, it } from 'vitest'
import { changeSettings, getAccount } from '../src/core/accounts.ts'
import { addCredential, rotate } from '../src/core/credentials.ts'
import { saveGoods } from '../src/core/goods.ts'
import type { Account } from '../src/model/account.ts'
import { newStandardSecret } from '../src/notices/standard.ts'
import { aReleased, listed, get as mintsoftGet } from './dialects/mintsoft/client.ts'
import { anEndpoint, bid } from './notices/sending-gateway.ts'
import { anAccount, anOrder } from './support/fixtures.ts'
import { useGateway } from './support/gateway.ts'
import { until } from './support/poll.ts'
import { aReceiver } from './support/receiver.ts'
import { callSigned, signedBody } from './support/signed-call.ts'

const gateway = useGateway({
  settings: { NOTICES_HTTP: 'on', NOTICES_UNSAFE_TARGETS: 'on' },
  notices: {},
})

/** One dialect's own way to prove to be an account: what is answered, as it stands. */
type Proving = {
  readonly dialect: string
  readonly kind: string
  readonly secret: string
  readonly call: (login: string, secret: string) => Promise<{ status: number; text: string }>
  readonly isIn: (answer: string) => boolean
}

const form = { 'content-type': 'application/x-www-form-urlencoded' }

async function send(path: string, init: RequestInit = {}) {
  const response = await fetch(`${gateway().url}${path}`, init)
  return { status: response.status, text: await response.text() }
}

const provings: readonly Proving[] = [
  {
    dialect: 'influencersoft',
    kind: 'key',
    secret: 'a key of more than twenty signs',
    call: (login, secret) =>
      send(`/influencersoft/${login}/api/GetOrders`, {
        method: 'POST',
        headers: form,
        body: signedBody({ login, secret }, { paid: '0' }),
      }),
    isIn: (text) => text.includes('"error_code":0'),
  },
  {
    dialect: 'mintsoft',
    kind: 'key',
    secret: '6f1c1f3e-8a54-4c0e-9d67-2f5b7e0a9c01',
    call: (login, secret) => send(`/mintsoft/${login}?APIKEY=${secret}`),
    isIn: (text) => text === '[]',
  },
  {
    dialect: 'opencart',
    kind: 'key',
    secret: 'k'.repeat(64),
    call: (login, key) =>
      send(`/opencart/${login}/index.php?route=api/login`, {
        method: 'POST',
        headers: form,
        body: new URLSearchParams({ username: 'tester', key }).toString(),
      }),
    isIn: (text) => text.includes('api_token'),
  },
  {
    dialect: 'shopsite',
    kind: 'basic',
    secret: 'pa:ss word',
    call: (login, secret) =>
      send(`/shopsite/${login}/db_xml.cgi?startorder=1`, {
        headers: { authorization: `Basic ${Buffer.from(`tester:${secret}`).toString('base64')}` },
      }),
    isIn: (text) => text.includes('<ResponseCode>'),
  },
]

async function setTest(account: Account, test: boolean): Promise<Account> {
  await changeSettings(gateway().ctx, account, { test })
  return getAccount(gateway().ctx, account.login)
}

/** The log lines of calls to an account, oldest first. */
function callsTo(login: string): Record<string, unknown>[] {
  return gateway()
    .logText()
    .split('\n')
    .filter((line) => line.includes(`"account":"${login}"`) && line.includes('"msg":"call"'))
    .map((line) => JSON.parse(line))
}

describe.each(provings)('a credential of $dialect', ({ dialect, kind, secret, call, isIn }) => {
  const words = {
    live: 'the account is in test mode, and this credential is none for tests',
    test: 'this credential is for tests, and the account is not in test mode',
  }

  it.each([
    ['live', false],
    ['test', true],
  ] as const)('that is %s works in its own mode only, and the log says why', async (name, test) => {
    const { ctx } = gateway()
    const { account } = await anAccount(ctx, { secret: 'another key, of twenty signs' })
    const publicPart = dialect === 'opencart' || dialect === 'shopsite' ? 'tester' : ''
    await addCredential(ctx, account, { dialect, kind, secret, publicPart, test })
    await setTest(account, test)
    expect(isIn((await call(account.login, secret)).text)).toBe(true)
    await setTest(account, !test)
    const [right, wrong] = [
      await call(account.login, secret),
      await call(
        account.login,
        secret.replace(/^./, (sign) => (sign === '7' ? '8' : '7')),
      ),
    ]
    expect(isIn(right.text)).toBe(false)
    const withoutTime = (text: string) => text.replace(/\d{4}-\d\d-\d\d[T ][\d:.]+Z?/g, '')
    expect([right.status, withoutTime(right.text)]).toEqual([wrong.status, withoutTime(wrong.text)])
    const [, refused, other] = callsTo(account.login)
    expect(refused).toMatchObject({ outcome: 'proof-wrong', reason: words[name] })
    expect(refused).not.toHaveProperty('credentialId')
    expect(other?.reason).not.toBe(words[name])
    expect(gateway().logText()).not.toContain(secret)
  })
})

describe('a credential for tests', () => {
  it('is one after rotating too', async () => {
    const { ctx } = gateway()
    const { account } = await anAccount(ctx)
    const wish = {
      dialect: 'influencersoft',
      kind: 'key',
      publicPart: '',
      secret: 'before',
      test: true,
    }
    const { id } = await addCredential(ctx, account, wish)
    await rotate(ctx, account, id, 'after', 0)
    await setTest(account, true)
    const shop = { login: account.login, secret: 'after' }
    expect((await callSigned(gateway().url, shop, 'GetOrders')).error_code).toBe(0)
  })

  it('confirms a parcel for tests only: the live warehouse is shown it all the same', async () => {
    const { ctx } = gateway()
    const { account } = await anAccount(ctx)
    const key = (secret: string, test: boolean) =>
      addCredential(ctx, account, {
        dialect: 'mintsoft',
        kind: 'key',
        publicPart: '',
        secret,
        test,
      })
    const live = { account, credential: await key('6f1c1f3e-8a54-4c0e-9d67-2f5b7e0a9c01', false) }
    const trial = { account, credential: await key('6f1c1f3e-8a54-4c0e-9d67-2f5b7e0a9c02', true) }
    const number = await aReleased(gateway(), live)
    await setTest(account, true)
    expect(await listed(gateway(), trial)).toEqual([String(number)])
    await mintsoftGet(gateway(), trial, { action: 'confirm', ordernumber: String(number) })
    expect(await listed(gateway(), trial)).toEqual([])
    await setTest(account, false)
    expect(await listed(gateway(), live)).toEqual([String(number)])
  })
})

describe('an endpoint', () => {
  async function aToldShop() {
    const { ctx } = gateway()
    const { account } = await anAccount(ctx)
    const [live, trial] = [await aReceiver(), await aReceiver()]
    const types = ['order.placed', 'order.paid']
    await anEndpoint(ctx, account, live.url, { types })
    await anEndpoint(ctx, account, trial.url, { types, test: true })
    return { ctx, account, live, trial }
  }

  it('is told only of what happens in its own mode', async () => {
    const { ctx, account, live, trial } = await aToldShop()
    await anOrder(ctx, account)
    await until('the live notice', () => live.calls.length === 1)
    const inTest = await setTest(account, true)
    await anOrder(ctx, inTest, { buyer: { email: 'other@example.com' } })
    await until('the notice of a test', () => trial.calls.length === 1)
    await gateway().notices?.runOnce()
    expect([live.calls.length, trial.calls.length]).toEqual([1, 1])
    const rows = await gateway().database.sql`
      select endpoint_id from deliveries where account_id = ${account.id} order by made_at, number`
    expect(rows.map((row) => row.endpoint_id)).toEqual([1, 2])
  })

  it('rests with what waits for it while the account is in the other mode', async () => {
    const { ctx, account, live, trial } = await aToldShop()
    live.reply = () => ({ status: 503 })
    const number = await anOrder(ctx, account)
    await until('a first try', () => live.calls.length === 1)
    await setTest(account, true)
    gateway().clock.now += 24 * 3_600_000
    await gateway().notices?.runOnce()
    await bid(ctx, account, number, { kind: 'pay' })
    await until('the notice of a test', () => trial.calls.length === 1)
    await gateway().notices?.runOnce()
    expect(live.calls).toHaveLength(1)
    live.reply = () => ({ status: 200 })
    await setTest(account, false)
    await until('the rest', () => live.calls.length === 2)
    expect(live.calls[1]?.id).toBe(live.calls[0]?.id)
    expect(trial.calls).toHaveLength(1)
  })

  it('of a product is for the mode in which the product named it', async () => {
    const { ctx } = gateway()
    const { account } = await anAccount(ctx)
    const [live, trial] = [await aReceiver(), await aReceiver()]
    const naming = (url: string) => [
      {
        code: 'mug',
        endpoints: [{ format: 'standard', types: ['order.placed' as const], url }],
      },
    ]
    await saveGoods(ctx, account, naming(live.url))
    const inTest = await setTest(account, true)
    const place = (of: Account, email: string) =>
      anOrder(ctx, of, { buyer: { email }, lines: [{ code: 'mug', quantity: 1 }] })
    await place(inTest, 'nobody-told@example.com')
    await saveGoods(ctx, inTest, naming(trial.url))
    const secret = newStandardSecret(ctx.newKey)
    await gateway().database.sql`
      update endpoints set secret = ${ctx.vault.seal(secret)} where account_id = ${account.id}`
    await place(inTest, 'test@example.com')
    await until('the notice of a test', () => trial.calls.length === 1)
    const again = await setTest(inTest, false)
    await place(again, 'live@example.com')
    await until('the live notice', () => live.calls.length === 1)
    await gateway().notices?.runOnce()
    expect([live.calls.length, trial.calls.length]).toEqual([1, 1])
    expect(live.calls[0]?.body).toContain('live@example.com')
    expect(trial.calls[0]?.body).toContain('test@example.com')
  })
})
