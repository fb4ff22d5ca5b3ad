import { describe, expect, it } from 'vitest'
import { changeSettings, disableAccount, getAccount, tieHost } from '../src/core/accounts.ts'
import { changeOrder } from '../src/core/change-order.ts'
import { findOrder } from '../src/core/find-order.ts'
import { saveShop } from '../src/core/shop.ts'
import type { OrderCommand } from '../src/model/command.ts'
import { payPath } from '../src/model/pay-link.ts'
import { anAccount, anOrder, type TestAccount } from './support/fixtures.ts'
import { useGateway } from './support/gateway.ts'
import { sendRaw } from './support/raw-http.ts'
import { whileSilent } from './support/silent.ts'

const gateway = useGateway({
  settings: { BASE_DOMAINS: 'shops.example', FAILED_PROOFS_PER_MINUTE: '40' },
})

type Visit = {
  readonly method?: string
  readonly host?: string
  readonly language?: string
}

/** A visit as a browser makes it; `fetch` would not let a test name the host. */
async function visit(path: string, { method = 'GET', host = 'x', language = '' }: Visit = {}) {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `Host: ${host}`,
    'Connection: close',
    ...(language === '' ? [] : [`Accept-Language: ${language}`]),
  ]
  const { status, headers, body } = await sendRaw(gateway().port, `${lines.join('\r\n')}\r\n\r\n`)
  return {
    status,
    headers: new Map(Object.entries(headers)),
    body: Buffer.from(body, 'latin1').toString('utf8'),
  }
}

async function aBill(order: Parameters<typeof anOrder>[2] = {}) {
  const { ctx } = gateway()
  const shop = await anAccount(ctx)
  const number = await anOrder(ctx, shop.account, order)
  const { payKey } = await findOrder(ctx, shop.account, number)
  const path = payPath(shop.account.login, { number, payKey })
  return { ...shop, number, payKey, path }
}

async function bid({ account }: TestAccount, number: number, command: OrderCommand) {
  const author = { via: 'operator', credentialId: null }
  await changeOrder(gateway().ctx, account, { number, command, author })
}

async function set({ account }: TestAccount, change: Record<string, unknown>) {
  await changeSettings(gateway().ctx, account, change)
}

const buyer = ['ada@example.com', 'Ada', 'Mill Lane', 'Alton']

describe('a pay link', () => {
  it('shows number, sum and state to whoever has it, and no buyer', async () => {
    const bill = await aBill({ lines: [{ code: 'mug', quantity: 2 }] })
    const { status, headers, body } = await visit(bill.path)
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    for (const text of [String(bill.number), '25.80 USD', 'waiting for payment']) {
      expect(body).toContain(text)
    }
    expect(body).toContain(bill.account.login)
    for (const text of [...buyer, 'mug', bill.payKey]) expect(body).not.toContain(text)
  })

  it('comes with nothing that loads, runs, frames, keeps or finds it', async () => {
    const { path } = await aBill()
    const { headers, body } = await visit(path)
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    )
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-robots-tag': 'noindex, nofollow',
    })
    expect(body).toContain('<meta name="robots" content="noindex')
    expect(body).not.toMatch(/<script|<img|<link|<form|https?:|style="|\bon\w+="/i)
  })

  it.each([
    ['', 'waiting for payment'],
    ['ru', 'ожидает оплаты'],
    ['ru-RU,ru;q=0.9,en;q=0.8', 'ожидает оплаты'],
    ['en;q=0.5, ru;q=0.7', 'ожидает оплаты'],
    ['de, ru;q=0', 'waiting for payment'],
    ['*', 'waiting for payment'],
    [';q=;,,q', 'waiting for payment'],
  ])('is read in the language that %j asks for', async (language, words) => {
    const { path } = await aBill()
    const { headers, body } = await visit(path, { language })
    expect(body).toContain(words)
    expect(headers.get('vary')).toContain('Accept-Language')
  })

  it.each<[string, readonly OrderCommand[], string, string]>([
    ['paid', [{ kind: 'pay' }], 'paid', 'оплачен'],
    ['cancelled', [{ kind: 'cancel' }], 'cancelled', 'отменён'],
    ['refunded', [{ kind: 'pay' }, { kind: 'refund' }], 'the money was given back', 'возвращены'],
  ])('says of a %s order that it is so', async (_state, commands, english, russian) => {
    const bill = await aBill()
    for (const command of commands) await bid(bill, bill.number, command)
    expect((await visit(bill.path)).body).toContain(english)
    expect((await visit(bill.path, { language: 'ru' })).body).toContain(russian)
  })

  it('calls the shop by its name, which can be no page of its own', async () => {
    const bill = await aBill()
    await saveShop(gateway().ctx, bill.account, { name: '<script>alert("x")</script> & Söhne' })
    const { body } = await visit(bill.path)
    expect(body).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; Söhne')
    expect(body).not.toContain('<script')
  })

  it('answers HEAD without a body, and other methods not at all', async () => {
    const { path, number } = await aBill()
    const head = await visit(path, { method: 'HEAD' })
    expect([head.status, head.body]).toEqual([200, ''])
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const { status, headers, body } = await visit(path, { method })
      expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD'])
      expect(body).not.toContain(String(number))
    }
  })
})

