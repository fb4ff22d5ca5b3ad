import { describe, expect, it } from 'vitest'
import { noteDeliveries } from '../../src/core/apply-notices.ts'
import { changeOrder } from '../../src/core/change-order.ts'
import type { ChangeOrder } from '../../src/core/commands.ts'
import { historyOf } from '../../src/core/find-order.ts'
import { startHousekeeping } from '../../src/core/housekeeping.ts'
import type { Account } from '../../src/model/account.ts'
import { newOrderState } from '../../src/model/order.ts'
import type { BatchSql } from '../../src/store/batch-lane.ts'
import type { Subscription } from '../../src/store/subscriptions.ts'
import { useBook } from '../support/book.ts'
import { anAccount, anOrder } from '../support/fixtures.ts'
import { anEndpoint, dataIn, toldOf, typesIn } from './endpoints-told.ts'
import { draftWith } from './orders-in-hand.ts'

const book = useBook()
const author = { via: 'operator', credentialId: null }

async function aShop(): Promise<Account> {
  return (await anAccount(book().ctx)).account
}

function change(
  account: Account,
  number: number,
  command: ChangeOrder['command'],
  more: Partial<ChangeOrder> = {},
) {
  return changeOrder(book().ctx, account, { number, command, author, ...more })
}

const another = (at: number) => ({ buyer: { email: `buyer${at}@example.com` } })

describe('an event and what is told of it', () => {
  it('commit together, for each endpoint', async () => {
    const account = await aShop()
    const ids = [await anEndpoint(book(), account), await anEndpoint(book(), account)]
    const number = await anOrder(book().ctx, account)
    await change(account, number, { kind: 'pay' })
    const told = await toldOf(book(), account)
    expect(told.map(({ endpoint, seq, type }) => [endpoint, seq, type])).toEqual(
      ids.flatMap((id) => [
        [id, 1, 'order.placed'],
        [id, 2, 'order.paid'],
        [id, 3, 'order.released'],
      ]),
    )
    expect(dataIn(told[1])).toMatchObject({
      account: account.login,
      order: { number, payment: 'paid', buyer: { email: 'ada@example.com' } },
      event: { number: 2, kind: 'paid', via: 'operator', data: {}, text: null, attention: [] },
    })
    const events = await historyOf(book().ctx, account, number)
    expect(events.map(({ kind }) => `order.${kind}`)).toEqual(
      told.slice(0, 3).map(({ type }) => type),
    )
  })

  it('are none for a command that is refused, for one that changes nothing, for a repeat', async () => {
    const account = await aShop()
    await anEndpoint(book(), account)
    const callBytes = { name: 'CreateOrder', body: Buffer.from('the same') }
    const number = await anOrder(book().ctx, account, { callBytes })
    const before = await toldOf(book(), account)
    expect(typesIn(before)).toEqual([[1, 0, 'order.placed']])
    expect(await anOrder(book().ctx, account, { callBytes })).toBe(number)
    await expect(change(account, number, { kind: 'refund' })).rejects.toThrow()
    await change(account, number, { kind: 'reopen' })
    expect(await toldOf(book(), account)).toEqual(before)
  })

  it('stay only of the good commands where the database refuses one of a batch', async () => {
    const account = await aShop()
    const numbers: number[] = []
    for (let at = 0; at < 9; at += 1) {
      numbers.push(await anOrder(book().ctx, account, another(at)))
    }
    const guilty = numbers[4] as number
    await anEndpoint(book(), account, { types: ['order.paid'] })
    await book().database.sql.unsafe(`
      create function refuse_one() returns trigger language plpgsql as $$
        begin raise exception 'not this one'; end $$;
      create trigger refuse_one before update on order_states for each row
        when (new.account_id = ${account.id} and new.number = ${guilty})
        execute function refuse_one()`)
    const results = await Promise.allSettled(
      numbers.map((number) => change(account, number, { kind: 'pay' })),
    )
    await book().database.sql.unsafe('drop trigger refuse_one on order_states')
    expect(numbers.filter((_, at) => results[at]?.status === 'rejected')).toEqual([guilty])
    const told = await toldOf(book(), account)
    expect(told.map(({ number }) => number)).toEqual(numbers.filter((one) => one !== guilty))
  })

  it('follow the events of an order strictly, whatever arrives at once', async () => {
    const account = await aShop()
    await anEndpoint(book(), account)
    const numbers = await Promise.all(
      [1, 2, 3].map((at) =>
        anOrder(book().ctx, account, { ...another(at), followUps: [{ kind: 'pay' }] }),
      ),
    )
    const commands = ['cancel', 'reopen', 'return', 'comment', 'cancel', 'refund'] as const
    await Promise.all(
      numbers.flatMap((number) =>
        commands.map((kind) => change(account, number, { kind }, { notify: true })),
      ),
    )
    const told = await toldOf(book(), account)
    for (const number of numbers) {
      const own = told.filter((row) => row.number === number)
      const events = await historyOf(book().ctx, account, number)
      expect(own.filter(({ part }) => part === 0).map(({ seq }) => seq)).toEqual(
        events.map(({ seq }) => seq),
      )
      const places = own.map(({ seq, part }) => seq * 10 + part)
      expect(places).toEqual([...new Set(places)].sort((a, b) => a - b))
      expect(own.filter(({ type }) => type === 'order.notify')).toHaveLength(commands.length)
    }
  })

  it('reach whoever delivers, once they are there, and nobody where there are none', async () => {
    const { ctx } = book()
    const [account, quiet] = [await aShop(), await aShop()]
    await anEndpoint(book(), account)
    const heard: number[] = []
    const counts: Promise<number>[] = []
    ctx.deliveries.listen((ids) => {
      heard.push(...ids)
      counts.push(toldOf(book(), account).then((rows) => rows.length))
    })
    await anOrder(ctx, quiet)
    await anOrder(ctx, account)
    expect(heard).toEqual([account.id])
    expect(await Promise.all(counts)).toEqual([1])
    expect(await toldOf(book(), quiet)).toEqual([])
  })
})

