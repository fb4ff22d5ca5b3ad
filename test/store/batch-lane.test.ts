import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { openBatchLane } from '../../src/store/batch-lane.ts'
import { useDatabase } from '../support/database.ts'

const database = useDatabase()

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

test('a lane holds nothing of a transaction that is over', async () => {
  const lane = openBatchLane(database().target, 5000)
  const refs: WeakRef<object>[] = []
  const one = async (): Promise<void> => {
    const result = { kept: 'until answered' }
    refs.push(new WeakRef(result))
    await lane.transaction(async (sql) => {
      await sql`select 1`
      return { result: async () => result, writes: [] }
    })
  }
  for (let at = 0; at < 20; at += 1) await one()
  // The last one may still stand on the stack of the driver.
  await sleep(0)
  collectGarbage()
  await sleep(0)
  collectGarbage()
  expect(refs.filter((ref) => ref.deref() !== undefined).length).toBeLessThan(3)
  await lane.close()
})

test('a COMMIT of a failed transaction is that failure, and nothing is written', async () => {
  const lane = openBatchLane(database().target, 5000)
  const failed = await lane
    .transaction(async (sql) => {
      const first = sql`insert into installation (name, value) values ('lane', '1')`.execute()
      const second = sql`insert into installation (name, value) values ('lane', '2')`.execute()
      second.catch(() => undefined)
      return { result: async () => 'never', writes: [first, second] }
    })
    .catch((error: unknown) => error)
  expect(failed).toMatchObject({ code: '23505' })
  expect(await database().sql`select 1 from installation where name = 'lane'`).toHaveLength(0)
  await lane.close()
})

test('a server that takes no writes any more is left', async () => {
  // A pooler would give whichever connection it has.
  const lane = openBatchLane(database().direct, 5000)
  const pids: unknown[] = []
  const one = (mode: 'write' | 'only') =>
    lane.transaction(async (sql) => {
      await sql.unsafe(`set transaction read ${mode}`)
      const [at] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`
      pids.push(at?.pid)
      await sql`insert into installation (name, value) values ('read-only', '1')`
      return { result: async () => 'done', writes: [] }
    })
  await expect(one('only')).rejects.toMatchObject({ code: '25006' })
  await expect(one('write')).resolves.toBe('done')
  expect(pids[1]).not.toBe(pids[0])
  await lane.close()
})
