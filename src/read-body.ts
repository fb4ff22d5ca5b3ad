import type { IncomingMessage } from 'node:http'

/** The client went away before its request was complete: there is nobody to answer. */
export class ClientGone extends Error {}

/**
 * Reads a request's bytes once. Beyond `limit` the rest is let go unread and the answer is
 * `too-large`, so that the dialect can still say so in its own words.
 */
export function readBody(
  incoming: IncomingMessage,
  limit: number,
): Promise<Uint8Array | 'too-large'> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const tooLarge = (): void => {
      chunks.length = 0
      incoming.removeAllListeners('data')
      incoming.resume()
      resolve('too-large')
    }
    if (Number(incoming.headers['content-length'] ?? 0) > limit) return tooLarge()
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > limit) tooLarge()
      else chunks.push(chunk)
    })
    incoming.on('end', () => {
      resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks))
    })
    incoming.on('error', (cause) => reject(new ClientGone('the client went away', { cause })))
    incoming.on('close', () => reject(new ClientGone('the client went away')))
    // Gone before anybody listened: no event will come.
    if (incoming.destroyed) reject(new ClientGone('the client went away'))
  })
}
