import { createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConnectionLost, openBatchLane } from '../../src/store/batch-lane.ts'
import { createPace } from '../../src/store/connect.ts'
import { openDatabase, type PostgresTarget } from '../../src/store/database.ts'
import { isOutage } from '../../src/store/errors.ts'

describe('the pace of connecting', () => {
  it('lets a burst through, and then one after another', async () => {
    const nowMs = 0
    const waited: number[] = []
    const pace = createPace({ burst: 3, perSecond: 100 }, () => nowMs)
    const startedAt = performance.now()
    await Promise.all(Array.from({ length: 6 }, (_, at) => pace().then(() => waited.push(at))))
    expect(waited).toEqual([0, 1, 2, 3, 4, 5])
    expect(performance.now() - startedAt).toBeGreaterThan(25)
  })

  it('saves up no more than a burst', async () => {
    let nowMs = 0
    const pace = createPace({ burst: 2, perSecond: 1 }, () => nowMs)
    nowMs = 3_600_000
    let passed = 0
    for (let at = 0; at < 5; at += 1) void pace().then(() => (passed += 1))
    await Promise.resolve()
    await Promise.resolve()
    expect(passed).toBe(2)
  })
})

describe('a server that takes each connection and closes it', () => {
  let server: Server
  let connections = 0
  const target = (): PostgresTarget => {
    const { port } = server.address() as { port: number }
    const connection = { application_name: 'test' }
    const options = { host: '127.0.0.1', port, username: 'u', password: 'p', connection }
    return { options: { ...options, prepare: true, connect_timeout: 5 } }
  }
  beforeAll(async () => {
    server = createServer((socket) => {
      connections += 1
      socket.on('error', () => undefined)
      socket.end()
      socket.resume()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterAll(() => server.close())

  it('fails a read as an outage, with one connection', async () => {
    connections = 0
    const database = openDatabase(target(), { connections: 2 })
    const error = await database.sql`select 1`.catch((thrown: unknown) => thrown)
    expect(isOutage(error)).toBe(true)
    expect(connections).toBe(1)
    await database.close()
    expect(connections).toBe(1)
  })

  it('is not stormed by reads that are asked again and again', async () => {
    connections = 0
    const database = openDatabase(target(), { connections: 10 })
    let asked = 0
    const until = performance.now() + 1000
    const asker = async (): Promise<void> => {
      while (performance.now() < until) {
        asked += 1
        await database.sql`select 1`.catch(() => undefined)
      }
    }
    await Promise.all(Array.from({ length: 10 }, asker))
    expect(asked).toBeGreaterThanOrEqual(connections)
    // A burst of 30, then 10 a second, for as long as that took.
    expect(connections).toBeLessThan(60)
    await database.close()
  })

  it('fails a batch as undone', async () => {
    const lane = openBatchLane(target(), 1000)
    const batch = lane.transaction(async () => ({ result: async () => 'done', writes: [] }))
    await expect(batch).rejects.toThrow(ConnectionLost)
    await lane.close()
  })
})
