import { describe, expect, it } from 'vitest'
import { findOrder } from '../../../src/core/find-order.ts'
import { levelsOf } from '../../core/checkouts.ts'
import { useGateway } from '../../support/gateway.ts'
import { complete, confirm, listFeed } from '../mintsoft/warehouse.ts'
import { aShopper, cartLine, ready } from '../opencart/order-shop.ts'
import { aMarket, aPaid, bookOf, download, type Market, parcel, putOn, viewsOf } from './market.ts'

const gateway = useGateway()

/** The middleware makes another order of it: five mugs to another address. */
async function edit({ openShop }: Market, order_id: string) {
  const shopper = await aShopper(gateway(), openShop, ready({ cart: [cartLine(3, 5)] }))
  return shopper.post('api/order/edit', {}, { order_id })
}

const success = 'Success: You have modified orders!'
const mugsOf = async ({ account }: Market, number: string) =>
  (await findOrder(gateway().ctx, account, Number(number))).lines.map(({ quantity }) => quantity)

describe('an edit of an order', () => {
  it('before a warehouse takes it over shows there at the next listing', async () => {
    const market = await aMarket(gateway())
    const number = await aPaid(market)
    expect(await edit(market, number)).toEqual({ success })
    expect(await listFeed(market.feed)).toMatchObject([
      { OrderNumber: number, OrderItems: [{ SKU: 'MUG-01', Quantity: 5 }] },
    ])
    await confirm(market.feed, number)
    expect((await bookOf(market, number)).attention).toEqual([])
  })

  it('between listing and confirm needs attention: it would be packed as it was', async () => {
    const market = await aMarket(gateway())
    const number = await aPaid(market)
    await listFeed(market.feed)
    expect(await edit(market, number)).toEqual({ success })
    await confirm(market.feed, number)
    expect((await bookOf(market, number)).attention).toEqual(['changed-after-export'])
  })

  it('after a warehouse has confirmed it holds for all others, and a person tells it', async () => {
    const market = await aMarket(gateway())
    const number = await aPaid(market)
    await listFeed(market.feed)
    await confirm(market.feed, number)
    expect(await edit(market, number)).toEqual({ success })
    expect(await mugsOf(market, number)).toEqual([5])
    expect((await levelsOf(gateway().ctx, market.account)).mug).toBe(5)
    expect(await viewsOf(market, number)).toEqual({
      influencersoft: 'paid',
      mintsoft: false,
      opencart: '2',
      zstore: [2],
      holding: [2],
      released: '',
      placed: '',
      attention: ['edited-after-hand-over'],
      events: ['placed', 'paid', 'released', 'handed-over', 'edited'],
    })
  })

  it('after a download needs attention as well', async () => {
    const market = await aMarket(gateway())
    const number = await aPaid(market)
    await download(market, 'released')
    await edit(market, number)
    expect((await bookOf(market, number)).attention).toEqual(['edited-after-hand-over'])
  })

  it('after a parcel is refused, and changes nothing', async () => {
    const market = await aMarket(gateway())
    const number = await aPaid(market)
    await confirm(market.feed, number)
    await complete(market.feed, number, parcel('T1'))
    const before = await bookOf(market, number)
    const { error, success: done } = await edit(market, number)
    expect([typeof error, done]).toEqual(['string', undefined])
    expect(await mugsOf(market, number)).toEqual([1])
    expect((await levelsOf(gateway().ctx, market.account)).mug).toBe(9)
    expect(await bookOf(market, number)).toEqual(before)
  })

  it('after the status sent alone is allowed, since nobody has told of a parcel', async () => {
    const market = await aMarket(gateway())
    const number = await aPaid(market)
    await putOn(market.zstore, number, 3)
    expect(await edit(market, number)).toEqual({ success })
    expect(await mugsOf(market, number)).toEqual([5])
    expect(await bookOf(market, number)).toMatchObject({ attention: [] })
  })
})
