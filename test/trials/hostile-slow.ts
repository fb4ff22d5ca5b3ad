import { connect, type Socket } from 'node:net'

/** How a slow socket wears a server out: in its head, in its body, or by not reading. */
const ways = ['head', 'body', 'answer'] as const

export type SlowSockets = {
  /** Connections that the gateway has closed, and that were made again. */
  readonly closed: () => number
  readonly close: () => void
}

/**
 * Keeps `count` connections open that send a byte in a while, and makes those anew that are
 * closed. Resolves once all were made.
 */
export async function openSlowSockets(
  port: number,
  login: string,
  count: number,
  pauseMs = 1000,
): Promise<SlowSockets> {
  const sockets = new Set<Socket>()
  let closed = 0
  let over = false
  const open = (at: number): Promise<void> =>
    new Promise((resolve) => {
      const way = ways[at % ways.length] ?? 'head'
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(startOf(way, login))
        resolve()
      })
      if (way === 'answer') socket.pause()
      else socket.resume()
      const drip = setInterval(() => socket.write('a'), pauseMs * (0.5 + Math.random()))
      sockets.add(socket)
      socket.on('error', () => resolve())
      socket.on('close', () => {
        clearInterval(drip)
        sockets.delete(socket)
        closed += 1
        if (!over) setTimeout(() => over || void open(at), pauseMs)
      })
    })
  // Some at a time: connecting is not what is slow.
  for (let at = 0; at < count; at += 50) {
    const some = Array.from({ length: Math.min(50, count - at) }, (_, one) => open(at + one))
    await Promise.all(some)
  }
  return {
    closed: () => closed,
    close() {
      over = true
      for (const socket of sockets) socket.destroy()
    },
  }
}

function startOf(way: (typeof ways)[number], login: string): string {
  const head = `POST /influencersoft/${login}/api/GetOrders HTTP/1.1\r\nHost: a\r\n`
  if (way === 'head') return `${head}X-Slow: `
  const type = 'Content-Type: application/x-www-form-urlencoded\r\n'
  if (way === 'body') return `${head}${type}Content-Length: 60000\r\n\r\na=`
  return `${head}${type}Content-Length: 3\r\n\r\na=b`
}
