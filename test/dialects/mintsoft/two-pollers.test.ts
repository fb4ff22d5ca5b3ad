import { describe, expect, it } from 'vitest'
import type { Account } from '../../../src/model/account.ts'
import { anAccount } from '../../support/fixtures.ts'
import { useGateway } from '../../support/gateway.ts'
import type { Shop } from '../../support/signed-call.ts'
import {
  aFeed,
  ask,
  complete,
  confirm,
  type Feed,
  listFeed,
  orderMugs,
  setStatus,
  severalAtOnce,
} from './warehouse.ts'

const gateway = useGateway()

async function aShop(): Promise<{ account: Account; shop: Shop }> {
  const { account, credential } = await anAccount(gateway().ctx)
  return { account, shop: { login: account.login, secret: credential.secret } }
}

async function paidOrder(shop: Shop, who: number, country = 'United Kingdom'): Promise<string> {
  const number = await orderMugs(gateway().url, shop, { who, country })
  await setStatus(gateway().url, shop, number, 'paid')
  return number
}

const numbersIn = async (feed: Feed): Promise<string[]> =>
  (await listFeed(feed)).map(({ OrderNumber }) => OrderNumber)

/** What callers have heard so far: only what was acknowledged before a list counts for it. */
type Heard = {
  readonly cancelled: Set<string>
  readonly confirmed: Set<string>
  readonly listed: Set<string>
  readonly wrong: string[]
  shopIsDone: boolean
}

const nothingHeard = (): Heard => ({
  cancelled: new Set(),
  confirmed: new Set(),
  listed: new Set(),
  wrong: [],
  shopIsDone: false,
})

/** Polls until the shop is done and nothing is listed any more; confirms all that is. */
async function poll(feed: Feed, heard: Heard): Promise<void> {
  for (;;) {
    const wasDone = heard.shopIsDone
    const before = new Set([...heard.cancelled, ...heard.confirmed])
    const numbers = await numbersIn(feed)
    heard.wrong.push(...numbers.filter((number) => before.has(number)))
    for (const number of numbers) heard.listed.add(number)
    if (numbers.length === 0 && wasDone) return
    await severalAtOnce(numbers, 4, async (number) => {
      await confirm(feed, number)
      heard.confirmed.add(number)
    })
  }
}

/** Orders that come in, a quarter of which is cancelled a little later. */
async function trade(
  shop: Shop,
  count: number,
  heard: Heard,
  countryOf: (at: number) => string = () => 'United Kingdom',
): Promise<string[]> {
  const places = Array.from({ length: count }, (_, at) => at)
  const numbers = await severalAtOnce(places, 6, async (at) => {
    const number = await paidOrder(shop, at, countryOf(at))
    if (at % 4 !== 0) return number
    await setStatus(gateway().url, shop, number, 'cancel')
    heard.cancelled.add(number)
    return number
  })
  heard.shopIsDone = true
  return numbers
}

/** How often each order was handed over, and of which that needs attention. */
async function bookOf({ id }: Account) {
  const { sql } = gateway().database
  const [handed, flagged] = await Promise.all([
    sql`select number, count(*)::int as times from order_events
      where account_id = ${id} and kind = 'handed-over' group by number`,
    sql`select number, reason from attention where account_id = ${id}`,
  ])
  return {
    handedOver: new Map(handed.map(({ number, times }) => [String(number), Number(times)])),
    flagged: new Set(flagged.map(({ number }) => String(number))),
    reasons: new Set(flagged.map(({ reason }) => String(reason))),
  }
}

