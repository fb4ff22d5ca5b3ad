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
    const onData = (chunk: Buffer): void => {
      size += chunk.length
      if (size > limit) letGo()
      else chunks.push(chunk)
    }
    const settle = (outcome: Uint8Array | 'too-large' | Error): void => {
      incoming.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone)
      if (outcome instanceof Error) reject(outcome)
      else resolve(outcome)
    }
    const letGo = (): void => {
      settle('too-large')
      // Whatever still comes is read and dropped; what goes wrong with it is nobody's concern.
      incoming.on('error', () => undefined)
      incoming.resume()
    }
    const onEnd = (): void => {
      settle(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks))
    }
    const onGone = (): void => settle(new ClientGone('the client went away'))

    if (Number(incoming.headers['content-length'] ?? 0) > limit) return letGo()
    incoming.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone)
    // Gone before anybody listened: no event will come.
    if (incoming.destroyed) onGone()
  })
}
