import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http'
import {
  type AddressInfo,
  createServer as createNetServer,
  type Server as NetServer,
} from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'
import type { Config } from './config.ts'
import { onlyFirst } from './legacy-http.ts'

export type Listening = {
  readonly port: number
  /** Where clients of old HTTP are heard; undefined: nowhere. */
  readonly legacyPort: number | undefined
  /** Connections of clients that are open. */
  sockets(): number
  /** Takes no new connections, finishes the calls under way, then lets go. */
  close(): Promise<void>
}

type ListenConfig = Pick<
  Config,
  | 'port'
  | 'legacyHttpPort'
  | 'host'
  | 'maxSockets'
  | 'headerTimeoutMs'
  | 'requestTimeoutMs'
  | 'shutdownTimeoutMs'
>

// biome-ignore lint/suspicious/noExplicitAny: the bindings are the listener's own
type App = Pick<Hono<any>, 'fetch'>

/** A connection on which nothing has moved for so long is closed; a page of a list takes 15 s. */
const silentMs = 60_000

/** What the listeners of one process share. */
type House = { sockets: number; closing: boolean }

/**
 * Listens with bounded sockets and times, on a second port too where clients of old HTTP have one.
 * Rejects with the reason a port cannot be had.
 */
export async function listen(app: App, config: ListenConfig): Promise<Listening> {
  const house: House = { sockets: 0, closing: false }
  // HTTP/1.0 knows no Host: then the address has to say whose call it is.
  const strict = getRequestListener(app.fetch, { hostname: 'localhost' })
  const server = createListener(config, house, strict)
  await bind(server, config)
  const servers = [server]
  const [legacyPlace] = legacyPlaces(config)
  if (legacyPlace !== undefined) {
    const lenient = getRequestListener(
      (request, bindings) => app.fetch(request, { ...bindings, legacy: true }),
      { hostname: 'localhost' },
    )
    const legacy = createListener(config, house, onlyFirst(lenient), { insecureHTTPParser: true })
    try {
      await bind(legacy, legacyPlace)
    } catch (error) {
      server.close()
      throw error
    }
    servers.push(legacy)
  }
  const [port = 0, legacyPort] = servers.map((one) => (one.address() as AddressInfo).port)
  return {
    port,
    legacyPort,
    sockets: () => house.sockets,
    async close() {
      house.closing = true
      await Promise.all(servers.map((one) => closeGently(one, config.shutdownTimeoutMs)))
    },
  }
}

function createListener(
  config: ListenConfig,
  house: House,
  listener: (incoming: IncomingMessage, outgoing: ServerResponse) => unknown,
  parsing: Pick<ServerOptions, 'insecureHTTPParser'> = {},
): Server {
  const server = createServer(
    {
      ...parsing,
      headersTimeout: config.headerTimeoutMs,
      requestTimeout: config.requestTimeoutMs,
      keepAliveTimeout: 5000,
      maxHeaderSize: 16_384,
      connectionsCheckingInterval: 1000,
    },
    (incoming, outgoing) => {
      // A client that would go on over this connection is told to make a new one. Where there are
      // too many connections each gets one answer: dropped at once, a caller would hear nothing.
      const isLast = house.closing || house.sockets > config.maxSockets
      // Clients of HTTP/1.0 read to the end of the connection, whatever they say.
      if (isLast || incoming.httpVersion === '1.0') outgoing.shouldKeepAlive = false
      void listener(incoming, outgoing)
    },
  )
  server.on('connection', (socket) => {
    house.sockets += 1
    socket.once('close', () => {
      house.sockets -= 1
    })
  })
  server.maxConnections = config.maxSockets * 2
  server.maxRequestsPerSocket = 0
  // Whoever has stopped reading his answer would hold the connection for ever.
  server.timeout = silentMs
  return server
}

/** A port, and the setting that a person changes where it cannot be had. */
export type Place = Pick<Config, 'port' | 'host'> & { readonly setting?: string }

/** Where `listen` takes calls, the main place first. */
export function placesOf(config: Pick<Config, 'port' | 'host' | 'legacyHttpPort'>): Place[] {
  return [config, ...legacyPlaces(config)]
}

function legacyPlaces({ host, legacyHttpPort }: Pick<Config, 'host' | 'legacyHttpPort'>): Place[] {
  if (legacyHttpPort === undefined) return []
  return [{ host, port: legacyHttpPort, setting: 'LEGACY_HTTP_PORT' }]
}

/** Rejects with the reason a port cannot be had; leaves it free. */
export async function tryPort(place: Place): Promise<void> {
  const server = createNetServer()
  await bind(server, place)
  await new Promise((resolve) => server.close(resolve))
}

function bind(server: NetServer, { port, host, setting = 'PORT' }: Place): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      // A host name that leads nowhere fails before the listening itself, and says less.
      reject(Object.assign(error, { syscall: 'listen', port, address: host, setting }))
    })
    // More than a rush of new connections: one that finds no place tries again after a second.
    server.listen({ port, host, backlog: 4096 }, resolve)
  })
}

async function closeGently(server: Server, timeoutMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  // Calls under way are answered; a connection that idles afterwards is closed.
  const sweep = setInterval(() => server.closeIdleConnections(), 50)
  const deadline = setTimeout(() => server.closeAllConnections(), timeoutMs)
  await closed
  clearInterval(sweep)
  clearTimeout(deadline)
}
