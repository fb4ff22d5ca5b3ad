import { createServer, type Server, type Socket } from 'node:net'
import { sql as statement } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ConnectionLost, openBatchLane } from '../../src/store/batch-lane.ts'
import { openDatabase, type PostgresTarget } from '../../src/store/database.ts'
import { migrateDatabase } from '../../src/store/migrate.ts'

/** Lets every client in and dies at the first question: AuthenticationOk, then ReadyForQuery. */
const welcome = Buffer.from('R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I', 'latin1')

describe('a server that dies as soon as it is asked', () => {
  let server: Server
  let target: PostgresTarget
  const questions: string[] = []
  beforeAll(async () => {
    server = createServer((socket: Socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => {
        socket.write(welcome)
        socket.once('data', (question) => {
          questions.push(question.toString('latin1'))
          socket.resetAndDestroy()
        })
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    const connection = { application_name: 'test' }
    const options = { host: '127.0.0.1', port, username: 'u', password: 'p', connection }
    target = { options: { ...options, prepare: true, connect_timeout: 5 } }
  })
  beforeEach(() => {
    questions.length = 0
  })
  afterAll(() => server.close())

  // A question of the driver's own has nobody to hear that it failed: that ends the process.
  function expectOnlyOwnQuestions(): void {
    expect(questions.length).toBeGreaterThan(0)
    for (const question of questions) expect(question).not.toContain('pg_type')
  }

  it('fails each read, on either way in, and asks nothing that nobody waits for', async () => {
    const database = openDatabase(target, { connections: 2 })
    await expect(database.sql`select 1 as own`).rejects.toThrow()
    await expect(database.db.execute(statement`select 1 as own`)).rejects.toThrow()
    expectOnlyOwnQuestions()
    await database.close()
  })

  it('fails a batch as undone', async () => {
    const lane = openBatchLane(target, 1000)
    const batch = lane.transaction(async (sql) => {
      await sql`select 1 as own`
      return { result: async () => 'done', writes: [] }
    })
    await expect(batch).rejects.toThrow(ConnectionLost)
    expectOnlyOwnQuestions()
    await lane.close()
  })

  it('fails the migration', async () => {
    await expect(migrateDatabase(target, () => true)).rejects.toThrow()
    expectOnlyOwnQuestions()
  })
})
