import type { Socket } from 'node:net'
import type { PostgresTarget } from './database.ts'
import { type Server, serverName } from './database-url.ts'
import { within } from './deadline.ts'
import { sqlState } from './errors.ts'
import { type Look, lookAtServer } from './look-at-server.ts'

/** None of the servers can be written to; `message` says what is the matter with each. */
export class NoServer extends Error {
  readonly code = 'NO_SERVER'
}

/** The servers of a `DATABASE_URL`, of which one at a time is written to. */
export type Servers = {
  /** The one that is written to. Throws `NoServer`. */
  current(): Promise<Server>
  /** To be called where it may be the wrong one by now; connections move if it is. */
  doubt(): void
  /** A connection to `server`, which is cut when another server takes its place. */
  keep(socket: Socket, server: Server): void
  onMove(listener: (to: Server) => void): void
}

export type Seen = { readonly server: Server; readonly look: Look }

/**
 * The server to write to: of those that can be written to the one of the newest timeline, since
 * an older one missed a promotion; of equals the one in use. One older than `newest` is never taken.
 */
export function chooseServer(
  seen: readonly Seen[],
  before: { readonly server: Server | undefined; readonly newest: number },
): { server: Server; timeline: number } | undefined {
  let best: { server: Server; timeline: number } | undefined
  for (const { server, look } of seen) {
    if (look.state !== 'writable' || look.timeline < before.newest) continue
    const isNewer = best === undefined || look.timeline > best.timeline
    const isInUse = look.timeline === best?.timeline && server === before.server
    if (isNewer || isInUse) best = { server, timeline: look.timeline }
  }
  return best
}

/** How long the others may take once one that can be written to has answered. */
const graceMs = 500

/** Of doubts without a connection that waits for the answer, one a second is looked into. */
const doubtEveryMs = 1000

export function createServers(
  servers: readonly Server[],
  look: (server: Server) => Promise<Look>,
  clock: () => number,
): Servers {
  const sockets = new Map<Socket, Server>()
  const listeners: ((to: Server) => void)[] = []
  let chosen: Server | undefined
  let newest = 0
  let isDoubted = true
  let asking: Promise<Server> | undefined
  let askedAt = Number.NEGATIVE_INFINITY

  const ask = async (): Promise<Server> => {
    askedAt = clock()
    const seen = await lookAround(servers, look)
    const best = chooseServer(seen, { server: chosen, newest })
    if (best === undefined) throw noServer(seen)
    const left = chosen
    chosen = best.server
    newest = best.timeline
    isDoubted = false
    if (left !== undefined && left !== chosen) move(chosen)
    return chosen
  }
  const move = (to: Server): void => {
    const left = [...sockets].flatMap(([socket, server]) => (server === to ? [] : [socket]))
    // Once the driver has written to the newest ones: see `stillborn` in `connect.ts`.
    setImmediate(() => setImmediate(() => cut(left)))
    for (const listener of listeners) listener(to)
  }
  const cut = (left: readonly Socket[]): void => {
    for (const socket of left) socket.destroy(moved())
  }
  const current = async (): Promise<Server> => {
    if (chosen !== undefined && !isDoubted) return chosen
    asking ??= ask().finally(() => {
      asking = undefined
    })
    return asking
  }
  return {
    current,
    doubt() {
      isDoubted = true
      if (asking !== undefined || clock() - askedAt < doubtEveryMs) return
      current().catch(() => undefined)
    },
    keep(socket, server) {
      sockets.set(socket, server)
      socket.once('close', () => {
        sockets.delete(socket)
        if (server === chosen) isDoubted = true
      })
    },
    onMove(listener) {
      listeners.push(listener)
    },
  }
}

/** Looks at all at once; does not wait long for the silent ones where one can be written to. */
async function lookAround(
  servers: readonly Server[],
  look: (server: Server) => Promise<Look>,
): Promise<Seen[]> {
  const looks = new Map<Server, Look>()
  let foundOne: (() => void) | undefined
  const one = new Promise<void>((resolve) => {
    foundOne = resolve
  })
  const all = Promise.all(
    servers.map(async (server) => {
      const found = await look(server)
      looks.set(server, found)
      if (found.state === 'writable') foundOne?.()
    }),
  )
  await Promise.race([all, one])
  await within(graceMs, all)
  return servers.map((server) => ({ server, look: looks.get(server) ?? { state: 'away' } }))
}

function noServer(seen: readonly Seen[]): NoServer {
  const words = seen.map(({ server, look }) => `${serverName(server)} ${wordLook(look)}`)
  const errors = seen.flatMap(({ look }) =>
    look.state === 'away' && look.error !== undefined ? [look.error] : [],
  )
  // What a server said of itself tells more than that another one is not there.
  const cause = errors.find((error) => sqlState(error) !== undefined) ?? errors[0]
  return new NoServer(`no server of DATABASE_URL can be written to: ${words.join(', ')}`, { cause })
}

function wordLook(look: Look): string {
  if (look.state === 'read-only') return 'is read-only'
  if (look.state === 'writable') return 'is older than the one written to so far'
  const state = sqlState(look.error) ?? ''
  if (state.startsWith('28')) return 'refuses the user or password'
  if (state === '3D000') return 'has no such database'
  return state === '' ? 'does not answer' : `is not ready (${state})`
}

function moved(): Error {
  const code = 'CONNECTION_CLOSED'
  return Object.assign(new Error('orders are written to another server now'), { code })
}

const known = new WeakMap<PostgresTarget, Servers>()

/** The servers of a target with a choice; all its clients share them. */
export function serversOf(target: PostgresTarget): Servers | undefined {
  if (target.servers === undefined) return undefined
  let servers = known.get(target)
  if (servers === undefined) {
    servers = createServers(
      target.servers,
      (server) => lookAtServer(target, server),
      () => performance.now(),
    )
    known.set(target, servers)
  }
  return servers
}
