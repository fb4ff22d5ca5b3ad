import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { addAccount, changeSettings, getAccount, tieHost } from '../../src/core/accounts.ts'
import { changeOrder } from '../../src/core/change-order.ts'
import type { Context } from '../../src/core/context.ts'
import { addCredential } from '../../src/core/credentials.ts'
import { addEndpoint } from '../../src/core/endpoints.ts'
import { saveGoods } from '../../src/core/goods.ts'
import { type NewOrder, placeOrder } from '../../src/core/place-order.ts'
import { recordContact } from '../../src/core/record-contact.ts'
import type { Account } from '../../src/model/account.ts'
import { consoleOn } from '../commands/console.ts'

/** What a stranger could have got hold of, and tries; numbers from `shared` on exist in both. */
export type Merchant = {
  readonly account: Account
  readonly login: string
  readonly host: string
  readonly keys: {
    readonly influencersoft: string
    readonly mintsoft: string
    readonly opencart: { readonly username: string; readonly key: string }
    readonly shopsite: {
      readonly clientId: string
      readonly secretKey: string
      readonly code: string
    }
    readonly basic: { readonly user: string; readonly password: string }
  }
  /** Orders whose numbers both merchants have, and one that only this one has. */
  readonly sharedOrders: readonly number[]
  readonly ownOrder: number
  readonly ownProduct: { readonly id: number; readonly code: string; readonly sku: string }
  readonly ownCustomer: number
  readonly email: string
  readonly coupon: string
  readonly voucher: string
  readonly messageId: string
  readonly endpointId: number
  readonly payKey: string
  /** Texts that stand in its every field, and that no stranger ever sends. */
  readonly marks: readonly string[]
}

export type MerchantPlan = {
  readonly login: string
  /** Stands in all of its texts: `qbravoq`. */
  readonly mark: string
  /** Its amounts begin with it: `42424242`. */
  readonly amount: string
  /** Where its notices go. */
  readonly receiver: string
  /** The number of a product and of a customer that only it has. */
  readonly beyond: number
  /** How many orders there are with numbers that both merchants have. */
  readonly orders: number
  /** How many more orders and endpoints only it has. */
  readonly more: number
}

const store = JSON.parse(
  readFileSync(new URL('../fixtures/opencart/store.json', import.meta.url), 'utf8'),
)
const operator = { via: 'operator', credentialId: null }

/** A merchant with something in every drawer, marked so that it is known again anywhere. */
export async function aMerchant(ctx: Context, plan: MerchantPlan): Promise<Merchant> {
  const { login, mark, amount, beyond } = plan
  await addAccount(ctx, login)
  const wished = { contacts: 'record', payOnDelivery: ['cod', `${mark} on delivery`] }
  await changeSettings(ctx, await getAccount(ctx, login), wished)
  const account = await getAccount(ctx, login)
  const host = `orders.${login}.example`
  await tieHost(ctx, account, host)
  const found = storeOf(plan)
  const imported = await consoleOn(ctx).run(`import opencart ${login} -`, {
    stdin: JSON.stringify(found.store),
  })
  if (imported.code !== 0) throw new Error(`the store was not imported: ${imported.err}`)
  const ownProduct = { id: beyond, code: `only-${login}`, sku: `SKU-${login}` }
  await saveGoods(ctx, account, [
    { ...ownProduct, title: `${mark} title`, price: BigInt(`${amount}0000`), stock: 500 },
    {
      code: 'mug',
      title: `${mark} mug`,
      price: BigInt(`${amount}0000`),
      sku: 'MUG-01',
      stock: 500,
    },
  ])
  const keys = await keysFor(ctx, account, plan.more, found.user)
  const endpointId = await endpointsFor(ctx, account, plan)
  const { sharedOrders, ownOrder, payKey } = await ordersFor(ctx, account, plan, ownProduct.code)
  await recordContact(ctx, account, { call: 'AddLeadToGroup', email: found.email, data: { mark } })
  return {
    ...{ account, login, host, keys, sharedOrders, ownOrder, ownProduct, endpointId, payKey },
    ...{ ownCustomer: beyond, email: found.email, coupon: found.coupon, voucher: found.voucher },
    messageId: `msg_${login}_${endpointId}_${ownOrder}_1`,
    marks: [mark, amount, grouped(amount)],
  }
}

