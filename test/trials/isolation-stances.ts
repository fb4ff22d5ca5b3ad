import type { Gateway } from '../support/gateway.ts'
import type { Caller, Place, Values } from './isolation-callers.ts'
import type { Merchant } from './isolation-merchants.ts'

/** Where somebody stands, whose keys he has, and what he asks for. */
export type Stance = {
  readonly name: string
  readonly place: Place
  readonly by: Caller | undefined
  readonly beside?: Caller
  readonly values: Values
}

export const nobodysValues: Values = {
  ...{ order: '777777', product: '66666', code: 'only-nobody', sku: 'SKU-nobody' },
  ...{ customer: '5555', email: 'buyer@nobody.example', coupon: 'Cnobody', voucher: 'Vnobody' },
}

/** Ways to stand outside of b's account, and to reach for what is inside; the first two compare. */
export function stances(
  [a, b]: readonly [Merchant, Merchant],
  [asA, asB]: readonly [Caller, Caller],
  { port }: Gateway,
  shared: number,
): readonly Stance[] {
  const host = `127.0.0.1:${port}`
  const [theirs, own] = [valuesOf(b, b.ownOrder), valuesOf(a, shared)]
  const at = (login: string): Place => ({ login, host, native: false })
  // What is signed names the account that is called, as far as its caller knows it.
  const native = (login: string, host: string): Place => ({ login, host, native: true })
  const [atA, atB] = [at(a.login), at(b.login)]
  const mixed = crossed(asB)
  return [
    { name: 'numbers of the other', place: atA, by: asA, values: theirs },
    { name: 'numbers of nobody', place: atA, by: asA, values: nobodysValues },
    { name: 'a number of both', place: atA, by: asA, values: own },
    {
      name: 'own number, their goods',
      place: atA,
      by: asA,
      values: { ...theirs, order: own.order },
    },
    { name: 'their tokens beside', place: atA, by: asA, beside: asB, values: theirs },
    { name: 'own account on their host', place: { ...atA, host: b.host }, by: asA, values: theirs },
    { name: 'their address, own keys', place: atB, by: asA, values: theirs },
    { name: 'their host, own keys', place: native(b.login, b.host), by: asA, values: theirs },
    {
      name: 'their name, own keys',
      place: native(b.login, `${b.login}.orders.test`),
      by: asA,
      values: theirs,
    },
    { name: 'own address, their keys', place: atA, by: asB, values: theirs },
    { name: 'own host, their keys', place: native(a.login, a.host), by: asB, values: theirs },
    { name: 'their address, keys of other dialects', place: atB, by: mixed, values: theirs },
    { name: 'own address, no keys', place: atA, by: undefined, values: own },
    { name: 'their address, no keys', place: atB, by: undefined, values: theirs },
    { name: 'their host, no keys', place: native(b.login, b.host), by: undefined, values: theirs },
    { name: "nobody's address, their keys", place: at('nobody'), by: asB, values: theirs },
    {
      name: "nobody's host, their keys",
      place: native('x', 'x.orders.test'),
      by: asB,
      values: theirs,
    },
  ]
}

export function valuesOf(merchant: Merchant, order: number): Values {
  const { ownProduct, ownCustomer, email, coupon, voucher } = merchant
  const { id, code, sku } = ownProduct
  const numbers = { order: String(order), product: String(id), customer: String(ownCustomer) }
  return { ...numbers, code, sku, email, coupon, voucher }
}

/** The right keys of a merchant, each in a dialect that it is not for. */
function crossed({ login, keys, tokens }: Caller): Caller {
  const { influencersoft, mintsoft, opencart, shopsite, basic } = keys
  return {
    login,
    keys: {
      influencersoft: opencart.key,
      mintsoft: influencersoft,
      opencart: { username: opencart.username, key: mintsoft },
      shopsite: { ...shopsite, secretKey: basic.password, code: mintsoft },
      basic: { user: basic.user, password: shopsite.secretKey },
    },
    tokens: { opencart: tokens.shopsite, shopsite: tokens.opencart },
  }
}
