import { createHmac } from 'node:crypto'
import { setNextNumber } from '../../../src/core/accounts.ts'
import { changeOrder } from '../../../src/core/change-order.ts'
import { addCredential } from '../../../src/core/credentials.ts'
import type { Account } from '../../../src/model/account.ts'
import type { Credential } from '../../../src/model/credential.ts'
import { anAccount, anOrder } from '../../support/fixtures.ts'
import type { Gateway } from '../../support/gateway.ts'

export const publicUrl = 'https://gw.example.com'
export const clientId = '7C41E0A9'
export const secretKey = '4F3A-9C21-B7D0-5E68'
export const code = 'MTAwMDF8ZGVtb3wxfGRldmVsb3BlcnN8'
export const user = 'backoffice'
export const password = 'pa:ss word'

export type Store = {
  readonly account: Account
  readonly application: Credential
  readonly login: Credential
}

type Extras = {
  readonly settings?: Readonly<Record<string, unknown>>
  readonly ipList?: readonly string[]
}

/** A store with an application and a back-office login, whose release numbers begin at 1. */
export async function aStore(
  gateway: Gateway,
  options: Extras & {
    readonly login?: string
    readonly accountSettings?: Readonly<Record<string, unknown>>
  } = {},
): Promise<Store> {
  const { ctx } = gateway
  const { account } = await anAccount(ctx, {
    ...(options.login === undefined ? {} : { login: options.login }),
    ...(options.accountSettings === undefined ? {} : { settings: options.accountSettings }),
  })
  await setNextNumber(ctx, account, 'release', 1)
  const application = await anApplication(gateway, account, options)
  const login = await addCredential(ctx, account, {
    dialect: 'shopsite',
    kind: 'basic',
    publicPart: user,
    secret: password,
    settings: options.settings ?? {},
    ipList: options.ipList ?? [],
  })
  ctx.directory.forget()
  return { account, application, login }
}

export async function anApplication(
  { ctx }: Gateway,
  account: Account,
  { settings = {}, ipList = [] }: Extras = {},
  keys: { readonly clientId: string; readonly secret: string } = {
    clientId,
    secret: `${secretKey} ${code}`,
  },
): Promise<Credential> {
  const made = await addCredential(ctx, account, {
    dialect: 'shopsite',
    kind: 'application',
    publicPart: keys.clientId,
    secret: keys.secret,
    settings,
    ipList,
  })
  ctx.directory.forget()
  return made
}

const operator = { via: 'operator', credentialId: null }

/** A released order. Returns its number. */
export async function aReleased(
  { ctx }: Gateway,
  { account }: Pick<Store, 'account'>,
  order: Parameters<typeof anOrder>[2] = {},
): Promise<number> {
  const number = await anOrder(ctx, account, order)
  await changeOrder(ctx, account, { number, command: { kind: 'release' }, author: operator })
  return number
}

export function hmac(text: string, key = secretKey): string {
  return createHmac('sha1', key).update(text).digest('base64')
}

export type Fields = Readonly<Record<string, string>>

/** What a client asks authorize.cgi with. */
export function tokenRequest(nonce = '10000004', change: Fields = {}, key = secretKey): Fields {
  const credentials = Buffer.from(`${clientId}:${nonce}`).toString('base64')
  return {
    grant_type: 'authorization_code',
    code,
    client_credentials: credentials,
    signature: hmac(credentials, key),
    ...change,
  }
}

/** The path that clients are told to use, on a host of the published address. */
export function pathOf({ account }: Pick<Store, 'account'>, file = 'db_xml.cgi'): string {
  return `/shopsite/${account.login}/${file}`
}

export type Signing = {
  readonly token: string
  readonly path: string
  readonly nonce?: string
  readonly timestamp?: string
  readonly host?: string
  readonly port?: number
  readonly key?: string
}

let nonces = 0

/** The proof of a call, its parameters sorted and encoded as PHP's rawurlencode does. */
export function proofOf(parameters: Fields, signing: Signing): Fields {
  nonces += 1
  const { token, path, nonce = `N${nonces}`, timestamp = '1773057620', key } = signing
  const { host = 'gw.example.com', port = 443 } = signing
  const pairs = Object.entries(parameters)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  const lines = [token, timestamp, nonce, '', 'POST', host, port, path, ...pairs]
  const signature = hmac(lines.map((line) => `${line}\n`).join(''), key)
  return { signature, token, timestamp, nonce }
}

export type Answered = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what its call gives back
  readonly json: any
}

export async function post(
  { url }: Gateway,
  path: string,
  fields: Fields | string,
  headers: Fields = {},
): Promise<Answered> {
  const body = typeof fields === 'string' ? fields : new URLSearchParams(fields).toString()
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  const init = { method: 'POST', body, headers: { ...type, ...headers } }
  return answered(await fetch(`${url}${path}`, init))
}

export async function get({ url }: Gateway, path: string, headers: Fields = {}): Promise<Answered> {
  return answered(await fetch(`${url}${path}`, { headers }))
}

export function basicHeader(name = user, word = password): Fields {
  return { authorization: `Basic ${Buffer.from(`${name}:${word}`).toString('base64')}` }
}

/** A fresh token of the store's application. */
export async function aToken(gateway: Gateway, store: Pick<Store, 'account'>): Promise<string> {
  const { json } = await post(gateway, pathOf(store, 'authorize.cgi'), tokenRequest())
  return json.access_token
}

/** A signed download, with a token of its own unless one is given. */
export async function signedDownload(
  gateway: Gateway,
  store: Pick<Store, 'account'>,
  parameters: Fields = {},
  signing: Partial<Signing> = {},
): Promise<Answered> {
  const path = pathOf(store)
  const token = signing.token ?? (await aToken(gateway, store))
  const proof = proofOf(parameters, { path, ...signing, token })
  return post(gateway, path, { ...parameters, ...proof })
}

/** A download by the back-office login. */
export function plainDownload(
  gateway: Gateway,
  store: Pick<Store, 'account'>,
  query = '',
): Promise<Answered> {
  return get(gateway, `${pathOf(store)}?${query}`, basicHeader())
}

export function numbersIn(document: string): number[] {
  return [...document.matchAll(/<OrderNumber>(\d+)<\/OrderNumber>/g)].map(([, text]) =>
    Number(text),
  )
}

export function responseCode(document: string): string | undefined {
  return /<ResponseCode>(\d)<\/ResponseCode>/.exec(document)?.[1]
}

async function answered(response: Response): Promise<Answered> {
  const text = await response.text()
  const json = text.startsWith('{') ? JSON.parse(text) : undefined
  return { status: response.status, headers: response.headers, text, json }
}
