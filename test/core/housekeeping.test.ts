import { expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { changeOrder } from '../../src/core/change-order.ts'
import { historyOf } from '../../src/core/find-order.ts'
import { startHousekeeping } from '../../src/core/housekeeping.ts'
import { openTestBook } from '../support/book.ts'
import { useDatabase } from '../support/database.ts'
import { anAccount, anOrder } from '../support/fixtures.ts'

const database = useDatabase()
const quiet = { info: () => undefined, warn: () => undefined }
const author = { via: 'operator', credentialId: null }

/** Two gateways on one book, with a clock that the test moves. */
function twoGateways() {
  const clock = { now: Date.parse('2026-03-02T10:00:00Z') }
  const books = [0, 1].map(() => openTestBook(database(), readConfig({}), () => clock.now, quiet))
  const keepers = books.map(({ ctx }) => startHousekeeping(ctx, quiet))
  const [first] = books
  if (first === undefined) throw new Error('there are two')
  return {
    ctx: first.ctx,
    clock,
    runAll: () => Promise.all(keepers.map((keeper) => keeper.runOnce())),
    keepers,
    async close() {
      await Promise.all(keepers.map((keeper) => keeper.stop()))
      await Promise.all(books.map(({ closeBook }) => closeBook()))
    },
  }
}

test('an order that still waits at its time is cancelled, once among two gateways', async () => {
  const { ctx, clock, runAll, close } = twoGateways()
  const { account } = await anAccount(ctx)
  const cancelAt = clock.now + 3_600_000
  const waiting = await anOrder(ctx, account, { cancelAt })
  const other = { buyer: { email: 'bob@example.com' }, cancelAt }
  const paid = await anOrder(ctx, account, other)
  await changeOrder(ctx, account, { number: paid, command: { kind: 'pay' }, author })
  const deleted = await anOrder(ctx, account, { ...other, buyer: { email: 'cy@example.com' } })
  await changeOrder(ctx, account, { number: deleted, command: { kind: 'hide' }, author })

  clock.now = cancelAt - 1
  await runAll()
  expect(await kinds(waiting)).toEqual(['placed'])
  clock.now = cancelAt
  await runAll()
  await runAll()
  expect(await kinds(waiting)).toEqual(['placed', 'expired'])
  expect(await kinds(paid)).toEqual(['placed', 'paid', 'released'])
  expect(await kinds(deleted)).toEqual(['placed', 'hidden'])
  const timers = await database().sql`
    select number from order_timers where account_id = ${account.id}`
  expect(timers).toHaveLength(0)
  await close()

  async function kinds(number: number): Promise<string[]> {
    return (await historyOf(ctx, account, number)).map(({ kind }) => kind)
  }
})

test('the last use of a credential is noted', async () => {
  const { ctx, clock, keepers, close } = twoGateways()
  const { account, credential } = await anAccount(ctx)
  keepers[0]?.noteUse(account.id, credential.id)
  clock.now += 5000
  await keepers[0]?.runOnce()
  const rows = await database().sql<{ used: Date }[]>`
    select last_used_at as used from credentials where account_id = ${account.id}`
  expect(rows.map(({ used }) => used.getTime())).toEqual([clock.now - 5000])
  await close()
})

test('fingerprints that no window reaches any more are forgotten', async () => {
  const { ctx, clock, runAll, close } = twoGateways()
  const { account } = await anAccount(ctx)
  await anOrder(ctx, account, { callBytes: { name: 'CreateOrder', body: Buffer.from('a=1') } })
  const count = async (): Promise<number> => {
    const [row] = await database().sql<{ count: number }[]>`
      select count(*)::int from order_fingerprints where account_id = ${account.id}`
    return row?.count ?? -1
  }
  clock.now += 30 * 86_400_000
  await runAll()
  expect(await count()).toBe(2)
  clock.now += 2 * 86_400_000
  await runAll()
  expect(await count()).toBe(0)
  await close()
})
