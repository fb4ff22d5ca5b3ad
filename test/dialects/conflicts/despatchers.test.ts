import { describe, expect, it } from 'vitest'
import { findOrder, takingsOf } from '../../../src/core/find-order.ts'
import { consoleOn } from '../../commands/console.ts'
import { useGateway } from '../../support/gateway.ts'
import { aFeed, complete, confirm } from '../mintsoft/warehouse.ts'
import {
  aMarket,
  aPaid,
  aWaiting,
  bookOf,
  download,
  type Market,
  onFeed,
  parcel,
  putOn,
  tell,
  viewsOf,
} from './market.ts'

const gateway = useGateway()

const parcelsOf = async ({ account }: Market, number: string) =>
  (await findOrder(gateway().ctx, account, Number(number))).shipments.map((one) => one.tracking)

/** What `account show` warns of, once the last uses are noted. */
async function warnings({ account }: Market): Promise<string[]> {
  await gateway().housekeeping.runOnce()
  const shown = await consoleOn(gateway().ctx).runJson<{ warnings: string[] }>(
    `account show ${account.login} --json`,
  )
  return shown.warnings
}

async function twoFeeds(market: Market) {
  const settings = { feed: 'second' }
  return { first: market.feed, second: await aFeed(gateway(), market.account, settings) }
}

describe('a warehouse and an order manager on one account', () => {
  it('are both handed an order, each once, and account show warns of it', async () => {
    const market = await aMarket(gateway())
    const number = await aPaid(market)
    expect((await download(market, 'released')).map((one) => one.number)).toEqual([number])
    expect(await warnings(market)).toEqual([])
    expect(await onFeed(market.feed, number)).toBe(true)
    await confirm(market.feed, number)
    expect(await onFeed(market.feed, number)).toBe(false)
    const takings = await takingsOf(gateway().ctx, market.account, Number(number))
    expect(takings.filter((one) => one.confirmedAt !== null)).toHaveLength(2)
    expect(await bookOf(market, number)).toEqual({
      attention: [],
      events: ['placed', 'paid', 'released', 'handed-over'],
    })
    const [warning, ...more] = await warnings(market)
    expect([warning, more]).toEqual([expect.stringContaining('both send it'), []])
    expect(warning).toContain('(mintsoft)')
    expect(warning).toContain('(shopsite)')
  })

  it('are told apart by the download: what the warehouse has sent is marked as sent', async () => {
    const market = await aMarket(gateway())
    const number = await aPaid(market)
    await confirm(market.feed, number)
    await complete(market.feed, number, parcel('T1'))
    expect(await viewsOf(market, number)).toMatchObject({
      released: 'SENT ALREADY.',
      placed: 'SENT ALREADY.',
      attention: [],
    })
  })

  it('are expected where the shop marks as sent what a program had downloaded', async () => {
    const market = await aMarket(gateway())
    const number = await aPaid(market)
    await download(market, 'released')
    await tell(market, number, 'sent')
    expect(await viewsOf(market, number)).toEqual({
      influencersoft: 'paid sent BY-HAND',
      mintsoft: false,
      opencart: '3',
      zstore: [3],
      holding: [2],
      released: 'SENT ALREADY.',
      placed: 'SENT ALREADY.',
      attention: [],
      events: ['placed', 'paid', 'released', 'handed-over', 'sent'],
    })
  })
})

describe('two warehouses that are both shown an order', () => {
  it('are warned of by account show, and keep both parcels', async () => {
    const market = await aMarket(gateway())
    const { first, second } = await twoFeeds(market)
    const number = await aPaid(market)
    for (const feed of [first, second]) {
      expect(await onFeed(feed, number)).toBe(true)
      await confirm(feed, number)
    }
    expect(await warnings(market)).toHaveLength(1)
    await complete(first, number, parcel('T1'))
    expect((await bookOf(market, number)).attention).toEqual([])
    await complete(second, number, parcel('T2'))
    expect(await parcelsOf(market, number)).toEqual(['T1', 'T2'])
    expect(await viewsOf(market, number)).toMatchObject({
      influencersoft: 'paid sent T2',
      mintsoft: false,
      opencart: '3',
      attention: ['sent-twice'],
      events: ['placed', 'paid', 'released', 'handed-over', 'sent', 'parcel-added'],
    })
  })

  it('need attention where the second takes over what the first has sent', async () => {
    const market = await aMarket(gateway())
    const { first, second } = await twoFeeds(market)
    const number = await aPaid(market)
    expect(await onFeed(second, number)).toBe(true)
    await confirm(first, number)
    await complete(first, number, parcel('T1'))
    expect(await onFeed(second, number)).toBe(false)
    for (const _ of [1, 2]) await confirm(second, number)
    expect(await bookOf(market, number)).toEqual({
      attention: ['sent-after-hand-over'],
      events: ['placed', 'paid', 'released', 'handed-over', 'sent', 'handed-over'],
    })
  })

  it('need attention where the second takes over what was cancelled with the first', async () => {
    const market = await aMarket(gateway())
    const { first, second } = await twoFeeds(market)
    const number = await aPaid(market)
    await onFeed(second, number)
    await confirm(first, number)
    await tell(market, number, 'cancel')
    await confirm(second, number)
    expect((await bookOf(market, number)).attention).toEqual([
      'cancelled-after-hand-over',
      'cancelled-after-hand-over',
    ])
  })
})

