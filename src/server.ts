import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'
import type { Config } from './config.ts'

export type Listening = {
  readonly port: number
  /** Takes no new connections, finishes the calls under way, then lets go. */
  close(): Promise<void>
}

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
  const server = createServer(
    {
      headersTimeout: config.headerTimeoutMs,
      requestTimeout: config.requestTimeoutMs,
      keepAliveTimeout: 5000,
      maxHeaderSize: 16_384,
      connectionsCheckingInterval: 1000,
    },
    (incoming, outgoing) => {
      // A client that would go on over this connection is told to make a new one.
      if (closing) outgoing.shouldKeepAlive = false
      void listener(incoming, outgoing)
    },
  )
  server.maxConnections = config.maxSockets
  server.maxRequestsPerSocket = 0
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      // A host name that leads nowhere fails before the listening itself, and says less.
      reject(Object.assign(error, { syscall: 'listen', port: config.port, address: config.host }))
    })
    server.listen(config.port, config.host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      closing = true
      return closeGently(server, config.shutdownTimeoutMs)
    },
  }
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
