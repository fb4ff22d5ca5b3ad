import { describe, expect, it } from 'vitest'
import { pageOfOrders } from '../../../src/core/list-orders.ts'
import { levelsOf } from '../../core/checkouts.ts'
import { useGateway } from '../../support/gateway.ts'
import { anOrderShop, aShopper, cartLine, ready } from './order-shop.ts'

const gateway = useGateway()
const outOfStock =
  'Warning: Products marked with *** are not available in the desired quantity or not in stock!'

describe('calls at once on one token', () => {
  it('make one order of twenty, and the rest hear that the cart is empty', async () => {
    const shop = await anOrderShop(gateway())
    const shopper = await aShopper(gateway(), shop)
    const calls = Array.from({ length: 20 }, () => shopper.post('api/order/add'))
    const answers = await Promise.all(calls)
    const made = answers.filter((answer) => 'order_id' in answer)
    expect(made).toHaveLength(1)
    expect(answers.filter((answer) => !('order_id' in answer))).toEqual(
      Array(19).fill({ error: outOfStock }),
    )
    const page = { offset: 0, most: 100 }
    const orders = await pageOfOrders(gateway().ctx, shop.account, {}, page)
    expect(orders.map(({ number }) => number)).toEqual([made[0]?.order_id])
    expect(await levelsOf(gateway().ctx, shop.account)).toMatchObject({ mug: 8 })
  })

  it('lose no line of the cart', async () => {
    const shop = await anOrderShop(gateway())
    const shopper = await aShopper(gateway(), shop, ready({ cart: [], nextLineId: 1 }))
    const added = await Promise.all([
      shopper.post('api/cart/add', { product_id: 3, quantity: 2 }),
      shopper.post('api/cart/add', { product_id: 4, quantity: 1 }),
      ...Array.from({ length: 6 }, () => shopper.post('api/cart/add', { product_id: 1 })),
    ])
    expect(added.every(({ success }) => typeof success === 'string')).toBe(true)
    const { cart } = await shopper.checkout()
    const pieces = cart.map(({ productId, quantity }) => [productId, quantity])
    expect(pieces.toSorted(([a = 0], [b = 0]) => a - b)).toEqual([
      [1, 6],
      [3, 2],
      [4, 1],
    ])
    expect(new Set(cart.map(({ id }) => id)).size).toBe(3)
  })

  it('put a line into this order or the next one, and lose it in neither', async () => {
    const shop = await anOrderShop(gateway())
    const shopper = await aShopper(gateway(), shop)
    const [placed] = await Promise.all([
      shopper.post('api/order/add', { shipping_method: 'flat.flat', payment_method: 'cod' }),
      shopper.post('api/cart/add', { product_id: 4, quantity: 1 }),
    ])
    const page = { offset: 0, most: 100 }
    const orders = await pageOfOrders(gateway().ctx, shop.account, {}, page)
    const sold = orders.flatMap(({ lines }) => lines.map(({ article }) => article))
    const { cart } = await shopper.checkout()
    const left = cart.map(({ productId }) => productId)
    // The line first: it drops the chosen methods, and the order is refused.
    if ('order_id' in placed) expect([sold, left]).toEqual([['MUG-01'], [4]])
    else expect([sold, left]).toEqual([[], [3, 4]])
  })

  it('of every kind make one order, and none of them undoes what another set', async () => {
    const shop = await anOrderShop(gateway())
    const shopper = await aShopper(gateway(), shop)
    const buyer = { firstname: 'Bo', lastname: 'Li', email: 'bo@shop.example', telephone: '5550' }
    const times = <T>(count: number, call: () => Promise<T>) =>
      Promise.all(Array.from({ length: count }, call))
    const methods = { shipping_method: 'flat.flat', payment_method: 'cod' }
    const [added, ordered] = await Promise.all([
      times(10, () => shopper.post('api/cart/add', { product_id: 4, quantity: 1 })),
      times(20, () => shopper.post('api/order/add', methods)),
      times(10, () => shopper.post('api/customer', buyer)),
      times(10, () => shopper.post('api/coupon', { coupon: 'nobody-knows' })),
    ])
    expect(added.every(({ success }) => typeof success === 'string')).toBe(true)
    const made = ordered.filter((answer) => 'order_id' in answer)
    const page = { offset: 0, most: 100 }
    const orders = await pageOfOrders(gateway().ctx, shop.account, {}, page)
    expect(orders.map(({ number }) => number)).toEqual(made.map(({ order_id }) => order_id))
    expect(orders.length).toBeLessThan(2)
    const { cart, customer } = await shopper.checkout()
    const sold = orders.flatMap(({ lines }) => lines)
    const pieces = [...sold, ...cart].filter(({ productId }) => productId === 4)
    expect(pieces.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(10)
    expect(customer?.firstName).toBe('Bo')
  })

  it('make orders of twenty sessions at once, and sell no piece twice', async () => {
    const shop = await anOrderShop(gateway())
    const pens = ready({ cart: [cartLine(4, 1)] })
    const shoppers = await Promise.all(
      Array.from({ length: 20 }, () => aShopper(gateway(), shop, pens)),
    )
    const answers = await Promise.all(shoppers.map((one) => one.post('api/order/add')))
    expect(new Set(answers.map(({ order_id }) => order_id)).size).toBe(20)
    expect(await levelsOf(gateway().ctx, shop.account)).toMatchObject({ pen: 0 })
  })
})
