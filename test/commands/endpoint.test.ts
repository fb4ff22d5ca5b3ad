import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { saveGoods } from '../../src/core/goods.ts'
import { md5Hex } from '../../src/wire/digest.ts'
import { anAccount, anOrder } from '../support/fixtures.ts'
import { consoleOn, useConsole } from './console.ts'

const at = useConsole({ NOTICES_HTTP: 'on', NOTICES_UNSAFE_TARGETS: 'on' })

type Listed = Record<string, unknown> & { id: number }
type Made = Listed & { secret: string | null }
type Received = { headers: IncomingMessage['headers']; body: string }

let url = ''
let received: Received[] = []
let answer = { status: 200, body: 'thanks' }
const server = createServer(async (request, response) => {
  received.push({ headers: request.headers, body: await text(request) })
  response.writeHead(answer.status).end(answer.body)
})

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/notices?key=in-the-url`
})
beforeEach(() => {
  received = []
  answer = { status: 200, body: 'thanks' }
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

const shop = async (login: string) => (await anAccount(at().ctx, { login })).account
const add = (login: string, more = '') =>
  at().runJson<Made>(`endpoint add ${login} ${url}${more} --json`)
const listed = (login: string) => at().runJson<Listed[]>(`endpoint list ${login} --json`)
const notes = async (login: string) => {
  const rows = await at().database.sql<{ kind: string; data: object }[]>`
    select e.kind, e.data from account_events e join accounts a on a.id = e.account_id
    where a.login = ${login} and e.kind like 'endpoint%' order by e.id`
  return rows.map(({ kind, data }) => ({ kind, data }))
}
const waiting = async (login: string) => {
  const [row] = await at().database.sql<{ count: number }[]>`
    select count(*)::int as count from deliveries d join accounts a on a.id = d.account_id
    where a.login = ${login} and d.state = 'waiting'`
  return row?.count
}
const secretBytes = (fill: number) => `whsec_${Buffer.alloc(32, fill).toString('base64')}`
/** By the package that receivers use; its own check would want the machine's time. */
const isSignedWith = (secret: string, { headers, body }: Received): boolean => {
  const time = new Date(Number(headers['webhook-timestamp']) * 1000)
  const expected = new Webhook(secret).sign(String(headers['webhook-id']), time, body)
  return String(headers['webhook-signature']).split(' ').includes(expected)
}

describe('endpoint add', () => {
  it('tells the URL of orders from then on, and shows its secret this once', async () => {
    const account = await shop('added')
    const { code, out } = await at().run(`endpoint add added ${url}`)
    expect(code).toBe(0)
    const secret = /whsec_\S+/.exec(out)?.[0] ?? ''
    expect(Buffer.from(secret.slice(6), 'base64')).toHaveLength(32)
    await anOrder(at().ctx, account)
    expect(await waiting('added')).toBe(1)
    expect(await listed('added')).toMatchObject([
      { id: 1, url, format: 'standard', types: null, ownSecret: true, waiting: 1, dead: 0 },
    ])
    const shown = await at().run('endpoint list added')
    const asJson = await at().run('endpoint list added --json')
    for (const text of [shown.out, asJson.out, JSON.stringify(await notes('added'))]) {
      expect(text).not.toContain(secret)
      expect(text).not.toContain(secret.slice(6))
    }
    const [row] = await at().database.sql<{ secret: Buffer }[]>`
      select secret from endpoints where url = ${url}`
    expect(row?.secret.includes(secret)).toBe(false)
  })

  it('notes who is told, without what follows the host in the URL', async () => {
    await shop('noted')
    await add('noted', ' --types order.paid')
    const host = new URL(url).host
    expect(await notes('noted')).toEqual([
      {
        kind: 'endpoint-added',
        data: { id: 1, host, format: 'standard', types: ['order.paid'] },
      },
    ])
  })

  it('tells only of the types that were asked for', async () => {
    const account = await shop('typed')
    await add('typed', ' --types order.paid,order.sent')
    const number = await anOrder(at().ctx, account)
    expect(await waiting('typed')).toBe(0)
    await at().run(`order pay typed ${number}`)
    expect(await waiting('typed')).toBe(1)
  })

  it('takes a secret that was brought along, and does not repeat it', async () => {
    await shop('brought')
    at().files.set('secret', `${secretBytes(1)}\n`)
    const { code, out } = await at().run(`endpoint add brought ${url} --secret-file secret`)
    expect(code).toBe(0)
    expect(out).toContain('It signs with the secret that you brought.')
    expect(out).not.toContain('whsec_')
    await at().run('endpoint test brought 1')
    expect(received.map((message) => isSignedWith(secretBytes(1), message))).toEqual([true])
  })

  it("signs in a dialect's own form with the account's key, and says so", async () => {
    await shop('own-key')
    const { out } = await at().run(`endpoint add own-key ${url} --format influencersoft`)
    expect(out).toContain('It signs with the newest influencersoft key of the account.')
    expect(await listed('own-key')).toMatchObject([{ format: 'influencersoft', ownSecret: false }])
  })

  it("refuses a dialect's form where the account has no key of it, and saves nothing", async () => {
    await anAccount(at().ctx, { login: 'keyless', dialect: 'mintsoft' })
    const words = `endpoint add keyless ${url} --format influencersoft`
    const { code, out, err } = await at().run(words)
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain('"keyless" has no influencersoft key')
    expect(err).toContain('countersign credential add keyless --dialect influencersoft')
    expect(await listed('keyless')).toEqual([])
    expect((await at().run([...words.split(' '), '--secret', 'a-key-of-its-own'])).code).toBe(0)
  })

  it.each([
    ['--format nope', 'there is no format "nope"; there are: standard, influencersoft'],
    ['--types order.eaten', 'standard does not tell of order.eaten; there are: order.placed'],
    ['--types ,', 'name at least one'],
    [
      '--format influencersoft --types order.sent',
      'influencersoft does not tell of order.sent; there are: order.placed',
    ],
    ['--secret short', 'this secret cannot be used: '],
    ['--secret whsec_c2hvcnQ=', 'this secret cannot be used: '],
    ['--format influencersoft --secret=', 'the key is empty'],
  ])('refuses %s with the reason, and saves nothing', async (words, reason) => {
    if ((await at().run('account show refused')).code !== 0) await shop('refused')
    const { code, out, err } = await at().run(`endpoint add refused ${url} ${words}`)
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain(reason)
    expect(err).not.toContain('c2hvcnQ')
    expect(await listed('refused')).toEqual([])
  })

  it.each([
    ['http://shop.example.com/', 'orders do not travel in the clear'],
    ['https://10.0.0.8/', 'add 10.0.0.8/32 to NOTICES_NETWORKS'],
    ['https://169.254.169.254/', 'no notice is sent there'],
    ['https://[::1]/', 'no notice is sent there'],
    ['https://ada:secret-word@203.0.113.9/', 'a user name or a password'],
    ['ftp://203.0.113.9/', 'write an https URL'],
    ['shop', 'no URL'],
  ])('refuses the URL %s, and saves nothing', async (refused, reason) => {
    const login = 'guarded'
    if ((await at().run(`account show ${login}`)).code !== 0) await shop(login)
    const targets = { allowHttp: false, openRanges: [], unsafeTargets: false }
    const { code, out, err } = await consoleOn({ ...at().ctx, targets }).run(
      `endpoint add ${login} ${refused}`,
    )
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain('this URL cannot be used: ')
    expect(err).toContain(reason)
    expect(err).not.toContain('secret-word')
    expect(await listed(login)).toEqual([])
    expect(await notes(login)).toEqual([])
  })
})

describe('endpoint test', () => {
  it('sends a signed message that says nothing, and shows the answer', async () => {
    await shop('tested')
    const { id, secret } = await add('tested')
    answer = { status: 202, body: 'tak\u001b[2Jen' }
    const { code, out } = await at().run(`endpoint test tested ${id}`)
    expect(code).toBe(0)
    expect(out).toContain('took the test message.\nstatus   202\nlatency  ')
    expect(out).toContain('answer   tak [2Jen')
    expect(received).toHaveLength(1)
    const [message] = received as [Received]
    expect(isSignedWith(secret ?? '', message)).toBe(true)
    expect(JSON.parse(message.body)).toMatchObject({ type: 'test', data: { account: 'tested' } })
    expect(await waiting('tested')).toBe(0)
  })

  it("signs a dialect's form inside the body too", async () => {
    const { account } = await anAccount(at().ctx, { login: 'hashed', secret: 'shop-api-key' })
    await add('hashed', ' --format influencersoft')
    expect((await at().run(`endpoint test ${account.login} 1`)).code).toBe(0)
    const form = new URLSearchParams(received[0]?.body)
    const told = `${form.get('id')}${form.get('email')}${form.get('created')}`
    expect(form.get('hash')).toBe(md5Hex(told, 'shop-api-key'))
  })

  it('ends with exit code 1 where the answer is no 2xx', async () => {
    await shop('failing')
    await add('failing')
    answer = { status: 500, body: 'broken' }
    const { code, out } = await at().run('endpoint test failing 1 --json')
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      delivered: false,
      status: 500,
      problem: 'it answered 500',
      answer: 'broken',
    })
  })

  it('writes an answer into JSON so that no terminal obeys it, and it reads the same', async () => {
    await shop('obeyed')
    await add('obeyed')
    answer = { status: 200, body: 'a\u001b[2Jb\u009b31mc\u202ed\u{e0001}é😀' }
    const { out } = await at().run('endpoint test obeyed 1 --json')
    expect(out).toContain('a\\u001b[2Jb\\u009b31mc\\u202ed\\udb40\\udc01é😀')
    expect(JSON.parse(out)).toMatchObject({ answer: answer.body })
  })

  it('says why there is no answer, and sends nothing to a forbidden address', async () => {
    await shop('unheard')
    await add('unheard')
    const targets = { allowHttp: true, openRanges: [], unsafeTargets: false }
    const strict = consoleOn({ ...at().ctx, targets })
    const { code, out } = await strict.run('endpoint test unheard 1')
    expect(code).toBe(1)
    expect(out).toContain('status   none')
    expect(out).toMatch(/problem {2}127\.0\.0\.1 is .*no notice is sent there/)
    expect(received).toEqual([])
  })
})

describe('endpoint disable and enable', () => {
  it('queues nothing while it is off, and sends what waits once it is on', async () => {
    const account = await shop('switched')
    const { id } = await add('switched')
    await anOrder(at().ctx, account)
    const off = await at().runJson<Listed>(`endpoint disable switched ${id} --json`)
    expect(off).toMatchObject({ disabledWhy: 'by the operator' })
    await anOrder(at().ctx, account)
    expect(await waiting('switched')).toBe(1)
    expect((await at().run('endpoint list switched')).out).toMatch(/off since \S+: by the operator/)
    expect((await at().run(`endpoint enable switched ${id}`)).code).toBe(0)
    expect(await listed('switched')).toMatchObject([{ disabledAt: null, disabledWhy: null }])
    await anOrder(at().ctx, account)
    expect(await waiting('switched')).toBe(2)
    expect((await notes('switched')).map(({ kind }) => kind)).toEqual([
      'endpoint-added',
      'endpoint-disabled',
      'endpoint-enabled',
    ])
  })

  it('forgets failures, and makes due what waits, but not what is under way', async () => {
    const { sql } = at().database
    const account = await shop('recovered')
    await add('recovered')
    const away = await anOrder(at().ctx, account)
    const under = await anOrder(at().ctx, account)
    const now = new Date(at().clock.now)
    const later = new Date(at().clock.now + 3_600_000)
    await sql`update endpoints set failures = 12, paused_until = ${later}
      where account_id = ${account.id}`
    await sql`update deliveries set due_at = ${later}, tries = 4 where account_id = ${account.id}`
    await sql`update deliveries set leased_until = ${later}
      where account_id = ${account.id} and number = ${under}`
    const { out } = await at().run('endpoint list recovered')
    expect(out).toContain('on, failing for 12 tries, paused until 2026-03-02T11:00:00Z')
    await at().run('endpoint enable recovered 1')
    expect(await listed('recovered')).toMatchObject([{ failures: 0, pausedUntil: null }])
    const rows = await sql`select number, due_at, tries from deliveries
      where account_id = ${account.id} order by number`
    expect(rows).toEqual([
      { number: away, due_at: now, tries: 4 },
      { number: under, due_at: later, tries: 4 },
    ])
  })

  it('stays off where the URL is not fit any more', async () => {
    await shop('moved')
    await add('moved')
    await at().run('endpoint disable moved 1')
    const targets = { allowHttp: false, openRanges: [], unsafeTargets: false }
    const { code, err } = await consoleOn({ ...at().ctx, targets }).run('endpoint enable moved 1')
    expect(code).toBe(1)
    expect(err).toContain('this URL cannot be used: ')
    expect(await listed('moved')).toMatchObject([{ disabledWhy: 'by the operator' }])
  })

  it('keeps the first reason for which it is off', async () => {
    const account = await shop('gone')
    await add('gone')
    await at().database.sql`update endpoints set disabled_at = now(),
      disabled_why = 'it answered 410 Gone' where account_id = ${account.id}`
    expect((await at().run('endpoint disable gone 1')).code).toBe(0)
    expect(await listed('gone')).toMatchObject([{ disabledWhy: 'it answered 410 Gone' }])
  })

  it.each(['test', 'disable', 'enable', 'rotate'])(
    "%s does not reach another account's endpoint",
    async (verb) => {
      const [mine, theirs] = [`mine-${verb}`, `theirs-${verb}`]
      await shop(mine)
      await shop(theirs)
      await add(theirs)
      const before = await listed(theirs)
      const { code, out, err } = await at().run(`endpoint ${verb} ${mine} 1`)
      expect([code, out]).toEqual([1, ''])
      expect(err).toContain(`"${mine}" has no endpoint 1; see: countersign endpoint list ${mine}`)
      expect([await listed(theirs), received]).toEqual([before, []])
    },
  )
})

describe('endpoint rotate', () => {
  const signers = async (login: string, secrets: readonly string[]) => {
    received = []
    await at().run(`endpoint test ${login} 1`)
    const [message] = received as [Received]
    return secrets.map((secret) => isSignedWith(secret, message))
  }

  it('signs with both secrets for the overlap, then with the new one alone', async () => {
    const { clock } = at()
    await shop('turned')
    const old = (await add('turned')).secret ?? ''
    const made = await at().runJson<Made>('endpoint rotate turned 1 --overlap 2m --json')
    const fresh = made.secret ?? ''
    expect(made.previousUntil).toBe(new Date(clock.now + 120_000).toISOString())
    expect(fresh).not.toBe(old)
    expect(await signers('turned', [old, fresh])).toEqual([true, true])
    clock.now += 120_000
    expect(await signers('turned', [old, fresh])).toEqual([false, true])
    const all = JSON.stringify([await listed('turned'), await notes('turned')])
    expect(all).not.toContain(old.slice(6))
    expect(all).not.toContain(fresh.slice(6))
  })

  it('does not cut off a receiver that holds the secret before the last', async () => {
    await shop('twice')
    const first = (await add('twice')).secret ?? ''
    const second = (await at().runJson<Made>('endpoint rotate twice 1 --json')).secret ?? ''
    const again = await at().run('endpoint rotate twice 1')
    expect([again.code, again.out]).toEqual([1, ''])
    expect(again.err).toContain('--overlap 0')
    expect(await signers('twice', [first, second])).toEqual([true, true])
    const words = 'endpoint rotate twice 1 --overlap 0 --json'
    const third = (await at().runJson<Made>(words)).secret ?? ''
    expect(await signers('twice', [first, second, third])).toEqual([false, false, true])
  })

  it("lets the account's key sign on where a secret takes its place, and back", async () => {
    await anAccount(at().ctx, { login: 'keyed', secret: 'the-api-key' })
    await add('keyed', ' --format influencersoft')
    const asked = await at().run('endpoint rotate keyed 1')
    expect(asked.code).toBe(1)
    expect(asked.err).toContain('countersign credential rotate keyed')
    const { code, out } = await at().run('endpoint rotate keyed 1 --secret another-key')
    expect(code).toBe(0)
    expect(out).toContain('Only the header has both')
    expect(out).not.toContain('another-key')
    const raw = (secret: string) => `whsec_${Buffer.from(secret).toString('base64')}`
    const both = [raw('the-api-key'), raw('another-key')]
    expect(await signers('keyed', both)).toEqual([true, true])
    await at().run('endpoint rotate keyed 1 --overlap 0')
    expect(await signers('keyed', both)).toEqual([true, false])
    expect(await listed('keyed')).toMatchObject([{ ownSecret: false, previousUntil: null }])
  })

  it('refuses a time and a secret that there are not, and changes nothing', async () => {
    await shop('kept')
    await add('kept', ` --secret ${secretBytes(4)}`)
    for (const words of ['--overlap soon', '--secret whsec_x']) {
      expect((await at().run(`endpoint rotate kept 1 ${words}`)).code).toBe(1)
    }
    expect(await signers('kept', [secretBytes(4)])).toEqual([true])
    expect((await notes('kept')).map(({ kind }) => kind)).toEqual(['endpoint-added'])
  })
})

describe('endpoint list', () => {
  it('says how to add the first', async () => {
    await shop('empty')
    expect(await listed('empty')).toEqual([])
    expect((await at().run('endpoint list empty')).out).toContain('countersign endpoint add empty')
  })

  it('counts what waits and what was given up, and knows the last success', async () => {
    const { sql } = at().database
    const account = await shop('counted')
    await add('counted')
    await add('counted', ' --types order.sent')
    const numbers = await Promise.all([1, 2, 3, 4].map(() => anOrder(at().ctx, account)))
    const done = new Date('2026-03-02T09:30:00.250Z')
    await sql`update deliveries set state = 'dead', done_at = now()
      where account_id = ${account.id} and number = ${numbers[0] ?? 0}`
    await sql`update deliveries set state = 'delivered', done_at = ${done}
      where account_id = ${account.id} and number = ${numbers[1] ?? 0}`
    expect(await listed('counted')).toMatchObject([
      { id: 1, waiting: 2, dead: 1, deliveredAt: done.toISOString() },
      { id: 2, waiting: 0, dead: 0, deliveredAt: null, types: ['order.sent'] },
    ])
    expect((await at().run('endpoint list counted')).out).toContain('2026-03-02T09:30:00Z')
  })
  it('says how many products name an endpoint, and where none does any more', async () => {
    const account = await shop('named')
    await add('named')
    const name = (code: string, target: string | null) =>
      saveGoods(at().ctx, account, [
        {
          code,
          endpoints: [{ format: 'influencersoft', types: ['order.placed'], url: target }],
        },
      ])
    await name('mug', `${url}&a`)
    expect((await at().run('endpoint list named')).out).toContain('order.placed, of 1 product ')
    await name('sales', `${url}&a`)
    expect(await listed('named')).toMatchObject([
      { ofProducts: false, products: null },
      { ofProducts: true, products: 2 },
    ])
    expect((await at().run('endpoint list named')).out).toContain('order.placed, of 2 products ')
    await name('mug', null)
    await name('sales', `${url}&b`)
    expect(await listed('named')).toMatchObject([{}, { products: 0 }, { products: 1 }])
    const { out } = await at().run('endpoint list named')
    expect(out).toContain('order.placed, but no product names it ')
  })

  it('keeps its rows short whatever the length of a URL that a product was given', async () => {
    const account = await shop('endless')
    const endless = `https://shop.example.com/${'x'.repeat(5000)}`
    await saveGoods(at().ctx, account, [
      {
        code: 'mug',
        endpoints: [{ format: 'influencersoft', types: ['order.placed'], url: endless }],
      },
    ])
    const { out } = await at().run('endpoint list endless')
    expect(Math.max(...out.split('\n').map((row) => row.length))).toBeLessThan(500)
    expect(out).toContain('the URL is longer than 2000 characters')
    expect(await listed('endless')).toMatchObject([{ url: endless }])
  })
})
