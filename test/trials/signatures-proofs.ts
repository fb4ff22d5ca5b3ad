import type { Context } from '../../src/core/context.ts'
import type { EnteringCredential } from '../../src/core/directory.ts'
import type { Call, CallNote, Dialect } from '../../src/dialects/dialect.ts'
import {
  bodyDigest,
  expectedSignature,
  signedText,
} from '../../src/dialects/opencart/v41/signature.ts'
import { dialects } from '../../src/dialects/registry.ts'
import { readParameters } from '../../src/dialects/shopsite/parameters.ts'
import { placesOf } from '../../src/dialects/shopsite/places.ts'
import { candidatesOf, signedCandidate } from '../../src/dialects/shopsite/signature.ts'
import { readSigned } from '../../src/dialects/shopsite/signed-call.ts'
import { accountSettingsSchema } from '../../src/model/account.ts'
import { hmacSha1Base64, md5Hex } from '../../src/wire/digest.ts'
import { readFields } from '../../src/wire/form-pairs.ts'
import { parsePhpForm } from '../../src/wire/php-form.ts'
import { httpBuildQuery } from '../../src/wire/php-query.ts'

/** The bytes of a call that its proof may stand in or cover. */
export type Bytes = Readonly<Record<string, Buffer>>

/** One way to prove a call, over which bytes, and when two calls say the same. */
export type ProofKind = {
  readonly name: string
  /** A rightly proved call; each seed another. */
  readonly make: (random: () => number) => Bytes
  readonly accepts: (bytes: Bytes) => Promise<boolean>
  /** What a call says, in a form that all its spellings share; a refusal may be spelt as it likes. */
  readonly says: (bytes: Bytes) => string
}

export const nowMs = Date.UTC(2026, 0, 15, 12)
export const login = 'trial-shop'
const host = 'gw.example.com'

const keys = {
  influencersoft: 'b3a1f0c92e7d48566a0f1c2d3e4b5a697887f6e5',
  mintsoft: '3f2b8c61-9d4e-4a07-b5c8-1e6f7a9b0c2d',
  opencart: 'k3Yf0rAn0penCartAp1User'.repeat(3),
  shopsite: '4F3A-9C21-B7D0-5E68 MTAwMDF8ZGVtb3wxfGRldmVsb3BlcnN8',
  basic: 'pa:ss word',
} as const
const [secretKey = '', code = ''] = keys.shopsite.split(' ')
const clientId = '7C41E0A9'
const apiUser = 'alumio'

/** A gateway without a book: whoever gets as far as that has been let in. */
const ctx = {
  now: () => nowMs,
  failures: { isTooMany: () => false, holdBack: () => undefined },
  newKey: (bytes: number) => Buffer.alloc(bytes, 7).toString('base64url'),
} as unknown as Context
const quiet = { warn: () => undefined, error: () => undefined }

const account = { id: 1, login, disabled: false, settings: accountSettingsSchema.parse({}) }

function credential(dialect: string, kind: string, secret: string, publicPart = '') {
  const common = { id: 1, dialect, kind, publicPart, secret, ipList: [], settings: {} }
  const times = { validFrom: 0, validUntil: null, revokedAt: null, lastUsedAt: null, createdAt: 0 }
  return { ...common, ...times, admits: () => true } as unknown as EnteringCredential
}

const credentials: Readonly<Record<string, readonly EnteringCredential[]>> = {
  influencersoft: [credential('influencersoft', 'key', keys.influencersoft)],
  mintsoft: [credential('mintsoft', 'key', keys.mintsoft)],
  opencart: [credential('opencart', 'key', keys.opencart, apiUser)],
  shopsite: [
    credential('shopsite', 'application', keys.shopsite, clientId),
    { ...credential('shopsite', 'basic', keys.basic, 'backoffice'), id: 2 },
  ],
}

const handlers = new Map(dialects.map((one) => [one.name, one.createHandler(ctx, quiet)]))
let peers = 0

export type Asked = Partial<
  Pick<Call, 'method' | 'query' | 'body' | 'login' | 'account' | 'credentials'>
> & {
  readonly headers?: Readonly<Record<string, string>>
  readonly host?: string
}

/** A call as the gateway hands it to a dialect; `note` is told what the dialect notes. */
export function callOf(
  dialect: Dialect['name'],
  path: string,
  { headers = {}, host: asked = host, ...rest }: Asked,
  note: (fields: CallNote) => void = () => undefined,
): Call {
  const all = { 'content-type': 'application/x-www-form-urlencoded', host: asked, ...headers }
  const folder = `/${dialect}/${rest.login ?? login}`
  peers += 1
  return {
    ...{ method: 'POST', path, wholePath: `${folder}${path}`, query: '' },
    ...{ body: Buffer.alloc(0), login, account, unavailable: false, crowded: false },
    // Each from somewhere else, so that no refusal is held back for another.
    peerAddress: `10.${(peers >> 16) & 255}.${(peers >> 8) & 255}.${peers & 255}`,
    credentials: credentials[dialect] ?? [],
    baseUrl: `http://${asked}${folder}`,
    header: (name) => (all as Readonly<Record<string, string>>)[name.toLowerCase()],
    note,
    ...rest,
  }
}

/** Whether the dialect's own handler lets a call in: it notes whose it is then, and only then. */
export async function isLetIn(dialect: string, path: string, asked: Asked): Promise<boolean> {
  let isIn = false
  const call = callOf(dialect, path, asked, ({ credentialId, outcome }) => {
    isIn ||= credentialId !== undefined && outcome !== 'address-refused'
  })
  await handle(dialect, call)
  return isIn
}

export async function handle(dialect: string, call: Call): Promise<Response> {
  const handler = handlers.get(dialect)
  if (handler === undefined) throw new Error(`there is no dialect ${dialect}`)
  return handler(call)
}

const form = (fields: Readonly<Record<string, string>>): Buffer =>
  Buffer.from(new URLSearchParams(fields).toString())
const binary = (bytes: Buffer | undefined): string => (bytes ?? Buffer.alloc(0)).toString('latin1')
const partOf = (bytes: Bytes, name: string): Buffer => bytes[name] ?? Buffer.alloc(0)
const exact = (bytes: Bytes): string => Object.values(bytes).map(binary).join('\n')

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

const apiPath = '/api/UpdateOrderStatus'

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

export function signedDownload(
  parameters: Readonly<Record<string, string>>,
  { path = '/db_xml.cgi', random }: { path?: string; random: () => number },
): Bytes {
  const token = Buffer.from(String(random())).toString('base64url').padEnd(43, 'x')
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

const asForm = (bytes: Bytes, more = ''): Buffer =>
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
    make: (random) => {
      const said = Buffer.from(`${clientId}:${Math.floor(random() * 1e9)}`).toString('base64')
      const signature = hmacSha1Base64(secretKey, said)
      const grant_type = 'authorization_code'
      return { body: form({ grant_type, code, client_credentials: said, signature }) }
    },
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

export const known = { keys, secretKey, code, clientId, apiUser, account, apiPath, credentials }
