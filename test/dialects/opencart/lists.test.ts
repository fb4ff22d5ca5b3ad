import { beforeAll, describe, expect, it } from 'vitest'
import { changeOrder } from '../../../src/core/change-order.ts'
import { saveCustomers } from '../../../src/core/customers.ts'
import { saveGoods } from '../../../src/core/goods.ts'
import { levelsOf } from '../../core/checkouts.ts'
import { anOrder } from '../../support/fixtures.ts'
import { useGateway } from '../../support/gateway.ts'
import { ada, anOrderShop, aShopper, type OrderShop, ready, type Shopper } from './order-shop.ts'

const gateway = useGateway()
const dayOne = Date.parse('2026-03-01T12:00:00Z')
const day = 86_400_000

type Row = Readonly<Record<string, string>>
const numbersOf = ({ data }: { data: readonly Row[] }) =>
  data.map(({ order_id }) => Number(order_id))

describe('api/order', () => {
  let shop: OrderShop
  let shopper: Shopper
  /** Five of this dialect a day apart, then one of another. */
  let numbers: number[]

  beforeAll(async () => {
    gateway().clock.now = dayOne
    shop = await anOrderShop(gateway())
    numbers = []
    for (let at = 0; at < 5; at += 1) {
      gateway().clock.now = dayOne + at * day
      const customer = at === 1 ? { ...ada, id: 7, email: 'Bob@Example.com' } : ada
      const buyer = await aShopper(gateway(), shop, ready({ customer }))
      const { order_id } = await buyer.post('api/order/add', { order_status_id: at < 3 ? 1 : 2 })
      numbers.push(order_id)
    }
    gateway().clock.now = dayOne + 5 * day
    numbers.push(await anOrder(gateway().ctx, shop.account, { lines: [mug] }))
    gateway().clock.now = dayOne + 6 * day
    const [first = 0] = numbers
    const author = { via: 'operator', credentialId: null }
    const command = { kind: 'cancel' } as const
    await changeOrder(gateway().ctx, shop.account, { number: first, author, command })
    shopper = await aShopper(gateway(), shop)
  })
  const mug = { code: 'mug', quantity: 1 }
  const list = (query: Readonly<Record<string, string | number>> = {}) =>
    shopper.get('api/order', query)
  const nth = (...places: number[]) => places.map((place) => numbers[place])

  it('lists every order, oldest first, with its lines and sums, by GET and by POST', async () => {
    const listed = await list()
    expect(numbersOf(listed)).toEqual(numbers)
    expect(listed).toMatchObject({ page: 1, limit: 20 })
    expect(listed.data[1]).toMatchObject({
      customer_id: '7',
      email: 'Bob@Example.com',
      shipping_city: 'London',
      order_status: 'Pending',
      products: [{ sku: 'MUG-01', quantity: '2' }],
      totals: [{ code: 'sub_total' }, { code: 'shipping' }, { code: 'total', value: '30.8000' }],
    })
    expect(await shopper.post('api/order')).toEqual(listed)
  })

  it('is empty behind its last page', async () => {
    expect(numbersOf(await list({ limit: 4 }))).toEqual(nth(0, 1, 2, 3))
    expect(numbersOf(await list({ limit: 4, page: 2 }))).toEqual(nth(4, 5))
    expect(await list({ limit: 4, page: 3 })).toEqual({ data: [], page: 3, limit: 4 })
    expect(await list({ page: 2_147_483_647, limit: 100 })).toMatchObject({ data: [] })
  })

  it.each([
    [{ limit: 0 }, 20],
    [{ limit: 1000 }, 100],
    [{ limit: -5 }, 20],
    [{ limit: 'x' }, 20],
  ])('%j is %i orders a page', async (query, limit) => {
    expect(await list({ ...query, page: 'x' })).toMatchObject({ page: 1, limit })
  })

  it.each<[string, Readonly<Record<string, string>>, number[]]>([
    ['a status', { filter_order_status_id: '2' }, [3, 4]],
    ['what the axes show', { filter_order_status_id: '7' }, [0]],
    ['several statuses', { filter_order_status_id: '7, 2' }, [0, 3, 4]],
    ['a status that no order has', { filter_order_status_id: '0' }, []],
    ['a day', { filter_date_added: '2026-03-02' }, [1]],
    ['a time on', { filter_date_added: '2026-03-04 12:00:00' }, [3, 4, 5]],
    [
      'days from and to',
      { filter_date_added_from: '2026-03-02', filter_date_added_to: '2026-03-03' },
      [1, 2],
    ],
    ['what has changed since', { filter_date_modified_from: '2026-03-06' }, [0, 5]],
    ['what changed on a day', { filter_date_modified: '2026-03-07' }, [0]],
    ['a customer', { filter_customer_id: '7' }, [1]],
    ['an e-mail in other letters', { filter_email: ' bob@EXAMPLE.com' }, [1]],
    ['several at once', { filter_order_status_id: '1,2', filter_date_added: '2026-03-05' }, [4]],
    ['empty texts', { filter_order_status_id: '', filter_email: '', filter_date_added: '' }, all()],
    ['a transaction, which the book has none of', { filter_transaction_id: 'tx-1' }, []],
    ['an empty transaction', { filter_transaction_id: '' }, all()],
  ])('is narrowed by %s', async (_name, query, places) => {
    expect(numbersOf(await list(query))).toEqual(nth(...places))
  })

  it.each([
    ['filter_date_added', 'yesterday'],
    ['filter_date_modified_to', '2026-02-30'],
    ['filter_order_status_id', '1;2'],
  ])('says in one text that %s cannot be %s', async (name, value) => {
    const { error } = await list({ [name]: value })
    expect(error).toMatch(new RegExp(`^Warning: ${name} must be `))
  })

  it('shows neither hidden orders nor those of another account, and nothing without a token', async () => {
    const other = await aShopper(gateway(), await anOrderShop(gateway()))
    expect(await other.get('api/order')).toEqual({ data: [], page: 1, limit: 20 })
    const hidden = await anOrder(gateway().ctx, shop.account, { lines: [mug] })
    await shopper.get('api/order/delete', { order_id: hidden })
    expect(numbersOf(await list())).toEqual(numbers)
    const answer = await fetch(`${gateway().url}/opencart/${shop.login}/index.php?route=api/order`)
    expect(await answer.json()).toEqual({
      error: 'Warning: You do not have permission to access the API!',
    })
  })

  it('gives the lines of one order by api/order/products', async () => {
    const { data, totals, vouchers } = await shopper.post('api/order/products', {
      order_id: numbers[2] ?? 0,
    })
    expect(data).toMatchObject([{ product_id: '3', quantity: '2', price: '12.9000' }])
    expect(totals).toHaveLength(3)
    expect(vouchers).toEqual([])
    expect(await shopper.get('api/order/products', { order_id: 5 })).toEqual({
      error: 'Warning: Order could not be found!',
    })
  })

  it('gives the account’s table by api/order/statuses, on one page', async () => {
    const { data } = await shopper.get('api/order/statuses')
    expect(data).toHaveLength(14)
    expect(data[0]).toEqual({ order_status_id: '1', name: 'Pending' })
    expect((await shopper.get('api/order/statuses', { page: 2 })).data).toEqual([])
  })
})

