import { beforeAll, describe, expect, it } from 'vitest'
import { useGateway } from '../../support/gateway.ts'
import { aReadyCheckout, aStore, linesOf, type Store } from './a-checkout.ts'
import { aClient, type Client, type Fields } from './client.ts'

const gateway = useGateway()
let store: Store

beforeAll(async () => {
  store = await aStore(gateway())
})

const aShopper = () => aClient(gateway(), store.login)
const modified = { success: 'Success: You have modified your shopping cart!' }
const notSold = { error: { store: 'Product can not be bought from the store you have choosen!' } }
const redCamera = { product_id: 30, 'option[226]': 15 }

/** The cart's only line. */
async function keyOf(client: Client): Promise<string> {
  const { products } = await client.call('api/cart/products')
  return products[0].cart_id
}

describe('a product put into the cart', () => {
  it.each<readonly [title: string, fields: Fields, error: unknown]>([
    ['is unknown', { product_id: 99_999 }, notSold],
    ['has a number beyond all', { product_id: '99999999999999999999' }, notSold],
    ['is named by a code that nothing has', { product_id: 'no such thing' }, notSold],
    [
      'lacks a required option',
      { product_id: 30 },
      { error: { option: { 226: 'Select required!' } } },
    ],
    [
      'has a value chosen that its option does not have',
      { product_id: 30, 'option[226]': 999 },
      { error: { option: { 226: 'Select required!' } } },
    ],
    ['is not named', { quantity: 3 }, []],
    ['is not named but for an empty field', { product_id: '', quantity: 3 }, []],
  ])('that %s is refused, and the cart stays', async (_title, fields, error) => {
    const client = await aShopper()
    await client.call('api/cart/add', { product_id: 28 })
    expect(await client.call('api/cart/add', fields)).toEqual(error)
    expect(await linesOf(client)).toEqual(['28 x 1'])
  })

  it.each<readonly [quantity: string, lines: readonly string[]]>([
    ['3', ['40 x 3']],
    ['', ['40 x 1']],
    ['2.9', ['40 x 2']],
    ['2 pieces', ['40 x 2']],
    ['1e3', ['40 x 1000']],
    ['0', []],
    ['-1', []],
    ['abc', []],
    ['99999999999999999999', ['40 x 2147483647']],
  ])('in a quantity of "%s" counts as PHP counts', async (quantity, lines) => {
    const client = await aShopper()
    expect(await client.call('api/cart/add', { product_id: 40, quantity })).toEqual(modified)
    expect(await linesOf(client)).toEqual(lines)
  })

  it.each<readonly [quantity: number, lines: readonly string[]]>([
    [2, ['40 x 5']],
    [-1, ['40 x 2']],
    [-3, []],
    [2_147_483_647, ['40 x 2147483647']],
  ])('again, %i of it, joins its line', async (quantity, lines) => {
    const client = await aShopper()
    await client.call('api/cart/add', { product_id: 40, quantity: 3 })
    expect(await client.call('api/cart/add', { product_id: 40, quantity })).toEqual(modified)
    expect(await linesOf(client)).toEqual(lines)
  })

  it('with the same options joins its line, with others begins one', async () => {
    const client = await aShopper()
    await client.call('api/cart/add', redCamera)
    await client.call('api/cart/add', redCamera)
    await client.call('api/cart/add', { product_id: 30, 'option[226]': 16 })
    expect(await linesOf(client)).toEqual(['30 x 2', '30 x 1'])
  })

  it('by its code is the product of that code', async () => {
    const client = await aShopper()
    await client.call('api/cart/add', { product_id: 28 })
    const { products } = await client.call('api/cart/products')
    expect(await client.call('api/cart/add', { product_id: products[0].model })).toEqual(modified)
    expect(await linesOf(client)).toEqual(['28 x 2'])
  })

  it('is in the cart of its token alone', async () => {
    const [one, other] = await Promise.all([aShopper(), aShopper()])
    await one.call('api/cart/add', { product_id: 40 })
    expect(await linesOf(other)).toEqual([])
  })

  it('loses no other that comes at the same time', async () => {
    const client = await aShopper()
    const ids = [28, 36, 40, 43]
    await Promise.all(ids.map((product_id) => client.call('api/cart/add', { product_id })))
    expect((await linesOf(client)).toSorted()).toEqual(ids.map((id) => `${id} x 1`))
  })
})

