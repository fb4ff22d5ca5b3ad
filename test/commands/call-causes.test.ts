import { createHash, createHmac, randomBytes } from 'node:crypto'
import { beforeAll, expect, it } from 'vitest'
import { addCredential, revoke } from '../../src/core/credentials.ts'
import type { Account } from '../../src/model/account.ts'
import { buildQuery } from '../../src/wire/php-query.ts'
import { anAccount } from '../support/fixtures.ts'
import { useGateway } from '../support/gateway.ts'
import { consoleOn } from './console.ts'

const at = useGateway()

const login = 'oldshop'
const secret = 'k3y & "odd" 7d1f0a55'
const revoked = randomBytes(20).toString('hex')
const poller = randomBytes(16).toString('hex')
let account: Account

beforeAll(async () => {
  const { ctx } = at()
  await anAccount(ctx, { login: 'neighbour' })
  const made = await anAccount(ctx, { login, secret, settings: { keepBodiesMs: 86_400_000 } })
  account = made.account
  const kind = { kind: 'key', publicPart: '' }
  const old = await addCredential(ctx, account, {
    dialect: 'influencersoft',
    secret: revoked,
    ...kind,
  })
  await revoke(ctx, account, old.id)
  await addCredential(ctx, account, { dialect: 'mintsoft', secret: poller, ...kind })
})

const md5 = (text: string | Buffer) => createHash('md5').update(text).digest('hex')

const query = 'status=sent&bill_id=100000&tag=a+b&empty=&zero=0&city=%D0%98%D0%B2&when=10%3A00'

/** A body whose hash is of another text, login or key than the right one. */
function signed(wrong: { text?: string | Buffer; as?: string; key?: string; sent?: string } = {}) {
  const { text = query, as = login, key = secret, sent = query } = wrong
  const hash = md5(Buffer.concat([Buffer.from(text), Buffer.from(`::${as}::${key}`)]))
  return `${sent}&hash=${hash}`
}

const withHash = (hash: string) => `${query}&hash=${hash}`
const pairs = query.split('&')
const decoded = decodeURIComponent(query.replaceAll('+', ' '))

