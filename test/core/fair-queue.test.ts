import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFairQueue, type FairQueue } from '../../src/core/fair-queue.ts'

type Item = { readonly accountId: number; readonly id: number }

const item = (accountId: number, id: number): Item => ({ accountId, id })
const ids = (items: readonly Item[]) => items.map(({ id }) => id)
const all = () => true

function filled(...items: readonly Item[]): FairQueue<Item> {
  const queue = createFairQueue<Item>()
  for (const one of items) queue.push(one)
  return queue
}

describe('a fair queue', () => {
  it('is first in, first out for one account', () => {
    const queue = filled(item(1, 1), item(1, 2), item(1, 3))
    expect(ids(queue.take(2, all))).toEqual([1, 2])
    expect(ids(queue.take(2, all))).toEqual([3])
    expect(queue.take(2, all)).toEqual([])
    expect(queue.size()).toBe(0)
  })

  it('gives a quiet account its share beside a loud one', () => {
    const loud = Array.from({ length: 100 }, (_, id) => item(1, id))
    const queue = filled(...loud, item(2, 1000), item(2, 1001))
    expect(ids(queue.take(4, all))).toEqual([0, 1, 1000, 1001])
  })

  it('hands what an account does not use to the next ones', () => {
    const queue = filled(item(1, 1), item(2, 2), item(2, 3), item(2, 4))
    expect(ids(queue.take(4, all))).toEqual([1, 2, 3, 4])
  })

  it('lets the account wait that was served last', () => {
    const queue = filled(item(1, 1), item(1, 2), item(2, 3), item(2, 4), item(3, 5))
    const served = [1, 2, 3, 4, 5].map(() => ids(queue.take(1, all))[0])
    expect(served).toEqual([1, 3, 5, 2, 4])
  })

  it('removes what is not accepted, without counting it', () => {
    const queue = filled(item(1, 1), item(1, 2), item(1, 3), item(1, 4))
    expect(ids(queue.take(2, ({ id }) => id % 2 === 0))).toEqual([2, 4])
    expect(queue.size()).toBe(0)
  })

  it('puts items back in front of their account, in their order', () => {
    const queue = filled(item(1, 3), item(2, 9))
    queue.unshift([item(1, 1), item(2, 8), item(1, 2)])
    expect(queue.size()).toBe(5)
    expect(ids(queue.take(6, ({ accountId }) => accountId === 1))).toEqual([1, 2, 3])
  })

  it('drops the oldest of each account and stops at the first that stays', () => {
    const queue = filled(item(1, 1), item(1, 9), item(1, 2), item(2, 3), item(2, 4))
    expect(ids(queue.dropWhile(({ id }) => id < 5))).toEqual([1, 3, 4])
    expect(queue.size()).toBe(2)
    expect(ids(queue.take(9, all))).toEqual([9, 2])
  })
})

type Act =
  | { readonly do: 'push'; readonly accountId: number }
  | { readonly do: 'take'; readonly most: number; readonly odd: boolean }
  | { readonly do: 'drop'; readonly upTo: number }
  | { readonly do: 'back' }

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('push'), accountId: fc.integer({ min: 1, max: 4 }) }),
  },
  fc.record({
    do: fc.constant('take'),
    most: fc.integer({ min: 1, max: 5 }),
    odd: fc.boolean(),
  }),
  fc.record({ do: fc.constant('drop'), upTo: fc.integer({ min: 0, max: 40 }) }),
  fc.constant<Act>({ do: 'back' }),
)

/** A queue and what it did; `back` returns the last batch, as a lane does with what waited. */
function played(acts: readonly Act[]) {
  const queue = createFairQueue<Item>()
  const taken: Item[] = []
  const gone: Item[] = []
  let pushed = 0
  let last: Item[] = []
  for (const one of acts) {
    if (one.do === 'push') {
      queue.push(item(one.accountId, pushed))
      pushed += 1
    } else if (one.do === 'take') {
      taken.push(...last)
      last = queue.take(one.most, (candidate) => {
        const wanted = !one.odd || candidate.id % 2 === 1
        if (!wanted) gone.push(candidate)
        return wanted
      })
      expect(last.length).toBeLessThanOrEqual(one.most)
    } else if (one.do === 'drop') {
      gone.push(...queue.dropWhile(({ id }) => id <= one.upTo))
    } else {
      queue.unshift(last)
      last = []
    }
  }
  taken.push(...last)
  return { queue, taken, gone, pushed }
}

describe('a fair queue, whatever is done to it', () => {
  it('loses nothing, doubles nothing and knows its size', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 80, size: 'max' }), (acts) => {
        const { queue, taken, gone, pushed } = played(acts)
        const size = queue.size()
        const rest = queue.take(1000, all)
        expect(rest).toHaveLength(size)
        expect(queue.size()).toBe(0)
        const everything = ids([...taken, ...gone, ...rest]).sort((a, b) => a - b)
        expect(everything).toEqual(Array.from({ length: pushed }, (_, id) => id))
      }),
    )
  })

  it('keeps the order of arrival within an account', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 80, size: 'max' }), (acts) => {
        const { queue, taken } = played(acts)
        const rest = queue.take(1000, all)
        for (const accountId of [1, 2, 3, 4]) {
          const own = ids([...taken, ...rest].filter((one) => one.accountId === accountId))
          expect(own).toEqual([...own].sort((a, b) => a - b))
        }
      }),
    )
  })

  it('serves every account that waits before it serves one twice', () => {
    const waiting = fc.array(fc.integer({ min: 1, max: 6 }), {
      minLength: 1,
      maxLength: 60,
      size: 'max',
    })
    fc.assert(
      fc.property(waiting, (accountIds) => {
        const queue = filled(...accountIds.map((accountId, id) => item(accountId, id)))
        const accounts = new Set(accountIds)
        const first = Array.from(accounts, () => queue.take(1, all)[0]?.accountId)
        expect(new Set(first)).toEqual(accounts)
      }),
    )
  })
})