function all(): number[] {
  return [0, 1, 2, 3, 4, 5]
}

describe('api/product', () => {
  it('lists what is on sale, page by page, by article where asked', async () => {
    const shop = await anOrderShop(gateway())
    await saveGoods(gateway().ctx, shop.account, [{ code: 'pen', enabled: false }])
    const shopper = await aShopper(gateway(), shop)
    const idsOf = async (query = {}) =>
      (await shopper.get('api/product', query)).data.map(({ product_id }: Row) => product_id)
    expect(await idsOf()).toEqual(['1', '3', '5'])
    expect(await idsOf({ disabled: 1 })).toEqual(['1', '3', '4', '5'])
    expect(await idsOf({ limit: 2 })).toEqual(['1', '3'])
    expect(await idsOf({ limit: 2, page: 2 })).toEqual(['5'])
    expect(await idsOf({ limit: 2, page: 3 })).toEqual([])
    expect(await idsOf({ filter_sku: 'MUG-01' })).toEqual(['3'])
    expect(await idsOf({ filter_model: 'Mug one' })).toEqual(['3'])
    expect(await idsOf({ filter_sku: 'nothing' })).toEqual([])
    const { data } = await shopper.post('api/product', { limit: 2 })
    expect(data).toMatchObject([
      { product_id: '1', quantity: null, subtract: '0', shipping: '0', status: '1' },
      {
        product_id: '3',
        name: 'Mug &quot;blue&quot; &amp; white',
        model: 'Mug one',
        sku: 'MUG-01',
        price: '12.9000',
        quantity: '10',
        subtract: '1',
        minimum: '1',
        option: [],
      },
    ])
  })
})

