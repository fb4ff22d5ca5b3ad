import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChangeCommand } from '../../src/core/commands.ts'
import { useBook } from '../support/book.ts'
import { anOrder } from '../support/fixtures.ts'
import { send, warehouseOf } from './warehouse.ts'

const book = useBook()
const { aShop, change, kinds, listed, paidOrder } = warehouseOf(() => book().ctx)

describe('the list of what awaits shipment', () => {
  it('holds released orders in the order of their release, however late they were paid', async () => {
    const account = await aShop()
    const [first, second, third] = [
      await anOrder(book().ctx, account),
      await paidOrder(account),
      await anOrder(book().ctx, account, { paymentMethod: 'cod' }),
    ] as const
    await anOrder(book().ctx, account)
    await change(account, first, { kind: 'pay' })
    expect(await listed(account)).toEqual([second, third, first])
  })

  it('holds more orders than a page, each once', async () => {
    const account = await aShop()
    const pay = [{ kind: 'pay' as const }]
    const made: number[] = []
    await Promise.all(
      Array.from({ length: 230 }, async () => {
        made.push(await anOrder(book().ctx, account, { followUps: pay }))
      }),
    )
    const shown = await listed(account)
    expect(shown).toEqual([...made].sort((a, b) => a - b))
  })

  it.each<[string, readonly ChangeCommand[], boolean]>([
    ['cancelled', [{ kind: 'cancel' }], false],
    ['cancelled and paid again', [{ kind: 'cancel' }, { kind: 'pay' }], true],
    ['refunded', [{ kind: 'refund' }], false],
    ['sent', [send], false],
    ['returned unsent', [{ kind: 'return' }], false],
    ['hidden', [{ kind: 'hide' }], false],
    ['hidden and brought back', [{ kind: 'hide' }, { kind: 'unhide' }], true],
    ['hidden, sent and brought back', [{ kind: 'hide' }, send, { kind: 'unhide' }], false],
    ['commented', [{ kind: 'comment' }], true],
  ])('shows an order that was %s as it should', async (_name, commands, shown) => {
    const account = await aShop()
    const number = await paidOrder(account)
    const other = await paidOrder(account)
    for (const command of commands) await change(account, number, command)
    expect(await listed(account)).toEqual(shown ? [number, other] : [other])
  })

  it('shows nothing of another account', async () => {
    const [one, other] = [await aShop(), await aShop()]
    await paidOrder(one)
    expect(await listed(other)).toEqual([])
  })

  it('marks nothing by being read', async () => {
    const account = await aShop()
    const number = await paidOrder(account)
    expect([await listed(account), await listed(account)]).toEqual([[number], [number]])
    expect(await kinds(account, number)).toEqual(['placed', 'paid', 'released'])
  })
})

describe('whatever happens to orders', () => {
  const simple = [
    'pay',
    'cancel',
    'reopen',
    'refund',
    'return',
    'hide',
    'unhide',
    'release',
  ] as const
  const effect = { payment: 'none', fulfilment: 'none' } as const
  const command = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom<ChangeCommand>(...simple.map((kind) => ({ kind }))) },
    {
      weight: 2,
      arbitrary: fc.constantFrom<ChangeCommand>(
        send,
        { kind: 'hand-over', asServed: true },
        { kind: 'set-status', status: 2, effect, releases: true },
      ),
    },
  )
  const history = fc.record({
    paymentMethod: fc.constantFrom('card', 'cod'),
    followUps: fc.constantFrom<readonly ChangeCommand[]>(
      [],
      [{ kind: 'pay' }],
      [{ kind: 'pay' }, { kind: 'cancel' }],
    ),
    commands: fc.array(command, { maxLength: 9 }),
    oneByOne: fc.boolean(),
  })

  it('the list is what the states say', async () => {
    const account = await aShop()
    const all = fc.sample(history, 300)
    await Promise.all(
      all.map(async ({ commands, oneByOne, ...order }) => {
        const number = await anOrder(book().ctx, account, order)
        if (!oneByOne) {
          await Promise.allSettled(commands.map((one) => change(account, number, one)))
          return
        }
        for (const one of commands) await change(account, number, one).catch(() => undefined)
      }),
    )
    const { sql } = book().database
    const table = await sql`
      select release_number, number from awaiting_shipment
      where account_id = ${account.id} order by release_number`
    const states = await sql`
      select release_number, number from order_states
      where account_id = ${account.id} and released_at is not null and fulfilment = 'open'
        and not hidden and payment in ('waiting', 'paid')
      order by release_number`
    expect([...table]).toEqual([...states])
    expect(table.length).toBeGreaterThan(20)
    expect(await listed(account)).toEqual(states.map(({ number }) => number))
  })

  it('the migration fills the list with the same', async () => {
    const { sql } = book().database
    const before = await sql`select * from awaiting_shipment order by account_id, release_number`
    const file = new URL('../../drizzle/0003_warehouse.sql', import.meta.url)
    const fills = readFileSync(file, 'utf8').split('--> statement-breakpoint').at(-1) ?? ''
    expect(fills).toContain('INSERT INTO "awaiting_shipment"')
    await sql`delete from awaiting_shipment`
    await sql.unsafe(fills)
    const after = await sql`select * from awaiting_shipment order by account_id, release_number`
    expect([...after]).toEqual([...before])
  })
})
