import { describe, expect, it } from 'vitest'
import { explain } from '../../../src/dialects/shopsite/explain.ts'
import { accountSettingsSchema } from '../../../src/model/account.ts'
import type { Credential } from '../../../src/model/credential.ts'
import { savedCall } from '../../support/saved-call.ts'
import {
  basicHeader,
  clientId,
  code,
  type Fields,
  hmac,
  password,
  proofOf,
  secretKey,
  tokenRequest,
  user,
} from './client.ts'
import { bytesOf, recording } from './recording.ts'

const account = {
  id: 1,
  login: 'demo',
  disabled: false,
  settings: accountSettingsSchema.parse({}),
}

function aCredential(change: Partial<Credential>): Credential {
  return {
    accountId: 1,
    id: 1,
    dialect: 'shopsite',
    kind: 'application',
    publicPart: clientId,
    secret: `${secretKey} ${code}`,
    ipList: [],
    validFrom: 0,
    validUntil: null,
    settings: {},
    ...change,
  }
}

const application = aCredential({})
const otherKey = '9D02-77AA-10BC-3E4F'
const other = aCredential({
  id: 2,
  publicPart: 'AAAAAAAA',
  secret: `${otherKey} ${'y'.repeat(32)}`,
})
const login = aCredential({ id: 3, kind: 'basic', publicPart: user, secret: password })
const credentials = [application, other, login]
const secrets = [secretKey, code, otherKey, password, 'y'.repeat(32)]

const path = '/shopsite/demo/db_xml.cgi'
const token = 'MTc3MzA1NzYwMHxkZW1vfDF8ZGV2ZWxvcGVyc3w3NzV8'

type Saved = Partial<Parameters<typeof savedCall>[0]>

function explained(fields: Fields, saved: Saved = {}) {
  const baseUrl = 'https://gw.example.com/shopsite/demo'
  const body = new URLSearchParams(fields).toString()
  const { accepted, lines } = explain(savedCall({ account, credentials, baseUrl, body, ...saved }))
  const sent = JSON.stringify(fields)
  for (const secret of secrets) {
    if (!sent.includes(secret)) expect(lines.join('\n')).not.toContain(secret)
  }
  return { accepted, text: lines.join('\n') }
}

const parameters = { clientApp: '1', dbname: 'orders', maxorder: '1' }

function signedOver(lines: readonly string[], key = secretKey): Fields {
  const signature = hmac(lines.join(''), key)
  return { ...parameters, signature, token, timestamp: '1773057620', nonce: 'n1' }
}

const lines = [
  token,
  '1773057620',
  'n1',
  '',
  'POST',
  'gw.example.com',
  '443',
  path,
  'clientApp=1',
  'dbname=orders',
  'maxorder=1',
].map((line) => `${line}\n`)

function changed(from: string, to: string): string[] {
  return lines.map((line) => (line === from ? to : line))
}

