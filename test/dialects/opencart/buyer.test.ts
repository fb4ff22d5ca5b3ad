import { beforeAll, describe, expect, it } from 'vitest'
import { useGateway } from '../../support/gateway.ts'
import {
  address,
  aFilledCart,
  aReadyCheckout,
  aStore,
  guest,
  linesOf,
  type Store,
  totalsOf,
} from './a-checkout.ts'
import { aClient, type Fields } from './client.ts'

const gateway = useGateway()
let store: Store
let store23: Store

beforeAll(async () => {
  store = await aStore(gateway())
  store23 = await aStore(gateway(), '2.3')
})

const firstName = 'First Name must be between 1 and 32 characters!'
const lastName = 'Last Name must be between 1 and 32 characters!'
const email = 'E-Mail Address does not appear to be valid!'
const telephone = 'Telephone must be between 3 and 32 characters!'
const address1 = 'Address 1 must be between 3 and 128 characters!'
const city = 'City must be between 3 and 128 characters!'
const postcode = 'Postcode must be between 2 and 10 characters for this country!'
const country = 'Please select a country!'
const zone = 'Please select a region / state!'

describe('a customer', () => {
  const set = { success: 'You have successfully modified customers' }

  it.each<readonly [fields: Fields, error: Readonly<Record<string, string>>]>([
    [{ firstname: '' }, { firstname: firstName }],
    [{ firstname: '   ' }, { firstname: firstName }],
    [{ firstname: 'ä'.repeat(33) }, { firstname: firstName }],
    [{ lastname: 'x'.repeat(33) }, { lastname: lastName }],
    [{ email: 'nope' }, { email }],
    [{ email: 'a b@example.com' }, { email }],
    [{ email: 'ada@example' }, { email }],
    [{ email: `${'a'.repeat(85)}@example.com` }, { email }],
    [{ telephone: '12' }, { telephone }],
    [{ telephone: '1'.repeat(33) }, { telephone }],
    [{ customer_id: 9999 }, { warning: 'You must select a customer!' }],
    [
      { customer_id: 9999, firstname: '', telephone: '' },
      { warning: 'You must select a customer!', firstname: firstName, telephone },
    ],
  ])('with %j is refused and forgotten', async (fields, error) => {
    const client = await aClient(gateway(), store.login)
    await client.call('api/customer', { ...guest, customer_id: 7 })
    expect(await client.call('api/customer', { ...guest, ...fields })).toEqual({ error })
    expect(await client.call('api/reward/available')).toEqual({ points: null })
  })

  it.each<Fields>([
    { firstname: 'ä'.repeat(32), lastname: '😀'.repeat(32) },
    { email: `${'a'.repeat(84)}@example.com`, telephone: '123' },
    { customer_id: '', customer_group_id: 77, 'custom_field[1]': 'x', fax: '1' },
    { customer_id: 0, unknown: 'field' },
  ])('with %j is taken', async (fields) => {
    const client = await aClient(gateway(), store.login)
    expect(await client.call('api/customer', { ...guest, ...fields })).toEqual(set)
    expect(await client.call('api/reward/available')).toEqual({ points: null })
  })

  it('that the store knows brings its points and keeps the cart', async () => {
    const client = await aFilledCart(gateway(), store)
    expect(await client.call('api/customer', { ...guest, customer_id: 7 })).toEqual(set)
    expect(await linesOf(client)).toEqual(['40 x 2'])
    expect(await client.call('api/reward/available')).toEqual({ points: '300' })
  })
})

