import {
  bodyDigest,
  expectedSignature,
  signedText,
} from '../../src/dialects/opencart/v41/signature.ts'
import { readParameters } from '../../src/dialects/shopsite/parameters.ts'
import { placesOf } from '../../src/dialects/shopsite/places.ts'
import { candidatesOf, signedCandidate } from '../../src/dialects/shopsite/signature.ts'
import { readSigned } from '../../src/dialects/shopsite/signed-call.ts'
import { hmacSha1Base64, md5Hex } from '../../src/wire/digest.ts'
import { readFields } from '../../src/wire/form-pairs.ts'
import { parsePhpForm } from '../../src/wire/php-form.ts'
import { httpBuildQuery } from '../../src/wire/php-query.ts'
import { type Asked, callOf, host, isLetIn, known, login, nowMs } from './signatures-door.ts'

const { keys, secretKey, code, clientId, apiUser, apiPath } = known

/** The bytes of a call that its proof may stand in or cover. */
export type Bytes = Readonly<Record<string, Buffer>>

/** One way to prove a call, over which bytes, and when two calls say the same. */
export type ProofKind = {
  readonly name: string
  /** A rightly proved call; each seed another. */
  readonly make: (random: () => number) => Bytes | Promise<Bytes>
  readonly accepts: (bytes: Bytes) => Promise<boolean>
  /** What a call says, in a form that all its spellings share; a refusal may be spelt as it likes. */
  readonly says: (bytes: Bytes) => string
}

export const form = (fields: Readonly<Record<string, string>>): Buffer =>
  Buffer.from(new URLSearchParams(fields).toString())
export const binary = (bytes: Buffer | undefined): string =>
  (bytes ?? Buffer.alloc(0)).toString('latin1')
export const partOf = (bytes: Bytes, name: string): Buffer => bytes[name] ?? Buffer.alloc(0)
export const exact = (bytes: Bytes): string => Object.values(bytes).map(binary).join('\n')

/** Fields as they are read, whatever their encoding. */
function spelt(bytes: Buffer | undefined): string {
  return JSON.stringify(readFields(binary(bytes)).map(({ name, value }) => [name, value]))
}

function phpTree(bytes: Buffer | undefined): string {
  const read = parsePhpForm(bytes ?? Buffer.alloc(0))
  return read.ok ? httpBuildQuery(read.tree) : `unreadable: ${read.reason}`
}

function someFields(random: () => number): Record<string, string> {
  const number = String(Math.floor(random() * 1e6))
  const statuses = ['sent', 'paid', 'return', 'cancel']
  const status = statuses[Math.floor(random() * statuses.length)] ?? 'sent'
  return { bill_id: number, status, date: '1362254400', rpo: `RR ${number}+ä/x` }
}

export function influencersoftBody(fields: Readonly<Record<string, string>>): Buffer {
  const query = form(fields).toString()
  return Buffer.from(`${query}&hash=${md5Hex(`${query}::${login}::${keys.influencersoft}`)}`)
}

export function signed41(fields: Readonly<Record<string, string>>, change: object = {}): Bytes {
  const body = form(fields)
  const tree = parsePhpForm(body)
  if (!tree.ok) throw new Error(tree.reason)
  const said = {
    ...{ route: 'api/order', call: 'history_add', username: apiUser, language: 'en-gb' },
    ...{ currency: 'USD', time: nowMs / 1000, ...change },
  }
  const directory = `/opencart/${login}/`
  const text = signedText({ ...said, host, directory, storeId: 0, bodyMd5: bodyDigest(tree.tree) })
  const signature = expectedSignature(text, keys.opencart)
  const query = form({ ...said, time: String(said.time), store_id: '0', signature })
  return { query, body, host: Buffer.from(host) }
}

/** The eight signed parameters, the host and the body, each as far as its spelling matters. */
function says41(bytes: Bytes): string {
  const read = parsePhpForm(partOf(bytes, 'query'))
  const body = parsePhpForm(partOf(bytes, 'body'))
  if (!read.ok || !body.ok) return exact(bytes)
  const value = (name: string): string => String(read.tree.get(name) ?? `no ${name}`)
  return JSON.stringify([
    ...['route', 'call', 'language', 'currency', 'time', 'signature'].map(value),
    // Names in any case; a store's number as PHP reads it, which is 0 for what is none.
    value('username').trim().toLowerCase(),
    Number.parseInt(value('store_id'), 10) || 0,
    binary(bytes.host),
    bodyDigest(body.tree),
  ])
}

/** What an application asks for a token with. */
export function signedClaim(random: () => number): Buffer {
  const said = Buffer.from(`${clientId}:${Math.floor(random() * 1e9)}`).toString('base64')
  const signature = hmacSha1Base64(secretKey, said)
  return form({ grant_type: 'authorization_code', code, client_credentials: said, signature })
}

type Download = { readonly path?: string; readonly random: () => number; readonly token?: string }

