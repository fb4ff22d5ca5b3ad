import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export type ReceivedNotice = {
  /** The message's, the same on every try. */
  readonly id: string
  /** `webhook-timestamp`, unix seconds. */
  readonly timestamp: number
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** What a notice is met with. `hold` answers nothing until `letGo`. */
export type Reply =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  | 'hold'
  | 'hang up'
  | { readonly status: number; readonly drip: 'for ever' }
  | { readonly status: number; readonly bytes: number }

export type NoticeReceiver = {
  readonly url: string
  /** All of them, as they came. */
  readonly calls: ReceivedNotice[]
  /** Decides what the next ones are met with. */
  reply: (call: ReceivedNotice) => Reply
  readonly underWay: () => number
  /** The most at once so far. */
  readonly most: () => number
  /** Connections that were made so far. */
  readonly connections: () => number
  /** Bytes of bodies that it could write. */
  readonly written: () => number
  /** Answers those it holds. */
  letGo(status?: number): void
  /** Closes its port and every connection. */
  stop(): Promise<void>
  /** Listens again, on the same port. */
  start(): Promise<void>
}

/** A merchant's server on a port of its own, until the test ends; it takes everything at first. */
export async function aReceiver(): Promise<NoticeReceiver> {
  const calls: ReceivedNotice[] = []
  const held = new Set<ServerResponse>()
  const state = { port: 0, connections: 0, underWay: 0, most: 0, written: 0 }
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    state.underWay += 1
    state.most = Math.max(state.most, state.underWay)
    response.once('close', () => {
      state.underWay -= 1
      held.delete(response)
    })
    receive(request).then(
      (call) => {
        calls.push(call)
        meet(receiver.reply(call), response)
      },
      () => response.destroy(),
    )
  })

  server.on('connection', () => {
    state.connections += 1
  })

  const meet = (reply: Reply, response: ServerResponse): void => {
    if (reply === 'hold') {
      held.add(response)
    } else if (reply === 'hang up') {
      response.destroy()
    } else if ('drip' in reply) {
      response.writeHead(reply.status)
      const drops = setInterval(() => response.write('.'), 20)
      response.once('close', () => clearInterval(drops))
    } else if ('bytes' in reply) {
      response.writeHead(reply.status)
      pour(response, reply.bytes)
    } else {
      response.writeHead(reply.status, reply.headers).end(reply.body ?? '')
    }
  }
  const pour = (response: ServerResponse, bytes: number): void => {
    const piece = Buffer.alloc(Math.min(bytes, 65_536), 'x')
    if (bytes <= 0) return void response.end()
    if (response.destroyed) return
    state.written += piece.length
    response.write(piece, (error) => {
      if (!error) pour(response, bytes - piece.length)
    })
  }
  const start = (): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(state.port, '127.0.0.1', () => {
        state.port = (server.address() as AddressInfo).port
        resolve()
      })
    })
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })

  await start()
  onTestFinished(() => (server.listening ? stop() : undefined))
  const receiver: NoticeReceiver = {
    url: `http://127.0.0.1:${state.port}/notices?key=unguessable`,
    calls,
    reply: () => ({ status: 200, body: 'thank you' }),
    underWay: () => state.underWay,
    most: () => state.most,
    connections: () => state.connections,
    written: () => state.written,
    letGo(status = 200) {
      for (const response of held) response.writeHead(status).end()
    },
    stop,
    start,
  }
  return receiver
}

async function receive(request: IncomingMessage): Promise<ReceivedNotice> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return {
    id: String(request.headers['webhook-id']),
    timestamp: Number(request.headers['webhook-timestamp']),
    method: request.method ?? '',
    path: request.url ?? '',
    headers: request.headers,
    body: Buffer.concat(chunks).toString('utf8'),
  }
}
