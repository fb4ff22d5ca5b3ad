import { describe, expect, it } from 'vitest'
import { changeOrder } from '../../src/core/change-order.ts'
import type { Context } from '../../src/core/context.ts'
import { listOrders, writeOrderHeads, writeOrders } from '../../src/core/list-orders.ts'
import { Failure } from '../../src/model/failure.ts'
import type { Gate } from '../../src/store/gate.ts'
import { anAccount, anOrder } from '../support/fixtures.ts'
import { useGateway } from '../support/gateway.ts'

const gateway = useGateway()
const day = (text: string) => Date.parse(`${text}T12:00:00Z`)

async function all<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const shown: T[] = []
  for await (const page of pages) shown.push(...page)
  return shown
}

/** A shop with `count` orders, made a second apart. */
async function aShop(count: number, order: { readonly comment?: string } = {}) {
  const { ctx } = gateway()
  const { account } = await anAccount(ctx)
  const numbers = await Promise.all(
    Array.from({ length: count }, (_, at) =>
      anOrder(ctx, account, { ...order, createdAt: day('2024-03-01') + at * 1000 }),
    ),
  )
  return { account, numbers }
}

/** The context with every read of the database counted, and refused from `refusedFrom` on. */
function counting(refusedFrom = Number.POSITIVE_INFINITY) {
  const { ctx } = gateway()
  const reads: Promise<unknown>[] = []
  const inTime: Gate = (work, options) => {
    const read =
      reads.length + 1 >= refusedFrom
        ? Promise.reject(new Failure('busy'))
        : ctx.database.inTime(work, options)
    reads.push(read)
    return read
  }
  const counted: Context = { ...ctx, database: { ...ctx.database, inTime } }
  return { ctx: counted, reads }
}

describe('a list of orders', () => {
  it('holds long orders in short pages, each order once and in order', async () => {
    const { account, numbers } = await aShop(60, { comment: 'x'.repeat(20_000) })
    const pages: (readonly string[])[] = []
    const write = (order: object) =>
      JSON.stringify(order, (_, v) => (typeof v === 'bigint' ? 0 : v))
    for await (const page of writeOrders(gateway().ctx, account, {}, write)) pages.push(page)
    expect(pages.flat().map((text) => JSON.parse(text).number)).toEqual(numbers)
    for (const page of pages) expect(page.join('').length).toBeLessThan(64_000 + 25_000)
  })

  it('is read one page ahead of its caller and no further', async () => {
    const { account, numbers } = await aShop(500)
    const { ctx, reads } = counting()
    const pages = listOrders(ctx, account, {})
    const first = await pages.next()
    await Promise.all(reads)
    expect(reads.length).toBe(2)
    const rest = await all(pages)
    expect([...(first.value ?? []), ...rest].map(({ number }) => number)).toEqual(numbers)
  })

  it('that nobody wants any more may fail unheard', async () => {
    const { account } = await aShop(60)
    const { ctx, reads } = counting(2)
    const pages = listOrders(ctx, account, {})
    await pages.next()
    await pages.return()
    expect(reads.length).toBe(2)
    await expect(reads[1]).rejects.toThrow('busy')
  })

  it('breaks off with what the next page throws', async () => {
    const { account } = await aShop(60)
    await expect(all(listOrders(counting(2).ctx, account, {}))).rejects.toThrow('busy')
  })

  it('without lines shows all else as with them', async () => {
    const { account } = await aShop(3)
    const seen: object[] = []
    const write = (head: object): string => String(seen.push(head))
    await all(writeOrderHeads(gateway().ctx, account, {}, write))
    const orders = await all(listOrders(gateway().ctx, account, {}))
    expect(seen).toEqual(orders.map(({ lines, ...head }) => head))
    expect(orders.map(({ lines }) => lines.length)).toEqual([1, 1, 1])
  })

  it('by time of payment finds orders whenever they were made, and no others', async () => {
    const { ctx } = gateway()
    const { account } = await anAccount(ctx)
    const make = async (made: string, paid?: string) => {
      const number = await anOrder(ctx, account, { createdAt: day(made) })
      const author = { via: 'operator', credentialId: null }
      const command = { kind: 'pay' as const, at: day(paid ?? made) }
      if (paid !== undefined) await changeOrder(ctx, account, { number, command, author })
      return number
    }
    const old = await make('2021-01-01', '2024-04-02')
    await make('2022-01-01')
    await make('2023-01-01', '2023-01-02')
    // Paid, as its shop says, before it was made.
    const early = await make('2024-05-01', '2024-04-03')
    const list = async (from: string, to: string, more = {}) => {
      const filter = { paidFrom: day(from), paidTo: day(to), payment: ['paid' as const], ...more }
      return (await all(listOrders(ctx, account, filter))).map(({ number }) => number)
    }
    expect(await list('2024-04-01', '2024-04-30')).toEqual([old, early])
    expect(await list('2024-04-01', '2024-04-30', { createdFrom: day('2022-01-01') })).toEqual([
      early,
    ])
    expect(await list('2024-04-01', '2024-04-30', { createdTo: day('2022-01-01') })).toEqual([old])
    expect(await list('2024-06-01', '2024-06-30')).toEqual([])
  })
})
