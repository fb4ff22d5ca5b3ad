import type postgres from 'postgres'

/** One client of the driver with its connections. */
export type Client = {
  readonly sql: postgres.Sql
  /** Ends it once what it has under way is done. */
  readonly end: () => Promise<void>
}

/**
 * A client that is replaced whole when one of its connections is lost. The driver's own way, to
 * connect anew, fails for good where the loss met a query that was about to be written: such a
 * connection never writes again, and takes query after query with it.
 */
export function renewingClient(open: (onLost: () => void) => Client): Client {
  const endings = new Set<Promise<void>>()
  const renew = (): Client => {
    const client = open(() => {
      if (client !== current) return
      current = renew()
      const ending = client.end().finally(() => endings.delete(ending))
      endings.add(ending)
    })
    return client
  }
  let current = renew()
  const sql = new Proxy((() => undefined) as unknown as postgres.Sql, {
    apply: (_, self, args) => Reflect.apply(current.sql, self, args),
    get: (_, name) => Reflect.get(current.sql, name),
  })
  return {
    sql,
    async end() {
      await Promise.all([current.end(), ...endings])
    },
  }
}
