import { createHash, createHmac } from 'node:crypto'
import { expect } from 'vitest'
import { buildQuery, type QueryParams } from '../../../src/wire/php-query.ts'
import type { TestAccount } from '../../support/fixtures.ts'
import type { Gateway } from '../../support/gateway.ts'

const formType = 'application/x-www-form-urlencoded'

export type Answered = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly code: number
  readonly errorText: string
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what its call gives back
  readonly result: any
}

export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex')
}

/** The vendor's sample: build, hash, POST, check the answer's hash. */
export async function call(
  gateway: Gateway,
  { account, credential }: TestAccount,
  name: string,
  params: QueryParams = {},
): Promise<Answered> {
  const body = signedBody(params, account.login, credential.secret)
  const path = `/influencersoft/${account.login}/api/${name}`
  return checked(await post(gateway, path, body), credential.secret)
}

/** API 2.0: the key in the body. */
export async function callByKey(
  gateway: Gateway,
  { account, credential }: TestAccount,
  name: string,
  params: QueryParams = {},
): Promise<Answered> {
  const body = buildQuery({ rpsKey: credential.secret, ...params })
  const path = `/influencersoft/${account.login}/api/${name}`
  return checked(await post(gateway, path, body), credential.secret)
}

export function signedBody(params: QueryParams, login: string, secret: string): string {
  const query = buildQuery(params)
  return `${query}${query === '' ? '' : '&'}hash=${md5(`${query}::${login}::${secret}`)}`
}

export function post(
  gateway: Gateway,
  path: string,
  body: string | Uint8Array<ArrayBuffer> | FormData,
  contentType = formType,
): Promise<Response> {
  const headers: Record<string, string> =
    body instanceof FormData ? {} : { 'content-type': contentType }
  return fetch(`${gateway.url}${path}`, { method: 'POST', headers, body })
}

/** Reads an answer and checks what every answer must have: a whole envelope, rightly signed. */
export async function checked(response: Response, secret: string): Promise<Answered> {
  const text = await response.text()
  const envelope = JSON.parse(text)
  expect(Object.keys(envelope).sort()).toEqual(['error_code', 'error_text', 'hash', 'result'])
  expect(Number.isInteger(envelope.error_code)).toBe(true)
  expect(envelope.hash).toBe(md5(`${envelope.error_code}::${envelope.error_text}::${secret}`))
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
  const signature = response.headers.get('webhook-signature')
  if (signature !== null) {
    const signed = `${response.headers.get('webhook-id')}.${response.headers.get('webhook-timestamp')}`
    const expected = createHmac('sha256', secret).update(`${signed}.${text}`).digest('base64')
    expect(signature).toBe(`v1,${expected}`)
  }
  return {
    status: response.status,
    headers: response.headers,
    text,
    code: envelope.error_code,
    errorText: envelope.error_text,
    result: envelope.result,
  }
}

export async function countOrders(gateway: Gateway, { account }: TestAccount): Promise<number> {
  const [row] = await gateway.database.sql`
    select count(*)::int as count from orders where account_id = ${account.id}`
  return row?.count
}
