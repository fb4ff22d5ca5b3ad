import type { PostgresTarget } from '../../src/store/database.ts'

/** The same server, another database. */
export function withDatabase(target: PostgresTarget, database: string): PostgresTarget {
  if (target.url === undefined) return { options: { ...target.options, database } }
  const url = new URL(target.url)
  url.pathname = `/${database}`
  return { ...target, url: url.href }
}
