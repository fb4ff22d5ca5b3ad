import { expect, test } from 'vitest'
import { openDatabase } from '../../src/store/database.ts'
import { isOutage, sqlState } from '../../src/store/errors.ts'
import { useEmptyDatabase } from '../support/database-url.ts'
import { until } from '../support/poll.ts'

const own = useEmptyDatabase()

test('a database that takes no connections is away, and no statement is to blame', async () => {
  const { admin, name, direct } = own()
  const database = openDatabase(direct, { connections: 1 })
  await admin.unsafe(`alter database ${name} with allow_connections false`)
  const error = await database.sql`select 1`.catch((thrown: unknown) => thrown)
  expect(sqlState(error)).toBe('55000')
  expect(isOutage(error)).toBe(true)
  await admin.unsafe(`alter database ${name} with allow_connections true`)
  // Right after the refusal a statement can still meet the client that is being replaced.
  await until(
    'the database',
    async () => (await database.sql`select 1`.catch(() => [])).length === 1,
  )
  const wrong = await database.sql`select 1 / 0`.catch((thrown: unknown) => thrown)
  expect(sqlState(wrong)).toBe('22012')
  expect(isOutage(wrong)).toBe(false)
  await database.close()
})
