import { randomBytes } from 'node:crypto'
import { boughtVouchers, contentOfCheckout, usesOf } from '../../src/core/checkout-order.ts'
import type { Context } from '../../src/core/context.ts'
import { editOrder } from '../../src/core/edit-order.ts'
import { listGoods } from '../../src/core/goods.ts'
import { type CheckoutPlan, placeCheckout } from '../../src/core/place-checkout.ts'
import { type PriceOptions, priceCheckout } from '../../src/core/price-checkout.ts'
import { findSession, openSession, type Session } from '../../src/core/sessions.ts'
import { shopOf } from '../../src/core/shop.ts'
import type { Account } from '../../src/model/account.ts'
import { type Checkout, emptyCheckout } from '../../src/model/checkout.ts'
import type { Order } from '../../src/model/order.ts'
import type { Status } from '../../src/model/shop.ts'

export const author = { via: 'opencart', credentialId: null }

export const cartLine = (productId: number, quantity: number, id = productId) => ({
  id,
  productId,
  quantity,
  options: {},
})

const flat = { code: 'flat.flat', title: 'Flat', cost: '5.00', taxClassId: 0 }
export const ada = {
  id: 7,
  groupId: 1,
  firstName: 'Ada',
  lastName: 'Example',
  email: 'ada@example.com',
  telephone: '5551234',
  fax: '',
  customFields: {},
}

/** A checkout that ships by a flat rate and pays by transfer. */
export function aCheckout(change: Partial<Checkout>): Checkout {
  const paymentMethod = { code: 'bank_transfer', title: 'Bank Transfer' }
  return { ...emptyCheckout, customer: ada, shippingMethod: flat, paymentMethod, ...change }
}

/** What a checkout comes to, whatever a dialect would ask of it. */
export async function planFor(
  ctx: Context,
  account: Account,
  checkout: Checkout,
  options: PriceOptions & { readonly status?: Status } = {},
): Promise<CheckoutPlan> {
  const { status, ...terms } = options
  const shop = await shopOf(ctx, account)
  const priced = await priceCheckout(ctx, account, shop, checkout, terms)
  const extras = { dialect: 'opencart', ip: null, fields: { opencart: { store_id: 0 } } }
  return {
    content: contentOfCheckout(ctx, account, { shop, checkout, priced }, extras),
    uses: usesOf(priced, checkout),
    vouchers: boughtVouchers(priced.basket),
    status,
    next: () => ({ ...checkout, cart: [], vouchers: [] }),
  }
}

/** Places a checkout that no session stands behind; gives the order's number. */
export async function placed(
  ctx: Context,
  account: Account,
  change: Partial<Checkout>,
  status?: Status,
): Promise<number> {
  const { number } = await placeCheckout(ctx, account, { author }, () =>
    planFor(ctx, account, aCheckout(change), status === undefined ? {} : { status }),
  )
  return number
}

/** Puts a checkout in the place of an order. */
export async function edited(
  ctx: Context,
  account: Account,
  number: number,
  change: Partial<Checkout>,
): Promise<Order> {
  return editOrder(ctx, account, { number, author }, (held, ownUses) =>
    planFor(ctx, account, aCheckout(change), { held, ownUses }),
  )
}

export const lifeMs = 3_600_000

/** A session of the account with this checkout in it. */
export async function aSession(
  ctx: Context,
  account: Account,
  state: Readonly<Record<string, unknown>>,
): Promise<Session & { readonly token: string }> {
  const token = randomBytes(8).toString('hex')
  const opened = { dialect: 'opencart', token, credentialId: 1, lifeMs, state: { ...state } }
  await openSession(ctx, account, opened)
  const session = await findSession(ctx, account, 'opencart', token, () => lifeMs)
  if (session === undefined) throw new Error('the session is not there')
  return { ...session, token }
}

/** Stock levels by code. */
export async function levelsOf(
  ctx: Context,
  account: Account,
): Promise<Readonly<Record<string, number | null>>> {
  const found: [string, number | null][] = []
  for await (const page of listGoods(ctx, account)) {
    found.push(...page.map(({ code, stock }): [string, number | null] => [code, stock]))
  }
  return Object.fromEntries(found)
}
