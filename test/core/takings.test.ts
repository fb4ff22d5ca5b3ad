import { describe, expect, it } from 'vitest'
import { rememberServed, takersOf } from '../../src/core/awaiting-shipment.ts'
import { changeOrder } from '../../src/core/change-order.ts'
import { revoke } from '../../src/core/credentials.ts'
import { takingsOf } from '../../src/core/find-order.ts'
import type { Account } from '../../src/model/account.ts'
import { useBook } from '../support/book.ts'
import { anOrder } from '../support/fixtures.ts'
import { digest, send, warehouseOf } from './warehouse.ts'

const book = useBook()
const { aShop, aTaker, change, confirm, kinds, listed, paidOrder, reasons, serve } = warehouseOf(
  () => book().ctx,
)

describe('a confirmation', () => {
  it("takes the order out of its taker's list and of no other's", async () => {
    const account = await aShop()
    const [mine, other] = [await aTaker(account), await aTaker(account)]
    const [number, next] = [await paidOrder(account), await paidOrder(account)]
    expect(await confirm(account, number, mine)).toMatchObject({ changed: true, found: true })
    expect(await listed(account, [mine])).toEqual([next])
    expect(await listed(account, [other])).toEqual([number, next])
    expect(await listed(account, [other, mine])).toEqual([next])
    expect(await listed(account)).toEqual([number, next])
    expect(await kinds(account, number)).toEqual(['placed', 'paid', 'released', 'handed-over'])
  })

  it('is counted each time, and changes nothing more', async () => {
    const account = await aShop()
    const taker = await aTaker(account)
    const number = await paidOrder(account)
    const outcomes = await Promise.all([1, 2, 3].map(() => confirm(account, number, taker)))
    expect(outcomes.filter(({ changed }) => changed)).toHaveLength(1)
    await confirm(account, number, taker)
    expect(await takingsOf(book().ctx, account, number)).toMatchObject([
      { credentialId: taker, confirmedTimes: 4, confirmedAt: expect.any(Number) },
    ])
    expect(await kinds(account, number)).toEqual(['placed', 'paid', 'released', 'handed-over'])
    expect(await reasons(account, number)).toEqual([])
  })

  it('of an order as it was shown needs nobody', async () => {
    const account = await aShop()
    const taker = await aTaker(account)
    const number = await paidOrder(account)
    await serve(account, taker, number, 'v1')
    await serve(account, taker, number, 'v2')
    await confirm(account, number, taker, 'v2')
    expect(await reasons(account, number)).toEqual([])
  })

  it('of an order that was shown otherwise needs attention, once', async () => {
    const account = await aShop()
    const taker = await aTaker(account)
    const number = await paidOrder(account)
    await serve(account, taker, number, 'v1')
    await confirm(account, number, taker, 'v2')
    await confirm(account, number, taker, 'v3')
    expect(await reasons(account, number)).toEqual(['changed-after-export'])
  })

  it('of a second warehouse that was shown otherwise needs attention too', async () => {
    const account = await aShop()
    const [first, second] = [await aTaker(account), await aTaker(account)]
    const number = await paidOrder(account)
    await serve(account, second, number, 'v1')
    await serve(account, first, number, 'v2')
    await confirm(account, number, first, 'v2')
    expect(await reasons(account, number)).toEqual([])
    await confirm(account, number, second, 'v2')
    expect(await reasons(account, number)).toEqual(['changed-after-export'])
  })

  it('by a new key of the same warehouse is held against what the old one was shown', async () => {
    const account = await aShop()
    const [old, fresh] = [await aTaker(account), await aTaker(account)]
    const takers = [old, fresh]
    const [same, other] = [await paidOrder(account), await paidOrder(account)]
    await serve(account, old, same, 'v1')
    await serve(account, old, other, 'v1')
    await confirm(account, same, fresh, 'v1', takers)
    await confirm(account, other, fresh, 'v2', takers)
    expect(await reasons(account, same)).toEqual([])
    expect(await reasons(account, other)).toEqual(['changed-after-export'])
    // What the key itself was shown last goes before.
    const third = await paidOrder(account)
    await serve(account, old, third, 'v1')
    await serve(account, fresh, third, 'v2')
    await confirm(account, third, fresh, 'v1', takers)
    expect(await reasons(account, third)).toEqual(['changed-after-export'])
  })

  it.each([
    ['cancel', 'cancelled-after-hand-over', true],
    ['refund', 'cancelled-after-hand-over', true],
    ['hide', 'hidden-after-hand-over', false],
    ['return', 'sent-after-hand-over', true],
  ] as const)('of an order after its %s needs attention: %s', async (kind, reason, found) => {
    const account = await aShop()
    const taker = await aTaker(account)
    const number = await paidOrder(account)
    await serve(account, taker, number, 'v1')
    await change(account, number, { kind })
    expect(await confirm(account, number, taker)).toMatchObject({ changed: true, found })
    expect(await reasons(account, number)).toEqual([reason])
    expect(await listed(account)).toEqual([])
  })

  it('before the cancellation makes that need attention', async () => {
    const account = await aShop()
    const taker = await aTaker(account)
    const number = await paidOrder(account)
    await confirm(account, number, taker)
    await change(account, number, { kind: 'cancel' })
    expect(await reasons(account, number)).toEqual(['cancelled-after-hand-over'])
  })

  it('leaves no trace where there is no such order', async () => {
    const account = await aShop()
    const taker = await aTaker(account)
    for (const number of [999_999_999, 0, -1, 2 ** 31, 1.5]) {
      await expect(confirm(account, number, taker)).rejects.toThrow('order-not-found')
    }
    const { sql } = book().database
    expect(await sql`select 1 from takings where account_id = ${account.id}`).toHaveLength(0)
  })

  it('ends well while lists are being noted', async () => {
    const account = await aShop()
    const taker = await aTaker(account)
    const numbers = await Promise.all(
      Array.from({ length: 60 }, () =>
        anOrder(book().ctx, account, { followUps: [{ kind: 'pay' }] }),
      ),
    )
    const note = (content: string) =>
      rememberServed(
        book().ctx,
        account,
        taker,
        numbers.map((number) => ({ number, digest: digest(content) })),
      )
    await Promise.all([
      ...Array.from({ length: 12 }, (_, at) => note(`v${at}`)),
      ...[...numbers].reverse().map((number) => confirm(account, number, taker)),
    ])
    expect(await listed(account, [taker])).toEqual([])
    const { sql } = book().database
    const rows = await sql`
      select number from takings
      where account_id = ${account.id} and confirmed_times = 1 order by number`
    expect(rows.map(({ number }) => number)).toEqual([...numbers].sort((a, b) => a - b))
  })
})

