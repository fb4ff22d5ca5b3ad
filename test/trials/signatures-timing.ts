import { randomBytes } from 'node:crypto'
import type { Call } from '../../src/dialects/dialect.ts'
import { hmacSha1Base64 } from '../../src/wire/digest.ts'
import { type Asked, callOf, handle, known } from './signatures-door.ts'
import { influencersoftBody, signed41 } from './signatures-proofs.ts'

/** Two kinds of wrong call, which must not be told apart by how long their refusal takes. */
export type TimedPair = {
  readonly name: string
  readonly dialect: string
  readonly make: (which: 0 | 1) => Call
  /** What they would tell is no secret: a login stands in every address. Printed, not judged. */
  readonly isPublic: boolean
}

export type TimedFigures = {
  readonly name: string
  readonly samples: number
  /** The greatest Welch t over what is left when the slowest are cut off. */
  readonly t: number
  /** By how much the second kind takes longer, in the middle. */
  readonly differenceNs: number
}

/** How much of all samples is kept: the slowest are the machine's own business. */
const crops = [0.5, 0.75, 0.9]

/** Calls are made this many at a time and then measured: making them disturbs no measurement. */
const batch = 250

/** Measures the dialect's handler on both kinds, in an order of chance. */
export async function timePair(pair: TimedPair, samples: number): Promise<TimedFigures> {
  const times: [number[], number[]] = [[], []]
  const warmUp = Math.min(5000, samples)
  for (let at = -warmUp; at < samples; at += batch) {
    const calls = Array.from({ length: Math.min(batch, samples - at) }, () => {
      // Both are made and one is dropped, so that neither costs more to make.
      const made = [pair.make(0), pair.make(1)] as const
      const which = (randomBytes(1)[0] ?? 0) % 2 === 0 ? 0 : 1
      return { which, call: made[which] } as const
    })
    for (const { which, call } of calls) {
      const began = process.hrtime.bigint()
      await handle(pair.dialect, call)
      const took = Number(process.hrtime.bigint() - began)
      if (at >= 0) times[which].push(took)
    }
  }
  const all = [...times[0], ...times[1]].sort((one, other) => one - other)
  const scores = crops.map((crop) => {
    const most = all[Math.ceil(all.length * crop) - 1] ?? 0
    const [one, other] = times
    const isKept = (time: number): boolean => time <= most
    return welch(one.filter(isKept), other.filter(isKept))
  })
  const t = scores.reduce((worst, one) => (Math.abs(one) > Math.abs(worst) ? one : worst), 0)
  const differenceNs = median(times[1]) - median(times[0])
  return { name: pair.name, samples, t: Math.round(t * 100) / 100, differenceNs }
}

/** Welch's t of the second list against the first. */
export function welch(one: readonly number[], other: readonly number[]): number {
  const [a, b] = [moments(one), moments(other)]
  const error = Math.sqrt(a.variance / one.length + b.variance / other.length)
  return error === 0 ? 0 : (b.mean - a.mean) / error
}

function moments(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, variance: squares / Math.max(1, values.length - 1) }
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[values.length >> 1] ?? 0
}

/**
 * A guess that is wrong from the first sign, or right but for the last one; both as long, made by
 * the same steps, and with signs that a form encodes in the same places.
 */
function guess(right: string, which: 0 | 1, alphabet: string): string {
  const wrong = [...right].map((sign) => another(sign, alphabet))
  const last = [...right].findLastIndex((sign) => alphabet.includes(sign))
  const signs = [...right].map((sign, at) => (which === 0 || at === last ? wrong[at] : sign))
  return Buffer.from(signs.join('')).toString()
}

function another(sign: string, alphabet: string): string {
  const others = alphabet.replace(sign, '')
  const chosen = others[(randomBytes(1)[0] ?? 0) % others.length] ?? ''
  return alphabet.includes(sign) ? chosen : sign
}

const hex = '0123456789abcdef'
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const form = (fields: Readonly<Record<string, string>>): Buffer =>
  Buffer.from(new URLSearchParams(fields).toString())
const someNumber = (): string => String(100_000 + randomBytes(2).readUInt16BE())

function wrongHash(which: 0 | 1): Asked {
  const body = influencersoftBody({ bill_id: someNumber(), status: 'cancel' }).toString()
  const at = body.length - 32
  return { body: Buffer.from(body.slice(0, at) + guess(body.slice(at), which, hex)) }
}