describe('a message', () => {
  it('shows an order that arrives paid as each of its events left it', async () => {
    const account = await aShop()
    await anEndpoint(book(), account)
    await anOrder(book().ctx, account, { followUps: [{ kind: 'pay' }] })
    const told = await toldOf(book(), account)
    expect(typesIn(told)).toEqual([
      [1, 0, 'order.placed'],
      [2, 0, 'order.paid'],
      [3, 0, 'order.released'],
    ])
    const payments = told.map((row) => dataIn(row).order.payment)
    expect(payments).toEqual(['waiting', 'paid', 'paid'])
    for (const row of told) {
      expect(dataIn(row).order).not.toHaveProperty('accountId')
      expect(dataIn(row).order).toMatchObject({ total: '1500.00' })
      expect(dataIn(row).order.lines).toMatchObject([{ code: 'invoice', quantity: 1 }])
    }
  })

  it('shows what was ordered as its batch leaves it, an edit that comes later among it', async () => {
    const account = await aShop()
    const number = await anOrder(book().ctx, account)
    await anEndpoint(book(), account, { types: ['order.paid', 'order.edited'] })
    const content = { comment: 'by the back door', tag: 'late' }
    await Promise.all([
      change(account, number, { kind: 'pay' }),
      change(account, number, { kind: 'edit', content }),
    ])
    const told = await toldOf(book(), account)
    expect(told.map(({ type }) => type)).toEqual(['order.paid', 'order.edited'])
    for (const row of told) {
      expect(dataIn(row).order).toMatchObject({ ...content, payment: 'paid' })
    }
    expect(dataIn(told[1]).event.data).toEqual({ fields: ['comment', 'tag'] })
  })

  it('is made apart for words, for the wish that the buyer be told, and for attention', async () => {
    const account = await aShop()
    await anEndpoint(book(), account)
    const number = await anOrder(book().ctx, account)
    await change(account, number, { kind: 'hand-over', asServed: true })
    const more = { text: 'he rang', notify: true }
    await change(account, number, { kind: 'cancel' }, more)
    const told = (await toldOf(book(), account)).filter(({ seq }) => seq === 3)
    expect(typesIn(told)).toEqual([
      [3, 0, 'order.cancelled'],
      [3, 1, 'order.commented'],
      [3, 2, 'order.notify'],
      [3, 3, 'order.needs-attention'],
    ])
    const attention = ['cancelled-after-hand-over']
    const event = { kind: 'cancelled', data: { notify: 1 }, text: 'he rang', attention }
    for (const row of told) expect(dataIn(row).event).toMatchObject(event)
  })

  it('is one of a comment alone, and one more where the buyer should be told', async () => {
    const account = await aShop()
    const number = await anOrder(book().ctx, account)
    await anEndpoint(book(), account)
    await change(account, number, { kind: 'comment' }, { text: 'a word' })
    await change(account, number, { kind: 'reopen' }, { notify: true })
    const told = await toldOf(book(), account)
    expect(typesIn(told)).toEqual([
      [2, 0, 'order.commented'],
      [3, 0, 'order.commented'],
      [3, 2, 'order.notify'],
    ])
    expect(told.map((row) => dataIn(row).event.text)).toEqual(['a word', null, null])
  })

  it('leaves the wish with its event, beside the release number that this draws', async () => {
    const account = await aShop()
    const number = await anOrder(book().ctx, account)
    await change(account, number, { kind: 'pay' }, { notify: true })
    const last = (await historyOf(book().ctx, account, number)).at(-1)
    expect(last).toMatchObject({
      kind: 'released',
      data: { notify: 1, release: expect.any(Number) },
    })
  })
})

