import { describe, expect, it } from 'vitest'
import { findOrder } from '../../src/core/find-order.ts'
import { settleDeliveries } from '../../src/store/delivery-tries.ts'
import { post, signedBody } from '../dialects/influencersoft/client.ts'
import { get as poll } from '../dialects/mintsoft/client.ts'
import { anOrder } from '../support/fixtures.ts'
import { useGateway } from '../support/gateway.ts'
import { until } from '../support/poll.ts'
import { hits } from '../support/search-tables.ts'
import {
  aBuyer,
  aShop,
  change,
  email,
  erase,
  folded,
  rowsOf,
  sendIt,
  wish,
  words,
} from './a-buyer.ts'

const gateway = useGateway()

describe('an order on its way', () => {
  it('keeps its buyer, and is named, unless the operator insists', async () => {
    const shop = await aShop(gateway())
    const { ctx } = gateway()
    const number = await anOrder(ctx, shop.account, {
      buyer: { email },
      lines: [{ code: 'mug', quantity: 1 }],
    })
    await change(shop, number, { kind: 'release' })
    const before = await rowsOf(shop)
    const refused = await erase(shop, '--yes')
    expect(refused.code).toBe(1)
    expect(refused.err).toContain(`order ${number} is on the way`)
    expect(await rowsOf(shop)).toEqual(before)
    const { out } = await erase(shop, '--dry-run')
    expect(out).toContain(`refused without --force: ${number}`)
    expect((await erase(shop, '--yes', '--force')).code).toBe(0)
    expect(hits(await rowsOf(shop), words)).toEqual([])
    // The warehouse has no use for it, and its list stays whole.
    expect((await poll(gateway(), shop.mintsoft)).json).toEqual([])
  })
})

describe('without a clear word', () => {
  it('nothing is erased', async () => {
    const shop = await aShop(gateway())
    await anOrder(gateway().ctx, shop.account, {
      buyer: { email },
      lines: [{ code: 'mug', quantity: 1 }],
    })
    const before = await rowsOf(shop)
    const asked = await erase(shop)
    expect(asked).toMatchObject({ code: 1 })
    expect(asked.err).toContain('add --yes')
    expect((await erase(shop, '--dry-run')).code).toBe(0)
    expect((await erase(shop, '--dry-run', '--yes')).code).toBe(0)
    expect(await rowsOf(shop)).toEqual(before)
    expect((await shop.console.run(`buyer erase ${shop.login} nobody --yes`)).err).toContain(
      'is no e-mail address',
    )
  })
})

describe('orders that come in while a buyer is erased', () => {
  it('are erased as well, or stand whole after it', async () => {
    const shop = await aShop(gateway())
    const { ctx } = gateway()
    const place = () =>
      anOrder(ctx, shop.account, {
        buyer: { email, firstName: 'Anneliese' },
        lines: [{ code: 'mug', quantity: 1 + Math.floor(Math.random() * 1000) }],
      })
    for (let count = 0; count < 30; count += 1) await place()
    const [first] = await Promise.all([
      erase(shop, '--yes'),
      ...Array.from({ length: 20 }, () => place()),
    ])
    expect(first?.code).toBe(0)
    const halves = await gateway().database.sql`
      select number from orders where account_id = ${shop.account.id}
        and (email_folded = '') <> (buyer = '{}')`
    expect(halves).toEqual([])
    expect((await erase(shop, '--yes')).code).toBe(0)
    expect(hits(await rowsOf(shop), words)).toEqual([])
  })
})