const someToken = (random: () => number): string =>
  Buffer.from(String(random())).toString('base64url').padEnd(43, 'x')

export function signedDownload(
  parameters: Readonly<Record<string, string>>,
  { path = '/db_xml.cgi', random, token = someToken(random) }: Download,
): Bytes {
  const [timestamp, nonce] = ['1773057620', `N${Math.floor(random() * 1e6)}`]
  const pairs = Object.entries(parameters)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  const whole = `/shopsite/${login}${path}`
  const lines = [token, timestamp, nonce, '', 'POST', host, 80, whole, ...pairs]
  const signature = hmacSha1Base64(secretKey, lines.map((line) => `${line}\n`).join(''))
  const body = form({ ...parameters, signature, token, timestamp, nonce })
  return { body, path: Buffer.from(path), host: Buffer.from(host) }
}

/** The signature of a download, with the token that it names taken for a good one. */
export function isSignedDownload(bytes: Bytes, at = login): boolean {
  try {
    const parameters = readParameters('', partOf(bytes, 'body'))
    if (parameters.problem !== undefined) return false
    const read = readSigned(parameters, 'POST')
    const call = callOf('shopsite', binary(bytes.path), { host: binary(bytes.host), login: at })
    const found = signedCandidate(candidatesOf(read, placesOf(call)), read.signature, secretKey)
    return found !== undefined
  } catch {
    return false
  }
}

function basic(bytes: Bytes): Asked {
  const text = Buffer.concat([partOf(bytes, 'user'), Buffer.from(':'), partOf(bytes, 'password')])
  return { headers: { authorization: `Basic ${text.toString('base64')}` } }
}

export const asForm = (bytes: Bytes, more = ''): Buffer =>
  Buffer.from(
    Object.entries(bytes)
      .map(([name, value]) => `${name}=${percent(value)}`)
      .concat(more === '' ? [] : [more])
      .join('&'),
  )

/** Every byte as `%XX`. */
function percent(bytes: Buffer): string {
  return bytes.toString('hex').replace(/../g, '%$&')
}

export const proofKinds: readonly ProofKind[] = [
  {
    name: 'InfluencerSoft, MD5 over the body',
    make: (random) => ({ body: influencersoftBody(someFields(random)) }),
    accepts: ({ body }) => isLetIn('influencersoft', apiPath, body === undefined ? {} : { body }),
    says: ({ body }) => phpTree(body),
  },
  {
    name: 'InfluencerSoft, key in the body',
    make: () => ({ rpsKey: Buffer.from(keys.influencersoft) }),
    accepts: (bytes) =>
      isLetIn('influencersoft', '/api/getgoods', { body: asForm(bytes, 'good=1') }),
    says: exact,
  },
  {
    name: 'OpenCart 4.1, HMAC-SHA1',
    make: (random) => signed41({ order_id: String(random()), comment: ' a b&+<ä> ', notify: '1' }),
    accepts: (bytes) =>
      isLetIn('opencart', '/index.php', {
        query: binary(bytes.query),
        body: partOf(bytes, 'body'),
        host: binary(bytes.host),
      }),
    says: says41,
  },
  {
    name: 'OpenCart login, user and key',
    make: () => ({ username: Buffer.from(apiUser), key: Buffer.from(keys.opencart) }),
    accepts: (bytes) =>
      isLetIn('opencart', '/index.php', { query: 'route=api/login', body: asForm(bytes) }),
    says: ({ username, key }) => `${binary(username).toLowerCase()} ${binary(key)}`,
  },
  {
    name: 'ShopSite authorize.cgi, HMAC-SHA1 and code',
    make: (random) => ({ body: signedClaim(random) }),
    accepts: ({ body }) =>
      isLetIn('shopsite', '/authorize.cgi', body === undefined ? {} : { body }),
    says: ({ body }) => spelt(body),
  },
  {
    name: 'ShopSite download, HMAC-SHA1 under a token',
    make: (random) => {
      const startorder = String(Math.floor(random() * 1e6))
      return signedDownload({ clientApp: '1', dbname: 'orders', startorder }, { random })
    },
    accepts: async (bytes) => isSignedDownload(bytes),
    says: ({ body, path, host: asked }) =>
      `${spelt(body)} ${binary(path)} ${binary(asked).toLowerCase()}`,
  },
  {
    name: 'ShopSite login, user and password',
    make: () => ({ user: Buffer.from('backoffice'), password: Buffer.from(keys.basic) }),
    accepts: (bytes) => isLetIn('shopsite', '/db_xml.cgi', basic(bytes)),
    says: exact,
  },
  {
    name: 'Mintsoft, key',
    make: () => ({ APIKEY: Buffer.from(keys.mintsoft) }),
    accepts: (bytes) => isLetIn('mintsoft', '/', { body: asForm(bytes) }),
    // A GUID is one in any case.
    says: ({ APIKEY }) => binary(APIKEY).toLowerCase(),
  },
]
