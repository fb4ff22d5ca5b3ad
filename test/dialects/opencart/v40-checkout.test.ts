import { beforeAll, describe, expect, it } from 'vitest'
import { useGateway } from '../../support/gateway.ts'
import { address, aStore, guest, type Store } from './a-checkout.ts'
import { aClient, type Client, type Fields } from './client.ts'

const gateway = useGateway()
let store: Store

beforeAll(async () => {
  store = await aStore(gateway(), 'auto')
})

const aShopper = (at: Store = store) => aClient(gateway(), at.login)
const modified = { success: 'Success: You have modified your shopping cart!' }
const redCamera = { product_id: 30, 'option[226]': 15 }

async function lines(client: Client): Promise<readonly string[]> {
  const { products } = await client.call('api/sale/cart')
  return products.map(
    (line: { readonly product_id: string; readonly quantity: string }) =>
      `${line.product_id} x ${line.quantity}`,
  )
}

async function titles(client: Client): Promise<readonly string[]> {
  const { totals } = await client.call('api/sale/cart')
  return totals.map(({ title }: { readonly title: string }) => title)
}

/** A phone in the cart, and where it goes; no method is chosen. */
async function aFilledCart(at: Store = store): Promise<Client> {
  const client = await aShopper(at)
  await client.call('api/sale/customer', guest)
  await client.call('api/sale/cart.add', { product_id: 40 })
  await client.call('api/sale/payment_address', address)
  await client.call('api/sale/shipping_address', address)
  return client
}

async function aReadyCheckout(at: Store = store): Promise<Client> {
  const client = await aFilledCart(at)
  await client.call('api/sale/shipping_method')
  await client.call('api/sale/shipping_method.save', { shipping_method: 'flat.flat' })
  await client.call('api/sale/payment_method')
  await client.call('api/sale/payment_method.save', { payment_method: 'cod.cod' })
  return client
}

describe('the methods of a route', () => {
  it.each(['.', '|', '/', '%7C'])('are called behind %s', async (sign) => {
    const client = await aShopper()
    expect(await client.call(`api/sale/cart${sign}add`, { product_id: 40 })).toEqual(modified)
    expect(await lines(client)).toEqual(['40 x 1'])
  })
})

describe('the cart', () => {
  it('takes values without the space around them', async () => {
    const client = await aShopper()
    await client.call('api/sale/cart.add', { product_id: ' 40 ', quantity: ' 2 ' })
    const camera = { product_id: 30, 'option[226]': ' 15 ' }
    await client.call('api/sale/cart.add', camera)
    await client.call('api/sale/cart.add', redCamera)
    expect(await lines(client)).toEqual(['40 x 2', '30 x 2'])
  })

  it('names missing options by their numbers, and stays', async () => {
    const client = await aShopper()
    expect(await client.call('api/sale/cart.add', { product_id: 30 })).toEqual({
      error: { option_226: 'Select required!' },
    })
    expect(await lines(client)).toEqual([])
  })

  it('keeps bought vouchers where a line is removed', async () => {
    const client = await aShopper()
    const gift = { from_name: 'Bob', from_email: 'bob@example.com', to_name: 'Ada' }
    await client.call('api/sale/voucher.add', { ...gift, to_email: 'a@example.com', amount: 25 })
    expect(await client.call('api/sale/cart.remove')).toEqual(modified)
    const { vouchers } = await client.call('api/sale/cart')
    expect(vouchers).toEqual([
      { key: 0, description: '$25.00 Gift certificate for Ada', amount: '$25.00' },
    ])
    expect(await client.call('api/sale/voucher.remove', { key: 1 })).toEqual({
      error: 'Warning: Gift voucher could not be found!',
    })
    expect((await client.call('api/sale/cart')).vouchers).toEqual(vouchers)
  })

  it.each<readonly [title: string, route: string, fields: Fields]>([
    ['added to', 'api/sale/cart.add', { product_id: 28 }],
    ['edited', 'api/sale/cart.edit', { key: 1, quantity: 5 }],
    ['removed from', 'api/sale/cart.remove', { key: 99 }],
  ])('that is %s lets go of the methods chosen', async (_title, route, fields) => {
    const client = await aReadyCheckout()
    expect(await titles(client)).toContain('Flat Shipping Rate')
    expect(await client.call(route, fields)).toEqual(modified)
    expect(await titles(client)).not.toContain('Flat Shipping Rate')
  })
})

describe('who buys and where it goes', () => {
  it('needs no telephone, and one that is no number is kept', async () => {
    const { telephone: _, ...rest } = guest
    const client = await aShopper()
    const answer = { success: 'You have successfully modified customers' }
    expect(await client.call('api/sale/customer', rest)).toEqual(answer)
    expect(await client.call('api/sale/customer', { ...rest, telephone: '-' })).toEqual(answer)
  })

  it('keeps the customer where another one is refused', async () => {
    const client = await aShopper()
    await client.call('api/sale/customer', { ...guest, customer_id: 7 })
    await client.call('api/sale/customer', { ...guest, customer_id: 9999 })
    expect(await client.call('api/sale/reward.available')).toEqual({ points: 300 })
  })

  it('refuses a place for what needs none', async () => {
    const client = await aShopper()
    await client.call('api/sale/cart.add', { product_id: 43 })
    const nothingShips = 'Warning: There are no products that require shipping'
    expect(await client.call('api/sale/shipping_address', address)).toEqual({
      error: { warning: nothingShips },
    })
    expect(await client.call('api/sale/shipping_method')).toEqual({ error: nothingShips })
    expect(
      await client.call('api/sale/shipping_method.save', { shipping_method: 'flat.flat' }),
    ).toEqual({ error: nothingShips })
  })
})

