import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** One message that reached the receiver, in the order of arrival. */
export type Arrival = {
  readonly id: string
  readonly number: number
  readonly seq: number
  readonly type: string
  readonly body: string
  /** True: it was answered with 204, as far as the receiver could. */
  accepted: boolean
}

export type MoodyReceiver = {
  readonly url: string
  readonly arrivals: readonly Arrival[]
  /** Is away for a while, connections cut, then back on the same port. */
  restart(awayMs: number): Promise<void>
  close(): Promise<void>
}

/** What a receiver does to one message in so many. */
const moods = { error: 0.05, cut: 0.02, crowded: 0.002, stalled: 0.002 }

/** A merchant's endpoint on its worst day: it fails, cuts, stalls, asks for a rest and restarts. */
export async function startMoodyReceiver(random: () => number): Promise<MoodyReceiver> {
  const arrivals: Arrival[] = []
  const sockets = new Set<Socket>()
  const answer = (request: IncomingMessage, response: ServerResponse, body: string): void => {
    const { type, data } = JSON.parse(body) as {
      type: string
      data: { order: { number: number }; event: { number: number } }
    }
    const arrival: Arrival = {
      id: String(request.headers['webhook-id']),
      number: data.order.number,
      seq: data.event.number,
      type,
      body,
      accepted: false,
    }
    arrivals.push(arrival)
    const draw = random()
    if (draw < moods.error) {
      response.writeHead(500).end('not today')
    } else if (draw < moods.error + moods.cut) {
      request.socket.destroy()
    } else if (draw < moods.error + moods.cut + moods.crowded) {
      response.writeHead(429, { 'retry-after': '1' }).end()
    } else if (draw < moods.error + moods.cut + moods.crowded + moods.stalled) {
      // Never answered: the sender has to give up by itself.
    } else {
      arrival.accepted = true
      response.writeHead(204).end()
    }
  }
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => answer(request, response, body))
    request.on('error', () => undefined)
  }
  const open = (port: number): Promise<Server> =>
    new Promise((resolve, reject) => {
      const opened = createServer(handle)
      opened.on('connection', (socket) => {
        sockets.add(socket)
        socket.once('close', () => sockets.delete(socket))
      })
      opened.once('error', reject)
      opened.listen(port, '127.0.0.1', () => resolve(opened))
    })
  const shut = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
  let server = await open(0)
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/hook`,
    arrivals,
    async restart(awayMs) {
      await shut()
      await new Promise((resolve) => setTimeout(resolve, awayMs))
      server = await open(port)
    },
    close: shut,
  }
}
