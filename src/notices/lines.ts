import { type buildConnector, Client, Pool } from 'undici'

/** The connections to one endpoint. */
export type Line = {
  readonly pool: Pool
  /** One of its connections has brought an answer, so that it may be reused. */
  answered: boolean
  underWay: number
  usedAtMs: number
}

export type Lines = {
  /** To an endpoint. They share no connections, as one must not wait for another's. */
  use<T>(endpoint: string, origin: string, work: (line: Line) => Promise<T>): Promise<T>
  /** A connection of its own, for one message; to be closed by whoever asked. */
  fresh(origin: string): Client
  /** Lets go of those that were not used for a minute. */
  sweep(): void
  /** Cuts what is under way. */
  close(): Promise<void>
}

const idleMs = 60_000

export function createLines(options: {
  readonly connect: buildConnector.connector
  readonly connections: number
  /** Milliseconds of a clock that never goes back. */
  readonly clock: () => number
}): Lines {
  const { connect, connections, clock } = options
  const lines = new Map<string, Line>()
  let closed = false
  // Whoever sends keeps the time; undici's own timers would each answer in words of their own.
  const client = {
    connect,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveMaxTimeout: idleMs,
  }
  const lineTo = (endpoint: string, origin: string): Line => {
    const key = `${endpoint} ${origin}`
    const known = lines.get(key)
    if (known !== undefined) return known
    const pool = new Pool(origin, { ...client, connections })
    const line = { pool, answered: false, underWay: 0, usedAtMs: clock() }
    lines.set(key, line)
    return line
  }
  return {
    async use(endpoint, origin, work) {
      if (closed) throw new Error('no line is opened any more')
      const line = lineTo(endpoint, origin)
      line.underWay += 1
      try {
        return await work(line)
      } finally {
        line.underWay -= 1
        line.usedAtMs = clock()
      }
    },
    fresh: (origin) => new Client(origin, client),
    sweep() {
      for (const [key, { pool, underWay, usedAtMs }] of lines) {
        if (underWay > 0 || clock() - usedAtMs < idleMs) continue
        lines.delete(key)
        pool.close().catch(() => undefined)
      }
    },
    async close() {
      closed = true
      const open = [...lines.values()]
      lines.clear()
      await Promise.all(open.map(({ pool }) => pool.destroy().catch(() => undefined)))
    },
  }
}
