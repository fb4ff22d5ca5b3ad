import { connect } from 'node:net'
import { setNextNumber } from '../../../src/core/accounts.ts'
import { changeOrder } from '../../../src/core/change-order.ts'
import { addCredential } from '../../../src/core/credentials.ts'
import type { Account } from '../../../src/model/account.ts'
import type { Credential } from '../../../src/model/credential.ts'
import type { ProductChange } from '../../../src/model/product.ts'
import { anAccount, anOrder, type TestAccount } from '../../support/fixtures.ts'
import type { Gateway } from '../../support/gateway.ts'

export type Answered = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what its call gives back
  readonly json: any
}

export const goods: readonly ProductChange[] = [
  { code: 'mug', title: 'Stoneware mug', price: 129_000n, type: 'physical', sku: 'MUG-01' },
  { code: 'lamp', title: 'Desk lamp', price: 200_000n, type: 'physical', sku: 'LAMP-01' },
  { code: 'course', title: 'Course', price: 500_000n, type: 'digital', sku: 'COURSE' },
]

export function guid(lastDigit = 1): string {
  return `6f1c1f3e-8a54-4c0e-9d67-2f5b7e0a9c0${lastDigit}`
}

/** A shop whose orders begin at 1001, with one Mintsoft key. */
export async function aShop(
  gateway: Gateway,
  settings: Readonly<Record<string, unknown>> = {},
  products: readonly ProductChange[] = goods,
  secret = guid(),
): Promise<TestAccount> {
  const { ctx } = gateway
  const { account } = await anAccount(ctx, { goods: products })
  await setNextNumber(ctx, account, 'order', 1001)
  return { account, credential: await aKey(gateway, account, secret, settings) }
}

export async function aKey(
  { ctx }: Gateway,
  account: Account,
  secret: string,
  settings: Readonly<Record<string, unknown>> = {},
  ipList: readonly string[] = [],
): Promise<Credential> {
  const wish = { dialect: 'mintsoft', kind: 'key', publicPart: '', secret, settings, ipList }
  const made = await addCredential(ctx, account, wish)
  ctx.directory.forget()
  return made
}

const complete = {
  author: { via: 'operator', credentialId: null },
  buyer: { email: 'ada@example.com', firstName: 'Ada', lastName: 'Example' },
  billing: { line1: '9 Mill Lane', city: 'Alton', postcode: 'GU34 1AB', country: 'GB' },
  lines: [{ code: 'mug', quantity: 1 }],
} as const

/** A released order that Mintsoft can import. Returns its number. */
export async function aReleased(
  { ctx }: Gateway,
  { account }: TestAccount,
  order: Parameters<typeof anOrder>[2] = {},
): Promise<number> {
  const number = await anOrder(ctx, account, { ...complete, ...order })
  const author = { via: 'operator', credentialId: null }
  await changeOrder(ctx, account, { number, command: { kind: 'release' }, author })
  return number
}

export async function get(
  gateway: Gateway,
  { account, credential }: TestAccount,
  parameters: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const query = new URLSearchParams({ APIKEY: credential.secret, ...parameters })
  return answered(await fetch(`${gateway.url}/mintsoft/${account.login}?${query}`))
}

/** A query as written, behind the key. */
export async function getRaw(
  gateway: Gateway,
  { account, credential }: TestAccount,
  query: string,
): Promise<Answered> {
  const address = `${gateway.url}/mintsoft/${account.login}?APIKEY=${credential.secret}${query}`
  return answered(await fetch(address))
}

export async function answered(response: Response): Promise<Answered> {
  const text = await response.text()
  const json = text === '' ? undefined : JSON.parse(text)
  return { status: response.status, headers: response.headers, text, json }
}

/** The numbers that a key sees. */
export async function listed(gateway: Gateway, shop: TestAccount): Promise<string[]> {
  const { json } = await get(gateway, shop)
  return json.map(({ OrderNumber }: { OrderNumber: string }) => OrderNumber)
}

/** Sends a request as it was recorded and reads one answer. */
export function sendRaw(port: number, request: Uint8Array): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => socket.write(request))
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      chunks.push(chunk)
      const whole = Buffer.concat(chunks)
      const end = whole.indexOf('\r\n\r\n')
      if (end === -1) return
      const [statusLine = '', ...lines] = whole.subarray(0, end).toString('latin1').split('\r\n')
      const headers = new Headers(
        lines.map((line): [string, string] => {
          const at = line.indexOf(':')
          return [line.slice(0, at), line.slice(at + 1).trim()]
        }),
      )
      const body = whole.subarray(end + 4)
      if (body.length < Number(headers.get('content-length') ?? Number.NaN)) return
      socket.destroy()
      const text = body.toString('utf8')
      const json = text === '' ? undefined : JSON.parse(text)
      resolve({ status: Number(statusLine.split(' ')[1]), headers, text, json })
    })
  })
}
