import { randomBytes } from 'node:crypto'
import { addAccount, changeSettings, getAccount } from '../../src/core/accounts.ts'
import type { Context } from '../../src/core/context.ts'
import { addCredential } from '../../src/core/credentials.ts'
import { saveGoods } from '../../src/core/goods.ts'
import { placeOrder } from '../../src/core/place-order.ts'
import type { Account } from '../../src/model/account.ts'
import type { Credential } from '../../src/model/credential.ts'
import type { ProductChange } from '../../src/model/product.ts'

export type TestAccount = { readonly account: Account; readonly credential: Credential }

/** An account of the test's own, with a key for one dialect and a small catalogue. */
export async function anAccount(
  ctx: Context,
  options: {
    readonly login?: string
    readonly dialect?: string
    readonly kind?: string
    readonly secret?: string
    readonly settings?: Readonly<Record<string, unknown>>
    readonly ipList?: readonly string[]
    readonly goods?: readonly ProductChange[]
  } = {},
): Promise<TestAccount> {
  const login = options.login ?? `shop-${randomBytes(6).toString('hex')}`
  const made = await addAccount(ctx, login)
  if (options.settings !== undefined) await changeSettings(ctx, made, options.settings)
  const account = await getAccount(ctx, login)
  const credential = await addCredential(ctx, account, {
    dialect: options.dialect ?? 'influencersoft',
    kind: options.kind ?? 'key',
    publicPart: '',
    secret: options.secret ?? randomBytes(20).toString('hex'),
    ipList: options.ipList ?? [],
  })
  await saveGoods(ctx, account, options.goods ?? someGoods)
  return { account, credential }
}

export const someGoods: readonly ProductChange[] = [
  { code: 'invoice', title: 'Invoice pack', price: 15_000_000n, type: 'digital' },
  { code: 'sales', title: 'Sales letters', price: 9_900_000n, type: 'digital' },
  { code: 'mug', title: 'Stoneware mug', price: 129_000n, type: 'physical', sku: 'MUG-01' },
]

/** A waiting order, placed past every dialect. Returns its number. */
export async function anOrder(
  ctx: Context,
  account: Account,
  order: Partial<Parameters<typeof placeOrder>[2]> = {},
): Promise<number> {
  const placed = await placeOrder(ctx, account, {
    author: { via: 'operator', credentialId: null },
    buyer: { email: 'ada@example.com', firstName: 'Ada', lastName: 'Example' },
    billing: { line1: '9 Mill Lane', city: 'Alton', country: 'United States' },
    lines: [{ code: 'invoice', quantity: 1 }],
    callBytes: null,
    ...order,
  })
  return placed.number
}