describe('the ways to ship and to pay', () => {
  it('are shown before anything is in the cart', async () => {
    const client = await aShopper()
    const { shipping_methods } = await client.call('api/sale/shipping_method')
    expect(Object.keys(shipping_methods)).toEqual(['flat'])
  })

  it.each(['cod', 'cod.', '.cod', 'cod.cod.cod', 'cod.other', 'paypal.paypal', ''])(
    'are not chosen by %j',
    async (code) => {
      const client = await aFilledCart()
      await client.call('api/sale/payment_method')
      expect(await client.call('api/sale/payment_method.save', { payment_method: code })).toEqual({
        error: 'Warning: Payment method required!',
      })
      const { error } = await client.call('api/sale/order.confirm')
      expect(error).toHaveProperty('payment_method')
    },
  )

  it('stay chosen for another currency and for a bought voucher', async () => {
    const client = await aReadyCheckout()
    await client.call('api/localisation/currency', { currency: 'EUR' })
    const gift = { from_name: 'Bob', from_email: 'bob@example.com', to_name: 'Ada' }
    await client.call('api/sale/voucher.add', { ...gift, to_email: 'a@example.com', amount: 25 })
    expect(await titles(client)).toContain('Flat Shipping Rate')
  })
})

describe('what is taken off', () => {
  it.each([
    ['coupon', '2222', 'Coupon (2222)'],
    ['voucher', 'GIFT100', 'Gift Certificate (GIFT100)'],
  ])(
    'by a %s stays where another is refused, and goes with an empty one',
    async (name, code, title) => {
      const client = await aFilledCart()
      await client.call(`api/sale/${name}`, { [name]: code })
      expect(await titles(client)).toContain(title)
      expect(await client.call(`api/sale/${name}`, { [name]: 'NOPE' })).toHaveProperty('error')
      expect(await titles(client)).toContain(title)
      expect(await client.call(`api/sale/${name}`, { [name]: ' ' })).toHaveProperty('success')
      expect(await titles(client)).not.toContain(title)
    },
  )

  it('by points is what the customer has', async () => {
    const client = await aShopper()
    await client.call('api/sale/customer', { ...guest, customer_id: 7 })
    await client.call('api/sale/cart.add', { product_id: 28 })
    expect(await client.call('api/sale/reward.maximum')).toEqual({ maximum: 200 })
    expect(await client.call('api/sale/reward', { reward: 50 })).toEqual({
      success: 'Success: Your reward points discount has been applied!',
    })
    expect(await titles(client)).toContain('Reward Points (-50)')
    expect(await client.call('api/sale/reward')).toEqual({
      success: 'Success: Your reward points discount has been removed!',
    })
    expect(await titles(client)).not.toContain('Reward Points (-50)')
  })
})

it.each([
  ['language', 'Success: Your language has been changed!'],
  ['store', 'Success: Your store has been changed!'],
])('has a %s of 4.0.0 to choose', async (name, success) => {
  const client = await aShopper()
  expect(await client.call(`api/localisation/${name}`, { [name]: 0 })).toEqual({ success })
})

it.each([
  ['api/sale/cart', 'products'],
  ['api/sale/shipping_method', 'shipping_methods'],
  ['api/sale/payment_method', 'payment_methods'],
])('has nothing on a second page of %s', async (route, list) => {
  const client = await aFilledCart()
  expect((await client.call(route, { page: 2 }))[list]).toEqual([])
  expect((await client.call(route, { page: 1 }))[list]).not.toEqual([])
})

it('edits a loaded order with what it has used up', async () => {
  const own = await aStore(gateway(), 'auto')
  const client = await aReadyCheckout(own)
  await client.call('api/sale/coupon', { coupon: '2222' })
  await client.call('api/sale/voucher', { voucher: 'GIFT100' })
  const { order_id } = await client.call('api/sale/order.confirm')
  const before = await client.call('api/sale/order.info', {}, { order_id })
  const other = await aShopper(own)
  await other.call('api/sale/order.load', {}, { order_id })
  expect((await other.call('api/sale/order.confirm')).order_id).toBe(order_id)
  const after = await other.call('api/sale/order.info', {}, { order_id })
  expect(after.order.total).toBe(before.order.total)
  expect(after.order.totals).toEqual(before.order.totals)
  expect(before.order.totals.map(({ code }: { readonly code: string }) => code)).toContain(
    'voucher',
  )
  // Used once: nothing is left of it for another order.
  expect(await other.call('api/sale/voucher', { voucher: 'GIFT100' })).toEqual({
    error: 'Warning: Gift voucher is either invalid or the balance has been used up!',
  })
})
