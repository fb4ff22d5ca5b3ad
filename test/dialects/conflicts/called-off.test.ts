import { describe, expect, it } from 'vitest'
import { changeOrder } from '../../../src/core/change-order.ts'
import { useGateway } from '../../support/gateway.ts'
import { ask, complete, confirm } from '../mintsoft/warehouse.ts'
import {
  aMarket,
  aPaid,
  bookOf,
  deleteOrder,
  download,
  onFeed,
  parcel,
  putOn,
  tell,
  viewsOf,
} from './market.ts'

const gateway = useGateway()

describe('an order that is cancelled', () => {
  it('keeps the parcel that leaves all the same, stays cancelled, and a person looks', async () => {
    const market = await aMarket(gateway())
    const number = await aPaid(market)
    await confirm(market.feed, number)
    expect(await tell(market, number, 'cancel')).toBe(0)
    await complete(market.feed, number, parcel('T1'))
    expect(await viewsOf(market, number)).toEqual({
      influencersoft: 'cancel sent T1',
      mintsoft: false,
      opencart: '7',
      zstore: [7],
      holding: [7],
      released: null,
      placed: null,
      attention: ['cancelled-after-hand-over', 'sent-though-cancelled'],
      events: ['placed', 'paid', 'released', 'handed-over', 'cancelled', 'sent'],
    })
  })

  it('stays in the download of whoever had it, marked, and leaves the warehouse’s list', async () => {
    const market = await aMarket(gateway())
    const number = await aPaid(market)
    await download(market, 'released')
    await putOn(market.zstore, number, 7)
    expect(await viewsOf(market, number)).toEqual({
      influencersoft: 'cancel',
      mintsoft: false,
      opencart: '7',
      zstore: [7],
      holding: [7],
      released: 'CANCELLED.',
      placed: null,
      attention: ['cancelled-after-hand-over'],
      events: ['placed', 'paid', 'released', 'handed-over', 'cancelled', 'status-set'],
    })
  })
})

describe('an order that is deleted', () => {
  it('keeps the parcel of a warehouse that hears there is no such order', async () => {
    const market = await aMarket(gateway())
    const number = await aPaid(market)
    await confirm(market.feed, number)
    expect(await deleteOrder(market, number)).toBe(0)
    const fields = { action: 'complete', ordernumber: number, tracking: 'T1' }
    for (const _ of [1, 2]) {
      expect(JSON.parse((await ask(market.feed, fields)).text)).toBe('No such order')
    }
    expect(await tell(market, number, 'sent', 'T1')).toBe(200)
    const unseen = {
      influencersoft: 'code 400',
      mintsoft: false,
      opencart: 'Warning: Order could not be found!',
      zstore: [],
      holding: [],
      released: null,
      placed: null,
      attention: ['hidden-after-hand-over', 'sent-while-hidden'],
      events: ['placed', 'paid', 'released', 'handed-over', 'hidden', 'sent'],
    }
    expect(await viewsOf(market, number)).toEqual(unseen)
    await changeOrder(gateway().ctx, market.account, {
      number: Number(number),
      command: { kind: 'unhide' },
      author: { via: 'operator', credentialId: null },
    })
    expect(await viewsOf(market, number)).toEqual({
      ...unseen,
      influencersoft: 'paid sent T1',
      opencart: '3',
      zstore: [3],
      holding: [2],
      released: 'SENT ALREADY.',
      placed: 'SENT ALREADY.',
      events: [...unseen.events, 'unhidden'],
    })
  })
})

describe('an order that is refunded after it left', () => {
  it('reads as cancelled where there is no other word, and cannot be paid again', async () => {
    const market = await aMarket(gateway())
    const number = await aPaid(market)
    await confirm(market.feed, number)
    await complete(market.feed, number, parcel('T1'))
    await putOn(market.zstore, number, 11)
    expect(await tell(market, number, 'paid')).toBe(202)
    expect(await viewsOf(market, number)).toEqual({
      influencersoft: 'cancel sent T1',
      mintsoft: false,
      opencart: '11',
      zstore: [11],
      holding: [11],
      released: null,
      placed: null,
      attention: ['cancelled-after-shipping'],
      events: ['placed', 'paid', 'released', 'handed-over', 'sent', 'refunded', 'status-set'],
    })
  })
})

describe('an order that came back', () => {
  it('stays back when the warehouse tells of another parcel, and a person looks', async () => {
    const market = await aMarket(gateway())
    const number = await aPaid(market)
    await confirm(market.feed, number)
    await complete(market.feed, number, parcel('T1'))
    expect(await tell(market, number, 'return')).toBe(0)
    await complete(market.feed, number, parcel('T1'))
    expect((await bookOf(market, number)).attention).toEqual([])
    await complete(market.feed, number, parcel('T2'))
    expect(await viewsOf(market, number)).toEqual({
      influencersoft: 'paid return T2',
      mintsoft: false,
      opencart: '3',
      zstore: [3],
      holding: [2],
      released: 'RETURNED.',
      placed: 'RETURNED.',
      attention: ['sent-after-return'],
      events: ['placed', 'paid', 'released', 'handed-over', 'sent', 'returned', 'parcel-added'],
    })
  })

  it('without having left is not listed for shipping again', async () => {
    const market = await aMarket(gateway())
    const number = await aPaid(market)
    await tell(market, number, 'return')
    expect(await onFeed(market.feed, number)).toBe(false)
    expect(await viewsOf(market, number)).toMatchObject({
      influencersoft: 'paid return',
      opencart: '3',
      released: 'RETURNED.',
      attention: [],
    })
  })
})