describe('a pay link that leads nowhere', () => {
  it('is answered with one and the same page, whatever the reason', async () => {
    const { ctx } = gateway()
    const bill = await aBill()
    const { login } = bill.account
    const hidden = await aBill()
    await bid(hidden, hidden.number, { kind: 'hide' })
    const off = await aBill()
    await disableAccount(ctx, off.account, true)
    const other = await anOrder(ctx, bill.account, { buyer: { email: 'other@example.com' } })
    const wrongKey = `${bill.payKey[0] === 'A' ? 'B' : 'A'}${bill.payKey.slice(1)}`
    const answers: unknown[] = []
    for (const path of [
      `/bill/${login}-${bill.number}-${wrongKey}`,
      `/bill/${login}-${other}-${bill.payKey}`,
      `/bill/${login}-${bill.number + 1000}-${bill.payKey}`,
      `/bill/${login}-9999999999-${bill.payKey}`,
      `/bill/nobody-${bill.number}-${bill.payKey}`,
      `/bill/api-${bill.number}-${bill.payKey}`,
      `/bill/${bill.payKey}`,
      hidden.path,
      off.path,
      '/bill',
      '/bill/',
      '/bill/%00',
      '/bill/%E0%A4%A',
      `/bill/${'x'.repeat(3000)}`,
      '/bill/../../etc/passwd',
    ]) {
      const { status, body, headers } = await visit(path)
      headers.delete('date')
      answers.push({ path, status, body, headers: [...headers] })
    }
    const [first] = answers as [{ status: number }]
    expect(first.status).toBe(404)
    for (const answer of answers) expect(answer).toEqual({ ...first, path: expect.anything() })
  })

  it('is not in the log with its key, nor is one that leads somewhere', async () => {
    const bill = await aBill()
    await visit(bill.path)
    expect(gateway().logText()).toContain('"function":"bill","outcome":"page"')
    expect(gateway().logText()).not.toContain(bill.payKey)
  })

  it('keeps whoever tries one after another waiting', async () => {
    const { login } = (await aBill()).account
    for (let tried = 0; !gateway().logText().includes(`"account":"${login}","from"`); tried += 1) {
      expect(tried).toBeLessThan(45)
      const key = String(tried).padStart(22, '0')
      expect((await visit(`/bill/${login}-100000-${key}`)).status).toBe(404)
    }
    expect(gateway().logText()).toContain('too many failed proofs')
  })
})

