import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeAll, inject } from 'vitest'
import type { PostgresTarget } from '../../src/store/database.ts'
import { environmentOf, type GatewayEnvironment, withDatabase } from './target.ts'

export type OwnDatabase = {
  /** What a gateway process is started with. */
  readonly env: GatewayEnvironment
  readonly name: string
  /** The way that gateways go, and the one past any pooler. */
  readonly front: PostgresTarget
  readonly direct: PostgresTarget
  /** Plain access, past any pooler, for looking behind the gateway's back. */
  readonly sql: postgres.Sql
  /** The server's own database, for what can't be done from inside. */
  readonly admin: postgres.Sql
}

/** An empty database, without any table, for the gateway processes of one test file. */
export function useEmptyDatabase(): () => OwnDatabase {
  let current: OwnDatabase | undefined
  beforeAll(async () => {
    const server = inject('server')
    const options = { ...server.options, max: 1, onnotice: () => undefined }
    const admin = postgres(server.url ?? '', options)
    const name = `countersign_${randomBytes(8).toString('hex')}`
    await admin.unsafe(`create database ${name}`)
    const direct = withDatabase(server, name)
    const front = withDatabase(inject('front'), name)
    const sql = postgres(direct.url ?? '', { ...options, ...direct.options })
    current = { env: environmentOf(front), name, front, direct, admin, sql }
  })
  afterAll(async () => {
    if (current === undefined) return
    await current.sql.end()
    await current.admin.unsafe(`drop database if exists ${current.name} with (force)`)
    await current.admin.end()
  })
  return () => {
    if (current === undefined) throw new Error('the database is there only inside a test')
    return current
  }
}
