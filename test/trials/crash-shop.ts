import { randomBytes, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { pino } from 'pino'
import { openBook } from '../../src/book.ts'
import { readConfig } from '../../src/config.ts'
import { addAccount, changeSettings, getAccount } from '../../src/core/accounts.ts'
import { addCredential } from '../../src/core/credentials.ts'
import { sources } from '../../src/main.ts'
import { runCommand } from '../support/process.ts'

/** A shop that speaks all dialects; `id` numbers tell its credentials apart in the book. */
export type CrashShop = {
  readonly login: string
  readonly secret: string
  readonly mintsoft: string
  readonly opencart: { readonly username: string; readonly key: string }
  /** An accounting system to which orders stay on their status until it has moved them. */
  readonly warehouse: { readonly username: string; readonly key: string }
  readonly signed: { readonly username: string; readonly key: string }
  /** Order managers: one reads released orders, one all as they are placed. */
  readonly released: { readonly user: string; readonly password: string }
  readonly placed: { readonly user: string; readonly password: string }
}

type Env = Readonly<Record<string, string>>

/** Product 40 of the store, of which there are this many. */
export const pieces = 1_000_000
export const coupon = 'CRASH'

const store = JSON.parse(
  readFileSync(new URL('../fixtures/opencart/store.json', import.meta.url), 'utf8'),
)

/** Makes the account, in the book that the running gateway uses. */
export async function aCrashShop(env: Env): Promise<CrashShop> {
  const shop = newShop()
  const { login } = shop
  const book = await openBook(readConfig(env), pino({ level: 'silent' }), sources)
  try {
    const { ctx } = book
    await addAccount(ctx, login)
    await changeSettings(ctx, await getAccount(ctx, login), { contacts: 'record' })
    const account = await getAccount(ctx, login)
    const add = (
      dialect: string,
      kind: string,
      publicPart: string,
      secret: string,
      settings = {},
    ) => addCredential(ctx, account, { dialect, kind, publicPart, secret, settings })
    const { warehouse, released, placed } = shop
    await add('influencersoft', 'key', '', shop.secret)
    await add('mintsoft', 'key', '', shop.mintsoft)
    await add('opencart', 'key', warehouse.username, warehouse.key, { hold: 'on' })
    await add('shopsite', 'basic', released.user, released.password)
    await add('shopsite', 'basic', placed.user, placed.password, { orders: 'placed' })
  } finally {
    await book.close()
  }
  const file = JSON.stringify(storeFor(shop))
  const imported = await runCommand(['import', 'opencart', login, '-'], env, file)
  if (imported.code !== 0) throw new Error(`the store was not imported: ${imported.stderr}`)
  return shop
}

function newShop(): CrashShop {
  const key = (): string => randomBytes(40).toString('hex')
  return {
    login: `crash-${randomBytes(4).toString('hex')}`,
    secret: randomBytes(16).toString('hex'),
    mintsoft: randomUUID(),
    opencart: { username: 'Default', key: key() },
    warehouse: { username: 'ledger', key: key() },
    signed: { username: 'signer', key: key() },
    released: { user: 'released', password: key() },
    placed: { user: 'placed', password: key() },
  }
}

/** The recorded store with more pieces and a coupon than any trial uses up. */
function storeFor({ opencart, signed }: CrashShop) {
  const [user] = store.api_users
  const [percent] = store.coupons
  const of40 = store.products.filter((one: { product_id: number }) => one.product_id === 40)
  return {
    ...store,
    api_users: [opencart, signed].map((one) => ({ ...user, ...one, ip: [] })),
    products: of40.map((one: object) => ({ ...one, quantity: pieces })),
    coupons: [{ ...percent, code: coupon, uses_total: pieces, uses_customer: 0 }],
  }
}
