import { connect, Socket } from 'node:net'
import type { PostgresTarget } from './database.ts'

/** Connections that may be tried at once, and then each second, of all clients of one target. */
const burst = 30
const perSecond = 10

/** Resolves when the next connection may be tried. */
export type Pace = () => Promise<void>

/** Lets a burst through and then spreads what follows evenly. `clock` in milliseconds. */
export function createPace(
  limits: { burst: number; perSecond: number },
  clock: () => number,
): Pace {
  const everyMs = 1000 / limits.perSecond
  /** When the next one would be due, had nobody saved up. */
  let dueAtMs = Number.NEGATIVE_INFINITY
  return () => {
    const now = clock()
    dueAtMs = Math.max(dueAtMs, now - limits.burst * everyMs) + everyMs
    const waitMs = dueAtMs - now
    return waitMs <= 0
      ? Promise.resolve()
      : new Promise((resolve) => setTimeout(resolve, waitMs).unref())
  }
}

/** The pools and lanes of a gateway share one pace: what the server feels is their sum. */
const paces = new WeakMap<PostgresTarget, Pace>()

function paceOf(target: PostgresTarget): Pace {
  let pace = paces.get(target)
  if (pace === undefined) {
    pace = createPace({ burst, perSecond }, () => performance.now())
    paces.set(target, pace)
  }
  return pace
}

/** What of the driver's own reading of its options is needed to connect. */
type Place = {
  readonly path?: string | false
  readonly host: readonly string[]
  readonly port: readonly number[]
}

/**
 * How a client of ours connects. The driver by itself connects again at once, and for ever, when a
 * server takes the connection and closes it, and after refusals waits up to 20 s although the
 * server may long be back. So the pace is kept here, and a close counts as the error that it is.
 */
export function pacedConnecting(target: PostgresTarget): {
  readonly options: {
    readonly socket: (place: Place) => Promise<Socket>
    readonly backoff: () => number
  }
  /** Connects no more; to be called before the client is ended, which the driver forgets to heed. */
  readonly stop: () => void
} {
  const pace = paceOf(target)
  let stopped = false
  let tries = 0
  return {
    options: {
      backoff: () => 0,
      async socket({ path, host, port }) {
        await pace()
        if (stopped) return stillborn()
        const at = tries % host.length
        tries += 1
        const place = { host: host[at] ?? 'localhost', port: port[at] ?? 5432 }
        const socket = connect(path ? { path } : place)
        socket.once('end', () => socket.destroy(closed('ECONNRESET')))
        // The driver takes the name from there to check the server's certificate.
        return Object.assign(socket, { host: place.host })
      },
    },
    stop: () => {
      stopped = true
    },
  }
}

/** The driver keeps a connection for ever for which it was given no socket: so one that fails. */
function stillborn(): Socket {
  const socket = new Socket()
  setImmediate(() => socket.destroy(closed('CONNECTION_ENDED')))
  return socket
}

function closed(code: string): Error {
  return Object.assign(new Error('the connection to Postgres closed'), { code })
}