describe('api/product/quantity', () => {
  const success = { success: 'Success: You have modified products!' }
  const route = 'api/product/quantity'
  const levels = (shop: OrderShop) => levelsOf(gateway().ctx, shop.account)

  it('sets the stock of one product, by number or by SKU', async () => {
    const shop = await anOrderShop(gateway())
    const shopper = await aShopper(gateway(), shop)
    expect(await shopper.post(route, { product_id: 3, quantity: 4 })).toEqual(success)
    expect(await shopper.post(route, { sku: 'pen', quantity: -2 })).toEqual(success)
    expect(await shopper.get(route, { sku: 'BOX', quantity: 7 })).toEqual(success)
    expect(await levels(shop)).toMatchObject({ mug: 4, pen: -2, box: 7, invoice: null })
  })

  it('sets many at once, or none where one is unknown', async () => {
    const shop = await anOrderShop(gateway())
    const shopper = await aShopper(gateway(), shop)
    const known = {
      'product[0][product_id]': 3,
      'product[0][quantity]': 1,
      'product[1][sku]': 'pen',
      'product[1][quantity]': 2,
    }
    const unknown = { 'product[2][sku]': '<x>', 'product[2][quantity]': 3 }
    const gone = { 'product[3][product_id]': 99, 'product[3][quantity]': 3 }
    expect(await shopper.post(route, { ...known, ...unknown, ...gone })).toEqual({
      error: 'Warning: Product could not be found: &lt;x&gt;, 99!',
    })
    expect(await levels(shop)).toMatchObject({ mug: 10, pen: 20 })
    expect(await shopper.post(route, known)).toEqual(success)
    expect(await levels(shop)).toMatchObject({ mug: 1, pen: 2 })
  })

  it.each([
    [{}, 'Warning: Product required!'],
    [{ product_id: 3 }, 'Warning: The quantity of 3 must be a whole number!'],
    [{ product_id: 3, quantity: '' }, 'Warning: The quantity of 3 must be a whole number!'],
    [{ sku: 'pen', quantity: '1.5' }, 'Warning: The quantity of pen must be a whole number!'],
    [{ product_id: 3, quantity: 2 ** 31 }, 'Warning: The quantity of 3 must be a whole number!'],
    [{ product_id: 'abc', quantity: 1 }, 'Warning: Product could not be found: abc!'],
    [{ 'product[0]': 'x' }, 'Warning: Product required!'],
  ])('refuses %j, and sets nothing', async (fields, error) => {
    const shop = await anOrderShop(gateway())
    const shopper = await aShopper(gateway(), shop)
    expect(await shopper.post(route, fields)).toEqual({ error })
    expect(await levels(shop)).toMatchObject({ mug: 10, pen: 20 })
  })

  it('is heard and not applied where stock is taken from another dialect', async () => {
    const shop = await anOrderShop(gateway(), { stockSource: 'mintsoft' })
    const shopper = await aShopper(gateway(), shop)
    expect(await shopper.post(route, { product_id: 3, quantity: 4 })).toEqual(success)
    expect(await levels(shop)).toMatchObject({ mug: 10 })
    expect(gateway().logText()).toContain('stock is taken from another dialect')
  })
})

describe('api/customer/list', () => {
  it('lists customers by number, page by page', async () => {
    const shop = await anOrderShop(gateway())
    const customers = [3, 5, 9].map((id) => ({
      id,
      groupId: 1,
      email: `c${id}@example.com`,
      firstName: 'C & D',
      lastName: String(id),
      telephone: '',
      enabled: id !== 5,
      points: 0,
    }))
    await saveCustomers(gateway().ctx, shop.account, customers)
    const shopper = await aShopper(gateway(), shop)
    const { data } = await shopper.get('api/customer/list')
    expect(data.map(({ customer_id, status }: Row) => [customer_id, status])).toEqual([
      ['3', '1'],
      ['5', '0'],
      ['9', '1'],
    ])
    expect(data[0].firstname).toBe('C &amp; D')
    expect((await shopper.get('api/customer/list', { limit: 2, page: 2 })).data).toHaveLength(1)
    expect((await shopper.get('api/customer/list', { limit: 2, page: 3 })).data).toEqual([])
  })
})