describe('a list of products', () => {
  it.each<readonly [title: string, fields: Fields, lines: readonly string[]]>([
    [
      'of two',
      {
        'product[0][product_id]': 40,
        'product[0][quantity]': 1,
        'product[7][product_id]': 28,
        'product[7][quantity]': 2,
      },
      ['40 x 1', '28 x 2'],
    ],
    ['of an unknown one', { 'product[0][product_id]': 99_999, 'product[0][quantity]': 1 }, []],
    [
      'without an option that it needs',
      { 'product[0][product_id]': 30, 'product[0][quantity]': 1 },
      ['30 x 1'],
    ],
    ['beside a single one', { 'product[0][product_id]': 36, product_id: 43 }, ['36 x 1']],
    ['of nothing that is named', { 'product[0][quantity]': 5, 'product[1]': 'x' }, []],
  ])('%s takes the place of the cart, unchecked', async (_title, fields, lines) => {
    const client = await aShopper()
    await client.call('api/cart/add', { product_id: 28, quantity: 9 })
    expect(await client.call('api/cart/add', fields)).toEqual(modified)
    expect(await linesOf(client)).toEqual(lines)
  })
})

describe('a line', () => {
  it.each<readonly [fields: Fields, lines: readonly string[]]>([
    [{ quantity: 5 }, ['40 x 5']],
    [{ quantity: 0 }, []],
    [{ quantity: -4 }, []],
    [{ quantity: '' }, ['40 x 3']],
    [{}, ['40 x 3']],
    [{ key: 999_999, quantity: 5 }, ['40 x 3']],
    [{ key: 'x', quantity: 5 }, ['40 x 3']],
  ])('edited with %j always succeeds', async (fields, lines) => {
    const client = await aShopper()
    await client.call('api/cart/add', { product_id: 40, quantity: 3 })
    const sent = { key: await keyOf(client), ...fields }
    expect(await client.call('api/cart/edit', sent)).toEqual(modified)
    expect(await linesOf(client)).toEqual(lines)
  })

  it('goes by its number, and no other with it', async () => {
    const client = await aShopper()
    await client.call('api/cart/add', { product_id: 40 })
    const key = await keyOf(client)
    await client.call('api/cart/add', { product_id: 28 })
    expect(await client.call('api/cart/remove', { key: 999_999 })).toEqual(modified)
    expect(await client.call('api/cart/remove')).toEqual([])
    expect(await linesOf(client)).toEqual(['40 x 1', '28 x 1'])
    expect(await client.call('api/cart/remove', { key })).toEqual(modified)
    expect(await linesOf(client)).toEqual(['28 x 1'])
  })
})

describe('what was offered and chosen for a cart', () => {
  it.each<readonly [route: string, fields: Fields]>([
    ['api/cart/add', { product_id: 28 }],
    ['api/cart/edit', { key: 1, quantity: 5 }],
    ['api/cart/remove', { key: 999_999 }],
    [
      'api/voucher/add',
      {
        from_name: 'Bob',
        from_email: 'bob@example.com',
        to_name: 'Ada',
        to_email: 'ada@example.com',
        amount: 25,
      },
    ],
  ])('lapses with %s', async (route, fields) => {
    const client = await aReadyCheckout(gateway(), store)
    expect(await client.call(route, fields)).toEqual(modified)
    expect(await client.call('api/shipping/method', { shipping_method: 'flat.flat' })).toEqual({
      error: 'Warning: No Shipping options are available!',
    })
    expect(await client.call('api/payment/method', { payment_method: 'cod' })).toEqual({
      error: 'Warning: No Payment options are available!',
    })
  })

  it('stays where a product was refused', async () => {
    const client = await aReadyCheckout(gateway(), store)
    expect(await client.call('api/cart/add', { product_id: 99_999 })).toEqual(notSold)
    const chosen = await client.call('api/shipping/method', { shipping_method: 'flat.flat' })
    expect(chosen).toEqual({ success: 'Success: Shipping method has been set!' })
  })
})

describe('a page behind the first', () => {
  const empty = {
    'api/cart/products': { products: [], vouchers: [], totals: [] },
    'api/shipping/methods': { shipping_methods: [] },
    'api/payment/methods': { payment_methods: [] },
  }

  it.each(Object.entries(empty))('of %s is empty, so that paging ends', async (route, shape) => {
    const client = await aReadyCheckout(gateway(), store)
    const first = await client.call(route, { page: 1 }, { page: '1' })
    expect(first).not.toEqual(shape)
    expect(await client.call(route, {}, { page: '2' })).toEqual(shape)
    expect(await client.call(route, { page: 2, limit: 10 })).toEqual(shape)
    expect(await client.call(route, { page: 'x' })).toEqual(first)
  })
})