describe('a message under way while its buyer is erased', () => {
  it('keeps nothing of the answer that comes afterwards', async () => {
    const shop = await aShop(gateway())
    const { ctx, database } = gateway()
    const { placed } = await aBuyer(shop)
    await change(shop, placed, sendIt)
    const lease = ctx.now() + 60_000
    const [claimed] = await database.sql<{ endpoint: number; seq: number; part: number }[]>`
      update deliveries set leased_until = ${new Date(lease)}
      where account_id = ${shop.account.id} and number = ${placed} and state = 'waiting'
      returning endpoint_id as endpoint, seq, part`
    expect((await erase(shop, '--yes', '--force')).code).toBe(0)
    const settled = {
      accountId: shop.account.id,
      endpointId: claimed?.endpoint ?? 0,
      number: placed,
      seq: claimed?.seq ?? 0,
      part: claimed?.part ?? 0,
      tried: 1,
      leasedUntil: lease,
      at: ctx.now(),
      latencyMs: 5,
      status: 200,
      problem: null,
      answer: Buffer.from(`thanks, ${email}`),
      becomes: 'delivered',
      dueAt: ctx.now(),
    } as const
    await settleDeliveries(ctx.database.sql, ctx.now(), [settled], [])
    expect(hits(await rowsOf(shop), words)).toEqual([])
  })

  it('keeps nothing of an answer that comes in the very moment, either', async () => {
    const shop = await aShop(gateway())
    const { ctx, database } = gateway()
    const { placed } = await aBuyer(shop)
    const { id: accountId } = shop.account
    const lease = ctx.now() + 60_000
    const [claimed] = await database.sql<{ endpoint: number; seq: number; part: number }[]>`
      update deliveries set leased_until = ${new Date(lease)}
      where account_id = ${accountId} and number = ${placed} and state = 'waiting'
      returning endpoint_id as endpoint, seq, part`
    const { endpoint: endpointId = 0, seq = 0, part = 0 } = claimed ?? {}
    const answer = Buffer.from(`thanks, ${email}`)
    const settled = {
      ...{ accountId, endpointId, number: placed, seq, part, tried: 9, leasedUntil: lease },
      ...{ at: ctx.now(), latencyMs: 5, status: 200, problem: null, answer, dueAt: ctx.now() },
      becomes: 'delivered',
    } as const
    let settling: Promise<unknown> | undefined
    // As an erasure does it: it has the message in hand when the answer comes.
    await database.sql.begin(async (tx) => {
      await tx`
        select 1 from deliveries where account_id = ${accountId} and number = ${placed} for update`
      settling = settleDeliveries(ctx.database.sql, ctx.now(), [settled], [])
      await until('the answer to wait for the erasure', async () => {
        const [row] = await database.sql<{ waits: boolean }[]>`
          select exists (select 1 from pg_stat_activity where datname = current_database()
            and wait_event_type = 'Lock' and query like 'with tried%') as waits`
        return row?.waits === true
      })
      await tx`delete from deliveries where account_id = ${accountId} and number = ${placed}`
    })
    await settling
    const tries = await database.sql<{ answer: Buffer | null }[]>`
      select answer from delivery_attempts
      where account_id = ${accountId} and number = ${placed} and tried = 9`
    expect(tries).toEqual([{ answer: null }])
  })
})

describe('a customer with orders under another e-mail', () => {
  it('keeps those, and the operator is told which', async () => {
    const shop = await aShop(gateway())
    const { ctx, database } = gateway()
    await aBuyer(shop)
    const number = await anOrder(ctx, shop.account, {
      buyer: { email: 'other@else.example' },
      lines: [{ code: 'mug', quantity: 1 }],
    })
    await database.sql`
      update orders set customer_id = 7001
      where account_id = ${shop.account.id} and number = ${number}`
    const { out } = await erase(shop, '--yes', '--force')
    expect(out).toContain(`name another e-mail: orders ${number} of the same customer`)
    expect((await findOrder(ctx, shop.account, number)).buyer.email).toBe('other@else.example')
  })
})

describe('a captured call whose answer is forgotten', () => {
  it('is refused, and brings nobody back', async () => {
    const shop = await aShop(gateway())
    const { login, account, influencersoft } = shop
    const body = signedBody(wish, login, influencersoft.credential.secret)
    const send = () => post(gateway(), `/influencersoft/${login}/api/CreateOrder`, body)
    expect(await (await send()).json()).toMatchObject({ error_code: 0 })
    await gateway().database.sql`
      update replays set answer = answer || ${email} where account_id = ${account.id}`
    expect((await erase(shop, '--yes')).code).toBe(0)
    expect(await (await send()).json()).not.toMatchObject({ error_code: 0 })
    const orders = await gateway().database.sql`
      select number from orders where account_id = ${account.id}`
    expect(orders).toHaveLength(1)
    // The account keeps what refused calls sent, and this one came after the erasure.
    const before = (await rowsOf(shop)).filter(({ table }) => table !== 'refused_calls')
    expect(hits(before, words)).toEqual([])
  })
})

describe('an erasure that is broken off', () => {
  it('is finished by the next one', async () => {
    const shop = await aShop(gateway())
    const { database } = gateway()
    const orders = await aBuyer(shop)
    await change(shop, orders.placed, sendIt)
    await change(shop, orders.bought, { kind: 'cancel' })
    // One statement after another is the last that the database takes.
    for (const table of ['dialect_sessions', 'vouchers', 'customers', 'orders']) {
      await database.sql.unsafe(`
        create function stop_it() returns trigger language plpgsql as
          $$ begin raise exception 'cut off'; end $$;
        create trigger stop_it before update or delete on ${table}
          for each row execute function stop_it()`)
      expect((await erase(shop, '--yes')).code).not.toBe(0)
      await database.sql.unsafe('drop function stop_it() cascade')
      expect(hits(await rowsOf(shop), [folded])).not.toEqual([])
    }
    expect((await erase(shop, '--yes')).code).toBe(0)
    expect(hits(await rowsOf(shop), words)).toEqual([])
  })
})
