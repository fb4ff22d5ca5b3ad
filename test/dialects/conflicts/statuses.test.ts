import { describe, expect, it } from 'vitest'
import { useGateway } from '../../support/gateway.ts'
import { complete, confirm } from '../mintsoft/warehouse.ts'
import { aMarket, aPaid, aWaiting, onFeed, parcel, putOn, tell, viewsOf } from './market.ts'

const gateway = useGateway()

describe('a status that the accounting system sets', () => {
  it('releases a waiting order to the warehouse if it is 2, and does not make it paid', async () => {
    const market = await aMarket(gateway())
    const number = await aWaiting(market)
    expect(await onFeed(market.feed, number)).toBe(false)
    await putOn(market.zstore, number, 2)
    expect(await viewsOf(market, number)).toEqual({
      influencersoft: 'waiting',
      mintsoft: true,
      opencart: '2',
      zstore: [2],
      holding: [2],
      released: 'NOT PAID YET.',
      placed: 'NOT PAID YET.',
      attention: [],
      events: ['placed', 'status-set', 'released'],
    })
  })

  it('sends a waiting order that it calls complete: no warehouse is shown it, paid or not', async () => {
    const market = await aMarket(gateway())
    const number = await aWaiting(market)
    await putOn(market.zstore, number, 5)
    expect(await viewsOf(market, number)).toEqual({
      influencersoft: 'waiting sent',
      mintsoft: false,
      opencart: '5',
      zstore: [5],
      holding: [1],
      released: null,
      placed: 'NOT PAID YET. SENT ALREADY.',
      attention: [],
      events: ['placed', 'sent', 'status-set'],
    })
    await tell(market, number, 'paid')
    expect(await viewsOf(market, number)).toEqual({
      influencersoft: 'paid sent',
      mintsoft: false,
      opencart: '3',
      zstore: [3],
      holding: [2],
      released: 'SENT ALREADY.',
      placed: 'SENT ALREADY.',
      attention: [],
      events: ['placed', 'sent', 'status-set', 'paid', 'released'],
    })
  })

  it('is a label until the shop or the warehouse moves the order: then the axes speak', async () => {
    const market = await aMarket(gateway())
    const number = await aWaiting(market)
    await putOn(market.zstore, number, 1)
    await tell(market, number, 'paid')
    expect(await viewsOf(market, number)).toMatchObject({ opencart: '2', zstore: [2] })
    await putOn(market.zstore, number, 5)
    await complete(market.feed, number, parcel('T1'))
    expect(await viewsOf(market, number)).toMatchObject({ opencart: '5', zstore: [5] })
    await tell(market, number, 'return')
    expect(await viewsOf(market, number)).toMatchObject({
      influencersoft: 'paid return T1',
      opencart: '3',
      zstore: [3],
      placed: 'RETURNED.',
    })
    await tell(market, number, 'cancel')
    expect(await viewsOf(market, number)).toMatchObject({
      influencersoft: 'cancel return T1',
      opencart: '7',
      zstore: [7],
    })
  })
})

describe('an order that the warehouse despatched before the accounting system fetched it', () => {
  it('stays on its status for the user who holds, until that user moves it', async () => {
    const market = await aMarket(gateway())
    const number = await aPaid(market)
    await confirm(market.feed, number)
    await complete(market.feed, number, parcel('T1'))
    const before = {
      influencersoft: 'paid sent T1',
      mintsoft: false,
      opencart: '3',
      zstore: [3],
      holding: [2],
      released: 'SENT ALREADY.',
      placed: 'SENT ALREADY.',
      attention: [],
      events: ['placed', 'paid', 'released', 'handed-over', 'sent'],
    }
    expect(await viewsOf(market, number)).toEqual(before)
    await putOn(market.holding, number, 5)
    expect(await viewsOf(market, number)).toEqual({
      ...before,
      opencart: '5',
      zstore: [5],
      holding: [5],
      events: [...before.events, 'status-set'],
    })
  })

  it('stays there too when it is paid in between, and leaves it when it is cancelled', async () => {
    const market = await aMarket(gateway())
    const number = await aWaiting(market)
    await putOn(market.zstore, number, 2)
    await complete(market.feed, number, parcel('T1'))
    expect(await viewsOf(market, number)).toMatchObject({ zstore: [3], holding: [2] })
    await tell(market, number, 'paid')
    expect(await viewsOf(market, number)).toMatchObject({ zstore: [3], holding: [2] })
    await tell(market, number, 'cancel')
    expect(await viewsOf(market, number)).toMatchObject({ zstore: [7], holding: [7] })
  })
})
