import { createHmac, randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { addCredential, rotate } from '../../src/core/credentials.ts'
import type { Account } from '../../src/model/account.ts'
import { aStore, aToken, pathOf, proofOf, secretKey } from '../dialects/shopsite/client.ts'
import { anAccount } from '../support/fixtures.ts'
import { useGateway } from '../support/gateway.ts'
import { signedBody } from '../support/signed-call.ts'
import { consoleOn } from './console.ts'

const at = useGateway({ settings: { PUBLIC_URL: 'https://gw.example.com' } })
const form = 'application/x-www-form-urlencoded'
const day = { keepBodiesMs: 86_400_000 }

type Listed = {
  readonly id: number
  readonly dialect: string
  readonly function: string | null
  readonly outcome: string
  readonly reason: string
  readonly tried: string[] | null
  readonly credential: number | null
  readonly kept: boolean
}

function onConsole() {
  return consoleOn(at().ctx, { publicUrl: 'https://gw.example.com' })
}

/** Sends a call, and gives what is then listed first. */
async function refused(
  { login }: Account,
  dialect: string,
  path: string,
  { body, headers = {} }: { body?: string; headers?: Record<string, string> } = {},
): Promise<Listed> {
  const { url, ctx, records } = at()
  ctx.directory.forget()
  const posted = body === undefined ? {} : { method: 'POST', body }
  const type: Record<string, string> = body === undefined ? {} : { 'content-type': form }
  const answer = await fetch(`${url}/${dialect}/${login}${path}`, {
    ...posted,
    headers: { ...type, ...headers },
  })
  await answer.text()
  await records.runOnce()
  const [call] = await onConsole().runJson<Listed[]>(`calls ${login} --limit 1 --json`)
  if (call === undefined) throw new Error('the call is not listed')
  return call
}

function addKey(account: Account, dialect: string, secret: string, more: object = {}) {
  const wish = { dialect, kind: 'key', publicPart: '', secret, ...more }
  return addCredential(at().ctx, account, wish)
}

it('lists refused calls, the newest first, and no call that was answered with ok', async () => {
  const { account, credential } = await anAccount(at().ctx)
  const shop = { login: account.login, secret: credential.secret }
  await refused(account, 'influencersoft', '/api/GetBills', { body: 'a=1&hash=wrong' })
  const missing = await refused(account, 'influencersoft', '/api/UpdateOrderStatus', {
    body: signedBody(shop, { bill_id: '7', status: 'sent', date: '1', rpo: 'x' }),
  })
  expect(missing).toMatchObject({ outcome: 'order-not-found', credential: credential.id })
  const fine = await refused(account, 'influencersoft', '/api/GetOrders', {
    body: signedBody(shop, {}),
  })
  expect(fine.id).toBe(missing.id)
  await refused(account, 'mintsoft', '?APIKEY=nobody-knows-it')

  const { run, runJson } = onConsole()
  const all = await runJson<Listed[]>(`calls ${account.login} --refused --json`)
  expect(all.map(({ dialect, outcome }) => [dialect, outcome])).toEqual([
    ['mintsoft', 'proof-wrong'],
    ['influencersoft', 'order-not-found'],
    ['influencersoft', 'proof-wrong'],
  ])
  expect(all[2]).toMatchObject({
    function: 'GetBills',
    credential: null,
    tried: [
      'raw body',
      'PHP rebuild',
      'JavaScript rebuild',
      'RFC 3986 rebuild',
      `key of credential ${credential.id}`,
    ],
    kept: false,
  })
  const ofOne = await runJson<Listed[]>(`calls ${account.login} --dialect mintsoft --json`)
  expect(ofOne.map(({ id }) => id)).toEqual([all[0]?.id])
  expect(await runJson(`calls ${account.login} --since 2030-01-01 --json`)).toEqual([])
  const { out } = await run(`calls ${account.login} --since 1d`)
  expect(out).toMatch(/^id +time +dialect +function +address +outcome +reason +credential\n/)
  expect(out).toContain('127.0.0.1')
  expect((await run('calls nobody-here')).err).toContain('there is no account "nobody-here"')
})

it('knows no call of another account, and says what there is', async () => {
  const { account } = await anAccount(at().ctx)
  const { account: other } = await anAccount(at().ctx)
  const { id } = await refused(account, 'mintsoft', '?APIKEY=wrong')
  const { run } = onConsole()
  expect((await run(`calls ${account.login} --id ${id}`)).code).toBe(0)
  for (const words of [
    `calls ${other.login} --id ${id}`,
    `verify mintsoft ${other.login} --call ${id}`,
  ]) {
    const { code, err, out } = await run(words)
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain(`"${other.login}" has no refused call ${id}`)
  }
})

it('says how to keep what calls send, where nothing of a call is kept', async () => {
  const { account } = await anAccount(at().ctx)
  const { id } = await refused(account, 'mintsoft', '?APIKEY=wrong&action=confirm')
  const { run } = onConsole()
  const hint = `countersign account set ${account.login} keep-bodies=24h`
  expect((await run(`calls ${account.login} --id ${id}`)).out).toContain(hint)
  expect((await run(`verify mintsoft ${account.login} --call ${id}`)).err).toContain(hint)
  expect((await run(hint.split(' ').slice(1))).code).toBe(0)
  const next = await refused(account, 'mintsoft', '?APIKEY=wrong&action=confirm')
  const { code, out } = await run(`verify mintsoft ${account.login} --call ${next.id}`)
  expect(code).toBe(1)
  expect(out).toContain('Refused: APIKEY is not the key.')
  expect((await run(`verify shopsite ${account.login} --call ${next.id}`)).err).toContain(
    `call ${next.id} came in mintsoft: countersign verify mintsoft ${account.login} --call ${next.id}`,
  )
  expect((await run(`account set ${account.login} keep-bodies=73h`)).err).toContain(
    'at most 72 hours',
  )
})

it('wants either a body or a call', async () => {
  const { account } = await anAccount(at().ctx)
  const { run } = onConsole()
  for (const words of ['', ' --body - --call 1']) {
    const { code, err } = await run(`verify mintsoft ${account.login}${words}`)
    expect(code).toBe(2)
    expect(err).toContain('give --body <file>, or --call <id>')
  }
})

it('shows a call without its keys, tokens, cookies and passwords', async () => {
  const secret = `key-${randomBytes(16).toString('hex')}`
  const { account } = await anAccount(at().ctx, { secret, settings: day })
  await addKey(account, 'mintsoft', 'aaaabbbb-cccc')
  const query = [
    '?APIKEY=guess-1',
    'api%5Ftoken=guess-2',
    `note=${secret.toUpperCase()}`,
    'old=AAAABBBBCCCC',
    'action=confirm',
  ].join('&')
  const { id } = await refused(account, 'mintsoft', query, {
    body: 'password=guess-3',
    headers: {
      authorization: 'Basic guess-4',
      cookie: 'OCSESSID=guess-5',
      apikey: 'guess-6',
      referer: 'https://shop.example/?token=guess-7&page=2',
    },
  })
  const { run, runJson } = onConsole()
  const { out } = await run(`calls ${account.login} --id ${id}`)
  const json = JSON.stringify(await runJson(`calls ${account.login} --id ${id} --json`))
  for (const text of [out, json]) {
    expect(text).not.toMatch(/guess-\d/)
    expect(text.toLowerCase()).not.toContain(secret)
    expect(text.toLowerCase()).not.toMatch(/aaaa-?bbbb/)
    expect(text).toContain('action=confirm')
    expect(text).toContain('page=2')
  }
  expect(out).toContain('POST /?APIKEY=***&api%5Ftoken=***&note=***&old=***&action=confirm')
  expect(out).toContain('authorization: ***')
  expect(out).toContain('16 bytes')
  expect(out).toContain('Refused on ')
})

it('names the key of another generation, in every dialect', async () => {
  const { account, credential } = await anAccount(at().ctx, { settings: day })
  const { ctx } = at()
  const { run } = onConsole()
  const rotated = async (id: number, secret: string) => rotate(ctx, account, id, secret, 0)
  const oldGuid = '11111111-2222-3333-4444-555555555555'
  const poller = await addKey(account, 'mintsoft', oldGuid)
  await rotated(poller.id, '99999999-2222-3333-4444-555555555555')
  const oldKey = 'K'.repeat(64)
  const user = await addKey(account, 'opencart', oldKey, { publicPart: 'alumio' })
  await rotated(user.id, 'L'.repeat(64))
  const oldSecret = 'AAAA-BBBB-CCCC-DDDD'
  const kind = { kind: 'application', publicPart: '7C41E0A9' }
  const application = await addKey(account, 'shopsite', `${oldSecret} ${'c'.repeat(32)}`, kind)
  await rotated(application.id, `EEEE-BBBB-CCCC-DDDD ${'c'.repeat(32)}`)
  const login = await addKey(account, 'shopsite', 'old password', {
    kind: 'basic',
    publicPart: 'office',
  })
  await rotated(login.id, 'new password')
  const said = Buffer.from('7C41E0A9:1000').toString('base64')
  const signature = createHmac('sha1', oldSecret).update(said).digest('base64')
  const claim = new URLSearchParams({
    grant_type: 'authorization_code',
    code: 'c'.repeat(32),
    client_credentials: said,
    signature,
  })
  const basic = `Basic ${Buffer.from('office:old password').toString('base64')}`
  const calls: [dialect: string, path: string, sent: object, id: number, tried: string][] = [
    ['mintsoft', `?APIKEY=${oldGuid}`, {}, poller.id, 'key of credential'],
    [
      'opencart',
      '/index.php?route=api/login',
      { body: `username=alumio&key=${oldKey}` },
      user.id,
      'username',
    ],
    [
      'shopsite',
      '/authorize.cgi',
      { body: claim.toString() },
      application.id,
      'Secret Key of credential',
    ],
    [
      'shopsite',
      '/db_xml.cgi',
      { headers: { authorization: basic } },
      login.id,
      'user and password of',
    ],
    [
      'influencersoft',
      '/api/GetOrders',
      { body: `rpsKey=${oldKey}` },
      user.id,
      'key of credential',
    ],
  ]
  for (const [dialect, path, sent, id, tried] of calls) {
    const call = await refused(account, dialect, path, sent)
    expect(call).toMatchObject({ dialect, outcome: 'proof-wrong' })
    expect(call.tried?.join('; '), dialect).toContain(tried)
    const { code, out } = await run(`verify ${dialect} ${account.login} --call ${call.id}`)
    expect(code).toBe(1)
    expect(out).toMatch(new RegExp(`Known mistake: .* credential ${id}, which`))
    for (const key of [oldGuid, oldKey, oldSecret, 'old password', credential.secret]) {
      expect(out).not.toContain(key)
    }
  }
})

it('names the line in which a call of OpenCart 4.1 differs, and what was compared', async () => {
  const { account } = await anAccount(at().ctx, { settings: day })
  const key = 'K'.repeat(64)
  await addKey(account, 'opencart', key, { publicPart: 'alumio' })
  const time = Math.floor(at().clock.now / 1000)
  const md5OfNothing = 'd41d8cd98f00b204e9800998ecf8427e'
  const lines = [
    'api/order',
    'cart',
    'alumio',
    'gw.example.com',
    '/',
    0,
    'en-gb',
    'USD',
    md5OfNothing,
    time,
  ]
  const text = lines.map((one) => `${one}\n`).join('')
  const query = new URLSearchParams({
    ...{ route: 'api/order', call: 'cart', username: 'alumio', store_id: '0', language: 'en-gb' },
    ...{ currency: 'USD', time: String(time) },
    signature: createHmac('sha1', key).update(text.replace('USD', 'EUR')).digest('base64'),
  })
  const unknown = await refused(account, 'opencart', `/index.php?${query}`, { body: '' })
  expect(unknown.tried).toContain('host gw.example.com, directory /')
  expect(unknown.tried).toContain('host as called, directory /')
  expect(unknown.tried?.join()).not.toContain('127.0.0.1')
  const { run } = onConsole()
  const verify = (id: number) => run(`verify opencart ${account.login} --call ${id}`)
  expect((await verify(unknown.id)).out).toContain('None of the known mistakes explains it')
  const without = text.replace('gw.example.com\n/\n', 'gw.example.com\n\n')
  query.set('signature', createHmac('sha1', key).update(without).digest('base64'))
  const { id } = await refused(account, 'opencart', `/index.php?${query}`, { body: '' })
  const { out } = await verify(id)
  expect(out).toContain('Known mistake: no directory was signed.')
  expect(out).toContain('It first differs in line 5 (directory of index.php):')
  expect(out).toContain('the client hashed  ""')
  expect(out).not.toContain(key)
})

it('names the line in which a signed download of ShopSite differs, and each variant compared', async () => {
  const store = await aStore(at(), { accountSettings: day })
  const { account } = store
  const token = await aToken(at(), store)
  const sent = { clientApp: '1', dbname: 'orders' }
  const path = pathOf(store)
  const proof = proofOf(sent, { token, path, host: 'gw.example.com:443' })
  const body = new URLSearchParams({ ...sent, ...proof }).toString()
  const call = await refused(account, 'shopsite', '/db_xml.cgi', { body })
  expect(call.tried).toContain(`gw.example.com:443${path}, upper-case hex, names sorted`)
  expect(call.tried).toContain(`Secret Key of credential ${store.application.id}`)
  const { out } = await onConsole().run(`verify shopsite ${account.login} --call ${call.id}`)
  expect(out).toContain('Known mistake: the host was signed with its port.')
  expect(out).toContain('It first differs in line 6 (host):')
  expect(out).toContain('the gateway hashed "gw.example.com"')
  expect(out).toContain('the client hashed  "gw.example.com:443"')
  expect(out).not.toContain(secretKey)
})

it('says of a call from a foreign address that only the address was wrong', async () => {
  const { account, credential } = await anAccount(at().ctx, {
    settings: day,
    ipList: ['192.0.2.7'],
  })
  const shop = { login: account.login, secret: credential.secret }
  const call = await refused(account, 'influencersoft', '/api/GetOrders', {
    body: signedBody(shop, {}),
  })
  expect(call.outcome).toBe('address-refused')
  const { code, out } = await onConsole().run(
    `verify influencersoft ${account.login} --call ${call.id}`,
  )
  expect(code).toBe(1)
  expect(out).toContain("It came from 127.0.0.1, which is not on the credential's list.")
})

it('says of a call that was refused for what it asked that its proof is right', async () => {
  const { account, credential } = await anAccount(at().ctx, { settings: day })
  const shop = { login: account.login, secret: credential.secret }
  const { id } = await refused(account, 'influencersoft', '/api/UpdateOrderStatus', {
    body: signedBody(shop, { bill_id: '7', status: 'sent', date: '1', rpo: 'x' }),
  })
  const { code, out } = await onConsole().run(`verify influencersoft ${account.login} --call ${id}`)
  expect(code).toBe(0)
  expect(out).toMatch(/^Refused on \S+ as order-not-found/)
  expect(out).toContain(`Accepted, with credential ${credential.id}`)
})

it('keeps nothing of a call to an account that nobody knows', async () => {
  const { url, records, database } = at()
  const count = async () => {
    const [row] = await database.sql<{ count: number }[]>`
      select count(*)::int from refused_calls`
    return row?.count
  }
  const before = await count()
  const answer = await fetch(`${url}/mintsoft/no-such-shop?APIKEY=wrong`)
  await answer.text()
  await records.runOnce()
  expect(await count()).toBe(before)
})
