import type { PostgresTarget } from '../../src/store/database.ts'

/** The same server, another database. */
export function withDatabase(target: PostgresTarget, database: string): PostgresTarget {
  if (target.url === undefined) return { options: { ...target.options, database } }
  const url = new URL(target.url)
  url.pathname = `/${database}`
  return { ...target, url: url.href }
}

/** What a gateway process on this database is started with. */
export type GatewayEnvironment = {
  readonly DATABASE_URL: string
  readonly DATABASE_PREPARE: string
  readonly COUNTERSIGN_KEY: string
}

export function environmentOf(target: PostgresTarget): GatewayEnvironment {
  return {
    DATABASE_URL: urlOf(target),
    DATABASE_PREPARE: target.options.prepare ? 'on' : 'off',
    COUNTERSIGN_KEY: '07'.repeat(32),
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