describe('two parcels of one warehouse', () => {
  it('alarm nobody, whichever of its keys tells of them, whoever else reads the order', async () => {
    const market = await aMarket(gateway())
    const sameFeed = await aFeed(gateway(), market.account)
    await aFeed(gateway(), market.account, { feed: 'elsewhere' })
    const number = await aPaid(market)
    await confirm(market.feed, number)
    await putOn(market.zstore, number, 2)
    await complete(market.feed, number, parcel('T1'))
    await complete(sameFeed, number, parcel('T2'))
    expect(await parcelsOf(market, number)).toEqual(['T1', 'T2'])
    expect((await bookOf(market, number)).attention).toEqual([])
  })
})

describe('a parcel of the shop beside one of the warehouse', () => {
  it('is the same one under the same number, and alarms nobody', async () => {
    const market = await aMarket(gateway())
    const number = await aPaid(market)
    await confirm(market.feed, number)
    await complete(market.feed, number, parcel('T1'))
    expect(await tell(market, number, 'sent', 'T1')).toBe(0)
    expect(await parcelsOf(market, number)).toEqual(['T1'])
    expect((await bookOf(market, number)).attention).toEqual([])
  })

  it('is another one under another number: both stand, and a person looks', async () => {
    const market = await aMarket(gateway())
    const number = await aPaid(market)
    await confirm(market.feed, number)
    await complete(market.feed, number, parcel('T1'))
    expect(await tell(market, number, 'sent', 'T2')).toBe(0)
    // The shop corrects its own parcel, never the warehouse's.
    expect(await tell(market, number, 'sent', 'T3')).toBe(0)
    expect(await parcelsOf(market, number)).toEqual(['T1', 'T3'])
    const { influencersoft, attention, events } = await viewsOf(market, number)
    // Its date is an old one: the latest parcel is the warehouse's.
    expect(influencersoft).toBe('paid sent T1')
    expect(attention).toEqual(['sent-twice'])
    expect(events.slice(3)).toEqual(['handed-over', 'sent', 'parcel-added', 'parcel-changed'])
  })

  it('told first needs attention when the warehouse despatches what it was shown before', async () => {
    const market = await aMarket(gateway())
    const number = await aPaid(market)
    expect(await onFeed(market.feed, number)).toBe(true)
    await tell(market, number, 'sent', 'S1')
    expect(await onFeed(market.feed, number)).toBe(false)
    await complete(market.feed, number, parcel('T1'))
    expect(await parcelsOf(market, number)).toEqual(['S1', 'T1'])
    expect((await bookOf(market, number)).attention).toEqual(['sent-twice'])
  })

  it('needs attention at once while the warehouse has the order in hand, and with its parcel', async () => {
    const market = await aMarket(gateway())
    const number = await aPaid(market)
    await confirm(market.feed, number)
    await tell(market, number, 'sent', 'S1')
    expect((await bookOf(market, number)).attention).toEqual(['sent-after-hand-over'])
    await complete(market.feed, number, parcel('T1'))
    const { attention } = await bookOf(market, number)
    expect(attention).toEqual(['sent-after-hand-over', 'sent-twice'])
  })

  it('takes the place of a status that said sent, without alarm', async () => {
    const market = await aMarket(gateway())
    const number = await aWaiting(market)
    await putOn(market.zstore, number, 3)
    await tell(market, number, 'sent', 'S1')
    expect(await parcelsOf(market, number)).toEqual(['S1'])
    expect((await bookOf(market, number)).attention).toEqual([])
  })
})
