import { randomBytes } from 'node:crypto'
import type { Account } from '../../../src/model/account.ts'
import type { Gateway } from '../../support/gateway.ts'
import { aClient, type Client } from './client.ts'
import { aRecordedStore } from './recorded-store.ts'

export const guest = {
  firstname: 'Ada',
  lastname: 'Lovelace',
  email: 'ada.guest@example.com',
  telephone: '5551234',
}

export const address = {
  firstname: 'Ada',
  lastname: 'Lovelace',
  company: 'Analytical Ltd',
  address_1: '12 St James Sq',
  postcode: 'SW1Y 4JH',
  city: 'London',
  country_id: '222',
  zone_id: '3563',
}

export type Store = { readonly account: Account; readonly login: string }

/** The recorded store in an account of the test's own. */
export async function aStore({ ctx }: Gateway, version = '3.0'): Promise<Store> {
  const login = `oc-${randomBytes(6).toString('hex')}`
  return { login, account: await aRecordedStore(ctx, login, { version }) }
}

/** A client with two pieces of product 40, who buys and where it goes; no method is chosen. */
export async function aFilledCart(gateway: Gateway, store: Store): Promise<Client> {
  const client = await aClient(gateway, store.login)
  await client.call('api/customer', guest)
  await client.call('api/cart/add', { product_id: 40, quantity: 2 })
  await client.call('api/payment/address', address)
  await client.call('api/shipping/address', address)
  return client
}

/** The same with both methods chosen: all that an order needs. */
export async function aReadyCheckout(gateway: Gateway, store: Store): Promise<Client> {
  const client = await aFilledCart(gateway, store)
  await client.call('api/shipping/methods')
  await client.call('api/shipping/method', { shipping_method: 'flat.flat' })
  await client.call('api/payment/methods')
  await client.call('api/payment/method', { payment_method: 'cod' })
  return client
}

/** What a cart holds: `40 x 2`, in its order. */
export async function linesOf(client: Client): Promise<readonly string[]> {
  const { products } = await client.call('api/cart/products')
  return products.map(
    (line: { readonly product_id: string; readonly quantity: string }) =>
      `${line.product_id} x ${line.quantity}`,
  )
}

/** The lines of a cart's sum, text by title. */
export async function totalsOf(client: Client): Promise<Readonly<Record<string, string>>> {
  const { totals } = await client.call('api/cart/products')
  return Object.fromEntries(
    totals.map((one: { readonly title: string; readonly text: string }) => [one.title, one.text]),
  )
}