describe.each([
  ['payment', 32],
  ['shipping', 128],
] as const)('a %s address', (kind, cityMost) => {
  const route = `api/${kind}/address`
  const needed = {
    error: `Warning: ${kind === 'payment' ? 'Payment' : 'Shipping'} address required!`,
  }
  const set = {
    success: `Success: ${kind === 'payment' ? 'Payment' : 'Shipping'} address has been set!`,
  }

  it.each<readonly [fields: Fields, error: Readonly<Record<string, string>>]>([
    [{ firstname: '' }, { firstname: firstName }],
    [{ lastname: '' }, { lastname: lastName }],
    [{ address_1: 'ab' }, { address_1: address1 }],
    [{ address_1: 'a'.repeat(129) }, { address_1: address1 }],
    [{ city: 'x' }, { city }],
    [{ city: 'x'.repeat(cityMost + 1) }, { city }],
    [{ postcode: '' }, { postcode }],
    [{ postcode: '12345678901' }, { postcode }],
    [{ postcode: '', country_id: 'GBR', zone_id: 'LANCS' }, { postcode }],
    [{ country_id: '' }, { country }],
    [{ zone_id: '' }, { zone }],
  ])('with %j is refused, and the old one forgotten', async (fields, error) => {
    const client = await aFilledCart(gateway(), store)
    expect(await client.call(route, { ...address, ...fields })).toEqual({ error })
    expect(await client.call(`api/${kind}/methods`)).toEqual(needed)
  })

  it.each<Fields>([
    { city: 'x'.repeat(cityMost) },
    { country_id: 'GBR', zone_id: 'LANCS' },
    { country_id: 99_999, zone_id: 99_999, postcode: '' },
    { country_id: 'Atlantis', zone_id: 'Deep', postcode: '' },
    { company: '', address_2: 'Flat 3', 'custom_field[2]': 'x' },
  ])('with %j is taken', async (fields) => {
    const client = await aFilledCart(gateway(), store)
    expect(await client.call(route, { ...address, ...fields })).toEqual(set)
    expect(await client.call(`api/${kind}/methods`)).not.toEqual(needed)
  })

  it('lets offers and choice lapse', async () => {
    const client = await aFilledCart(gateway(), store)
    await client.call(`api/${kind}/methods`)
    await client.call(route, address)
    const fields = { shipping_method: 'flat.flat', payment_method: 'cod' }
    const { error } = await client.call(`api/${kind}/method`, fields)
    expect(error).toMatch(/^Warning: No (Payment|Shipping) options are available!$/)
  })
})

describe('an address of 2.3', () => {
  it('has at most 32 characters of city wherever it ships', async () => {
    const client = await aFilledCart(gateway(), store23)
    const long = { ...address, city: 'x'.repeat(33) }
    expect(await client.call('api/shipping/address', long)).toEqual({ error: { city } })
    expect(await client.call('api/payment/address', long)).toEqual({ error: { city } })
  })
})

describe('a shipping address', () => {
  it.each<readonly [cart: string, fields: Fields]>([
    ['an empty cart', { 'product[0]': 'none' }],
    ['a cart that nothing ships of', { product_id: 36 }],
  ])('for %s does nothing', async (_cart, fields) => {
    const client = await aClient(gateway(), store.login)
    await client.call('api/cart/add', fields)
    expect(await client.call('api/shipping/address', address)).toEqual([])
    await client.call('api/cart/add', { product_id: 40 })
    expect(await client.call('api/shipping/methods')).toEqual({
      error: 'Warning: Shipping address required!',
    })
  })
})

describe('tax', () => {
  it.each<readonly [countryId: string, zoneId: string, total: string]>([
    ['222', '3563', '$246.40'],
    ['GBR', 'LANCS', '$246.40'],
    ['gb', 'Lancashire', '$246.40'],
    ['99999', '3563', '$202.00'],
    ['Atlantis', 'Deep', '$202.00'],
  ])('of country %s and zone %s comes to a total of %s', async (country_id, zone_id, total) => {
    const client = await aFilledCart(gateway(), store)
    await client.call('api/shipping/address', { ...address, country_id, zone_id })
    expect(await totalsOf(client)).toMatchObject({ Total: total })
  })
})

describe('space around what was posted', () => {
  it.each(['3.0', '2.3'])('is kept in 2.3, and goes in 3.0: here %s', async (version) => {
    const own = version === '2.3' ? store23 : store
    const client = await aReadyCheckout(gateway(), own)
    await client.call('api/customer', { ...guest, firstname: ' Ada ' })
    const { order_id } = await client.call('api/order/add')
    const { order } = await client.call('api/order/info', {}, { order_id })
    expect(order.firstname).toBe(version === '2.3' ? ' Ada ' : 'Ada')
  })
})
