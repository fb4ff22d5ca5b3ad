import { performance } from 'node:perf_hooks'
import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import type { ChangeCommand } from '../../src/core/commands.ts'
import { createCommitter } from '../../src/core/committer.ts'
import { historyOf } from '../../src/core/find-order.ts'
import type { OrderFacts } from '../../src/model/command.ts'
import { decide } from '../../src/model/decide.ts'
import { type Failure, isFailure } from '../../src/model/failure.ts'
import { newOrderState } from '../../src/model/order.ts'
import { useBook } from '../support/book.ts'
import { anAccount, anOrder } from '../support/fixtures.ts'

const book = useBook()
const author = { via: 'operator', credentialId: null }

function parcel(tracking: string): ChangeCommand {
  return {
    kind: 'send',
    at: 1_362_254_400_000,
    parcel: { service: '', tracking, link: '' },
    via: 'influencersoft',
    replaces: true,
  }
}

/** A made-up but repeatable mix of commands. */
function commandAt(step: number): ChangeCommand {
  const kinds: ChangeCommand[] = [
    { kind: 'pay' },
    { kind: 'cancel' },
    parcel(`RR${step}`),
    { kind: 'reopen' },
    { kind: 'return' },
    { kind: 'refund' },
    parcel('RR-same'),
  ]
  return kinds[(step * 7919 + (step >> 3)) % kinds.length] as ChangeCommand
}

