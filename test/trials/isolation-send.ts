import { Agent, request } from 'node:http'
import { text as textOf } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { hmacSha1Base64 } from '../../src/wire/digest.ts'
import type { Gateway } from '../support/gateway.ts'
import type { Caller, Sent } from './isolation-callers.ts'
import type { Merchant } from './isolation-merchants.ts'

/** Head and body as one text: something may leak through either. */
export type Answered = { readonly status: number; readonly text: string; readonly body: string }

const agent = new Agent({ keepAlive: true })

/** How long a busy gateway is asked again: what says 503 for ever is a bug. */
const patienceMs = 30_000

/** Sends a call until it is answered with something else than "busy", as every client does. */
export async function sendAs(gateway: Gateway, sent: Sent, at: number): Promise<Answered> {
  const giveUp = Date.now() + patienceMs
  for (;;) {
    const answer = await sendOnce(gateway, sent, at)
    if (answer.status !== 503 || Date.now() > giveUp) return answer
    await sleep(100)
  }
}

/** Sends a call as if from an address of its own, so that no attempt is held back for another. */
function sendOnce({ port }: Gateway, sent: Sent, at: number): Promise<Answered> {
  const { method, path, host, headers, body } = sent
  const address = `10.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}`
  const all = { ...headers, host, 'x-forwarded-for': address }
  const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  return new Promise((resolve, reject) => {
    const options = { port, host: '127.0.0.1', method, path, agent, headers: { ...all, ...length } }
    request(options, (response) => {
      textOf(response).then((read) => {
        const { date: _date, ...rest } = response.headers
        const status = response.statusCode ?? 0
        resolve({ status, body: read, text: `${status} ${JSON.stringify(rest)} ${read}` })
      }, reject)
    })
      .on('error', reject)
      .end(body)
  })
}

/** Signed in, and with goods, a customer and an address of its own in the session. */
export async function atTheTill(gateway: Gateway, merchant: Merchant): Promise<Caller> {
  const caller = await signIn(gateway, merchant)
  const { login, ownProduct, email } = merchant
  const [mark = ''] = merchant.marks
  const buyer = { firstname: mark, lastname: mark, email, telephone: '5550100' }
  const address = {
    address_1: mark,
    city: mark,
    postcode: 'SW1Y',
    country_id: '222',
    zone_id: '3563',
  }
  const post = async (route: string, fields: Record<string, string>): Promise<void> => {
    const query = new URLSearchParams({ route, api_token: caller.tokens.opencart })
    const path = `/opencart/${login}/index.php?${query}`
    const answer = JSON.parse((await postForm(gateway, path, fields)).body)
    if (answer.success === undefined) throw new Error(`${route}: ${JSON.stringify(answer)}`)
  }
  await post('api/cart/add', { product_id: String(ownProduct.id), quantity: '2' })
  await post('api/customer', buyer)
  await post('api/payment/address', { ...buyer, ...address })
  await post('api/shipping/address', { ...buyer, ...address })
  return caller
}

/** The merchant with tokens of both dialects that give some. */
export async function signIn(gateway: Gateway, { login, keys }: Merchant): Promise<Caller> {
  const post = async (path: string, fields: Record<string, string>) =>
    JSON.parse((await postForm(gateway, path, fields)).body)
  const { clientId, secretKey, code } = keys.shopsite
  const credentials = Buffer.from(`${clientId}:10000004`).toString('base64')
  const [entered, given] = await Promise.all([
    post(`/opencart/${login}/index.php?route=api/login`, { ...keys.opencart }),
    post(`/shopsite/${login}/authorize.cgi`, {
      ...{ grant_type: 'authorization_code', code, client_credentials: credentials },
      signature: hmacSha1Base64(secretKey, credentials),
    }),
  ])
  if (!entered.api_token || !given.access_token) throw new Error(`${login} could not sign in`)
  return { login, keys, tokens: { opencart: entered.api_token, shopsite: given.access_token } }
}

function postForm(
  gateway: Gateway,
  path: string,
  fields: Readonly<Record<string, string>>,
): Promise<Answered> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const body = new URLSearchParams(fields).toString()
  const host = `127.0.0.1:${gateway.port}`
  return sendAs(gateway, { method: 'POST', path, host, headers, body }, 0)
}
