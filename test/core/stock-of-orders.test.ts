import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changeOrder } from '../../src/core/change-order.ts'
import type { ChangeCommand } from '../../src/core/commands.ts'
import { historyOf } from '../../src/core/find-order.ts'
import { listGoods } from '../../src/core/goods.ts'
import { placeOrder } from '../../src/core/place-order.ts'
import type { Account } from '../../src/model/account.ts'
import { useBook } from '../support/book.ts'
import { anAccount, anOrder, someGoods } from '../support/fixtures.ts'

const book = useBook()
const author = { via: 'operator', credentialId: null }
const parcel = { service: 'Post', tracking: 'A1', link: '' }
const send = { kind: 'send', parcel, via: 'operator', replaces: false } as const

/** A shop with 10 mugs and 20 pens; its other products keep no stock. */
async function aShop(): Promise<Account> {
  const goods = [
    ...someGoods.map((good) => (good.code === 'mug' ? { ...good, stock: 10 } : good)),
    { code: 'pen', title: 'Pen', price: 10_000n, stock: 20 },
  ]
  return (await anAccount(book().ctx, { goods })).account
}

async function levels(account: Account): Promise<Record<string, number | null>> {
  const found: [string, number | null][] = []
  for await (const page of listGoods(book().ctx, account)) {
    found.push(...page.map(({ code, stock }) => [code, stock] as [string, number | null]))
  }
  return Object.fromEntries(found)
}

const change = (account: Account, number: number, command: ChangeCommand) =>
  changeOrder(book().ctx, account, { number, command, author })

const mugs = (quantity: number) => ({ lines: [{ code: 'mug', quantity }] })

describe('the stock that orders take', () => {
  it('is taken by placing, of products that keep stock and of no other', async () => {
    const account = await aShop()
    const lines = ['mug', 'invoice', 'pen'].map((code, at) => ({ code, quantity: at + 2 }))
    await anOrder(book().ctx, account, { lines })
    expect(await levels(account)).toEqual({ invoice: null, sales: null, mug: 8, pen: 16 })
  })

  it('is that of all lines of a product, and may go below zero', async () => {
    const account = await aShop()
    const lines = [7, 8].map((quantity) => ({ code: 'mug', quantity }))
    const number = await anOrder(book().ctx, account, { lines })
    expect(await levels(account)).toMatchObject({ mug: -5, pen: 20 })
    await change(account, number, { kind: 'cancel' })
    expect(await levels(account)).toMatchObject({ mug: 10, pen: 20 })
  })

  it.each<[string, readonly ChangeCommand[], number]>([
    ['comes back once when the order is cancelled', [{ kind: 'cancel' }, { kind: 'cancel' }], 10],
    ['comes back once by cancel and refund', ['pay', 'cancel', 'refund'].map(plain), 10],
    ['comes back by a refund', ['pay', 'refund'].map(plain), 10],
    ['comes back when the timer ends the order', [{ kind: 'expire' }], 10],
    ['is taken again by a payment', ['cancel', 'pay'].map(plain), 7],
    ['is taken again by a reopening', ['cancel', 'reopen', 'reopen'].map(plain), 7],
    ['stays away when goods have left', [send, { kind: 'cancel' }], 7],
    ['stays away when goods came home', ['return', 'cancel'].map(plain), 7],
    [
      'stays as it is where goods left a cancelled order',
      [{ kind: 'cancel' }, send, plain('pay')],
      10,
    ],
    ['stays away from a hidden order', [{ kind: 'hide' }], 7],
    ['comes back of an order that was cancelled and hidden', ['cancel', 'hide'].map(plain), 10],
  ])('%s', async (_name, commands, level) => {
    const account = await aShop()
    const number = await anOrder(book().ctx, account, mugs(3))
    for (const command of commands) await change(account, number, command)
    expect(await levels(account)).toMatchObject({ mug: level })
  })

  it('comes back the same when all arrives in one batch', async () => {
    const account = await aShop()
    const number = await anOrder(book().ctx, account, mugs(3))
    const kinds = ['cancel', 'pay', 'cancel', 'reopen', 'cancel'] as const
    await Promise.all(kinds.map((kind) => change(account, number, { kind })))
    expect(await levels(account)).toMatchObject({ mug: 10 })
  })

  it.each<[string, readonly ChangeCommand[], number]>([
    ['paid', ['pay'].map(plain), 6],
    ['cancelled', ['cancel'].map(plain), 10],
    ['paid and refunded', ['pay', 'refund'].map(plain), 10],
    ['cancelled and revived', ['cancel', 'pay'].map(plain), 6],
    ['sent and cancelled', [send, plain('cancel')], 6],
  ])('is right for an order that arrives %s', async (_name, followUps, level) => {
    const account = await aShop()
    const lines = [1, 3].map((quantity) => ({ code: 'mug', quantity }))
    const number = await anOrder(book().ctx, account, { lines, followUps })
    expect(await levels(account)).toMatchObject({ mug: level })
    await change(account, number, { kind: 'cancel' })
    const after = followUps.includes(send) ? level : 10
    expect(await levels(account)).toMatchObject({ mug: after })
  })

  it('is taken once by a call that comes twenty times', async () => {
    const account = await aShop()
    const callBytes = { name: 'CreateOrder', body: Buffer.from('the same') }
    const order = {
      author,
      buyer: { email: 'ada@example.com' },
      billing: {},
      ...mugs(2),
      callBytes,
    }
    const placed = await Promise.all(
      Array.from({ length: 20 }, () => placeOrder(book().ctx, account, order)),
    )
    expect(new Set(placed.map(({ number }) => number)).size).toBe(1)
    expect(await levels(account)).toMatchObject({ mug: 8 })
  })

  it('is not taken by an order that is refused', async () => {
    const account = await aShop()
    const followUps = [{ kind: 'refund' as const }]
    await expect(anOrder(book().ctx, account, { ...mugs(2), followUps })).rejects.toThrow(
      'order-not-paid',
    )
    expect(await levels(account)).toMatchObject({ mug: 10 })
  })

  it('of one account is nothing to another with the same codes', async () => {
    const [one, other] = await Promise.all([aShop(), aShop()])
    await anOrder(book().ctx, one, mugs(4))
    expect([await levels(one), await levels(other)]).toMatchObject([{ mug: 6 }, { mug: 10 }])
  })
})

