import { describe, expect, it } from 'vitest'
import { findOrder, historyOf } from '../../../src/core/find-order.ts'
import type { Account } from '../../../src/model/account.ts'
import { useGateway } from '../../support/gateway.ts'
import { callSigned, type Shop } from '../../support/signed-call.ts'
import {
  aShopAndItsWarehouse,
  complete,
  confirm,
  type Feed,
  type FeedOrder,
  listFeed,
  orderMugs,
  type Parcel,
  setStatus,
  severalAtOnce,
  stockedMugs,
} from './warehouse.ts'

const gateway = useGateway()

/** What becomes of an order, by its place in the day; all others have a plain day. */
const fates = new Map([
  [0, 'despatched-before-confirm'],
  [3, 'confirmed-twice'],
  [5, 'despatched-twice'],
  [7, 'two-parcels'],
  [9, 'confirmed-again-late'],
  [11, 'cancelled-after-list'],
  [13, 'cancelled-before-list'],
  [15, 'emptied-tracking'],
  [17, 'without-postcode'],
  [19, 'unpaid'],
])
const fateOf = (at: number): string => fates.get(at % 25) ?? 'plain'

const histories: Readonly<Record<string, readonly string[]>> = {
  'despatched-before-confirm': ['placed', 'paid', 'released', 'sent'],
  'two-parcels': ['placed', 'paid', 'released', 'handed-over', 'sent', 'parcel-added'],
  'cancelled-after-list': ['placed', 'paid', 'released', 'cancelled', 'handed-over'],
  'cancelled-before-list': ['placed', 'paid', 'released', 'cancelled'],
  'without-postcode': ['placed', 'paid', 'released'],
  unpaid: ['placed'],
}
const usualHistory = ['placed', 'paid', 'released', 'handed-over', 'sent']

type Wish = { readonly at: number; readonly fate: string; readonly number: string }

const mugsOf = (at: number): number => 1 + (at % 3)
const isNeverListed = ({ fate }: Wish): boolean =>
  ['cancelled-before-list', 'without-postcode', 'unpaid'].includes(fate)
const isNeverSent = (wish: Wish): boolean =>
  isNeverListed(wish) || wish.fate === 'cancelled-after-list'

const parcelOf = (number: string): Parcel => ({
  service: 'Royal Mail 48',
  tracking: `RM${number}GB`,
  link: `https://track.example.com/t?no=RM${number}GB&lang=en`,
})
const secondParcelOf = (number: string): Parcel => ({
  service: 'DPD',
  tracking: `DPD${number}`,
  link: '',
})
const noParcel: Parcel = { service: '', tracking: '', link: '' }

/** The shop's morning: orders come in and are paid, and some are called off again. */
async function morning(shop: Shop, count: number): Promise<Wish[]> {
  const { url } = gateway()
  const places = Array.from({ length: count }, (_, at) => at)
  return severalAtOnce(places, 16, async (at) => {
    const fate = fateOf(at)
    const postcode = fate === 'without-postcode' ? '' : 'GU34 1HH'
    const number = await orderMugs(url, shop, { who: at, mugs: mugsOf(at), postcode })
    if (fate !== 'unpaid') await setStatus(url, shop, number, 'paid')
    if (fate === 'cancelled-before-list') await setStatus(url, shop, number, 'cancel')
    return { at, fate, number }
  })
}

/** Polls and takes over until nothing is listed any more. Gives the answers, the last is empty. */
async function pollUntilEmpty(
  feed: Feed,
  take: (order: FeedOrder) => Promise<void>,
): Promise<FeedOrder[][]> {
  const pages: FeedOrder[][] = []
  for (;;) {
    const page = await listFeed(feed)
    pages.push(page)
    if (page.length === 0) return pages
    if (pages.length > 20) throw new Error('the feed never becomes empty')
    await severalAtOnce(page, 8, take)
  }
}

async function takeOver(shop: Shop, feed: Feed, { fate, number }: Wish): Promise<void> {
  switch (fate) {
    case 'despatched-before-confirm':
      return complete(feed, number, parcelOf(number))
    case 'confirmed-twice':
      await Promise.all([confirm(feed, number), confirm(feed, number)])
      return
    case 'cancelled-after-list':
      await setStatus(gateway().url, shop, number, 'cancel')
      return confirm(feed, number)
    default:
      return confirm(feed, number)
  }
}

async function despatch(feed: Feed, { fate, number }: Wish): Promise<void> {
  if (fate !== 'despatched-before-confirm') await complete(feed, number, parcelOf(number))
  switch (fate) {
    case 'despatched-before-confirm':
    case 'confirmed-again-late':
      return confirm(feed, number)
    case 'despatched-twice':
      return complete(feed, number, parcelOf(number))
    case 'two-parcels':
      return complete(feed, number, secondParcelOf(number))
    case 'emptied-tracking':
      return complete(feed, number, noParcel)
  }
}

