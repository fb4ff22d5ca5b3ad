import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeAll, inject } from 'vitest'
import type { PostgresTarget } from '../../src/store/database.ts'
import { withDatabase } from './target.ts'

export type OwnDatabase = {
  /** What a gateway process is started with. */
  readonly env: { readonly DATABASE_URL: string; readonly COUNTERSIGN_KEY: string }
  readonly name: string
  /** Plain access, for looking behind the gateway's back. */
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
    const own = withDatabase(server, name)
    const env = {
      DATABASE_URL: urlOf(own),
      COUNTERSIGN_KEY: '07'.repeat(32),
    }
    const sql = postgres(own.url ?? '', { ...options, ...own.options })
    current = { env, name, admin, sql }
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

function urlOf({ url, options }: PostgresTarget): string {
  const made = new URL(url ?? 'postgres://localhost')
  const { database, username, password, host, port } = options
  if (database !== undefined) made.pathname = `/${database}`
  if (username !== undefined) made.username = encodeURIComponent(username)
  if (password !== undefined) made.password = encodeURIComponent(password)
  if (host !== undefined) made.searchParams.set('host', host)
  if (port !== undefined) made.searchParams.set('port', String(port))
  return made.href
}
