import { describe, expect, it } from 'vitest'
import { findOrder } from '../../../src/core/find-order.ts'
import { saveGoods } from '../../../src/core/goods.ts'
import type { LineOption } from '../../../src/model/order.ts'
import { consoleOn } from '../../commands/console.ts'
import { levelsOf } from '../../core/checkouts.ts'
import { useGateway } from '../../support/gateway.ts'
import { aFeed, listFeed } from '../mintsoft/warehouse.ts'
import { anOrderShop, aShopper, type OrderShop, ready } from './order-shop.ts'

const gateway = useGateway()

const select = (id: number, name: string, values: readonly string[]) => ({
  ...{ id, optionId: id, name, type: 'select' },
  values: values.map((value, at) => ({
    id: id * 10 + at,
    optionValueId: id * 10 + at,
    name: value,
  })),
})

/** A shop with shirts in two sizes and two colours, and a warehouse. */
async function aShirtShop() {
  const shop = await anOrderShop(gateway())
  await saveGoods(gateway().ctx, shop.account, [
    {
      ...{
        id: 9,
        code: 'shirt',
        title: 'Shirt',
        price: 100_000n,
        type: 'physical',
        sku: 'TS',
        stock: 10,
      },
      terms: { options: [select(1, 'Size', ['M', 'XL']), select(2, 'Colour', ['Blue', 'Red'])] },
    },
  ])
  const { run } = consoleOn(gateway().ctx)
  const words = ['product', 'set', shop.login, 'shirt', 'article[size=xl; COLOUR=red]=TS-XL-RED']
  expect(await run([...words, 'article[Size=XL]=TS-XL'])).toMatchObject({ code: 0 })
  return { shop, feed: await aFeed(gateway(), shop.account), run }
}

const shirt = (id: number, quantity: number, options: Record<string, string>) => ({
  ...{ id, productId: 9, quantity, options },
})

async function order(shop: OrderShop, cart: ReturnType<typeof shirt>[]) {
  const shopper = await aShopper(gateway(), shop, ready({ cart, nextLineId: 9 }))
  const { order_id } = await shopper.post('api/order/add', { order_status_id: 2 })
  expect(order_id).toEqual(expect.any(Number))
  return { number: order_id as number, shopper }
}

const size = (name: string, value: string): Pick<LineOption, 'name' | 'value'> => ({ name, value })

describe('an order of variants', () => {
  it('has the article of each variant, in the list of the warehouse too', async () => {
    const { shop, feed } = await aShirtShop()
    const cart = [
      shirt(1, 1, { 1: '11', 2: '21' }),
      shirt(2, 2, { 1: '11', 2: '20' }),
      shirt(3, 3, { 1: '10', 2: '21' }),
    ]
    const { number } = await order(shop, cart)
    const { lines } = await findOrder(gateway().ctx, shop.account, number)
    expect(lines).toMatchObject([
      { article: 'TS-XL-RED', productId: 9, options: [size('Size', 'XL'), size('Colour', 'Red')] },
      { article: 'TS-XL', productId: 9 },
      { article: 'TS', productId: 9 },
    ])
    const [listed] = await listFeed(feed)
    expect(listed?.OrderItems).toMatchObject([
      { SKU: 'TS-XL-RED', Quantity: 1 },
      { SKU: 'TS-XL', Quantity: 2 },
      { SKU: 'TS', Quantity: 3 },
    ])
    // The pieces are those of the product.
    expect(await levelsOf(gateway().ctx, shop.account)).toMatchObject({ shirt: 4 })
  })

  it('has it after an edit in the shop, and an order of before stays as it is', async () => {
    const { shop, run } = await aShirtShop()
    const { number } = await order(shop, [shirt(1, 1, { 1: '11', 2: '21' })])
    await run(['product', 'set', shop.login, 'shirt', 'article[Size=M]=TS-M'])
    const article = async (of: number) =>
      (await findOrder(gateway().ctx, shop.account, of)).lines.map((line) => line.article)
    expect(await article(number)).toEqual(['TS-XL-RED'])
    const cart = [shirt(1, 1, { 1: '10', 2: '21' })]
    const shopper = await aShopper(gateway(), shop, ready({ cart, nextLineId: 9 }))
    await shopper.post('api/order/edit', {}, { order_id: number })
    expect(await article(number)).toEqual(['TS-M'])
  })
})
