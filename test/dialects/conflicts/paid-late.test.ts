import { describe, expect, it } from 'vitest'
import { useGateway } from '../../support/gateway.ts'
import { complete, confirm, listFeed } from '../mintsoft/warehouse.ts'
import {
  aMarket,
  aPaid,
  aWaiting,
  bookOf,
  download,
  onFeed,
  parcel,
  tell,
  viewsOf,
} from './market.ts'

const gateway = useGateway()

describe('an order that is paid late', () => {
  it('comes to those who read releases under a higher number, and to the warehouse', async () => {
    const market = await aMarket(gateway())
    const late = await aWaiting(market)
    const early = await aPaid(market)
    expect((await listFeed(market.feed)).map(({ OrderNumber }) => OrderNumber)).toEqual([early])
    await confirm(market.feed, early)
    const [first, ...more] = await download(market, 'released')
    expect([first?.number, more]).toEqual([early, []])
    const next = (first?.shown ?? 0) + 1
    expect(await download(market, 'released', next)).toEqual([])
    await tell(market, late, 'paid')
    expect(await download(market, 'released', next)).toEqual([
      { shown: next, number: late, note: '' },
    ])
    expect((await listFeed(market.feed)).map(({ OrderNumber }) => OrderNumber)).toEqual([late])
  })

  it('was handed out unpaid to those who read all numbers, and is marked until it is paid', async () => {
    const market = await aMarket(gateway())
    const number = await aWaiting(market)
    const shown = Number(number)
    expect(await download(market, 'placed')).toEqual([{ shown, number, note: 'NOT PAID YET.' }])
    expect(await onFeed(market.feed, number)).toBe(false)
    await tell(market, number, 'paid')
    expect(await download(market, 'placed', shown + 1)).toEqual([])
    expect(await viewsOf(market, number)).toEqual({
      influencersoft: 'paid',
      mintsoft: true,
      opencart: '2',
      zstore: [2],
      holding: [2],
      released: '',
      placed: '',
      attention: [],
      events: ['placed', 'handed-over', 'paid', 'released'],
    })
  })
})

describe('a cancelled order that is paid after all', () => {
  it('comes back to everybody where nobody had it in hand', async () => {
    const market = await aMarket(gateway())
    const number = await aWaiting(market)
    await tell(market, number, 'cancel')
    await tell(market, number, 'paid')
    expect(await viewsOf(market, number)).toEqual({
      influencersoft: 'paid',
      mintsoft: true,
      opencart: '2',
      zstore: [2],
      holding: [2],
      released: '',
      placed: '',
      attention: [],
      events: ['placed', 'cancelled', 'revived', 'paid', 'released'],
    })
  })

  it('is not handed out again by the warehouse that had it: a person tells it', async () => {
    const market = await aMarket(gateway())
    const number = await aPaid(market)
    await confirm(market.feed, number)
    await tell(market, number, 'cancel')
    await tell(market, number, 'paid')
    expect(await viewsOf(market, number)).toEqual({
      influencersoft: 'paid',
      mintsoft: false,
      opencart: '2',
      zstore: [2],
      holding: [2],
      released: '',
      placed: '',
      attention: ['cancelled-after-hand-over', 'revived-after-hand-over'],
      events: ['placed', 'paid', 'released', 'handed-over', 'cancelled', 'revived', 'paid'],
    })
  })

  it('keeps its release number, and a person looks: readers may have passed it by', async () => {
    const market = await aMarket(gateway())
    const [gone, kept] = [await aPaid(market), await aPaid(market)]
    await tell(market, gone, 'cancel')
    const had = await download(market, 'released')
    expect(had.map(({ number }) => number)).toEqual([kept])
    await tell(market, gone, 'paid')
    expect(await download(market, 'released', (had[0]?.shown ?? 0) + 1)).toEqual([])
    expect((await download(market, 'released')).map(({ number }) => number)).toEqual([gone, kept])
    expect(await onFeed(market.feed, gone)).toBe(true)
    expect((await bookOf(market, gone)).attention).toEqual(['revived-after-release'])
  })

  it('comes back under its own number to those who read all, who may have passed it by', async () => {
    const market = await aMarket(gateway())
    const [gone, kept] = [await aWaiting(market), await aWaiting(market)]
    await tell(market, gone, 'cancel')
    const had = await download(market, 'placed')
    expect(had.map(({ number }) => number)).toEqual([kept])
    await tell(market, gone, 'paid')
    expect(await download(market, 'placed', Number(kept) + 1)).toEqual([])
    expect((await download(market, 'placed')).map(({ number }) => number)).toEqual([gone, kept])
    expect((await download(market, 'released')).map(({ number }) => number)).toEqual([gone])
  })

  it('stays sent where its parcel had left, and a person looks', async () => {
    const market = await aMarket(gateway())
    const number = await aPaid(market)
    await tell(market, number, 'cancel')
    await complete(market.feed, number, parcel('T1'))
    await tell(market, number, 'paid')
    expect(await viewsOf(market, number)).toEqual({
      influencersoft: 'paid sent T1',
      mintsoft: false,
      opencart: '3',
      zstore: [3],
      holding: [2],
      released: 'SENT ALREADY.',
      placed: 'SENT ALREADY.',
      attention: ['sent-though-cancelled', 'paid-after-cancelled-and-sent'],
      events: ['placed', 'paid', 'released', 'cancelled', 'sent', 'paid'],
    })
  })
})
