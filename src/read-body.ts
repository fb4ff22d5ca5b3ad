import type { IncomingMessage } from 'node:http'

/** The client went away before its request was complete: there is nobody to answer. */
export class ClientGone extends Error {}

/**
 * What is dropped of a body that is too large before it is answered. A client writes first and reads
 * then: an answer with which its connection is closed under way never reaches it.
 */
const mostDropped = 32_000_000

/**
 * Reads a request's bytes once. Beyond `limit` the rest is dropped and the answer is `too-large`, so
 * that the dialect can still say so in its own words.
 */
export function readBody(
  incoming: IncomingMessage,
  limit: number,
): Promise<Uint8Array | 'too-large'> {
  return new Promise((resolve, reject) => {
    const length = Number(incoming.headers['content-length'] ?? 0)
    let chunks: Buffer[] = []
    let size = 0
    const onData = (chunk: Buffer): void => {
      size += chunk.length
      if (Math.max(size, length) <= limit) chunks.push(chunk)
      else chunks = []
      if (size > limit + mostDropped) letGo()
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
      const whole = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)
      settle(size > limit ? 'too-large' : whole)
    }
    const onGone = (): void => settle(new ClientGone('the client went away'))

    if (length > limit + mostDropped) return letGo()
    incoming.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone)
    // Gone before anybody listened: no event will come.
    if (incoming.destroyed) onGone()
  })
}

/**
 * Waits for the end of a body that nobody wants. An answer before it would never reach a client whose
 * connection closes with it. Throws `ClientGone`.
 */
export async function dropBody(incoming: IncomingMessage): Promise<void> {
  await readBody(incoming, 0)
}