describe('an endpoint', () => {
  it('is told of its types alone', async () => {
    const account = await aShop()
    const paid = await anEndpoint(book(), account, { types: ['order.paid', 'order.notify'] })
    const form = await anEndpoint(book(), account, { format: 'influencersoft' })
    await anEndpoint(book(), account, { types: [] })
    const number = await anOrder(book().ctx, account)
    await change(account, number, { kind: 'pay' })
    await change(account, number, { kind: 'comment' }, { notify: true })
    const told = await toldOf(book(), account)
    expect(told.map(({ endpoint, seq, part, type }) => [endpoint, seq, part, type])).toEqual([
      [paid, 2, 0, 'order.paid'],
      [paid, 4, 2, 'order.notify'],
      [form, 1, 0, 'order.placed'],
      [form, 2, 0, 'order.paid'],
    ])
    expect(told[2]?.body).toMatch(/^id=\d+&first_name=Ada&/)
  })

  it('is told nothing while it is disabled, and nothing of another account', async () => {
    const [account, other] = [await aShop(), await aShop()]
    const disabled = await anEndpoint(book(), account, { disabled: true })
    const theirs = await anEndpoint(book(), other)
    const numbers = [await anOrder(book().ctx, account), await anOrder(book().ctx, other)]
    await Promise.all([
      change(account, numbers[0] as number, { kind: 'pay' }),
      change(other, numbers[1] as number, { kind: 'pay' }),
    ])
    expect(disabled).toBe(1)
    expect(await toldOf(book(), account)).toEqual([])
    const told = await toldOf(book(), other)
    expect(told.map(({ endpoint, number }) => [endpoint, number])).toEqual(
      [1, 2, 3].map(() => [theirs, numbers[1]]),
    )
    for (const row of told) expect(dataIn(row).account).toBe(other.login)
  })

  it('hears of what the timer does, and who did it', async () => {
    const { ctx } = book()
    const account = await aShop()
    await anEndpoint(book(), account, { types: ['order.expired'] })
    await anOrder(ctx, account, { cancelAt: ctx.now() - 1 })
    const keeper = startHousekeeping(ctx, { info: () => undefined, warn: () => undefined })
    await keeper.runOnce()
    await keeper.stop()
    const told = await toldOf(book(), account)
    expect(typesIn(told)).toEqual([[2, 0, 'order.expired']])
    expect(dataIn(told[0]).event).toMatchObject({ kind: 'expired', via: 'timer' })
  })
})

describe('the database', () => {
  const unasked = (() => {
    throw new Error('asked')
  }) as unknown as BatchSql
  const listener: Subscription = {
    accountId: 1,
    login: 'shop',
    endpointId: 1,
    format: 'standard',
    types: ['order.refunded'],
  }

  it.each<[string, ReadonlyMap<number, readonly Subscription[]>]>([
    ['nobody listens', new Map()],
    ['those who listen hear of other things', new Map([[1, [listener]]])],
    ['others listen', new Map([[2, [{ ...listener, accountId: 2, types: null }]]])],
  ])('is asked for no order where %s', async (_name, subscriptions) => {
    const draft = draftWith({})
    const event = { accountId: 1, number: 100, seq: 1, at: 0, credentialId: null, draw: null }
    const state = newOrderState(0)
    draft.events.push({ ...event, kind: 'paid', via: 'operator', data: {}, state })
    expect(await noteDeliveries(unasked, draft, subscriptions, () => 'x')).toEqual(new Set())
    expect(draft.deliveries).toEqual([])
  })
})