describe('a saved download', () => {
  it('that is right is accepted, with the variant that it signed', () => {
    const { accepted, text } = explained({ ...parameters, ...proofOf(parameters, { token, path }) })
    expect(accepted).toBe(true)
    expect(text).toContain(
      `Accepted, if the token is one of application ${clientId} (credential 1).`,
    )
    expect(text).toContain('It was signed for gw.example.com:443/shopsite/demo/db_xml.cgi, ')
    expect(text).toContain(`  ${token}\n  1773057620\n`)
    expect(text).toContain('  (an empty line)\n  POST\n  gw.example.com\n  443\n')
  })

  it('that is wrong is shown the base string it had to sign, and what was tried', () => {
    const { accepted, text } = explained(signedOver(lines, 'another key'))
    expect(accepted).toBe(false)
    expect(text).toContain('Refused: the signature is that of no application.')
    expect(text).toContain('None of the known mistakes explains it')
    expect(text).toContain('  clientApp=1\n  dbname=orders\n  maxorder=1\n')
    expect(text).toContain('Tried were 4 variants:')
    expect(text).toContain('  gw.example.com:80/shopsite/demo/db_xml.cgi, ')
  })

  it.each([
    ['the last line feed is missing', [lines.join('').slice(0, -1)]],
    ['the empty fourth line is missing', lines.filter((line) => line !== '\n')],
    ['the lines end with CR LF', lines.map((line) => line.replace('\n', '\r\n'))],
    ['the token was decoded', changed(`${token}\n`, `${Buffer.from(token, 'base64')}\n`)],
    ['no parameter was signed', lines.slice(0, 8)],
    ['the other method was signed', changed('POST\n', 'GET\n')],
    ['the host was signed with its port', changed('gw.example.com\n', 'gw.example.com:443\n')],
    ['"maxorder" was not signed, or added later', lines.slice(0, -1)],
  ])('says that %s', (mistake, signed) => {
    const { accepted, text } = explained(signedOver(signed))
    expect(accepted).toBe(false)
    expect(text).toContain(`Known mistake: ${mistake}`)
  })

  it('says that the key was used without its dashes, or the code as the key', () => {
    expect(explained(signedOver(lines, secretKey.replaceAll('-', ''))).text).toContain(
      'Known mistake: the Secret Key was used without its dashes.',
    )
    expect(explained(signedOver(lines, code)).text).toContain(
      'Known mistake: the Authorization Code was used as the Secret Key.',
    )
  })

  it('says that the signature is written in hex', () => {
    const right = signedOver(lines)
    const signature = Buffer.from(right.signature ?? '', 'base64').toString('hex')
    expect(explained({ ...right, signature }).text).toContain(
      'Known mistake: the signature is written as hex',
    )
  })

  it('says that the query was not signed', () => {
    const fields = signedOver(lines)
    const { accepted, text } = explained(fields, { query: 'startorder=5' })
    expect(accepted).toBe(false)
    expect(text).toContain('Known mistake: the parameters of the query were not signed.')
  })

  it('is told what is missing', () => {
    const { text } = explained({ ...parameters, token: 'x', signature: 'y' })
    expect(text).toBe('Refused: The timestamp must be Unix seconds.')
  })
})

describe('a saved call for a token', () => {
  it('that is right is accepted', () => {
    const { accepted, text } = explained(tokenRequest())
    expect(accepted).toBe(true)
    expect(text).toContain(`Accepted, as application ${clientId} (credential 1).`)
    expect(text).toContain('The signature is right.\nThe Authorization Code is right.')
  })

  const credentialsText = Buffer.from(`${clientId}:10000004`).toString('base64')

  it.each([
    ['is of ClientID:nonce', { signature: hmac(`${clientId}:10000004`) }],
    ['without its dashes', { signature: hmac(credentialsText, secretKey.replaceAll('-', '')) }],
    ['in lower case', { signature: hmac(credentialsText, secretKey.toLowerCase()) }],
    [
      'the Authorization Code was used as the Secret Key',
      { signature: hmac(credentialsText, code) },
    ],
    ['is that of application AAAAAAAA', { signature: hmac(credentialsText, otherKey) }],
    ['hex digits', { signature: Buffer.from(hmac(credentialsText), 'base64').toString('hex') }],
    ['the Secret Key was sent as the code', { code: secretKey }],
  ])('says that %s', (mistake, change) => {
    const { accepted, text } = explained(tokenRequest('10000004', change))
    expect(accepted).toBe(false)
    expect(text).toContain('Known mistake: ')
    expect(text).toContain(mistake)
  })

  it('says which applications there are where the Client ID is unknown', () => {
    const client_credentials = Buffer.from('ZZZZZZZZ:1').toString('base64')
    const { text } = explained(tokenRequest('1', { client_credentials }))
    expect(text).toContain('The Client ID "ZZZZZZZZ" is unknown.')
    expect(text).toContain(`Applications of this account: ${clientId}, AAAAAAAA.`)
  })

  it('in JSON is told so', () => {
    const saved = { path: '/authorize.cgi', contentType: 'application/json' }
    const { accepted, text } = explained({}, { ...saved, body: '{"grant_type":"x"}' })
    expect(accepted).toBe(false)
    expect(text).toContain('Known mistake: the call is JSON')
  })
})