describe('however orders and changes fall together', () => {
  const kinds = ['pay', 'cancel', 'reopen', 'refund', 'return', 'expire', 'hide', 'unhide'] as const
  const command = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom<ChangeCommand>(...kinds.map((kind) => ({ kind }))) },
    { weight: 1, arbitrary: fc.constant<ChangeCommand>(send) },
  )
  const order = fc.record({
    lines: fc.array(
      fc.record({
        code: fc.constantFrom('mug', 'pen', 'invoice'),
        quantity: fc.integer({ min: 1, max: 9 }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    commands: fc.array(command, { maxLength: 8 }),
  })

  it('the level is what there was, less what the orders still hold', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(order, { minLength: 5, maxLength: 25, size: 'max' }),
        async (all) => {
          const account = await aShop()
          const held = { mug: 0, pen: 0, invoice: 0 }
          await Promise.all(
            all.map(async ({ lines, commands }) => {
              const number = await anOrder(book().ctx, account, { lines })
              // Refusals are part of it.
              await Promise.allSettled(commands.map((one) => change(account, number, one)))
              const history = await historyOf(book().ctx, account, number)
              if (!stillHolds(history.map(({ kind }) => kind))) return
              for (const { code, quantity } of lines) held[code as keyof typeof held] += quantity
            }),
          )
          expect(await levels(account)).toMatchObject({
            mug: 10 - held.mug,
            pen: 20 - held.pen,
            invoice: null,
          })
        },
      ),
      { numRuns: 12 },
    )
  })
})

/** Told from the history alone: what was called off before it left is no longer held. */
function stillHolds(history: readonly string[]): boolean {
  let left = false
  let holds = true
  for (const kind of history) {
    if (['sent', 'returned'].includes(kind)) left = true
    if (left) continue
    if (['cancelled', 'expired', 'refunded'].includes(kind)) holds = false
    if (['revived', 'reopened'].includes(kind)) holds = true
  }
  return holds
}

function plain(kind: string): ChangeCommand {
  return { kind } as ChangeCommand
}
