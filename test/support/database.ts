import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeAll, inject } from 'vitest'
import type { PostgresTarget } from '../../src/store/database.ts'
import { withDatabase } from './target.ts'

export type TestDatabase = {
  /** The way that gateways go. */
  readonly target: PostgresTarget
  /** Plain access, past any pooler, for looking behind the gateway's back. */
  readonly sql: postgres.Sql
}

/** And the way past any pooler. */
export type OwnTestDatabase = TestDatabase & { readonly direct: PostgresTarget }

/** A copy of the migrated template that belongs to this test file alone. */
export function useDatabase(): () => OwnTestDatabase {
  let current: OwnTestDatabase | undefined
  const name = `countersign_${randomBytes(8).toString('hex')}`
  const admin = async (statement: string): Promise<void> => {
    const server = inject('server')
    const sql = postgres(server.url ?? '', { ...server.options, max: 1, onnotice: () => undefined })
    await sql.unsafe(statement)
    await sql.end()
  }
  beforeAll(async () => {
    await admin(`create database ${name} template ${inject('template')}`)
    const target = withDatabase(inject('front'), name)
    const direct = withDatabase(inject('server'), name)
    const sql = postgres(direct.url ?? '', {
      ...direct.options,
      // Not the gateways' name: a test that ends their connections must not end its own.
      connection: { application_name: 'countersign-watcher' },
      max: 2,
      onnotice: () => undefined,
    })
    current = { target, direct, sql }
  })
  afterAll(async () => {
    await current?.sql.end({ timeout: 5 })
    await admin(`drop database if exists ${name} with (force)`)
  })
  return () => {
    if (current === undefined) throw new Error('the database is there only inside a test')
    return current
  }
}