/** In another order than they were listed in, and always the same one. */
function shuffled<T>(things: readonly T[]): T[] {
  return things
    .map((thing, at) => ({ thing, key: (at * 7919) % 1009 }))
    .sort((a, b) => a.key - b.key)
    .map(({ thing }) => thing)
}

type Day = { readonly account: Account; readonly shop: Shop; readonly wishes: readonly Wish[] }

/** Answers as long as the cap, in the order of release, each order once and with its own lines. */
async function expectPages(pages: readonly FeedOrder[][], { account, wishes }: Day): Promise<void> {
  const listed = wishes.filter((wish) => !isNeverListed(wish)).map(({ number }) => number)
  expect(pages.map((page) => page.length)).toEqual([100, 100, listed.length - 200, 0])
  const released = await gateway().database.sql`
    select number from order_states
    where account_id = ${account.id} and release_number is not null order by release_number`
  const numbers = released.map(({ number }) => String(number))
  expect(pages.flat().map(({ OrderNumber }) => OrderNumber)).toEqual(
    numbers.filter((number) => listed.includes(number)),
  )
  for (const { OrderNumber, OrderValue, OrderItems, LastName } of pages.flat()) {
    const at = wishes.findIndex(({ number }) => number === OrderNumber)
    expect(LastName).toBe(`Example ${at}`)
    expect(OrderValue).toBe(Math.round(1290 * mugsOf(at)) / 100)
    expect(OrderItems).toEqual([{ SKU: 'MUG-01', Name: 'Stoneware mug', Quantity: mugsOf(at) }])
  }
}

/** What the shop sees, which parcels stand in the book, and what happened, all to the letter. */
async function expectEnd(wish: Wish, { account, shop }: Day): Promise<void> {
  const { fate, number } = wish
  const { ctx, url } = gateway()
  const hasTwo = fate === 'two-parcels'
  const parcels = [parcelOf(number), ...(hasTwo ? [secondParcelOf(number)] : [])]
  const reported = isNeverSent(wish) ? [] : parcels
  const { result } = await callSigned(url, shop, 'getOrderDetails', { bill_id: number })
  expect(result, `${fate} ${number}`).toMatchObject({
    rpo: reported.at(-1)?.tracking ?? '',
    delivery_status: isNeverSent(wish) ? '' : 'sent',
  })
  const { shipments } = await findOrder(ctx, account, Number(number))
  const kept = shipments.map(({ service, tracking, link }) => ({ service, tracking, link }))
  expect(kept, `${fate} ${number}`).toEqual(reported)
  const history = (await historyOf(ctx, account, Number(number))).map(({ kind }) => kind)
  expect(history, `${fate} ${number}`).toEqual(histories[fate] ?? usualHistory)
}

/** Only what was cancelled too late, each once. */
async function expectAttention({ account, wishes }: Day): Promise<void> {
  const rows = await gateway().database.sql`
    select number, reason from attention where account_id = ${account.id}`
  const late = wishes.filter(({ fate }) => fate === 'cancelled-after-list')
  expect(rows.map(({ number, reason }) => `${number} ${reason}`).sort()).toEqual(
    late.map(({ number }) => `${number} cancelled-after-hand-over`).sort(),
  )
}

/** Every order takes its mugs, and those that were cancelled have given them back. */
async function expectStock({ account, wishes }: Day): Promise<void> {
  const taken = wishes
    .filter(({ fate }) => !fate.startsWith('cancelled'))
    .reduce((sum, { at }) => sum + mugsOf(at), 0)
  const rows = await gateway().database.sql`
    select quantity from stock where account_id = ${account.id}`
  expect(rows.map(({ quantity }) => quantity)).toEqual([stockedMugs - taken])
}

describe('a day of a shop and its warehouse', () => {
  it('ends with every parcel reported once, an empty feed and a true history', async () => {
    const { account, shop, feed } = await aShopAndItsWarehouse(gateway())
    const wishes = await morning(shop, 250)
    const day: Day = { account, shop, wishes }
    const byNumber = new Map(wishes.map((wish) => [wish.number, wish]))

    const pages = await pollUntilEmpty(feed, async ({ OrderNumber }) => {
      const wish = byNumber.get(OrderNumber)
      if (wish === undefined) throw new Error(`nobody ordered ${OrderNumber}`)
      await takeOver(shop, feed, wish)
    })
    await expectPages(pages, day)

    const despatched = wishes.filter((wish) => !isNeverSent(wish))
    await severalAtOnce(shuffled(despatched), 8, (wish) => despatch(feed, wish))
    expect(await listFeed(feed)).toEqual([])
    await severalAtOnce(wishes, 8, (wish) => expectEnd(wish, day))
    await expectAttention(day)
    await expectStock(day)
    expect(gateway().logText()).not.toContain(feed.key)
  })
})
