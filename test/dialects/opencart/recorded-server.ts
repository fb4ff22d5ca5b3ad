import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Expected, Place } from './recording.ts'

export type Seen = {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly from: string
}

export type RecordedServer = {
  readonly port: number
  readonly seen: readonly Seen[]
  readonly close: () => Promise<void>
}

/** Answers the n-th request as the n-th exchange says, with the advised answer where there is one. */
export async function serveRecording(
  places: readonly Place[],
  answerOf: (place: Place) => Expected = ({ exchange }) => exchange.advised ?? exchange.response,
): Promise<RecordedServer> {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method = '', url = '', headers, socket } = request
    const from = socket.remoteAddress ?? ''
    const place = places[seen.length]
    seen.push({ method, url, headers, body: Buffer.concat(chunks).toString('utf8'), from })
    if (place === undefined) return response.writeHead(500).end()
    const { status, content_type, set_cookie_names = [], json, text, cors } = answerOf(place)
    response.writeHead(status, {
      'content-type': content_type ?? 'application/json',
      'set-cookie': set_cookie_names.map((name) => `${name}=${name}-${seen.length}; path=/`),
      ...cors,
    })
    return response.end(json === undefined ? text : JSON.stringify(json))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()))
  return { port, seen, close }
}
