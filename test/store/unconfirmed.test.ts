import { expect, test } from 'vitest'
import { openDatabase } from '../../src/store/database.ts'
import { useDatabase } from '../support/database.ts'

const database = useDatabase()

test('a write whose COMMIT brought a warning is not acknowledged', async () => {
  const book = openDatabase(database().target, { connections: 1 })
  // SQLSTATE 01000, as for a wait for the standby that was cancelled.
  const warned = () => book.sql`do $$ begin raise warning 'not confirmed'; end $$`
  const plain = () => book.sql`select 1 as one`
  await expect(book.inTime(warned, { unanswered: 'outcome-unknown' })).rejects.toMatchObject({
    code: 'outcome-unknown',
  })
  await expect(book.inTime(plain, { unanswered: 'outcome-unknown' })).resolves.toHaveLength(1)
  await expect(book.inTime(warned)).resolves.toBeDefined()
  await book.close()
})
