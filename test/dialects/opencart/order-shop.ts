import { randomBytes } from 'node:crypto'
import { checkoutOf } from '../../../src/core/place-checkout.ts'
import { findSession, openSession } from '../../../src/core/sessions.ts'
import { saveShop } from '../../../src/core/shop.ts'
import type { Account } from '../../../src/model/account.ts'
import { type Checkout, emptyCheckout } from '../../../src/model/checkout.ts'
import type { ProductChange } from '../../../src/model/product.ts'
import { anAccount } from '../../support/fixtures.ts'
import type { Gateway } from '../../support/gateway.ts'

const goods: readonly ProductChange[] = [
  { id: 1, code: 'invoice', title: 'Invoice pack', price: 15_000_000n, type: 'digital' },
  {
    id: 3,
    code: 'mug',
    title: 'Mug "blue" & white',
    price: 129_000n,
    type: 'physical',
    sku: 'MUG-01',
    model: 'Mug one',
    stock: 10,
  },
  { id: 4, code: 'pen', title: 'Pen', price: 20_000n, type: 'physical', stock: 20 },
  { id: 5, code: 'box', title: 'Box', price: 10_000n, type: 'physical', terms: { minimum: 3 } },
]

const flat = { code: 'flat.flat', title: 'Flat Shipping Rate', cost: '5.00', taxClassId: 0 }
const cod = { code: 'cod', title: 'Cash On Delivery' }
const transfer = { code: 'bank_transfer', title: 'Bank Transfer' }

export const ada = {
  id: 0,
  groupId: 1,
  firstName: 'Ada',
  lastName: 'Lovelace',
  email: 'ada@shop.example',
  telephone: '5551234',
  fax: '555-9',
  customFields: {},
}

export const london = {
  firstName: 'Ada',
  lastName: 'Lovelace',
  company: 'A & B',
  address1: '12 St James Sq',
  address2: '',
  city: 'London',
  postcode: 'SW1Y 4JH',
  countryId: '222',
  zoneId: '3563',
  customFields: {},
}

/** A session's checkout of two mugs that lacks nothing. */
export function ready(change: Partial<Checkout> = {}): Checkout {
  return {
    ...emptyCheckout,
    cart: [cartLine(3, 2)],
    nextLineId: 2,
    customer: ada,
    paymentAddress: london,
    shippingAddress: london,
    shippingOffers: [flat],
    paymentOffers: [cod, transfer],
    shippingMethod: flat,
    paymentMethod: transfer,
    ...change,
  }
}

export const cartLine = (productId: number, quantity: number, id = productId) => ({
  id,
  productId,
  quantity,
  options: {},
})

export type OrderShop = {
  readonly account: Account
  readonly login: string
  readonly credentialId: number
}

/** A shop with mugs, pens, boxes and an invoice pack, and one API user. */
export async function anOrderShop(
  { ctx }: Gateway,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<OrderShop> {
  const options = { dialect: 'opencart', kind: 'key', goods, settings }
  const { account, credential } = await anAccount(ctx, options)
  await saveShop(ctx, account, {
    name: 'Your Store',
    shipping: [{ module: 'flat', title: 'Flat Rate', quotes: [flat] }],
    countries: [{ id: 222, name: 'United Kingdom', iso2: 'GB', iso3: 'GBR' }],
    zones: [{ id: 3563, countryId: 222, name: 'Lancashire', code: 'LANCS' }],
    currencies: [
      { id: 2, code: 'USD', symbolLeft: '$', rate: '1' },
      { id: 3, code: 'EUR', symbolRight: '€', rate: '0.5' },
    ],
  })
  return { account, login: account.login, credentialId: credential.id }
}

export type Fields = Readonly<Record<string, string | number>>
// biome-ignore lint/suspicious/noExplicitAny: each test knows what its call gives back
type Answer = any

export type Shopper = {
  readonly token: string
  readonly post: (route: string, fields?: Fields, query?: Fields) => Promise<Answer>
  readonly get: (route: string, query?: Fields) => Promise<Answer>
  /** What stands in the session now. */
  readonly checkout: () => Promise<Checkout>
}

/** Somebody with a token, whose session holds a checkout. */
export async function aShopper(
  { ctx, url }: Gateway,
  { account, login, credentialId }: OrderShop,
  checkout: Checkout = ready(),
): Promise<Shopper> {
  const token = randomBytes(13).toString('hex')
  const lifeMs = 3_600_000
  const session = { dialect: 'opencart', token, credentialId, lifeMs, state: { ...checkout } }
  await openSession(ctx, account, session)
  const address = (route: string, query: Fields) =>
    `${url}/opencart/${login}/index.php?route=${route}&api_token=${token}&${formOf(query)}`
  return {
    token,
    post: (route, fields = {}, query = {}) =>
      answerOf(fetch(address(route, query), { method: 'POST', body: formOf(fields) })),
    get: (route, query = {}) => answerOf(fetch(address(route, query))),
    async checkout() {
      const found = await findSession(ctx, account, 'opencart', token, () => lifeMs)
      return checkoutOf(found?.state ?? {})
    },
  }
}

async function answerOf(sent: Promise<Response>): Promise<Answer> {
  const response = await sent
  const text = await response.text()
  if (response.status !== 200) throw new Error(`${response.status}: ${text}`)
  return JSON.parse(text)
}

function formOf(fields: Fields): URLSearchParams {
  const pairs = Object.entries(fields).map(([name, value]): [string, string] => [
    name,
    String(value),
  ])
  return new URLSearchParams(pairs)
}