describe('a link that an old system gave out', () => {
  async function anOldLink(key: string) {
    const { database } = gateway()
    const bill = await aBill()
    const { id } = bill.account
    await database.sql`
      insert into order_links (account_id, key, number) values (${id}, ${key}, ${bill.number})`
    return bill
  }

  it.each([
    ['abc123', '/bill/abc123'],
    ['abc123', '/bill/abc123/'],
    ['abc/1', '/bill/abc/1?utm_source=mail'],
    ['abc123/', '/bill/abc123'],
    ['оплата 7', `/bill/${encodeURIComponent('оплата 7')}`],
    ['?id=7', '/bill/?id=7'],
    ['a%20b%zz', '/bill/a%20b%zz'],
    ['a%20c', '/bill/a%20c'],
    ['shop-7-AAAAAAAAAAAAAAAAAAAAAA', '/bill/shop-7-AAAAAAAAAAAAAAAAAAAAAA'],
  ])('%j leads to its order at %s of its host, and of no other', async (key, path) => {
    const bill = await anOldLink(key)
    const { account, number } = bill
    const tied = `${account.login}-pay.example.com`
    await tieHost(gateway().ctx, account, tied)
    for (const host of [tied, `${tied.toUpperCase()}:80`, `${account.login}.shops.example`]) {
      const { status, body } = await visit(path, { host })
      expect([host, status]).toEqual([host, 200])
      expect(body).toContain(String(number))
    }
    const stranger = await anAccount(gateway().ctx)
    for (const host of ['x', `${stranger.account.login}.shops.example`, 'other.shops.example']) {
      expect([host, (await visit(path, { host })).status]).toEqual([host, 404])
    }
  })

  it('of another gateway of this kind leads to its order on any host', async () => {
    const bill = await anOldLink('x')
    const key = `${bill.account.login}-${bill.number}-AAAAAAAAAAAAAAAAAAAAAA`
    await gateway().database.sql`
      update orders set pay_key = ${key} where account_id = ${bill.account.id}`
    const { status, body } = await visit(`/bill/${key}`)
    expect(status).toBe(200)
    expect(body).toContain(String(bill.number))
    expect((await visit(`/bill/${key.replace(/A$/, 'B')}`)).status).toBe(404)
  })

  it('leads nowhere once the order is hidden or the account disabled', async () => {
    const bill = await anOldLink('old-1')
    const host = `${bill.account.login}.shops.example`
    expect((await visit('/bill/old-1', { host })).status).toBe(200)
    await disableAccount(gateway().ctx, bill.account, true)
    expect((await visit('/bill/old-1', { host })).status).toBe(404)
    await disableAccount(gateway().ctx, bill.account, false)
    await bid(bill, bill.number, { kind: 'hide' })
    expect((await visit('/bill/old-1', { host })).status).toBe(404)
  })
})

describe('an account with a pay URL', () => {
  const payUrl =
    'https://pay.example.com/{login}?n={number}&sum={sum}&cur={currency}&to={email}&k={key}'

  it('sends who has not paid there, with all that the template names', async () => {
    const email = 'a+b&sum=0.01#x@example.com'
    const bill = await aBill({ buyer: { email }, lines: [{ code: 'mug', quantity: 1 }] })
    await set(bill, { payUrl })
    for (const method of ['GET', 'HEAD']) {
      const { status, headers, body } = await visit(bill.path, { method })
      expect([status, body]).toEqual([302, ''])
      expect([headers.get('cache-control'), headers.get('referrer-policy')]).toEqual([
        'no-store',
        'no-referrer',
      ])
      const to = new URL(headers.get('location') ?? '')
      expect(to.origin + to.pathname).toBe(`https://pay.example.com/${bill.account.login}`)
      expect([...to.searchParams]).toEqual([
        ['n', String(bill.number)],
        ['sum', '12.90'],
        ['cur', 'USD'],
        ['to', email],
        ['k', bill.payKey],
      ])
    }
  })

  it.each<[string, readonly OrderCommand[]]>([
    ['paid', [{ kind: 'pay' }]],
    ['cancelled', [{ kind: 'cancel' }]],
    ['refunded', [{ kind: 'pay' }, { kind: 'refund' }]],
    ['returned', [{ kind: 'return' }]],
  ])('asks for no money for a %s order', async (_state, commands) => {
    const bill = await aBill()
    await set(bill, { payUrl })
    for (const command of commands) await bid(bill, bill.number, command)
    const { status, headers } = await visit(bill.path)
    expect([status, headers.get('location')]).toEqual([200, undefined])
  })

  it('cannot be set to what is no address', async () => {
    const bill = await aBill()
    const refused = set(bill, { payUrl: 'javascript:alert(1)' })
    await expect(refused).rejects.toMatchObject({ code: 'invalid-input' })
    const { settings } = await getAccount(gateway().ctx, bill.account.login)
    expect(settings.payUrl).toBe('')
  })
})

it('a pay link is put off while the database is away, and works again after', async () => {
  const { path, number } = await aBill()
  await visit(path)
  await whileSilent(gateway().database, ['orders'], async () => {
    const { status, headers, body } = await visit(path, { language: 'ru' })
    expect([status, headers.get('retry-after')]).toEqual([503, '5'])
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(body).toContain('Попробуйте')
    expect(body).not.toContain(String(number))
  })
  expect((await visit(path)).status).toBe(200)
})
