import { setTimeout as sleep } from 'node:timers/promises'
import { hmacSha1Base64 } from '../../../src/wire/digest.ts'
import { noteTaking } from '../crash-ledger.ts'
import { done, insist, type Load, refused, repeat, send, type Verdict } from '../crash-load.ts'

export const kinds = [
  ...['authorize', 'db_xml, released', 'db_xml, placed', 'db_xml, token', 'db_xml, nonce again'],
].map((name) => `shopsite ${name}`)

/** A token lives for five minutes, whatever is killed meanwhile, and serves 200 tries. */
const tokenMs = 3 * 60_000
const mostCalls = 100

type Fields = Readonly<Record<string, string>>

/** Orders beyond a number, few at a time. */
const beyond = (after: number): Fields => ({
  ...{ clientApp: '1', dbname: 'orders', version: '14.0', maxorder: '50' },
  startorder: String(after + 1),
})

/**
 * An order manager that remembers the highest number it has seen and asks for what lies beyond.
 * Gives that number; what it was given it has in hand.
 */
export async function download(
  load: Load,
  name: 'released' | 'placed',
  after: number,
): Promise<number> {
  const { user, password } = load.shop[name]
  const headers = {
    authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
  }
  const document = await insist(load, `shopsite db_xml, ${name}`, (url) =>
    fetchOrders(load, url, beyond(after), headers),
  )
  return note(load, name, document, after)
}

/** The same by tokens, each used as long as it lives, over all kills. */
export async function downloadByTokens(load: Load): Promise<void> {
  for (let highest = 0; !load.stopped; ) {
    const until = Date.now() + tokenMs
    const token = await authorize(load)
    for (let calls = 0; token !== undefined && calls < mostCalls; calls += 1) {
      if (load.stopped || Date.now() > until) break
      highest = await downloadOnce(load, token, highest, calls % 5 === 4)
      await sleep(20)
    }
  }
}

async function authorize(load: Load): Promise<string | undefined> {
  const { clientId, secretKey, code } = load.shop.application
  return insist(load, 'shopsite authorize', async (url) => {
    const credentials = Buffer.from(`${clientId}:${nextNonce()}`).toString('base64')
    const body = new URLSearchParams({
      ...{ grant_type: 'authorization_code', code, client_credentials: credentials },
      signature: hmacSha1Base64(secretKey, credentials),
    }).toString()
    const address = `${url}/shopsite/${load.shop.login}/authorize.cgi`
    const { status, text } = await send(load, address, body)
    if (status >= 500) return repeat
    const token = (JSON.parse(text) as { access_token?: string }).access_token
    return token === undefined ? refused(text) : done(token)
  })
}

/** Each try has a nonce of its own. One that was taken may not be taken again, kill or no kill. */
async function downloadOnce(
  load: Load,
  token: string,
  after: number,
  isRepeated: boolean,
): Promise<number> {
  let sent: Fields = {}
  const document = await insist(load, 'shopsite db_xml, token', (url) => {
    sent = signed(load, url, token, beyond(after))
    return fetchOrders(load, url, sent)
  })
  if (document !== undefined && isRepeated) {
    await sleep(Math.random() * 200)
    await insist(load, 'shopsite db_xml, nonce again', async (url) => {
      const { timestamp = '', nonce = '' } = sent
      const proof = signed(load, url, token, beyond(after), { timestamp, nonce })
      const verdict = await fetchOrders(load, url, proof)
      if (verdict.kind === 'done') return refused(`nonce ${nonce} was taken twice`)
      return verdict.kind === 'refused' && /nonce/.test(verdict.why) ? done('') : verdict
    })
  }
  return note(load, load.shop.application.clientId, document, after)
}

function signed(
  load: Load,
  url: string,
  token: string,
  fields: Fields,
  { timestamp, nonce } = { timestamp: String(Math.floor(Date.now() / 1000)), nonce: nextNonce() },
): Fields {
  const { hostname } = new URL(url)
  const path = `/shopsite/${load.shop.login}/db_xml.cgi`
  const pairs = Object.entries(fields)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  const lines = [token, timestamp, nonce, '', 'POST', hostname, '80', path, ...pairs]
  const text = lines.map((line) => `${line}\n`).join('')
  const signature = hmacSha1Base64(load.shop.application.secretKey, text)
  return { ...fields, token, timestamp, nonce, signature }
}

let nonces = 0

function nextNonce(): string {
  nonces += 1
  return `N${nonces}`
}

async function fetchOrders(
  load: Load,
  url: string,
  fields: Fields,
  headers: Fields = {},
): Promise<Verdict<string>> {
  const address = `${url}/shopsite/${load.shop.login}/db_xml.cgi`
  const body = new URLSearchParams(fields).toString()
  const { status, text } = await send(load, address, body, headers)
  if (status >= 500) return repeat
  // Code 2: nothing lies beyond.
  const isWhole = /<ResponseCode>[12]</.test(text) && text.endsWith('</ShopSiteOrders>')
  return isWhole ? done(text) : refused(`${status} ${text}`)
}

function note(load: Load, name: string, document: string | undefined, after: number): number {
  if (document === undefined) return after
  const numbersIn = (tag: string): number[] =>
    [...document.matchAll(new RegExp(`<${tag}>(\\d+)</${tag}>`, 'g'))].map(([, text]) =>
      Number(text),
    )
  for (const number of numbersIn('ShopSiteTransactionID')) noteTaking(load.ledger, name, number)
  return Math.max(after, ...numbersIn('OrderNumber'))
}