const causes: [name: string, body: string, words: string, piece?: string][] = [
  [
    'keys sorted by ksort',
    signed({ text: [...pairs].sort().join('&') }),
    'the keys were sorted',
    '[bill_id=100000]&',
  ],
  [
    'nested keys sorted',
    signed({
      text: buildQuery({ a: { x: '1', y: '2' }, b: '3' }),
      sent: buildQuery({ b: '3', a: { y: '2', x: '1' } }),
    }),
    'the keys were sorted',
  ],
  [
    '%20 for + in a part that PHP writes otherwise',
    signed({ text: 'tag=a%20b&note=%7Ex', sent: 'tag=a+b&note=~x' }),
    'spaces were signed as %20',
    '[tag=a%20b]&note',
  ],
  [
    'dropped empty values',
    signed({ text: query.replace('&empty=', '') }),
    'empty parameters were left out',
    '[zero=0]&',
  ],
  [
    'array_filter, which drops 0 too',
    signed({ text: query.replace('&empty=&zero=0', '') }),
    'array_filter',
  ],
  [
    'null sent as a word',
    signed({ text: 'a=1&c=3', sent: 'a=1&b=null&c=3' }),
    'null was left out of the signed text',
    'a=1&[b=null]&c=3',
  ],
  ['a revoked key', signed({ key: revoked }), 'the key of credential 2, revoked on '],
  ['the key of another protocol', signed({ key: poller }), 'credential 3, which is for mintsoft'],
  ['the login in capitals', signed({ as: 'OLDSHOP' }), 'signed in upper case', '::[OLDSHOP]::'],
  ['the login as an e-mail address', signed({ as: `${login}@mail.ru` }), 'as an e-mail address'],
  ['the login with a domain', signed({ as: `${login}@127.0.0.1` }), 'as an e-mail address'],
  ['another account', signed({ as: 'neighbour' }), 'that of another account, "neighbour"'],
  [
    'a login that the call itself names',
    signed({ text: 'user=ann.lee&a=1', sent: 'user=ann.lee&a=1', as: 'ann.lee' }),
    '"ann.lee", which the call has as a value, was signed',
  ],
  [
    'no separators',
    withHash(md5(`${query}${login}${secret}`)),
    'separators :: are missing',
    'when=10%3A00oldshop',
  ],
  ['one colon', withHash(md5(`${query}:${login}:${secret}`)), 'separator is ::'],
  ['no login', withHash(md5(`${query}::${secret}`)), 'the login is missing'],
  [
    'another order',
    withHash(md5(`${login}::${query}::${secret}`)),
    'the order is parameters, login',
  ],
  ['the decoded text', signed({ text: decoded }), 'the decoded text was signed', '[tag=a b]'],
  ['a & at the end', signed({ text: `${query}&` }), 'a & at the end was signed', '[&]::oldshop'],
  ['an empty hash=', signed({ text: `${query}&hash=` }), 'an empty hash= was signed along'],
  ['&amp; between pairs', signed({ text: query.replaceAll('&', '&amp;') }), 'joined by &amp;'],
  ['JSON', signed({ text: '{"a":"1","b":"x y"}', sent: 'a=1&b=x+y' }), 'JSON was signed'],
  [
    'JSON with numbers',
    signed({ text: '{"a":1,"b":"x y"}', sent: 'a=1&b=x+y' }),
    'JSON was signed',
  ],
  ['JSON by PHP', signed({ text: '{"a":"x\\/y"}', sent: 'a=x%2Fy' }), 'JSON was signed'],
  ['JSON by Python', signed({ text: '{"a": "1", "b": "x"}', sent: 'a=1&b=x' }), 'JSON was signed'],
  [
    'a numeric prefix of http_build_query',
    signed({ text: 'item_0=a&item_1=b', sent: '0=a&1=b' }),
    'with another prefix',
    '[item_0=a]&',
  ],
  [
    'a prefix that was only sent',
    signed({ text: '0=a&1=b', sent: 'row0=a&row1=b' }),
    'with another prefix',
  ],
  [
    'values encoded twice and signed',
    signed({ text: 'tag=a%252Cb', sent: 'tag=a%2Cb' }),
    'encoded twice before they were signed',
  ],
  [
    'values encoded twice and sent',
    signed({ text: 'tag=a%2Cb&x=c+d', sent: 'tag=a%252Cb&x=c%2Bd' }),
    'encoded twice before they were sent',
  ],
  [
    'windows-1251',
    signed({ text: 'city=%C8%E2', sent: 'city=%D0%98%D0%B2' }),
    'signed in windows-1251',
    '[city=%C8%E2]',
  ],
  [
    'UTF-8, sent in windows-1251',
    signed({ text: 'city=%D0%98%D0%B2', sent: 'city=%C8%E2' }),
    'sent in windows-1251',
  ],
  ['Latin-1', signed({ text: 'city=Orl%E9ans', sent: 'city=Orl%C3%A9ans' }), 'ISO-8859-1'],
  ['a key with a line end', signed({ key: `${secret}\n` }), 'a space or line end around it'],
  ['a key with a byte order mark', signed({ key: `\ufeff${secret}` }), 'byte order mark'],
  ['a key cut short', signed({ key: secret.slice(0, -1) }), 'last character of the key is missing'],
  [
    'a key escaped for HTML',
    signed({ key: secret.replace('&', '&amp;').replaceAll('"', '&quot;') }),
    'HTML-escaped',
  ],
  [
    'escapes in lower case',
    signed({ text: query.replace(/%../g, (hex) => hex.toLowerCase()) }),
    'in lower case (%d0)',
  ],
  [
    'bare brackets',
    signed({ text: 'a[b]=1&c=~', sent: 'a%5Bb%5D=1&c=~' }),
    'brackets were signed bare',
    '[a[b]=1]',
  ],
  ['a bare plus', signed({ text: 'tel=%2B7900', sent: 'tel=+7900' }), 'a plus sign was sent bare'],
  ['values trimmed', signed({ text: 'a=x&b=1', sent: 'a=x+&b=1' }), 'values were trimmed'],
  ['line ends', signed({ text: 'a=x%0Ay', sent: 'a=x%0D%0Ay' }), 'line ends were signed as LF'],
  ['booleans', signed({ text: 'a=1&b=0', sent: 'a=true&b=false' }), 'signed as 1 and 0'],
  [
    'a parameter added after signing',
    signed({ text: query.replace('tag=a+b&', '') }),
    '"tag" was not signed, or added later',
    'bill_id=100000&[tag=a+b]&empty',
  ],
  ['an HMAC', withHash(createHmac('md5', secret).update(query).digest('hex')), 'HMAC was used'],
  [
    'a hash in capitals',
    withHash(md5(`${query}::${login}::${secret}`).toUpperCase()),
    'upper case',
  ],
  [
    'two mistakes at once',
    signed({ text: [...pairs].sort().join('&'), as: 'OLDSHOP' }),
    'the keys were sorted; sign them in the order sent; wrong login',
  ],
]

it.each(causes)('a refused call is kept, and verify names the cause: %s', async (...cause) => {
  const [, body, words, piece] = cause
  const { url, ctx, records } = at()
  ctx.directory.forget()
  const answer = await fetch(`${url}/influencersoft/${login}/api/UpdateOrderStatus`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
  })
  expect(await answer.json()).toMatchObject({ error_code: 4 })
  await records.runOnce()
  const { run, runJson } = consoleOn(ctx)
  const [call] = await runJson<{ id: number; reason: string; sha256: string }[]>(
    `calls ${login} --limit 1 --json`,
  )
  expect(call?.reason).toBe('hash fits no reading of the body')
  expect(call?.sha256).toBe(createHash('sha256').update(body).digest('hex'))
  const { code, out } = await run(`verify influencersoft ${login} --call ${call?.id}`)
  expect(code).toBe(1)
  expect(out).toMatch(/^Refused on \S+ as proof-wrong: hash fits no reading of the body\./)
  expect(out).toContain(words)
  if (piece !== undefined) {
    expect(out).toMatch(/It first differs at byte \d+ of the signed text:/)
    expect(out).toContain(piece)
  }
  for (const key of [secret, revoked, poller]) expect(out).not.toContain(key)
})

it('names the byte at which the texts part, and both around it', async () => {
  const { ctx } = at()
  const { run } = consoleOn(ctx)
  const body = signed({ text: 'bill_id=7&note=%7E&tag=a%20b', sent: 'bill_id=7&note=%7E&tag=a+b' })
  const { out } = await run(`verify influencersoft ${login} --body -`, { stdin: body })
  expect(out).toContain('Known mistake: spaces were signed as %20; http_build_query writes +')
  expect(out).toContain('It first differs at byte 25 of the signed text:')
  expect(out).toContain('the gateway hashed bill_id=7&note=%7E&[tag=a+b]::oldshop::<secret>')
  expect(out).toContain('the client hashed  bill_id=7&note=%7E&[tag=a%20b]::oldshop::<secret>')
})
