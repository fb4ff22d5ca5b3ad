import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server as TcpServer,
} from 'node:net'
import type { TLSSocket } from 'node:tls'

export type Canary = {
  readonly port: number
  /** What came since the last look, over IPv4 and IPv6; whatever is on its way is waited for. */
  readonly heard: () => Promise<{ connections: number; bytes: number }>
  readonly close: () => Promise<void>
}

/** Hears every connection to this machine on its port, and answers nothing. */
export async function startCanary(): Promise<Canary> {
  let connections = 0
  let bytes = 0
  const server = createTcpServer((socket) => {
    connections += 1
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      bytes += chunk.length
      socket.destroy()
    })
  })
  const port = await listen(server, '::').catch(() => listen(server, '0.0.0.0'))
  return {
    port,
    async heard() {
      // Connections are taken in order: whatever came before this one has been counted by then.
      await knock(port)
      const heard = { connections: connections - 1, bytes: bytes - 1 }
      connections = 0
      bytes = 0
      return heard
    },
    close: () => closed(server),
  }
}

/** Sends one byte, and waits for the canary to hang up on it. */
function knock(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1').on('error', reject)
    socket.on('close', () => resolve())
    socket.write('!')
  })
}

export type Received = {
  readonly method: string
  readonly path: string
  readonly host: string
  readonly body: string
  /** Of TLS: what the caller asked for. */
  readonly servername: unknown
  readonly alpn: unknown
}

export type Receiver = {
  readonly port: number
  readonly received: Received[]
  readonly connections: () => number
  readonly close: () => Promise<void>
}

/** A true HTTP server on loopback; with a certificate, an HTTPS one. */
export async function startReceiver(
  options: {
    readonly answer?: RequestListener
    readonly tls?: { readonly key: string; readonly cert: string }
    readonly address?: string
  } = {},
): Promise<Receiver> {
  const received: Received[] = []
  let connections = 0
  const answer: RequestListener = options.answer ?? ((_request, response) => response.end('thanks'))
  const serve: RequestListener = (request, response) => {
    read(request).then((one) => {
      received.push(one)
      answer(request, response)
    })
  }
  const server: Server =
    options.tls === undefined ? createServer(serve) : createTlsServer(options.tls, serve)
  server.on('connection', () => {
    connections += 1
  })
  const port = await listen(server, options.address ?? '127.0.0.1')
  return {
    port,
    received,
    connections: () => connections,
    close: () => {
      server.closeAllConnections()
      return closed(server)
    },
  }
}

async function read(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const { servername, alpnProtocol } = request.socket as TLSSocket
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    host: request.headers.host ?? '',
    body: Buffer.concat(chunks).toString(),
    servername,
    alpn: alpnProtocol,
  }
}

export function listen(server: TcpServer, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, address, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

export function closed(server: TcpServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
  })
}
