import { expect, test } from 'vitest'
import { openDatabase, targetOf } from '../../src/store/database.ts'
import { isOutage, sqlState } from '../../src/store/errors.ts'
import { useEmptyDatabase } from '../support/database-url.ts'

const own = useEmptyDatabase()
const common = { prepare: true, connect_timeout: 5, connection: { application_name: 'test' } }

test('a database that takes no connections is away, and no statement is to blame', async () => {
  const { admin, name, env } = own()
  const database = openDatabase(targetOf(env.DATABASE_URL, common), { connections: 1 })
  await admin.unsafe(`alter database ${name} with allow_connections false`)
  const error = await database.sql`select 1`.catch((thrown: unknown) => thrown)
  expect(sqlState(error)).toBe('55000')
  expect(isOutage(error)).toBe(true)
  await admin.unsafe(`alter database ${name} with allow_connections true`)
  const wrong = await database.sql`select 1 / 0`.catch((thrown: unknown) => thrown)
  expect(isOutage(wrong)).toBe(false)
  await database.close()
})