function wrongKey41(which: 0 | 1): Asked {
  const { query, body } = signed41({ order_id: someNumber() })
  const said = new URLSearchParams(String(query))
  said.set('signature', guess(said.get('signature') ?? '', which, letters))
  return { query: said.toString(), ...(body === undefined ? {} : { body }) }
}

function wrongClient(which: 0 | 1, clientId = known.clientId): Asked {
  const said = Buffer.from(`${clientId}:${someNumber()}`).toString('base64')
  const signature = guess(hmacSha1Base64(known.secretKey, said), which, letters)
  const fields = { code: known.code, client_credentials: said, signature }
  return { body: form({ grant_type: 'authorization_code', ...fields }) }
}

function basic(user: string, password: string): Asked {
  const text = Buffer.from(`${user}:${password}`).toString('base64')
  return { headers: { authorization: `Basic ${text}` } }
}

/** The trial's own account, or nobody's under a name as long. */
function ofStranger(which: 0 | 1, dialect: string, asked: Asked): Asked {
  const { account } = known
  const own = { login: account.login, account, credentials: known.credentials[dialect] ?? [] }
  const nobody = { login: 'nobodyshop', account: undefined, credentials: [] }
  return { ...asked, ...(which === 0 ? own : nobody) }
}

const { keys } = known

/** Right beginnings against wrong ones, then known names against unknown ones. */
export const timedPairs: readonly TimedPair[] = [
  pair('InfluencerSoft: hash', 'influencersoft', known.apiPath, wrongHash),
  pair('InfluencerSoft: rpsKey', 'influencersoft', '/api/getgoods', (which) => ({
    body: form({ rpsKey: guess(keys.influencersoft, which, hex), id: someNumber() }),
  })),
  pair('Mintsoft: APIKEY', 'mintsoft', '/', (which) => ({
    body: form({ APIKEY: guess(keys.mintsoft, which, hex), action: 'confirm' }),
  })),
  pair('OpenCart: key of a login', 'opencart', '/index.php', (which) => ({
    query: 'route=api/login',
    body: form({ username: known.apiUser, key: guess(keys.opencart, which, letters) }),
  })),
  pair('OpenCart 4.1: signature', 'opencart', '/index.php', wrongKey41),
  pair('ShopSite: signature', 'shopsite', '/authorize.cgi', (which) => wrongClient(which)),
  pair('ShopSite: password', 'shopsite', '/db_xml.cgi', (which) =>
    basic('backoffice', guess(keys.basic, which, letters)),
  ),
  // InfluencerSoft says aloud, by its code 5, that there is no such account.
  ofLogins('Mintsoft', 'mintsoft', '/', () => ({
    body: form({ APIKEY: guess(keys.mintsoft, 0, hex) }),
  })),
  ofLogins('OpenCart', 'opencart', '/index.php', () => ({
    query: 'route=api/login',
    body: form({ username: known.apiUser, key: guess(keys.opencart, 0, letters) }),
  })),
  ofLogins('OpenCart 4.1', 'opencart', '/index.php', () => wrongKey41(0)),
  ofLogins('ShopSite', 'shopsite', '/authorize.cgi', () => wrongClient(0)),
  pair('ShopSite: known or unknown Client ID', 'shopsite', '/authorize.cgi', (which) =>
    wrongClient(0, which === 0 ? known.clientId : '7C41E0A8'),
  ),
  pair('ShopSite: known or unknown user', 'shopsite', '/db_xml.cgi', (which) =>
    basic(which === 0 ? 'backoffice' : 'backoffica', guess(keys.basic, 0, letters)),
  ),
]

function pair(
  name: string,
  dialect: string,
  path: string,
  ask: (which: 0 | 1) => Asked,
): TimedPair {
  return { name, dialect, isPublic: false, make: (which) => callOf(dialect, path, ask(which)) }
}

function ofLogins(name: string, dialect: string, path: string, ask: () => Asked): TimedPair {
  const ofEither = (which: 0 | 1): Asked => ofStranger(which, dialect, ask())
  const made = pair(`${name}: known or unknown login`, dialect, path, ofEither)
  return { ...made, isPublic: true }
}
