import { existsSync } from 'node:fs'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { revoke } from '../../src/core/credentials.ts'
import { createDirectory } from '../../src/core/directory.ts'
import { openDatabase, type PostgresTarget } from '../../src/store/database.ts'
import { migrateDatabase } from '../../src/store/migrate.ts'
import { aBook, anEndpoint, aSendingGateway, bid } from '../notices/sending-gateway.ts'
import { openTestBook, type TestBook } from '../support/book.ts'
import { type TestDatabase, useDatabase } from '../support/database.ts'
import { useEmptyDatabase } from '../support/database-url.ts'
import { anAccount, anOrder } from '../support/fixtures.ts'
import { until } from '../support/poll.ts'
import { hasPooler, type Pooler, startPooler } from '../support/pooler.ts'
import { aReceiver } from '../support/receiver.ts'
import { withDatabase } from '../support/target.ts'

// The long form is the whole suite behind a pooler: `npm run trial:pooler`.

/** So few that whoever holds one and waits for another soon waits for ever. */
const poolSize = 2

it('finds a pooler where the whole of the tests must run', () => {
  expect(hasPooler || process.env.CI === undefined).toBe(true)
})

describe.runIf(hasPooler)('behind a transaction pooler', () => {
  const template = useDatabase()
  const empty = useEmptyDatabase()
  let pooler: Pooler
  let database: TestDatabase
  beforeAll(async () => {
    pooler = await startPooler(inject('server'), poolSize)
    const [row] = await template().sql<{ name: string }[]>`select current_database() as name`
    database = { ...template(), target: withDatabase(pooler.target, row?.name ?? '') }
  })
  afterAll(() => pooler?.stop())

  function aPooledBook(): TestBook {
    const log = { warn: () => undefined }
    const { ctx, closeBook } = openTestBook(database, readConfig({}), Date.now, log)
    onTestFinished(closeBook)
    return { ctx, database }
  }

  it('five gateways that start at once make the schema once', async () => {
    const target = withDatabase(pooler.target, empty().name)
    await Promise.all(Array.from({ length: 5 }, () => migrateDatabase(target, existsSync)))
    const [row] = await empty().sql`
      select count(*)::int as done, count(distinct hash)::int as different
      from drizzle.__drizzle_migrations`
    expect(row?.done).toBeGreaterThan(5)
    expect(row?.different).toBe(row?.done)
  })

  it('a loaded committer loses and doubles nothing, and leaves nothing behind on a connection', async () => {
    const { ctx } = aPooledBook()
    const { account } = await anAccount(ctx)
    const author = { via: 'operator', credentialId: null }
    const numbers: number[] = []
    const caller = async (_: unknown, id: number): Promise<void> => {
      for (let step = 0; step < 10; step += 1) {
        const number = await anOrder(ctx, account, {
          buyer: { email: `${id}-${step}@example.com` },
        })
        await ctx.committer.change(account.id, { number, command: { kind: 'pay' }, author })
        numbers.push(number)
      }
    }
    await Promise.all(Array.from({ length: 20 }, caller))
    const paid = await database.sql<{ number: number }[]>`
      select number from order_states where account_id = ${account.id} and payment = 'paid'
      order by number`
    expect(paid.map(({ number }) => number)).toEqual(numbers.sort((a, b) => a - b))
    expect(new Set(numbers).size).toBe(200)
    expect(await leftBehind(database.target)).toEqual([])
  })

  it('sends what another gateway has made, though nobody can listen', async () => {
    const clock = { now: Date.now() }
    const elsewhere = aBook(database, clock)
    const { account } = await anAccount(elsewhere)
    const receiver = await aReceiver()
    await anEndpoint(elsewhere, account, receiver.url)
    aSendingGateway(database, clock)
    const number = await anOrder(elsewhere, account)
    await bid(elsewhere, account, number, { kind: 'pay' })
    const types = (): string[] => receiver.calls.map(({ body }) => JSON.parse(body).type)
    await until('both messages', () => types().includes('order.paid'))
    expect(types().slice(0, 2)).toEqual(['order.placed', 'order.paid'])
    expect(await leftBehind(database.target)).toEqual([])
  })

  it('a revoked key is known in another gateway within a second', async () => {
    const { ctx } = aPooledBook()
    const opened = openDatabase(database.target, { connections: 1 })
    onTestFinished(() => opened.close())
    const clock = { ms: 0 }
    const directory = createDirectory({
      db: opened.db,
      vault: ctx.vault,
      now: ctx.now,
      clock: () => clock.ms,
      log: { warn: () => undefined },
    })
    const { account, credential } = await anAccount(ctx)
    expect((await directory.byLogin(account.login))?.credentials).toHaveLength(1)
    await revoke(ctx, account, credential.id)
    clock.ms += 999
    // A server that is slow to answer leaves the last answer standing until it has.
    await until('the key to be gone', async () => {
      const entrance = await directory.byLogin(account.login)
      return entrance?.credentials.length === 0
    })
  })

  it('is asked for no startup parameter that it refuses', () => {
    expect(pooler.output()).not.toContain('unsupported startup parameter')
    expect(pooler.output()).toContain('login attempt')
  })
})

/** Settings that a pooler itself sets anew for each client. */
const tracked = ['application_name', 'client_encoding', 'DateStyle', 'TimeZone']

/** What sessions of the server still hold when all that used them are done. */
async function leftBehind({ url = '', options }: PostgresTarget): Promise<string[]> {
  const sql = postgres(url, { ...options, max: poolSize, onnotice: () => undefined })
  try {
    // Transactions at once, so that each sees another of the server's connections.
    const seen = await Promise.all(
      Array.from({ length: poolSize }, () =>
        sql.begin(async (tx) => {
          const rows = await tx<{ what: string }[]>`
            select 'statement ' || statement as what from pg_prepared_statements
              where not from_sql and statement !~ 'pg_prepared_statements'
            union all select 'setting ' || name from pg_settings
              where source = 'session' and name <> all (${tracked}::text[])
            union all select 'channel ' || c from pg_listening_channels() c
            union all select 'lock ' || objid from pg_locks
              where locktype = 'advisory' and pid = pg_backend_pid()
            union all select 'table ' || relname from pg_class where relpersistence = 't'`
          await tx`select pg_sleep(0.05)`
          return rows.map(({ what }) => what)
        }),
      ),
    )
    return seen.flat()
  } finally {
    await sql.end()
  }
}
