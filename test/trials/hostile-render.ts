import { createHmac } from 'node:crypto'
import { readRequest } from '../../src/dialects/opencart/request.ts'
import {
  bodyDigest,
  expectedSignature,
  signedText,
} from '../../src/dialects/opencart/v41/signature.ts'
import { readParameters } from '../../src/dialects/shopsite/parameters.ts'
import { baseString } from '../../src/dialects/shopsite/signature.ts'
import { fromBinary } from '../../src/wire/binary.ts'
import { md5Hex } from '../../src/wire/digest.ts'
import { readSignedForm } from '../../src/wire/signed-form.ts'
import {
  boundary,
  type HostileCall,
  type LineEnds,
  type Store,
  type Tokens,
  userName,
} from './hostile-call.ts'

/** A request's bytes, in the pieces in which they are written. */
export type Request = {
  readonly target: string
  readonly host: string
  readonly head: string
  readonly body: string
  readonly pieces: readonly Buffer[]
}

/** What the proof makes of a call. */
type Proved = {
  readonly query: string
  readonly body: string
  readonly headers: readonly (readonly [string, string])[]
}

/** Native addresses are `<login>.<domain>`. */
export const domain = 'hostile.example'

let nonces = 0

/** The bytes of a call from a client of the account. `nowMs`: what its clock says. */
export function render(call: HostileCall, store: Store, tokens: Tokens, nowMs: number): Request {
  const filled = (text: string) =>
    text.replaceAll('{{order}}', String(store.order)).replaceAll('{{login}}', store.login)
  const own = call.address === 'path' ? '127.0.0.1' : `${store.login}.${domain}`
  const folder = call.address === 'path' ? `/${call.dialect}/${store.login}` : ''
  const path = filled(folder + call.path) || '/'
  const sent: HostileCall = {
    ...call,
    query: filled(call.query),
    body: filled(call.body) + 'A'.repeat(call.padBytes),
    headers: call.headers.map(([name, value]) => [name, filled(value)]),
  }
  const proved = prove(sent, store, tokens, { host: own, path, seconds: Math.floor(nowMs / 1000) })
  const start = call.address === 'absolute' ? `http://${own}${path}` : path
  const target = proved.query === '' ? start : `${start}?${proved.query}`
  const [framed, lines] = frame(sent, proved.body)
  const head = [
    `${call.method} ${target} HTTP/${call.http}`,
    ...(call.headers.some(([name]) => name === 'Host') ? [] : [`Host: ${own}`]),
    ...(call.type === '' ? [] : [`Content-Type: ${call.type}`]),
    ...proved.headers.map(([name, value]) => `${name}: ${value}`),
    ...lines,
  ].join('\r\n')
  const first = ended(`${head}\r\n\r\n`, call.lineEnds ?? 'crlf')
  const pieces = [first, ...framed].map((piece) => Buffer.from(piece, 'latin1'))
  return { target, host: own, head, body: proved.body, pieces }
}

function ended(head: string, ends: LineEnds): string {
  const lines = head.split('\r\n').slice(0, -1)
  const isBare: Readonly<Record<LineEnds, (at: number) => boolean>> = {
    lf: () => true,
    'first-last': (at) => at === 0 || at === lines.length - 1,
    crlf: () => false,
    'in-turn': (at) => at % 2 === 0,
  }
  return lines.map((line, at) => line + (isBare[ends](at) ? '\n' : '\r\n')).join('')
}

type Place = { readonly host: string; readonly path: string; readonly seconds: number }

function prove(call: HostileCall, store: Store, tokens: Tokens, place: Place): Proved {
  const { query, body, headers, dialect, proof } = call
  const asked = (pairs: string): Proved => ({
    query: query === '' ? pairs : `${query}&${pairs}`,
    body,
    headers,
  })
  const said = (name: string, value: string): Proved => ({
    query,
    body,
    headers: [...headers, [name, value]],
  })
  if (proof === 'none') return { query, body, headers }
  if (proof === 'wrong') return asked('APIKEY=nobodys&api_token=nobodys&token=x&signature=y&hash=z')
  if (dialect === 'influencersoft') return { query, headers, body: proveForm(call, store) }
  if (dialect === 'mintsoft') return asked(`APIKEY=${store.mintsoftKey}`)
  if (dialect === 'opencart') {
    if (proof === 'cookie') return said('Cookie', `OCSESSID=${tokens.opencart}`)
    if (proof === 'token') return asked(`api_token=${tokens.opencart}`)
    if (proof === 'signed') return { body, headers, query: signOpencart(call, store, place) }
    return asked(`route=api/login&username=${userName}&key=${store.opencartKey}`)
  }
  if (proof === 'basic') return said('Authorization', basicOf(store))
  if (proof === 'login') return asked(claimOf(store))
  return { body, headers, query: signShopsite(call, store, tokens, place) }
}

function basicOf({ password }: Store): string {
  return `Basic ${Buffer.from(`${userName}:${password}`).toString('base64')}`
}

/** The proof in the body: a hash over it, or the key in it. */
function proveForm({ type, body, proof }: HostileCall, { login, secret }: Store): string {
  if (proof === 'key') return withPair(type, body, 'rpsKey', secret)
  const form = readSignedForm(Buffer.from(body, 'latin1'), type, 'hash')
  const text = form.ok ? (form.texts.raw ?? form.texts.phpRebuild) : body
  const hash = md5Hex(fromBinary(text), `::${login}::${secret}`)
  return withPair(type, body, 'hash', hash)
}