describe('two pollers at once', () => {
  it('with two keys of one feed lose no order and hear of none that is done', async () => {
    const { account, shop } = await aShop()
    const first = await aFeed(gateway(), account)
    const second = await aFeed(gateway(), account)
    const heard = nothingHeard()
    const [numbers] = await Promise.all([
      trade(shop, 80, heard),
      poll(first, heard),
      poll(second, heard),
    ])
    expect(heard.wrong).toEqual([])
    const { handedOver, flagged, reasons } = await bookOf(account)
    const kept = numbers.filter((number) => !heard.cancelled.has(number))
    expect(kept.filter((number) => !heard.listed.has(number))).toEqual([])
    expect(kept.filter((number) => handedOver.get(number) !== 1)).toEqual([])
    // A cancelled one was handed over at most if it was listed before, and then it is flagged.
    const tooLate = numbers.filter(
      (number) => heard.cancelled.has(number) && handedOver.has(number),
    )
    expect(tooLate.filter((number) => !heard.listed.has(number))).toEqual([])
    expect([...flagged].sort()).toEqual(tooLate.sort())
    expect([...reasons].filter((reason) => reason !== 'cancelled-after-hand-over')).toEqual([])
  })

  it('with feeds of different countries each hear of their own orders alone', async () => {
    const { account, shop } = await aShop()
    const british = await aFeed(gateway(), account, { feed: 'britain', countries: ['GB'] })
    const german = await aFeed(gateway(), account, { feed: 'germany', countries: ['DE'] })
    const [inBritain, inGermany, told] = [nothingHeard(), nothingHeard(), nothingHeard()]
    const polls = [poll(british, inBritain), poll(german, inGermany)]
    const numbers = await trade(shop, 60, told, (at) => (at % 3 === 0 ? 'Germany' : 'GB'))
    inBritain.shopIsDone = true
    inGermany.shopIsDone = true
    await Promise.all(polls)
    expect([inBritain.wrong, inGermany.wrong]).toEqual([[], []])
    const kept = numbers.filter((number) => !told.cancelled.has(number))
    const isGerman = (number: string) => numbers.indexOf(number) % 3 === 0
    expect(kept.filter((number) => !inGermany.listed.has(number))).toEqual(
      kept.filter((number) => !isGerman(number)),
    )
    expect([...inGermany.listed].filter((number) => !isGerman(number))).toEqual([])
    expect([...inBritain.listed].filter(isGerman)).toEqual([])
    expect(kept.filter((number) => !inBritain.listed.has(number) && !isGerman(number))).toEqual([])
    const { handedOver } = await bookOf(account)
    expect(kept.filter((number) => handedOver.get(number) !== 1)).toEqual([])
  })

  it('cannot confirm or despatch an order of another feed', async () => {
    const { account, shop } = await aShop()
    const british = await aFeed(gateway(), account, { feed: 'britain', countries: ['GB'] })
    const german = await aFeed(gateway(), account, { feed: 'germany', countries: ['DE'] })
    const ordernumber = await paidOrder(shop, 0, 'Germany')
    for (const action of ['confirm', 'complete']) {
      const { text } = await ask(british, { action, ordernumber, tracking: 'T1' })
      expect(typeof JSON.parse(text)).toBe('string')
    }
    expect(await numbersIn(german)).toEqual([ordernumber])
    expect((await bookOf(account)).handedOver.size).toBe(0)
  })

  it('with two feeds that both see an order each take it, and it is handed over once', async () => {
    const { account, shop } = await aShop()
    const packer = await aFeed(gateway(), account, { feed: 'packer' })
    const clerk = await aFeed(gateway(), account, { feed: 'clerk' })
    const number = await paidOrder(shop, 0)
    await confirm(packer, number)
    expect(await numbersIn(packer)).toEqual([])
    expect(await numbersIn(clerk)).toEqual([number])
    await confirm(clerk, number)
    expect(await numbersIn(clerk)).toEqual([])
    expect((await bookOf(account)).handedOver).toEqual(new Map([[number, 1]]))
  })

  it('with one key for both, one listing while the other confirms the newest first', async () => {
    const { account, shop } = await aShop()
    const feed = await aFeed(gateway(), account)
    const places = Array.from({ length: 100 }, (_, at) => at)
    await severalAtOnce(places, 8, (at) => paidOrder(shop, at))
    const numbers = await numbersIn(feed)
    expect(numbers).toHaveLength(100)
    const confirmed = new Set<string>()
    const wrong: string[] = []
    const watch = async (): Promise<void> => {
      for (let left = 100; left > 0; ) {
        const before = new Set(confirmed)
        const listed = await numbersIn(feed)
        left = listed.length
        wrong.push(...listed.filter((number) => before.has(number)))
      }
    }
    const take = severalAtOnce([...numbers].reverse(), 16, async (number) => {
      await confirm(feed, number)
      confirmed.add(number)
    })
    await Promise.all([take, watch(), watch(), watch(), watch()])
    expect(wrong).toEqual([])
    expect((await bookOf(account)).handedOver.size).toBe(100)
    expect(gateway().logText()).not.toContain('a call failed')
  })

  it('where both confirm the same order, hand it over once', async () => {
    const { account, shop } = await aShop()
    const feeds = [await aFeed(gateway(), account), await aFeed(gateway(), account)]
    const number = await paidOrder(shop, 0)
    const lists = await Promise.all(feeds.map(numbersIn))
    expect(lists).toEqual([[number], [number]])
    await Promise.all(feeds.flatMap((feed) => [confirm(feed, number), confirm(feed, number)]))
    expect((await bookOf(account)).handedOver).toEqual(new Map([[number, 1]]))
    expect(await Promise.all(feeds.map(numbersIn))).toEqual([[], []])
  })

  it('never hear of an order whose cancellation was acknowledged', async () => {
    const { account, shop } = await aShop()
    const feeds = [await aFeed(gateway(), account), await aFeed(gateway(), account)]
    const [first, second] = feeds as [Feed, Feed]
    const number = await paidOrder(shop, 0)
    expect(await numbersIn(first)).toEqual([number])
    await setStatus(gateway().url, shop, number, 'cancel')
    expect(await numbersIn(second)).toEqual([])
    await confirm(first, number)
    expect(await numbersIn(second)).toEqual([])
    const { flagged, reasons } = await bookOf(account)
    expect([[...flagged], [...reasons]]).toEqual([[number], ['cancelled-after-hand-over']])
  })

  it('keep a parcel that was despatched all the same, and somebody is told', async () => {
    const { account, shop } = await aShop()
    const feed = await aFeed(gateway(), account)
    const number = await paidOrder(shop, 0)
    await confirm(feed, number)
    await setStatus(gateway().url, shop, number, 'cancel')
    await complete(feed, number, { service: 'DPD', tracking: 'D1', link: '' })
    const { reasons } = await bookOf(account)
    expect([...reasons].sort()).toEqual(['cancelled-after-hand-over', 'sent-though-cancelled'])
    const shipments = await gateway().database.sql`
      select tracking from order_shipments where account_id = ${account.id}`
    expect(shipments.map(({ tracking }) => tracking)).toEqual(['D1'])
  })

  it('list an order again that was cancelled and then paid after all', async () => {
    const { account, shop } = await aShop()
    const feed = await aFeed(gateway(), account)
    const number = await paidOrder(shop, 0)
    await setStatus(gateway().url, shop, number, 'cancel')
    expect(await numbersIn(feed)).toEqual([])
    await setStatus(gateway().url, shop, number, 'paid')
    expect(await numbersIn(feed)).toEqual([number])
  })
})
