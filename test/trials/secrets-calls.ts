import { Agent, request } from 'node:http'
import { text as textOf } from 'node:stream/consumers'
import type { Dialect } from '../../src/dialects/dialect.ts'
import { hmacSha1Base64 } from '../../src/wire/digest.ts'
import { type Caller, callers, type Sent, type Values } from './isolation-callers.ts'
import type { Secret } from './secrets-search.ts'
import type { Shop } from './secrets-setup.ts'

/** Where every call of the trial goes, and what it hears. */
export type Line = {
  readonly send: (sent: Sent) => Promise<string>
  readonly count: () => number
  close(): void
}

export const tokenName = 'a token that was given out'

/** Tokens in answers are secrets from then on. */
export function openLine(url: string, secrets: Secret[]): Line {
  const { hostname, port } = new URL(url)
  const agent = new Agent({ keepAlive: true, maxSockets: 4 })
  let count = 0
  const send = ({ method, path, host, headers, body }: Sent): Promise<string> =>
    new Promise((resolve, reject) => {
      count += 1
      const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) }
      const options = {
        hostname,
        port,
        method,
        path,
        agent,
        headers: { ...headers, ...length, host },
      }
      request(options, (response) => {
        textOf(response).then((read) => {
          noteTokens(`${JSON.stringify(response.headers)} ${read}`, secrets)
          resolve(read)
        }, reject)
      })
        .on('error', reject)
        .end(body)
    })
  return { send, count: () => count, close: () => agent.destroy() }
}

function noteTokens(text: string, secrets: Secret[]): void {
  const found = text.matchAll(/(?:"(?:api_token|token|access_token)":"|OCSESSID=)([\w.+/=-]{16,})/g)
  for (const [, value = ''] of found) {
    if (secrets.some((one) => one.value === value)) continue
    secrets.push({ name: tokenName, value, inMemory: false })
  }
}

/**
 * Every call of every dialect, in every form: rightly proved, wrongly proved, and not at all. At
 * the account's path or at the protocol's own by turns, from round to round.
 */
export async function everyCall(
  line: Line,
  dialects: readonly Dialect[],
  shop: Shop,
  round: number,
): Promise<void> {
  const by = await signIn(line, shop)
  const broken = { ...by, keys: shop.brokenKeys }
  const { login } = shop
  for (const { name, calls } of dialects) {
    const made = callers[name]
    if (made === undefined) throw new Error(`nothing here calls ${name}`)
    for (const [at, call] of calls.entries()) {
      const native = (at + round) % 2 === 0
      const place = { login, native, host: native ? `${login}.orders.example` : 'gateway.example' }
      const one = { call, place, values, nowMs: Date.now(), beside: undefined }
      const tries = [
        { ...one, by },
        { ...one, by, beside: by },
        { ...one, by: broken },
        { ...one, by: undefined },
      ]
      await Promise.all(tries.flatMap((each) => made(each)).map(line.send))
    }
  }
}

/** Calls with an InfluencerSoft key, and tells whether it was taken. */
export async function isTaken(
  { send }: Line,
  { login, keys }: Shop,
  key: string,
): Promise<boolean> {
  const by = {
    login,
    keys: { ...keys, influencersoft: key },
    tokens: { opencart: '', shopsite: '' },
  }
  const place = { login, host: 'gateway.example', native: false }
  const one = { call: 'GetAllGoods', place, by, beside: undefined, values, nowMs: 0 }
  const [sent] = callers.influencersoft?.(one) ?? []
  return sent !== undefined && JSON.parse(await send(sent)).error_code !== 2
}

/** Of the recorded store, which the shop has imported, and of its first orders. */
const values: Values = {
  ...{ order: '100000', product: '28', code: 'Product 1', sku: 'Product 1', customer: '1' },
  ...{ email: 'ada@example.com', coupon: '2222', voucher: 'GIFT100' },
}

async function signIn({ send }: Line, { login, keys }: Shop): Promise<Caller> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const post = async (path: string, fields: Readonly<Record<string, string>>) => {
    const body = new URLSearchParams(fields).toString()
    const host = 'gateway.example'
    return JSON.parse(await send({ method: 'POST', path, host, headers, body }))
  }
  const { clientId, secretKey, code } = keys.shopsite
  const credentials = Buffer.from(`${clientId}:10000004`).toString('base64')
  const entered = await post(`/opencart/${login}/index.php?route=api/login`, keys.opencart)
  const given = await post(`/shopsite/${login}/authorize.cgi`, {
    ...{ grant_type: 'authorization_code', code, client_credentials: credentials },
    signature: hmacSha1Base64(secretKey, credentials),
  })
  if (!entered.api_token || !given.access_token) throw new Error(`${login} could not sign in`)
  return { login, keys, tokens: { opencart: entered.api_token, shopsite: given.access_token } }
}