/** The recorded store in the merchant's own words, with people and codes that only it has. */
function storeOf({ login, mark, amount, beyond }: MerchantPlan) {
  const [email, coupon, voucher] = [`buyer@${login}.example`, `C${login}`, `V${login}`]
  const user = { username: `api-${login}`, key: `${login}-key-`.padEnd(64, 'k') }
  const named = <T extends object>(list: readonly T[], field: string) =>
    list.map((one) => ({ ...one, [field]: `${mark} ${Reflect.get(one, field)}` }))
  const people = { firstname: mark, lastname: `${mark} last`, telephone: `${mark} phone` }
  const [customer] = store.customers
  const [firstCoupon] = store.coupons
  const [firstVoucher] = store.vouchers
  const [apiUser] = store.api_users
  const changed = {
    ...store,
    store: { ...store.store, name: `${mark} store` },
    api_users: [{ ...apiUser, ...user, ip: [] }],
    products: named(store.products, 'name').map((one) => ({ ...one, price: `${amount}.0000` })),
    categories: named(store.categories, 'name'),
    customers: [
      { ...customer, ...people },
      { ...customer, ...people, customer_id: beyond, email },
    ],
    coupons: [...store.coupons, { ...firstCoupon, code: coupon, name: `${mark} coupon` }],
    vouchers: [{ ...firstVoucher, code: voucher, message: `${mark} message`, to_name: mark }],
    order_statuses: named(store.order_statuses, 'name'),
    payment_methods: named(store.payment_methods, 'title'),
  }
  return { store: changed, user, email, coupon, voucher }
}

/** Beside the keys that are tried, as many more as only this merchant has. */
async function keysFor(
  ctx: Context,
  account: Account,
  more: number,
  opencart: Merchant['keys']['opencart'],
): Promise<Merchant['keys']> {
  const { login } = account
  const add = (dialect: string, kind: string, secret: string, publicPart = '') =>
    addCredential(ctx, account, { dialect, kind, publicPart, secret })
  const letters = login.slice(0, 4).toUpperCase()
  const shopsite = {
    clientId: `${letters}0001`,
    secretKey: `${letters}-9C21-B7D0-5E68`,
    code: `${login}-code`.padEnd(32, 'c'),
  }
  const basic = { user: `user-${login}`, password: `password of ${login}` }
  const [influencersoft, mintsoft] = [`influencer-key-${login}`, randomUUID()]
  await add('influencersoft', 'key', influencersoft)
  await add('mintsoft', 'key', mintsoft)
  await add('shopsite', 'application', `${shopsite.secretKey} ${shopsite.code}`, shopsite.clientId)
  await add('shopsite', 'basic', basic.password, basic.user)
  for (let count = 0; count < more; count += 1) await add('mintsoft', 'key', randomUUID())
  return { influencersoft, mintsoft, opencart, shopsite, basic }
}

/** Gives the last one's id. */
async function endpointsFor(
  ctx: Context,
  account: Account,
  { receiver, mark, more }: MerchantPlan,
): Promise<number> {
  let last = 0
  for (let count = 0; count <= more; count += 1) {
    const url = `${receiver}/${mark}-${count}?key=${mark}`
    const wish = { url, format: 'standard', types: null, secret: `whsec_${'bWFy'.repeat(10)}` }
    last = (await addEndpoint(ctx, account, wish)).id
  }
  return last
}

async function ordersFor(ctx: Context, account: Account, plan: MerchantPlan, code: string) {
  const placed = []
  for (let count = 0; count < plan.orders + plan.more; count += 1) {
    placed.push(await placeOrder(ctx, account, anOrder(plan, code, count)))
  }
  const numbers = placed.map(({ number }) => number)
  const shared = numbers.slice(0, plan.orders)
  await Promise.all(
    numbers.flatMap((number, at) => {
      const release = changeOrder(ctx, account, {
        number,
        command: { kind: 'release' },
        author: operator,
      })
      if (at % 3 > 0) return [release]
      const parcel = { service: plan.mark, tracking: `${plan.mark}-T${at}`, link: plan.mark }
      const command = { kind: 'send', parcel, via: 'operator', replaces: false } as const
      return [release, changeOrder(ctx, account, { number, command, author: operator })]
    }),
  )
  return {
    sharedOrders: shared,
    ownOrder: numbers.at(-1) ?? 0,
    payKey: placed.at(-1)?.payKey ?? '',
  }
}

function anOrder({ login, mark, amount }: MerchantPlan, code: string, count: number): NewOrder {
  const address = {
    firstName: mark,
    lastName: `${mark} last`,
    line1: `${mark} lane`,
    city: `${mark} city`,
    postcode: `${mark}1`,
    country: 'United Kingdom',
    phone: `${mark} phone`,
  }
  return {
    author: operator,
    buyer: { email: `buyer@${login}.example`, firstName: mark, lastName: mark, phone: mark },
    billing: address,
    shipping: address,
    lines: [{ code: count % 2 === 0 ? code : 'mug', quantity: 1 }],
    coupon: `${mark} coupon`,
    shippingMethod: `${mark} shipping`,
    shippingCost: BigInt(`${amount}0000`),
    paymentMethod: `${mark} on delivery`,
    comment: `${mark} comment`,
    tag: `${mark} tag`,
    ip: '192.0.2.1',
    utm: { source: mark },
    payDomain: `${mark}.example`,
    fields: { note: `${mark} field` },
    callBytes: null,
  }
}

/** As OpenCart writes amounts: `42,424,242`. */
function grouped(amount: string): string {
  return amount.replace(/\B(?=(\d{3})+$)/g, ',')
}