describe('the committer', () => {
  test('stops though the database is silent, once its callers have an answer', async () => {
    const silent = { transaction: () => new Promise<never>(() => undefined), close: async () => {} }
    const committer = createCommitter({
      openLane: () => silent,
      limits: { ...readConfig({}).committer, queueDeadlineMs: 20, answerDeadlineMs: 20 },
      now: Date.now,
      clock: () => performance.now(),
      log: { warn: () => undefined },
      freeze: () => undefined,
      silentDialects: [],
      onDeliveries: () => undefined,
    })
    const pay = { number: 1, command: { kind: 'pay' as const }, author }
    const refused = committer.change(1, pay).catch((error: unknown) => error)
    await committer.close()
    expect(isFailure(await refused, 'outcome-unknown')).toBe(true)
  })

  test('writes 500 concurrent commands on 50 orders as the rules say, none lost', async () => {
    const { ctx } = book()
    const { account } = await anAccount(ctx)
    const numbers = await Promise.all(
      Array.from({ length: 50 }, (_, at) =>
        anOrder(ctx, account, { buyer: { email: `buyer${at}@example.com` } }),
      ),
    )
    const sent = Array.from({ length: 500 }, (_, step) => ({
      number: numbers[step % 50] as number,
      command: commandAt(step),
    }))
    const answers = await Promise.all(
      sent.map(({ number, command }) =>
        ctx.committer.change(account.id, { number, command, author }).catch((error) => error),
      ),
    )
    for (const number of numbers) {
      let facts: OrderFacts = { ...newOrderState(0), payOnDelivery: false }
      const expected = ['placed']
      for (const [at, step] of sent.entries()) {
        if (step.number !== number) continue
        try {
          const decision = decide(facts, step.command, ctx.now())
          expected.push(...decision.events.map(({ kind }) => kind))
          facts = {
            ...decision.state,
            payOnDelivery: false,
            releaseNumber: decision.releases ? 1 : decision.state.releaseNumber,
          }
          expect(answers[at]).toMatchObject({ number, state: { payment: facts.payment } })
        } catch (error) {
          expect(answers[at]).toMatchObject({ code: (error as Failure).code })
        }
      }
      const events = await historyOf(ctx, account, number)
      expect(events.map(({ kind }) => kind)).toEqual(expected)
      expect(events.map(({ seq }) => seq)).toEqual(expected.map((_, at) => at + 1))
    }
  })

  test('makes one order of fifty identical calls at once, and answers all with its number', async () => {
    const { ctx, database } = book()
    const { account } = await anAccount(ctx)
    const callBytes = { name: 'CreateOrder', body: Buffer.from('bill_email=ada%40example.com') }
    const numbers = await Promise.all(
      Array.from({ length: 50 }, () => anOrder(ctx, account, { callBytes })),
    )
    expect(new Set(numbers).size).toBe(1)
    const [row] = await database.sql`
      select count(*)::int as orders from orders where account_id = ${account.id}`
    expect(row).toEqual({ orders: 1 })
  })

  test('lets a command fail alone when the database refuses its order', async () => {
    const { ctx, database } = book()
    const { account } = await anAccount(ctx)
    const numbers: number[] = []
    for (let at = 0; at < 20; at += 1) {
      numbers.push(await anOrder(ctx, account, { buyer: { email: `b${at}@example.com` } }))
    }
    const guilty = numbers[7] as number
    await database.sql.unsafe(`
      create function refuse_one() returns trigger language plpgsql as $$
        begin raise exception 'not this one'; end $$;
      create trigger refuse_one before update on order_states for each row
        when (new.account_id = ${account.id} and new.number = ${guilty})
        execute function refuse_one()`)
    const results = await Promise.allSettled(
      numbers.map((number) =>
        ctx.committer.change(account.id, { number, command: { kind: 'pay' }, author }),
      ),
    )
    await database.sql.unsafe('drop trigger refuse_one on order_states')
    const failed = numbers.filter((_, at) => results[at]?.status === 'rejected')
    expect(failed).toEqual([guilty])
    const rows = await database.sql<{ number: number }[]>`
      select number from order_states
      where account_id = ${account.id} and payment <> 'paid'`
    expect(rows.map(({ number }) => number)).toEqual([guilty])
    expect((await historyOf(ctx, account, guilty)).map(({ kind }) => kind)).toEqual(['placed'])
  })

  test('shows order numbers and release numbers in ascending order to whoever remembers the highest', async () => {
    const { ctx, database } = book()
    const { account } = await anAccount(ctx)
    const seen = { orders: [] as number[], releases: [] as number[] }
    let done = false
    const reader = (async () => {
      while (!done) {
        const after = [seen.orders.at(-1) ?? 0, seen.releases.at(-1) ?? 0] as const
        const orders = await database.sql<{ number: number }[]>`
          select number from orders where account_id = ${account.id} and number > ${after[0]}
          order by number`
        const releases = await database.sql<{ number: number }[]>`
          select release_number as number from releases
          where account_id = ${account.id} and release_number > ${after[1]}
          order by release_number`
        seen.orders.push(...orders.map(({ number }) => number))
        seen.releases.push(...releases.map(({ number }) => number))
      }
    })()
    const numbers = await Promise.all(
      Array.from({ length: 400 }, async (_, at) => {
        const number = await anOrder(ctx, account, { buyer: { email: `n${at}@example.com` } })
        await ctx.committer.change(account.id, { number, command: { kind: 'pay' }, author })
        return number
      }),
    )
    done = true
    await reader
    const all = await database.sql<{ number: number; release: number }[]>`
      select number, release_number as release from releases
      where account_id = ${account.id} order by release_number`
    // What the reader had seen is a gapless beginning of the whole: it missed none.
    const sorted = [...numbers].sort((a, b) => a - b)
    expect(seen.orders).toEqual(sorted.slice(0, seen.orders.length))
    expect(seen.releases).toEqual(all.slice(0, seen.releases.length).map(({ release }) => release))
    expect(all).toHaveLength(400)
  })

  test('gives no number away when placing fails, and none twice', async () => {
    const { ctx, database } = book()
    const { account } = await anAccount(ctx)
    await database.sql`
      update counters set next = 2147483647 where account_id = ${account.id} and name = 'order'`
    const last = await anOrder(ctx, account)
    expect(last).toBe(2_147_483_647)
    const refused = await anOrder(ctx, account).catch((error: unknown) => error)
    expect(isFailure(refused, 'numbers-exhausted')).toBe(true)
    const [row] = await database.sql`
      select count(*)::int as orders from orders where account_id = ${account.id}`
    expect(row).toEqual({ orders: 1 })
  })

  test('refuses what needs a release number when none is left, and nothing else', async () => {
    const { ctx, database } = book()
    const { account } = await anAccount(ctx)
    const first = await anOrder(ctx, account)
    const second = await anOrder(ctx, account)
    const third = await anOrder(ctx, account)
    await database.sql`
      update counters set next = 2147483647 where account_id = ${account.id} and name = 'release'`
    const told = await Promise.allSettled([
      ctx.committer.change(account.id, { number: first, command: { kind: 'pay' }, author }),
      ctx.committer.change(account.id, { number: second, command: { kind: 'pay' }, author }),
      ctx.committer.change(account.id, { number: third, command: { kind: 'cancel' }, author }),
    ])
    expect(told[0]).toMatchObject({ value: { state: { releaseNumber: 2_147_483_647 } } })
    expect(told[1]).toMatchObject({ reason: { code: 'numbers-exhausted' } })
    expect(told[2]).toMatchObject({ value: { state: { payment: 'cancelled' } } })
    const states = await database.sql`
      select payment, release_number from order_states where account_id = ${account.id}
      order by number`
    expect(states).toMatchObject([
      { payment: 'paid', release_number: 2_147_483_647 },
      { payment: 'waiting', release_number: null },
      { payment: 'cancelled', release_number: null },
    ])
    const events = await database.sql`
      select data from order_events where account_id = ${account.id} and kind = 'released'`
    expect(events).toEqual([{ data: { release: 2_147_483_647 } }])
  })

  test('starts over after its connections are ended under it, losing and doubling nothing', async () => {
    const { ctx, database } = book()
    const { account } = await anAccount(ctx)
    const numbers: number[] = []
    for (let at = 0; at < 30; at += 1) {
      numbers.push(await anOrder(ctx, account, { buyer: { email: `c${at}@example.com` } }))
    }
    const calls = numbers.map(async (number, at) => {
      if (at % 10 === 0) {
        await database.sql`
          select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid()
            and application_name = 'countersign-test' and query ~ 'order_states|begin|commit'`
      }
      for (;;) {
        const outcome = await ctx.committer
          .change(account.id, { number, command: { kind: 'pay' }, author })
          .catch((error: unknown) => error)
        if (!(outcome instanceof Error)) return
        // The two answers that ask for a repeat; any other is a bug.
        expect((outcome as Failure).code).toMatch(/^(busy|outcome-unknown)$/)
      }
    })
    await Promise.all(calls)
    const [row] = await database.sql`
      select count(*)::int as paid from order_events
      where account_id = ${account.id} and kind = 'paid'`
    expect(row).toEqual({ paid: 30 })
  })
})