describe('a saved call with a login', () => {
  const tried = (headers: Fields, saved: Saved = {}) =>
    explained({}, { headers, body: '', ...saved })

  it.each([
    ['right', basicHeader(), true, 'Accepted, as user "backoffice" (credential 3).'],
    [
      'of a wrong password',
      basicHeader(user, 'nope'),
      false,
      'the password of user "backoffice" is wrong',
    ],
    ['with blanks', basicHeader(user, `${password} `), false, 'has blanks around it'],
    ['of nobody', basicHeader('x', 'y'), false, 'there is no such user.\nUsers: backoffice.'],
    ['in another scheme', { authorization: 'Bearer x' }, false, 'is not "Basic"'],
    ['missing', {}, false, '--header "Authorization: Basic ..."'],
  ])('%s', (_name, headers, isRight, words) => {
    const { accepted, text } = tried(headers)
    expect(accepted).toBe(isRight)
    expect(text).toContain(words)
  })

  it('says that a token came alone', () => {
    expect(tried({}, { query: 'token=x' }).text).toContain('the call has a token, but no signature')
  })
})

describe('a key that the client sent in a wrong place', () => {
  const grant = { grant_type: 'authorization_code', code, signature: 'x' }
  const inCredentials = (text: string) => ({
    ...grant,
    client_credentials: Buffer.from(text).toString('base64'),
  })
  const signed = (fields: Fields, by = token) => ({
    ...fields,
    ...proofOf(fields, { token: by, path }),
  })

  it.each<[string, Fields]>([
    ['as the Client ID', inCredentials(`${secretKey}:10000004`)],
    ['as the Client ID, in lower case', inCredentials(`${secretKey.toLowerCase()}:10000004`)],
    ['as the nonce', inCredentials(`${clientId}:${secretKey}`)],
    ['as a parameter', signed({ dbname: 'orders', client_secret: secretKey, key: code })],
    ['as a parameter without its dashes', signed({ key: secretKey.replaceAll('-', '') })],
    ['as the name of a parameter, unsigned', { [secretKey]: '1', ...signed({}) }],
    ['as the token', signed({ dbname: 'orders' }, code)],
    ['as a password in the call', signed({ user, password })],
  ])('is not printed: %s', (_name, fields) => {
    const body = new URLSearchParams(fields).toString()
    const baseUrl = 'https://gw.example.com/shopsite/demo'
    const { lines } = explain(savedCall({ account, credentials, baseUrl, body }))
    const printed = lines.join('\n')
    const decoded = printed.split(/\s+/).map((word) => Buffer.from(word, 'base64').toString())
    const shown = [printed, ...decoded].map((text) => decodeURIComponent(encodeURI(text)))
    for (const secret of [...secrets, secretKey.toLowerCase(), secretKey.replaceAll('-', '')]) {
      expect(shown.join('\n')).not.toContain(secret)
      expect(printed).not.toContain(encodeURIComponent(secret))
    }
    expect(printed).toContain('(a key, not shown)')
  })
})

describe('the recorded requests', () => {
  const entries = recording.entries.filter(
    ({ id }) => !/^(replay|unknown-token|old-token)$/.test(id),
  )

  it.each(entries)('$id is explained as it is answered', ({ id, ...entry }) => {
    const { head, body } = bytesOf({ id, ...entry })
    const [start = '', ...rest] = head.toString('latin1').split(/\r?\n/)
    const headers = Object.fromEntries(
      rest
        .filter((line) => line !== '')
        .map((line) => {
          const at = line.indexOf(':')
          return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()]
        }),
    )
    const [, target = ''] = start.split(' ')
    const [whole = '', query = ''] = target.split('?')
    const saved = {
      credentials: [application, login],
      query,
      path: whole.slice('/shopsite/demo'.length),
    }
    const { accepted } = explained({}, { ...saved, headers, body: body.toString('latin1') })
    expect(accepted).toBe(entry.expect.verdict === 'accept')
  })
})
