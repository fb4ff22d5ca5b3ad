import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { findOrder, historyOf } from '../../src/core/find-order.ts'
import { call } from '../dialects/influencersoft/client.ts'
import { get as poll } from '../dialects/mintsoft/client.ts'
import { aClient } from '../dialects/opencart/client.ts'
import { basicHeader, get, pathOf } from '../dialects/shopsite/client.ts'
import { anOrder } from '../support/fixtures.ts'
import { aFullAccount } from '../support/full-account.ts'
import { useGateway } from '../support/gateway.ts'
import { type AnyRow, everyRow, hits } from '../support/search-tables.ts'
import {
  aBuyer,
  aShop,
  aStranger,
  change,
  email,
  erase,
  rowsOf,
  type Shop,
  sendIt,
  words,
} from './a-buyer.ts'

const gateway = useGateway()

async function sumsOf({ account, gateway }: Shop) {
  const { sql } = gateway.database
  return sql`
    select o.number, o.total, o.tax, o.discount, o.shipping_cost, o.totals, o.coupon, o.pay_key,
      o.created_at, s.payment, s.fulfilment, s.hidden, s.handed_over, s.release_number, s.label,
      s.paid_at, s.sent_at, s.released_at, s.parcels,
      (select json_agg(json_build_array(l.article, l.quantity, l.unit_price, l.unit_tax)
        order by l.position) from order_lines l
        where l.account_id = o.account_id and l.number = o.number) as lines
    from orders o join order_states s using (account_id, number)
    where account_id = ${account.id} order by o.number`
}

