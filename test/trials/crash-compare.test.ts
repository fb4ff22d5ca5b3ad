import type postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { consoleOn } from '../commands/console.ts'
import { useGateway } from '../support/gateway.ts'
import { until } from '../support/poll.ts'
import { type Watcher, watchNumbers } from './crash-book.ts'
import { callAll, read } from './crash-callers.ts'
import { judgeKinds } from './crash-calls.ts'
import { compare, type Findings } from './crash-compare.ts'
import { openLedger } from './crash-ledger.ts'
import { startLoad } from './crash-load.ts'
import { addShop, newShop, storeFor } from './crash-shop.ts'

const gateway = useGateway({ runningClock: true })
const shop = newShop()
const ledger = openLedger()
const load = startLoad(shop, ledger)
let watcher: Watcher

const kinds = () => judgeKinds([...ledger.acknowledged.keys()])

beforeAll(async () => {
  const { ctx, url, database } = gateway()
  await addShop(ctx, shop)
  const stdin = Buffer.from(JSON.stringify(storeFor(shop)))
  const imported = await consoleOn(ctx).run(`import opencart ${shop.login} -`, { stdin })
  if (imported.code !== 0) throw new Error(imported.err)
  load.url = url
  watcher = watchNumbers(database.sql, shop.login)
  await callAll(load)
  const reading = (['released', 'placed', 'tokens'] as const).map((name) => read(load, name))
  await until('all kinds of calls', () => kinds().never.length === 0, 30_000).catch(() => undefined)
  load.stopped = true
  await Promise.all(reading)
  await watcher.stop()
}, 120_000)

afterAll(() => load.agent.destroy())

it('is what a gateway that nobody kills passes, with every kind of call acknowledged', async () => {
  expect(kinds()).toEqual({ never: [], unlisted: [] })
  expect(ledger.refused).toEqual([])
  const found = await compare(gateway().database.sql, shop, ledger, watcher)
  expect(found).toEqual({ lost: [], doubled: [], outOfOrder: [], missed: [] })
})

/** The findings where somebody has done this to the book; it is undone. */
async function findingsAfter(change: string): Promise<Findings> {
  const undone = new Error('undone')
  let found: Findings | undefined
  const changing = gateway().database.sql.begin(async (tx) => {
    const { count } = await tx.unsafe(change)
    if (count === 0) throw new Error(`nothing was there to be changed: ${change}`)
    found = await compare(tx as unknown as postgres.Sql, shop, ledger, watcher)
    throw undone
  })
  await expect(changing).rejects.toBe(undone)
  if (found === undefined) throw new Error('nothing was compared')
  return found
}

const one = (table: string): string => `ctid = (select min(ctid) from ${table})`

describe('a book from which something is gone', () => {
  it.each([
    ['an order', `update orders set email_folded = 'x' where ${one('orders')}`, /^order /],
    ['an event', `update order_events set kind = 'x' where kind = 'paid'`, /told .*paid/],
    ['a parcel', `delete from order_shipments`, /parcel/],
    ['a comment', `delete from order_comments`, /Waybill|Booked/],
    ['a piece in an order', `update order_lines set quantity = 9 where product_id = 40`, /told of/],
    ['a line', `delete from order_lines where product_id = 28`, /told of/],
    ['a price', `update products set price = 1 where article like 'sku-%'`, /price:sku/],
    ['a level', `update stock set quantity = 1 where quantity < 100`, /stock:sku/],
    ['a taking', `delete from takings`, /hand of (warehouse|mintsoft)/],
    ["an application's taking", `update takings set confirmed_at = null`, /hand of 7C41E0A9/],
    ['a report', `delete from contact_records where ${one('contact_records')}`, /^contact /],
    ['a piece', `update stock set quantity = quantity - 1 where product_id = 40`, /product 40/],
    ['a use', `update allowances set remaining = remaining - 1 where kind = 'coupon'`, /^coupon /],
    [
      "a customer's use",
      `update allowances set remaining = 1 where kind = 'coupon-of'`,
      /^coupon-of/,
    ],
    [
      'points',
      `update allowances set remaining = remaining - 1 where kind = 'points'`,
      /^points 7/,
    ],
    [
      'money',
      `update allowances set remaining = remaining - 0.01 where kind = 'voucher'`,
      /CRASHGIFT/,
    ],
    [
      'what a voucher paid',
      `update orders set totals = '[]' where totals is not null`,
      /^voucher money/,
    ],
    ['what a coupon did', `delete from allowance_uses where kind = 'coupon'`, /said and not used/],
    ['a bought voucher', `delete from vouchers where number is not null`, /sold for .*worth null/],
  ])('lacks %s, which is found', async (_what, change, words) => {
    const { lost } = await findingsAfter(change)
    expect(lost).toContainEqual(expect.stringMatching(words))
  })
})

/** One more row, as one that is there. */
const again = (table: string, changed: string, where: string): string =>
  `insert into ${table} select (jsonb_populate_record(t, '${changed}')).* from ${table} t
   where ${where}`

describe('a book that has something twice', () => {
  it.each([
    ['an event', again('order_events', '{"seq": 999}', `kind = 'revived'`), /told .*revived/],
    ['pieces', `update stock set quantity = quantity + 1 where product_id = 28`, /product 28/],
    [
      'money',
      `update allowances set remaining = remaining + 5 where kind = 'voucher'`,
      /CRASHGIFT/,
    ],
    ['a voucher', `update vouchers set number = 1 where number is null`, /sold for null/],
    [
      'a report',
      `update account_events set data = '{"call": "addtagtolead"}' where kind = 'contact-call'`,
      /^contact addtagtolead .*: 7 times, sent 1 times/,
    ],
  ])('holds %s, which is found', async (_what, change, words) => {
    const { doubled } = await findingsAfter(change)
    expect(doubled).toContainEqual(expect.stringMatching(words))
  })

  it('has events in another order, which is found', async () => {
    const { outOfOrder } = await findingsAfter(
      `update order_events set kind = case kind when 'paid' then 'released' else 'paid' end
       where kind in ('paid', 'released')`,
    )
    expect(outOfOrder).toContainEqual(expect.stringMatching(/told .*paid released/))
  })
})

it('finds numbers that a reader saw and nobody has, and ones that came too late', async () => {
  const [first = 0] = watcher.orders
  const seen = new Set([...watcher.orders, 999_999])
  seen.delete(first)
  const { lost, missed } = await compare(gateway().database.sql, shop, ledger, {
    ...watcher,
    orders: seen,
  })
  expect(lost).toEqual(['order 999999, which a reader had seen'])
  expect(missed).toEqual([`order ${first}`])
})
