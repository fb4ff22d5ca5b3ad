import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** A merchant's server that takes every notice, and remembers where it came and what it said. */
export async function aQuietReceiver(): Promise<{
  readonly url: string
  readonly bodies: string[]
  readonly close: () => Promise<void>
}> {
  const bodies: string[] = []
  const server = createServer((request, response) => {
    buffer(request).then(
      (body) => {
        bodies.push(`${request.url} ${JSON.stringify(request.headers)} ${body}`)
        response.end('taken')
      },
      () => response.destroy(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
