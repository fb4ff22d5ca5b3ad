import { Socket } from 'node:net'
import type { PostgresTarget } from './database.ts'
import { closed, openSocket } from './look-at-server.ts'
import { NoServer, serversOf } from './servers.ts'

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
 * Of several hosts the driver takes a standby for a server to write to, and waits for ever where
 * none is there: so the choice is made here too, and the driver hears of one host alone.
 * `onLost` hears, before the driver does, that a connection which worked is gone.
 */
export function pacedConnecting(
  target: PostgresTarget,
  onLost: () => void = () => undefined,
): {
  readonly options: {
    readonly socket: (place: Place) => Promise<Socket>
    readonly backoff: () => number
  }
  /** Connects no more; to be called before the client is ended, which the driver forgets to heed. */
  readonly stop: () => void
} {
  const pace = paceOf(target)
  const servers = serversOf(target)
  let stopped = false
  const watched = (socket: Socket): Socket =>
    socket.once('close', () => {
      // One that we ended ourselves was idle.
      if (socket.bytesRead > 0 && !socket.writableEnded) onLost()
    })
  return {
    options: {
      backoff: () => 0,
      async socket({ path, host, port }) {
        await pace()
        if (stopped) return stillborn()
        if (servers === undefined) {
          const place = { host: host[0] ?? 'localhost', port: port[0] ?? 5432 }
          return watched(openSocket(path ? { path } : place))
        }
        try {
          const server = await servers.current()
          if (stopped) return stillborn()
          const socket = watched(openSocket(server))
          servers.keep(socket, server)
          return socket
        } catch (error) {
          return stillborn(error)
        }
      },
    },
    stop: () => {
      stopped = true
    },
  }
}

/**
 * The driver keeps a connection for ever for which it was given no socket: so one that fails, once
 * the driver has written to it, since a write that still waits would hold up those of the next one.
 */
function stillborn(error?: unknown): Socket {
  const socket = Object.assign(new Socket(), { write: () => true })
  // The driver notes on an error which query it met: each has one of its own.
  const own =
    error instanceof NoServer
      ? new NoServer(error.message, { cause: error.cause })
      : closed('CONNECTION_ENDED')
  setImmediate(() => setImmediate(() => socket.destroy(own)))
  return socket
}
