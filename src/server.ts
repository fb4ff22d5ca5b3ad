import { createServer, type Server } from 'node:http'
import {
  type AddressInfo,
  createServer as createNetServer,
  type Server as NetServer,
} from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'
import type { Config } from './config.ts'

export type Listening = {
  readonly port: number
  /** Takes no new connections, finishes the calls under way, then lets go. */
  close(): Promise<void>
}

/** A connection on which nothing has moved for so long is closed; a page of a list takes 15 s. */
const silentMs = 60_000

/** Listens with bounded sockets and times. Rejects with the reason a port cannot be had. */
export async function listen(
  // biome-ignore lint/suspicious/noExplicitAny: the bindings are the listener's own
  app: Pick<Hono<any>, 'fetch'>,
  config: Pick<
    Config,
    'port' | 'host' | 'maxSockets' | 'headerTimeoutMs' | 'requestTimeoutMs' | 'shutdownTimeoutMs'
  >,
): Promise<Listening> {
  // HTTP/1.0 knows no Host: then the address has to say whose call it is.
  const listener = getRequestListener(app.fetch, { hostname: 'localhost' })
  let closing = false
  let sockets = 0
  const server = createServer(
    {
      headersTimeout: config.headerTimeoutMs,
      requestTimeout: config.requestTimeoutMs,
      keepAliveTimeout: 5000,
      maxHeaderSize: 16_384,
      connectionsCheckingInterval: 1000,
    },
    (incoming, outgoing) => {
      // A client that would go on over this connection is told to make a new one. Where there are
      // too many connections each gets one answer: dropped at once, a caller would hear nothing.
      if (closing || sockets > config.maxSockets) outgoing.shouldKeepAlive = false
      void listener(incoming, outgoing)
    },
  )
  server.on('connection', (socket) => {
    sockets += 1
    socket.once('close', () => {
      sockets -= 1
    })
  })
  server.maxConnections = config.maxSockets * 2
  server.maxRequestsPerSocket = 0
  // Whoever has stopped reading his answer would hold the connection for ever.
  server.timeout = silentMs
  await bind(server, config)
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      closing = true
      return closeGently(server, config.shutdownTimeoutMs)
    },
  }
}

/** Rejects with the reason a port cannot be had; leaves it free. */
export async function tryPort(place: Pick<Config, 'port' | 'host'>): Promise<void> {
  const server = createNetServer()
  await bind(server, place)
  await new Promise((resolve) => server.close(resolve))
}

function bind(server: NetServer, { port, host }: Pick<Config, 'port' | 'host'>): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      // A host name that leads nowhere fails before the listening itself, and says less.
      reject(Object.assign(error, { syscall: 'listen', port, address: host }))
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