describe('what a warehouse was shown', () => {
  it('is noted first once, and as it looked last before the confirmation', async () => {
    const account = await aShop()
    const taker = await aTaker(account)
    const number = await paidOrder(account)
    for (const content of ['v1', 'v1', 'v2']) await serve(account, taker, number, content)
    const [before] = await takingsOf(book().ctx, account, number)
    expect(before).toMatchObject({ confirmedAt: null, confirmedTimes: 0 })
    expect(before?.digest).toBe(digest('v2').toString('hex'))
    await confirm(account, number, taker, 'v2')
    await serve(account, taker, number, 'v3')
    const [after] = await takingsOf(book().ctx, account, number)
    expect(after).toMatchObject({ digest: before?.digest, firstServedAt: before?.firstServedAt })
  })

  it('locks no row again that says so already', async () => {
    const account = await aShop()
    const taker = await aTaker(account)
    const number = await paidOrder(account)
    await serve(account, taker, number, 'v1')
    const { sql } = book().database
    const xmax = async () =>
      (await sql`select xmin::text, xmax::text from takings where account_id = ${account.id}`)[0]
    const before = await xmax()
    await serve(account, taker, number, 'v1')
    expect(await xmax()).toEqual(before)
  })
})

describe('the keys of one warehouse', () => {
  it('are those that belong together, the revoked ones too', async () => {
    const account = await aShop()
    const [old, fresh] = [await aTaker(account), await aTaker(account)]
    await revoke(book().ctx, account, old)
    const takers = await takersOf(book().ctx, account, ({ dialect }) => dialect === 'mintsoft')
    expect(takers.sort((a, b) => a - b)).toEqual([old, fresh].sort((a, b) => a - b))
  })
})

/** A parcel, told of by the warehouse that has the order in hand. */
function report(account: Account, number: number, credentialId: number) {
  return changeOrder(book().ctx, account, {
    number,
    command: { ...send, holds: true },
    author: { via: 'mintsoft', credentialId },
    takenBy: credentialId,
  })
}

describe('a parcel of an order that a warehouse has in hand', () => {
  it.each([
    ['from that warehouse needs nobody', true, []],
    ['from somebody else needs attention', false, ['sent-after-hand-over']],
  ])('%s', async (_name, holds, expected) => {
    const account = await aShop()
    const taker = await aTaker(account)
    const number = await paidOrder(account)
    await confirm(account, number, taker)
    await change(account, number, { ...send, holds })
    expect(await reasons(account, number)).toEqual(expected)
  })

  it('from that warehouse may come before its confirmation', async () => {
    const account = await aShop()
    const taker = await aTaker(account)
    const number = await paidOrder(account)
    await report(account, number, taker)
    expect(await confirm(account, number, taker)).toMatchObject({ changed: false })
    expect(await reasons(account, number)).toEqual([])
  })

  it('needs attention where a further warehouse takes over what has left, once', async () => {
    const account = await aShop()
    const [taker, key, other] = [
      await aTaker(account),
      await aTaker(account),
      await aTaker(account),
    ]
    const number = await paidOrder(account)
    await confirm(account, number, taker)
    await report(account, number, taker)
    await confirm(account, number, key, 'v1', [taker, key])
    expect(await reasons(account, number)).toEqual([])
    for (const _ of [1, 2]) await confirm(account, number, other)
    expect(await reasons(account, number)).toEqual(['sent-after-hand-over'])
  })

  it('from somebody else before the confirmation needs attention', async () => {
    const account = await aShop()
    const taker = await aTaker(account)
    const number = await paidOrder(account)
    await change(account, number, send)
    await confirm(account, number, taker)
    expect(await reasons(account, number)).toEqual(['sent-after-hand-over'])
  })

  it('notes the taking of who reports it unconfirmed, with it or not at all', async () => {
    const account = await aShop()
    const taker = await aTaker(account)
    const number = await paidOrder(account)
    expect((await report(account, number, taker)).state.handedOver).toBe(true)
    await expect(report(account, number + 1, taker)).rejects.toThrow('order-not-found')
    expect(await takingsOf(book().ctx, account, number)).toMatchObject([{ confirmedTimes: 1 }])
    expect(await takingsOf(book().ctx, account, number + 1)).toEqual([])
  })
})
