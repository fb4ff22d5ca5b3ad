import { describe, expect, it } from 'vitest'
import { type DownloadFilter, downloadOrders } from '../../src/core/download-orders.ts'
import { takingsOf } from '../../src/core/find-order.ts'
import type { Account } from '../../src/model/account.ts'
import { useBook } from '../support/book.ts'
import { anOrder } from '../support/fixtures.ts'
import { send, warehouseOf } from './warehouse.ts'

const book = useBook()
const { aShop, aTaker, change, paidOrder, reasons } = warehouseOf(() => book().ctx)

type Wish = Partial<DownloadFilter> & { readonly credentialId: number }

/** Shown number and order number of each, in the order of the download. */
async function download(account: Account, { credentialId, ...filter }: Wish) {
  const author = { via: 'shopsite', credentialId }
  const found: [number, number][] = []
  const wish = { by: 'release', ...filter } as const
  for await (const page of downloadOrders(book().ctx, account, author, wish)) {
    found.push(...page.map(({ shown, order }): [number, number] => [shown, order.number]))
  }
  return found
}
const numbers = (found: readonly (readonly [number, number])[]) => found.map(([, number]) => number)

describe('a download of orders', () => {
  it('by release is not passed over by an order that is paid late', async () => {
    const account = await aShop()
    const credentialId = await aTaker(account)
    const late = await anOrder(book().ctx, account)
    const early = await paidOrder(account)
    const first = await download(account, { credentialId })
    expect(numbers(first)).toEqual([early])
    await change(account, late, { kind: 'pay' })
    const from = (first.at(-1)?.[0] ?? 0) + 1
    expect(numbers(await download(account, { credentialId, from }))).toEqual([late])
  })

  it('by number holds every order at once, paid or not', async () => {
    const account = await aShop()
    const credentialId = await aTaker(account)
    const made = [await anOrder(book().ctx, account), await paidOrder(account)]
    const found = await download(account, { credentialId, by: 'number' })
    expect(found).toEqual(made.map((number) => [number, number]))
  })

  it('keeps to its bounds, and gives the lowest numbers first', async () => {
    const account = await aShop()
    const credentialId = await aTaker(account)
    const made: number[] = []
    for (let n = 0; n < 6; n += 1) made.push(await paidOrder(account))
    const [first = 0] = (await download(account, { credentialId }))[0] ?? []
    const wish = { credentialId, from: first + 1, to: first + 4 }
    expect(numbers(await download(account, wish))).toEqual(made.slice(1, 5))
    expect(numbers(await download(account, { ...wish, most: 2 }))).toEqual(made.slice(1, 3))
    expect(await download(account, { ...wish, from: first + 5 })).toEqual([])
    expect(await download(account, { credentialId, most: 0 })).toEqual([])
  })

  it.each(['cancel', 'refund', 'hide'] as const)(
    'leaves out what was called off before: %s',
    async (kind) => {
      const account = await aShop()
      const credentialId = await aTaker(account)
      const [gone, kept] = [await paidOrder(account), await paidOrder(account)]
      await change(account, gone, { kind })
      expect(numbers(await download(account, { credentialId }))).toEqual([kept])
      expect(numbers(await download(account, { credentialId, by: 'number' }))).toEqual([kept])
      expect(await takingsOf(book().ctx, account, gone)).toEqual([])
    },
  )

  it('still holds an order that was cancelled after he had it, and a person must look', async () => {
    const account = await aShop()
    const [credentialId, other] = [await aTaker(account), await aTaker(account)]
    const number = await paidOrder(account)
    await download(account, { credentialId })
    await change(account, number, { kind: 'cancel' })
    expect(await reasons(account, number)).toEqual(['cancelled-after-hand-over'])
    expect(numbers(await download(account, { credentialId }))).toEqual([number])
    expect(await download(account, { credentialId: other })).toEqual([])
  })

  it('notes who has an order, once, however often he downloads it', async () => {
    const account = await aShop()
    const credentialId = await aTaker(account)
    const number = await paidOrder(account)
    for (const _ of [1, 2]) await download(account, { credentialId })
    const [taking, ...more] = await takingsOf(book().ctx, account, number)
    expect([taking?.credentialId, taking?.confirmedAt === null, more]).toEqual([
      credentialId,
      false,
      [],
    ])
    expect(await reasons(account, number)).toEqual([])
  })

  it('takes what had left already for history, and alarms nobody', async () => {
    const account = await aShop()
    const credentialId = await aTaker(account)
    const number = await paidOrder(account)
    await change(account, number, send)
    expect(numbers(await download(account, { credentialId }))).toEqual([number])
    expect(await takingsOf(book().ctx, account, number)).toMatchObject([{ credentialId }])
    expect(await reasons(account, number)).toEqual([])
  })

  it('gives each of many orders once to a pager, while others come in', async () => {
    const account = await aShop()
    const credentialId = await aTaker(account)
    const made = new Set<number>()
    const more = async () => {
      for (let n = 0; n < 15; n += 1) made.add(await paidOrder(account))
    }
    const coming = Promise.all(Array.from({ length: 16 }, more))
    const seen: number[] = []
    let from = 0
    let quiet = false
    for (;;) {
      const page = await download(account, { credentialId, from, most: 50 })
      seen.push(...numbers(page))
      from = (page.at(-1)?.[0] ?? from - 1) + 1
      if (page.length > 0) continue
      if (quiet) break
      await coming
      quiet = true
    }
    expect(seen).toHaveLength(240)
    expect(new Set(seen)).toEqual(made)
  })
})