function withPair(type: string, body: string, name: string, value: string): string {
  if (type.startsWith('multipart/')) {
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"`
    return `${head}\r\n\r\n${value}\r\n${body}`
  }
  return body === '' ? `${name}=${value}` : `${body}&${name}=${value}`
}

function signOpencart(call: HostileCall, store: Store, { host, path, seconds }: Place): string {
  const own = `username=${userName}&store_id=0&language=en-gb&currency=USD&time=${seconds}`
  const query = `${call.query}&${own}`
  const header = (name: string) => (name === 'content-type' ? call.type : undefined)
  const body = Buffer.from(call.body, 'latin1')
  const read = readRequest({ method: call.method, query, header, body })
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  const text = signedText({
    route: 'api/order',
    call: /(?:^|&)call=([a-z_]*)/.exec(call.query)?.[1] ?? '',
    username: userName,
    host,
    directory: folder,
    storeId: 0,
    language: 'en-gb',
    currency: 'USD',
    bodyMd5: bodyDigest(read.body),
    time: seconds,
  })
  const signature = expectedSignature(text, store.opencartKey)
  return `${query}&signature=${encodeURIComponent(signature)}`
}

function claimOf({ shopsite: { clientId, secretKey, code } }: Store): string {
  nonces += 1
  const credentials = Buffer.from(`${clientId}:N${nonces}`).toString('base64')
  return String(
    new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      client_credentials: credentials,
      signature: createHmac('sha1', secretKey).update(credentials).digest('base64'),
    }),
  )
}

function signShopsite(call: HostileCall, store: Store, tokens: Tokens, place: Place): string {
  nonces += 1
  const proof = { token: tokens.shopsite, timestamp: String(place.seconds), nonce: `S${nonces}` }
  const body = Buffer.from(call.method === 'POST' ? call.body : '', 'latin1')
  const names = ['token', 'timestamp', 'nonce', 'signature']
  const { values } = readParameters(call.query, body)
  const parameters = [...values].filter(([name]) => !names.includes(name))
  const text = baseString(
    { ...proof, method: call.method, parameters },
    { host: place.host, path: place.path, port: 80, encoding: 'upper-case hex', names: 'sorted' },
  )
  const signature = createHmac('sha1', store.shopsite.secretKey)
    .update(fromBinary(text))
    .digest('base64')
  const own = String(new URLSearchParams({ ...proof, signature }))
  return call.query === '' ? own : `${call.query}&${own}`
}

/** The body as it goes out, and the lines that tell its length. */
function frame({ framing, cuts }: HostileCall, body: string): [string[], string[]] {
  const pieces = parted(body, cuts)
  const length = (bytes: number) => `Content-Length: ${bytes}`
  const chunked = 'Transfer-Encoding: chunked'
  if (framing === 'none') return [pieces, []]
  if (framing === 'length') return [pieces, [length(body.length)]]
  if (framing === 'short') return [pieces, [length(body.length + 10)]]
  if (framing === 'long') return [pieces, [length(Math.max(0, body.length - 10))]]
  if (framing === 'twice') return [pieces, [length(body.length), length(body.length + 1)]]
  const chunks = pieces.map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`)
  const lines = framing === 'both' ? [length(body.length), chunked] : [chunked]
  return [[...chunks, '0\r\n\r\n'], lines]
}

function parted(body: string, cuts: readonly number[]): string[] {
  const pieces: string[] = []
  let from = 0
  for (const cut of [...cuts, body.length].map((at) => Math.min(at, body.length)).sort(byNumber)) {
    if (cut > from) pieces.push(body.slice(from, cut))
    from = Math.max(from, cut)
  }
  return pieces
}

function byNumber(a: number, b: number): number {
  return a - b
}

const plainMethods = ['GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']

/**
 * Whether HTTP itself has nothing against a call, so that its dialect must answer: a server may
 * refuse all others before it knows whose they are.
 */
export function isPlain(
  { method, framing, headers, type, lineEnds }: HostileCall,
  request: Request,
): boolean {
  const own = headers.map(([name]) => name)
  // Old clients know no chunks, and a GET of theirs has no length.
  const isFramed =
    lineEnds === undefined ? framing === 'chunked' : framing === 'none' && request.body === ''
  return (
    plainMethods.includes(method) &&
    (framing === 'length' || isFramed) &&
    headers.every(([, value]) => /^[\t\x20-\x7e\x80-\xff]*$/.test(value)) &&
    // What HTTP takes for a target: it begins so, and has no backslash before the query.
    /^(\/|http:)[\x21-\x7e]*$/.test(request.target) &&
    !/^[^?]*\\/.test(request.target) &&
    /^[\t\x20-\x7e\x80-\xff]*$/.test(type) &&
    !own.some((name) => handled.includes(name)) &&
    request.head.length < 15_000
  )
}

/** Headers that HTTP servers act on themselves. */
const handled = ['Host', 'Expect', 'Upgrade', 'Connection', 'Content-Type', 'HTTP2-Settings', 'TE']
