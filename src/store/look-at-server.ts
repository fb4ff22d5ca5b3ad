import { connect, type Socket } from 'node:net'
import postgres from 'postgres'
import type { PostgresTarget } from './database.ts'
import type { Server } from './database-url.ts'
import { within } from './deadline.ts'
import { sqlState } from './errors.ts'

/** What a server is fit for. `timeline` counts promotions; 0 where the server does not tell. */
export type Look =
  | { readonly state: 'writable'; readonly timeline: number }
  | { readonly state: 'read-only' }
  | { readonly state: 'away'; readonly error?: unknown }

const deadlineMs = 3000

const isReadOnly = `select current_setting('transaction_read_only') = 'on' as "isReadOnly"`

/** A file of the log carries the timeline in its first eight digits. */
const timeline = 'select left(pg_walfile_name(pg_current_wal_lsn()), 8) as timeline'

/** Asks a server, on a connection for this alone, whether orders can be written to it. */
export async function lookAtServer(target: PostgresTarget, server: Server): Promise<Look> {
  let socket: Socket | undefined
  const client = postgres(target.url ?? '', {
    ...target.options,
    host: server.host,
    port: server.port,
    max: 1,
    fetch_types: false,
    onnotice: () => undefined,
    // Of the driver's own sockets, one that is closed early would be tried again without end.
    socket: () => {
      socket = openSocket(server)
      return socket
    },
  } as postgres.Options<Record<string, postgres.PostgresType>>)
  try {
    const look = await within(deadlineMs, ask(client))
    return look === 'late' ? { state: 'away' } : look
  } catch (error) {
    return { state: 'away', error }
  } finally {
    void client.end({ timeout: 0 }).catch(() => undefined)
    socket?.destroy()
  }
}

async function ask(client: postgres.Sql): Promise<Look> {
  const [found] = await client.unsafe<{ isReadOnly: boolean }[]>(isReadOnly).simple()
  if (found?.isReadOnly !== false) return { state: 'read-only' }
  try {
    const [at] = await client.unsafe<{ timeline: string }[]>(timeline).simple()
    return { state: 'writable', timeline: Number.parseInt(at?.timeline ?? '0', 16) }
  } catch (error) {
    // What is not quite Postgres, or keeps its log to itself, can still be written to.
    if (sqlState(error) === undefined) throw error
    return { state: 'writable', timeline: 0 }
  }
}

/** A connection under way to a place; that the other side ends it counts as an error. */
export function openSocket(place: Server | { readonly path: string }): Socket {
  const socket = connect(place)
  socket.once('end', () => socket.destroy(closed('ECONNRESET')))
  // The driver takes the name from there to check the server's certificate.
  return 'host' in place ? Object.assign(socket, { host: place.host }) : socket
}

export function closed(code: string): Error {
  return Object.assign(new Error('the connection to Postgres closed'), { code })
}
