import { createHash, createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { influencersoft } from '../../../src/dialects/influencersoft/index.ts'
import { type Account, accountSettingsSchema } from '../../../src/model/account.ts'
import type { Credential } from '../../../src/model/credential.ts'
import { savedCall } from '../../support/saved-call.ts'

const secret = 'Qn7-key-with {odd} ;chars%'
const account: Account = {
  id: 1,
  login: 'username',
  disabled: false,
  settings: accountSettingsSchema.parse({}),
}
const credential: Credential = {
  accountId: 1,
  id: 3,
  dialect: 'influencersoft',
  kind: 'key',
  publicPart: '',
  secret,
  ipList: [],
  validFrom: 0,
  validUntil: null,
  settings: {},
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex')
const query = 'status=sent&bill_id=100000&note=two+words&rpo='

function explain(body: string, contentType = 'application/x-www-form-urlencoded') {
  const path = '/api/UpdateOrderStatus'
  const call = savedCall({ account, credentials: [credential], path, contentType, body })
  const { accepted, lines } = influencersoft.explain(call)
  return { accepted, text: lines.join('\n') }
}

function signed(text: string, login = 'username', key = secret) {
  return `${query}&hash=${md5(`${text}::${login}::${key}`)}`
}

describe('explaining a call', () => {
  it('shows each text that was compared and which one matched', () => {
    const { accepted, text } = explain(signed(query))
    expect(accepted).toBe(true)
    expect(text).toContain(`matches raw body: ${query}::username::<secret>`)
    expect(text).toContain('RFC 3986 rebuild: status=sent&bill_id=100000&note=two%20words&rpo=')
  })

  it.each([
    ['sorted keys', signed('bill_id=100000&note=two+words&rpo=&status=sent'), 'keys were sorted'],
    [
      'sorted keys, as RFC 3986 writes them',
      signed('bill_id=100000&note=two%20words&rpo=&status=sent'),
      'keys were sorted',
    ],
    [
      'sorted keys, decoded',
      signed('bill_id=100000&note=two words&rpo=&status=sent'),
      'keys were sorted; sign them in the order sent; the decoded text',
    ],
    [
      'dropped empty values, as RFC 3986 writes them',
      signed('status=sent&bill_id=100000&note=two%20words'),
      'empty parameters',
    ],
    ['a line end after the key', signed(query, 'username', `${secret}\n`), 'trim it there'],
    ['an upper-case login', signed(query, 'USERNAME'), 'wrong login'],
    ['no login', `${query}&hash=${md5(`${query}::${secret}`)}`, 'login is missing'],
    ['no separators', `${query}&hash=${md5(`${query}username${secret}`)}`, 'separators ::'],
    ['the decoded text', signed(decodeURIComponent(query.replaceAll('+', ' '))), 'decoded text'],
    ['dropped empty values', signed(query.replace('&rpo=', '')), 'empty parameters'],
    [
      'JSON',
      signed(JSON.stringify({ status: 'sent', bill_id: '100000', note: 'two words', rpo: '' })),
      'JSON was signed',
    ],
    ['an upper-case hash', signed(query).replace(/\w+$/, (hex) => hex.toUpperCase()), 'upper case'],
    [
      'an upper-case text',
      `${query}&hash=${md5(`${query}::username::${secret}`.toUpperCase())}`,
      'MD5 was taken of an upper-case text',
    ],
    [
      'HMAC',
      `${query}&hash=${createHmac('md5', secret).update(query).digest('hex')}`,
      'HMAC was used',
    ],
    [
      'a SHA-1 of something',
      `${query}&hash=${createHash('sha1').update('x').digest('hex')}`,
      'SHA-1',
    ],
    ['nothing known', `${query}&hash=${'0'.repeat(32)}`, 'None of the known mistakes'],
    ['no hash', query, 'neither a hash'],
    ['a key with spaces', `rpsKey=${encodeURIComponent(` ${secret}`)}`, 'spaces or a line end'],
  ])('names %s, and never the secret', (_, body, mistake) => {
    const { accepted, text } = explain(body)
    expect(accepted).toBe(false)
    expect(text).toContain(mistake)
    expect(text).not.toContain(secret)
    expect(text).not.toContain(encodeURIComponent(secret))
  })

  it('names %20 where the rest was encoded as PHP does', () => {
    const body = 'name=a+~b'
    const hash = md5(`name=a%20%7Eb::username::${secret}`)
    expect(explain(`${body}&hash=${hash}`).text).toContain('spaces were signed as %20')
  })

  it('masks a secret that was sent as a parameter', () => {
    const { text } = explain(`key=${encodeURIComponent(secret)}&hash=${'0'.repeat(32)}`)
    expect(text).not.toContain(encodeURIComponent(secret))
  })

  it('says that JSON is no form', () => {
    const { accepted, text } = explain('{"bill_id":1}', 'application/json')
    expect(accepted).toBe(false)
    expect(text).toContain('no form')
  })
})

describe('the registry entry', () => {
  const sheet = { account, baseUrl: 'http://localhost:8080/influencersoft/username' }

  it('signs a call that it accepts itself, ready for a shell', () => {
    const { body, curl } = influencersoft.sign?.({
      ...sheet,
      credential,
      functionName: 'UpdateOrderStatus',
      parameters: [
        ['bill_id', '100000'],
        ['utm[utm_medium]', "it's ~ Имя"],
      ],
    }) ?? { body: '', curl: '' }
    expect(explain(body).accepted).toBe(true)
    expect(body).toContain('utm%5Butm_medium%5D=it%27s+%7E+%D0%98')
    expect(curl).toBe(`curl -sS '${sheet.baseUrl}/api/UpdateOrderStatus' -d '${body}'`)
  })

  it('signs a call without parameters as the vendor does', () => {
    const vendor = { ...credential, secret: 'secret123' }
    const call = { ...sheet, credential: vendor, functionName: 'GetAllGoods', parameters: [] }
    expect(influencersoft.sign?.(call).body).toBe('hash=e689c16a15be08032d7a7b518d67bf59')
  })

  it('prints what to type into a client', () => {
    const credentials = [credential]
    expect(influencersoft.connectionSheet({ ...sheet, credentials })).toEqual({
      url: 'http://localhost:8080/influencersoft/username/api/',
      secret,
    })
  })

  it('makes keys of 160 bits and takes any printable one', () => {
    const [kind] = influencersoft.credentialKinds
    expect(kind?.secret((bytes) => 'x'.repeat(bytes))).toMatch(/^[0-9a-f]{40}$/)
    expect(kind?.refuseSecret('# = ? [ } | ; ) %')).toBeUndefined()
    for (const bad of ['', 'a\nb', 'a\0b', 'x'.repeat(257)]) {
      expect(kind?.refuseSecret(bad)).toEqual(expect.any(String))
    }
  })

  it.each([
    ['/api/CreateOrder', '/api/CreateOrder'],
    ['//api//CreateOrder/', '/api/CreateOrder'],
    ['/API/anything', '/api/anything'],
    ['/getbills', '/api/getbills'],
    ['/', undefined],
    ['/index.php', undefined],
    ['/unknown', undefined],
    ['/api/zstore/orders', undefined],
  ])('knows the native address %s', (path, inner) => {
    expect(influencersoft.matchNative(path, new URLSearchParams())).toBe(inner)
  })
})