describe('a buyer who is erased', () => {
  let shop: Shop
  let orders: { placed: number; bought: number }
  let stranger: { placed: number; gave: number }
  let before: AnyRow[]
  let otherAccounts: AnyRow[]
  let sums: unknown
  let said: { code: number; out: string; err: string }

  beforeAll(async () => {
    const { ctx, database } = gateway()
    shop = await aShop(gateway())
    const full = await aFullAccount(ctx, database.sql, `fu-${randomBytes(5).toString('hex')}`)
    // The same person is another merchant's buyer as well.
    await anOrder(ctx, full.account, { buyer: { email, firstName: 'Anneliese' } })
    orders = await aBuyer(shop)
    stranger = await aStranger(shop)
    await change(shop, orders.placed, sendIt)
    await change(shop, orders.bought, { kind: 'cancel' })
    // What the gateway writes by itself when it suits it: uses of keys, counts, timers, the daily line.
    await gateway().records.runOnce()
    await gateway().housekeeping.runOnce()
    before = await everyRow(database.sql)
    otherAccounts = before.filter(({ accountId }) => accountId !== shop.account.id)
    sums = await sumsOf(shop)
    said = await erase(shop, '--yes')
  })

  it('was there in many tables before', () => {
    const own = before.filter(({ accountId }) => accountId === shop.account.id)
    const tables = new Set(hits(own, words).map((hit) => hit.split('.')[0]))
    expect([...tables].sort()).toEqual([
      'contact_records',
      'customers',
      'deliveries',
      'delivery_attempts',
      'dialect_sessions',
      'order_comments',
      'order_lines',
      'orders',
      'refused_calls',
      'replays',
      'vouchers',
    ])
  })

  it('is in no column of any table, however it was written down', async () => {
    expect(said).toMatchObject({ code: 0, err: '' })
    expect(hits(await rowsOf(shop), words)).toEqual([])
  })

  it('leaves no digest over what she is', async () => {
    const { sql } = gateway().database
    const [left] = await sql`
      select
        (select count(*)::int from order_fingerprints
          where account_id = ${shop.account.id} and number = ${orders.placed}) as prints,
        (select count(*)::int from takings where account_id = ${shop.account.id}
          and number = ${orders.placed} and served_digest is not null) as digests`
    expect(left).toEqual({ prints: 0, digests: 0 })
  })

  it('leaves sums, states, articles and what was chosen from a list', async () => {
    expect(await sumsOf(shop)).toEqual(sums)
    const { lines } = await findOrder(gateway().ctx, shop.account, orders.bought)
    expect(lines[0]?.options).toEqual([
      { name: 'Engraving', value: '', optionId: 3, type: 'textarea' },
      { name: 'Size', value: 'Large', optionId: 4, valueId: 9, type: 'select' },
    ])
    expect(lines[1]).toMatchObject({ title: 'Gift voucher', options: [{ name: 'code' }] })
  })

  it('leaves every other row of the shop as it was, to the byte', async () => {
    const after = new Set((await rowsOf(shop)).map(({ table, text }) => `${table} ${text}`))
    const own = new Set<number | null>([orders.placed, orders.bought, stranger.gave])
    const changed = before
      .filter(({ accountId }) => accountId === shop.account.id)
      .filter(({ table, text }) => !after.has(`${table} ${text}`))
      .filter((row) => row.number === null || !own.has(row.number))
      // How many calls came is written down when it suits the gateway.
      .filter(({ table }) => !table.startsWith('call_'))
    const unlike = changed.filter((row) => hits([row], words).length === 0)
    // A body may hold her in a way that nobody would find.
    expect(new Set(unlike.map(({ table }) => table))).toEqual(new Set(['refused_calls']))
  })

  it('takes of the order of a friend nothing but whom the voucher was for', async () => {
    const { buyer, lines, comment } = await findOrder(gateway().ctx, shop.account, stranger.gave)
    expect(buyer.email).toBe('ada.guest@example.com')
    expect(lines.at(-1)?.title).toBe('Gift voucher')
    expect(comment).toBe(null)
    const { sql } = gateway().database
    const rows = await sql`
      select data from vouchers where account_id = ${shop.account.id}
        and number = ${stranger.gave}`
    expect(rows[0]?.data).toMatchObject({ fromName: 'Carl', toName: '', toEmail: '' })
    const messages = await sql`
      select body from deliveries where account_id = ${shop.account.id}
        and number = ${stranger.gave} and state = 'waiting'`
    expect(messages.length).toBeGreaterThan(0)
    for (const { body } of messages) {
      expect(JSON.parse(body).data.order).toMatchObject({
        buyer: { email: 'ada.guest@example.com' },
      })
      expect(body).toContain('"title":"Gift voucher"')
    }
  })

  it('stays with other merchants', async () => {
    const rows = await everyRow(gateway().database.sql)
    const others = rows.filter(({ accountId }) => accountId !== shop.account.id)
    expect(others).toEqual(otherAccounts)
  })

  it('stands as an event without her name', async () => {
    const history = await historyOf(gateway().ctx, shop.account, orders.placed)
    expect(history.at(-1)).toMatchObject({ kind: 'erased', via: 'operator' })
    const { sql } = gateway().database
    const [event] = await sql`
      select kind, data from account_events where account_id = ${shop.account.id}
      order by id desc limit 1`
    expect(event).toMatchObject({
      kind: 'buyer-erased',
      data: { orders: 2, customers: 1, contacts: 1, vouchers: 2, answers: 1, keptRequests: 3 },
    })
  })

  it('is told what an erasure does not reach', () => {
    expect(said.out).toContain('Backups that were made before still hold')
  })

  it('is told of by no message', async () => {
    const { sql } = gateway().database
    const rows = await sql`
      select body, state from deliveries
      where account_id = ${shop.account.id} and number = ${orders.placed}`
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) expect(row).toEqual({ body: '', state: 'delivered' })
    const { out } = await shop.console.run(`delivery list ${shop.login} --order ${orders.placed}`)
    const id = /msg_\S+/.exec(out)?.[0] ?? ''
    const again = await shop.console.run(`delivery resend ${shop.login} ${id}`)
    expect(again.err).toContain('the buyer of it was erased')
  })

  it('is nobody the second time', async () => {
    const again = await erase(shop, '--yes')
    expect(again).toMatchObject({ code: 0, out: 'There is nothing about this person.' })
  })

  it('does not stop any dialect from showing the order', async () => {
    const logged = gateway().logText().length
    const { account, login, influencersoft, mintsoft } = shop
    const details = await call(gateway(), influencersoft, 'getOrderDetails', {
      bill_id: orders.placed,
    })
    expect(details.code).toBe(0)
    for (const name of ['getOrdersWithGoods', 'GetOrders']) {
      const list = await call(gateway(), influencersoft, name, { from: 1, to: 4_000_000_000 })
      expect(list.status).toBe(200)
    }
    expect((await poll(gateway(), mintsoft)).status).toBe(200)
    const client = await aClient(gateway(), login)
    const { order } = await client.call('api/order/info', { order_id: orders.bought })
    expect(order).toMatchObject({ order_id: String(orders.bought), email: '', firstname: '' })
    for (const status of [1, 2, 3, 7]) {
      const { orders: rows } = await client.call('api/zstore/orders', { status_id: status })
      expect(Array.isArray(rows)).toBe(true)
    }
    const document = await get(gateway(), `${pathOf({ account })}?dbname=orders`, basicHeader())
    expect(document.text).toContain(`<OrderNumber>`)
    expect(document.text).not.toContain('Lindqvist')
    const lines = gateway().logText().slice(logged).trim().split('\n')
    expect(lines.filter((line) => line !== '' && JSON.parse(line).level >= 50)).toEqual([])
  })
})
