import { randomBytes, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { pino } from 'pino'
import { openBook } from '../../src/book.ts'
import { readConfig } from '../../src/config.ts'
import { addAccount, changeSettings, getAccount } from '../../src/core/accounts.ts'
import type { Context } from '../../src/core/context.ts'
import { addCredential } from '../../src/core/credentials.ts'
import { sources } from '../../src/main.ts'
import { runCommand } from '../support/process.ts'

/** A shop that speaks all dialects; `id` numbers tell its credentials apart in the book. */
export type CrashShop = {
  readonly login: string
  readonly secret: string
  readonly mintsoft: string
  readonly opencart: { readonly username: string; readonly key: string }
  /** A client of 2.3. */
  readonly old: { readonly username: string; readonly key: string }
  /** An accounting system to which orders stay on their status until it has moved them. */
  readonly warehouse: { readonly username: string; readonly key: string }
  readonly signed: { readonly username: string; readonly key: string }
  /** Order managers: one reads released orders, one all as they are placed. */
  readonly released: { readonly user: string; readonly password: string }
  readonly placed: { readonly user: string; readonly password: string }
  /** An order manager with tokens. */
  readonly application: {
    readonly clientId: string
    readonly secretKey: string
    readonly code: string
  }
}

type Env = Readonly<Record<string, string>>

/** Of each of these products there are so many pieces, and the coupon has as many uses. */
export const products = [28, 40, 49]
export const pieces = 1_000_000
export const coupon = 'CRASH'
/** A gift voucher that all orders are paid with, and what it is worth. */
export const voucher = 'CRASHGIFT'
export const voucherWorth = 10_000_000_000
/** A customer with points, and how many of them an order uses. */
export const customer = '7'
export const customerPoints = 100_000_000
export const points = '10'

const store = JSON.parse(
  readFileSync(new URL('../fixtures/opencart/store.json', import.meta.url), 'utf8'),
)

/** Makes the account, in the book that the running gateway uses. */
export async function aCrashShop(env: Env): Promise<CrashShop> {
  const shop = newShop()
  const book = await openBook(readConfig(env), pino({ level: 'silent' }), sources)
  try {
    await addShop(book.ctx, shop)
  } finally {
    await book.close()
  }
  const file = JSON.stringify(storeFor(shop))
  const imported = await runCommand(['import', 'opencart', shop.login, '-'], env, file)
  if (imported.code !== 0) throw new Error(`the store was not imported: ${imported.stderr}`)
  return shop
}

/** The account and its keys; its store is imported besides. */
export async function addShop(ctx: Context, shop: CrashShop): Promise<void> {
  const { login, old, warehouse, released, placed, application } = shop
  await addAccount(ctx, login)
  await changeSettings(ctx, await getAccount(ctx, login), { contacts: 'record' })
  const account = await getAccount(ctx, login)
  const add = (dialect: string, kind: string, publicPart: string, secret: string, settings = {}) =>
    addCredential(ctx, account, { dialect, kind, publicPart, secret, settings })
  const { clientId, secretKey, code } = application
  await add('influencersoft', 'key', '', shop.secret)
  await add('mintsoft', 'key', '', shop.mintsoft)
  await add('opencart', 'key', warehouse.username, warehouse.key, { hold: 'on' })
  await add('opencart', 'key', old.username, old.key, { version: '2.3' })
  await add('shopsite', 'application', clientId, `${secretKey} ${code}`)
  await add('shopsite', 'basic', released.user, released.password)
  await add('shopsite', 'basic', placed.user, placed.password, { orders: 'placed' })
}

export function newShop(): CrashShop {
  const key = (): string => randomBytes(40).toString('hex')
  return {
    login: `crash-${randomBytes(4).toString('hex')}`,
    secret: randomBytes(16).toString('hex'),
    mintsoft: randomUUID(),
    opencart: { username: 'Default', key: key() },
    old: { username: 'older', key: key() },
    warehouse: { username: 'ledger', key: key() },
    signed: { username: 'signer', key: key() },
    released: { user: 'released', password: key() },
    placed: { user: 'placed', password: key() },
    application: {
      clientId: '7C41E0A9',
      secretKey: '4F3A-9C21-B7D0-5E68',
      code: randomBytes(16).toString('hex'),
    },
  }
}

/** The recorded store with more of all that can be used up than any trial uses. */
export function storeFor({ opencart, signed }: CrashShop) {
  const [user] = store.api_users
  const [percent] = store.coupons
  const [buyer] = store.customers
  const [gift] = store.vouchers
  const sold = store.products.filter((one: { product_id: number }) =>
    products.includes(one.product_id),
  )
  const worth = `${voucherWorth}.0000`
  return {
    ...store,
    api_users: [opencart, signed].map((one) => ({ ...user, ...one, ip: [] })),
    products: sold.map((one: object) => ({ ...one, quantity: pieces })),
    coupons: [{ ...percent, code: coupon, uses_total: pieces, uses_customer: pieces }],
    customers: [{ ...buyer, customer_id: Number(customer), reward_points: customerPoints }],
    vouchers: [{ ...gift, code: voucher, amount: worth, balance: worth }],
  }
}
