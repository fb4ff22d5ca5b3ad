import { setTimeout as sleep } from 'node:timers/promises'
import { sql as statement } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { openDatabase } from '../../src/store/database.ts'
import { useDatabase } from '../support/database.ts'
import { until } from '../support/poll.ts'

const database = useDatabase()
const places = 4

test('a reader whose connections are cut under load comes back on all of them', async () => {
  const { sql, target } = database()
  const connection = { application_name: 'cut-reader' }
  const book = openDatabase(
    { ...target, options: { ...target.options, connection } },
    { connections: places, answerDeadlineMs: 5000 },
  )
  const ask = async (id: number): Promise<void> => {
    if (id % 2 === 0) await book.sql`select ${'hot'}::text`
    else await book.db.execute(statement`select ${'cold'}::text`)
  }
  let stopped = false
  let read = 0
  const reader = async (id: number): Promise<void> => {
    while (!stopped) {
      await book
        .inTime(() => ask(id))
        .then(
          () => (read += 1),
          // Cut, or sent to a client that is being left.
          () => sleep(1),
        )
    }
  }
  const running = Array.from({ length: 40 }, (_, id) => reader(id))
  const alive = async (): Promise<number> => {
    const rows = await sql`
      select 1 from pg_stat_activity
      where application_name = 'cut-reader' and query like 'select $1%'`
    return rows.length
  }
  for (let round = 0; round < 3; round += 1) {
    await until('readers on all connections', async () => (await alive()) >= places * 2)
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'cut-reader'`
    const before = read
    await until('reads', () => read > before + 100)
  }
  stopped = true
  await Promise.all(running)
  await book.close()
  expect(await alive()).toBe(0)
})
