import { createHash, createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { opencart } from '../../../src/dialects/opencart/index.ts'
import { type Account, accountSettingsSchema } from '../../../src/model/account.ts'
import type { Credential } from '../../../src/model/credential.ts'
import { type SignedSend, signedRequest } from './signed-client.ts'

const secret =
  'TESTKEYALUMIO0TESTKEYALUMIO0TESTKEYALUMIO0TESTKEYALUMIO0TESTKEYALUMIO0TESTKEYALUMIO0'
const account: Account = {
  id: 1,
  login: 'demo',
  disabled: false,
  settings: accountSettingsSchema.parse({}),
}
const alumio: Credential = {
  accountId: 1,
  id: 3,
  dialect: 'opencart',
  kind: 'key',
  publicPart: 'alumio',
  secret,
  ipList: ['192.0.2.7'],
  validFrom: 0,
  validUntil: null,
  settings: {},
}
const other = { ...alumio, id: 4, publicPart: 'Default', secret: 'k'.repeat(64), ipList: [] }

function explain(
  query: string,
  body: string,
  {
    headers = {},
    credentials = [alumio, other],
  }: {
    headers?: Readonly<Record<string, string>>
    credentials?: readonly Credential[]
  } = {},
) {
  const { accepted, lines } = opencart.explain({
    account,
    credentials,
    path: '/index.php',
    query,
    contentType: 'application/x-www-form-urlencoded',
    header: (name) => headers[name.toLowerCase()],
    baseUrl: 'https://gw.example/opencart/demo',
    body: Buffer.from(body),
  })
  const text = lines.join('\n')
  expect(text).not.toContain(secret)
  expect(text).not.toContain(other.secret)
  return { accepted, text }
}

describe('explaining a login', () => {
  const at3 = 'route=api/login'
  const at4 = 'route=api/account/login'

  it.each([
    ['a right key', at3, `username=ALUMIO&key=${secret}`, 'as API user "alumio" (credential 3)'],
    ['blanks around it', at3, `username=alumio&key=+${secret}%0A`, 'Accepted'],
    ['the key alone', at3, `key=${secret}`, 'Accepted'],
    ['no route', '', `username=alumio&key=${secret}`, 'It must come from 192.0.2.7.'],
    ['4.0', at4, `username=alumio&key=${secret}`, 'Accepted'],
    ['4.0 with a method', 'route=api/account|login', `username=alumio&key=${secret}`, 'Accepted'],
  ])('accepts %s', (_what, query, body, words) => {
    const { accepted, text } = explain(query, body)
    expect(accepted).toBe(true)
    expect(text).toContain(words)
  })

  it.each([
    ['nothing', at3, '', 'Refused: no key came.'],
    ['blanks inside', at3, `username=alumio&key=TEST+${secret.slice(4)}`, 'inside the key'],
    ['a cut key', at3, `username=alumio&key=${secret.slice(0, 40)}`, 'only a part of the key'],
    ['a longer key', at3, `username=alumio&key=${secret}x`, 'further characters around it'],
    ['another case', at3, `username=alumio&key=${secret.toLowerCase()}`, 'upper or lower case'],
    ['another user', at3, `username=Default&key=${secret}`, 'is that of API user "alumio"'],
    ['an unknown user', at3, 'username=nobody&key=x', 'API users of this account: alumio, Default'],
    ['the field password', at3, `username=alumio&password=${secret}`, 'the key stands in password'],
    ['the field api_key', at3, `username=alumio&api_key=${secret}`, 'the key stands in api_key'],
    ['no username in 4.0', at4, `key=${secret}`, 'and the call has no username'],
  ])('names the mistake: %s', (_what, query, body, words) => {
    const { accepted, text } = explain(query, body)
    expect(accepted).toBe(false)
    expect(text).toContain(words)
  })

  it('tells of an account without users', () => {
    const { accepted, text } = explain(at3, `key=${secret}`, { credentials: [] })
    expect(accepted).toBe(false)
    expect(text).toContain('the account has no API user that works now')
  })

  it('follows the version that a user is set to', () => {
    const old = { ...alumio, settings: { version: '2.3' } }
    expect(explain(at3, `key=${secret}`, { credentials: [old] }).accepted).toBe(true)
    const new3 = { ...alumio, settings: { version: '3.0' } }
    expect(explain(at3, `key=${secret}`, { credentials: [new3] }).text).toContain(
      'the key is not that of Default',
    )
  })
})

describe('explaining a call with a token', () => {
  it('says that the gateway has to look it up', () => {
    const { accepted, text } = explain('route=api/cart/products&api_token=abc', '')
    expect(accepted).toBe(false)
    expect(text).toContain('cannot be judged from a saved call')
  })

  it('tells of a call without one, and of a query that is missing', () => {
    expect(explain('route=api/cart/products', '').text).toContain('no token came')
    expect(explain('', 'a=1').text).toContain('The query names no route')
  })
})

const host = 'shop.example:8443'
const target = { port: 0, basePath: '/opencart/demo/', host }
const now = () => 1_700_000_000_000

function queryOf(sent: SignedSend, change: (query: [string, string][]) => void = () => {}) {
  const query = signedRequest(sent, target, now).query.map((pair): [string, string] => [...pair])
  change(query)
  return query.map((pair) => pair.join('=')).join('&')
}

describe('explaining a signed call', () => {
  const headers = { host }
  const body = 'comment=a+%26+b'
  const sent = { call: 'history_add', body }

  it('shows each line, and accepts it', () => {
    const { accepted, text } = explain(queryOf(sent), body, { headers })
    expect(accepted).toBe(true)
    const md5 = createHash('md5').update('comment=a+%26amp%3B+b').digest('hex')
    for (const words of [
      'Accepted, as API user "alumio" (credential 3).',
      'Its time is 2023-11-14T22:13:20.000Z: it is taken up to 450 s before and after that.',
      'It must come from 192.0.2.7.',
      '1 route: api/order',
      '2 call: history_add',
      '3 username as stored: alumio',
      '4 host: shop.example:8443',
      '5 directory of index.php: ',
      '/opencart/demo/',
      '6 store_id: 0',
      '7 language: en-gb',
      '8 currency: USD',
      `9 MD5 of the body, escaped and trimmed: ${md5}`,
      '10 time: 1700000000',
    ]) {
      expect(text).toContain(words)
    }
  })

  it.each<[string, Partial<SignedSend>, string]>([
    ['raw values', { signing: { body: 'raw' } }, 'without HTML-escaping and trimming'],
    ['no port', { signing: { host: '{{hostname}}' } }, 'signed without its port'],
    ['no directory', { signing: { directory: '' } }, 'no directory was signed'],
    ['no last slash', { signing: { directory: '/opencart/demo' } }, 'without the slash'],
    ['a path', { signing: { directory: '/opencart/demo/index.php' } }, 'with index.php'],
    [
      'two at once',
      { signing: { body: 'raw', host: '{{hostname}}' } },
      'Known mistake: the host was signed without its port',
    ],
    [
      'a bare plus',
      { signing: { percent_encode: 'raw', signature_contains: '+' } },
      'not percent-encoded',
    ],
    ['another key', { signing: { key: 'wrong' } }, 'None of the known mistakes explains it'],
    ['another call', { signing: { call: 'confirm' } }, 'None of the known mistakes explains it'],
    ['an unknown user', { username: 'nobody' }, 'there is no such user'],
  ])('names the mistake: %s', (_what, change, words) => {
    const { accepted, text } = explain(queryOf({ ...sent, ...change }), body, { headers })
    expect(accepted).toBe(false)
    expect(text).toContain(words)
  })

  it('names the user whose key was used, and a name signed as it was sent', () => {
    const swapped = [
      { ...alumio, publicPart: 'Default' },
      { ...other, publicPart: 'alumio' },
    ]
    expect(explain(queryOf(sent), body, { headers, credentials: swapped }).text).toContain(
      'signed with the key of API user "Default"',
    )
    const stored = [{ ...alumio, publicPart: 'Alumio' }]
    expect(explain(queryOf(sent), body, { headers, credentials: stored }).text).toContain(
      'signed as sent, not as stored ("Alumio")',
    )
  })

  it('names a missing line feed and another digest', () => {
    const md5 = createHash('md5').update('').digest('hex')
    const lines = ['api/order', 'cart', 'alumio', host, '/opencart/demo/', '0', 'en-gb', 'USD']
    const text = [...lines, md5, '1700000000'].join('\n')
    const signed = (algorithm: string, of: string) =>
      queryOf({ call: 'cart' }, (query) => {
        const made = createHmac(algorithm, secret).update(of).digest('base64')
        query.splice(-1, 1, ['signature', encodeURIComponent(made)])
      })
    expect(explain(signed('sha1', `${text}\n`), '', { headers }).accepted).toBe(true)
    expect(explain(signed('sha1', text), '', { headers }).text).toContain('line feed was left off')
    expect(explain(signed('sha256', `${text}\n`), '', { headers }).text).toContain('HMAC-SHA256')
  })

  it('asks for the Host header where it was not saved', () => {
    expect(explain(queryOf(sent), body).text).toContain('--header "Host: ..."')
  })

  it('names the parameters that are missing', () => {
    const query = queryOf(sent, (pairs) => pairs.splice(3, 2))
    expect(explain(query, body).text).toContain('missing in the query: store_id, language')
  })
})
