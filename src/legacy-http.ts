import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/**
 * What a parser that forgives bare line feeds lets through besides. Gives the status to refuse a
 * request with, or undefined where it can be read in one way only.
 */
export function refuseLegacy(incoming: IncomingMessage): number | undefined {
  const { httpVersion, headers, rawHeaders } = incoming
  if (httpVersion !== '1.0' && httpVersion !== '1.1') return 505
  // Programs this old say how long a body is; two lengths are what smuggling is made of.
  if (headers['transfer-encoding'] !== undefined) return 411
  return rawHeaders.some((text) => controls.test(text)) ? 400 : undefined
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
const controls = /[\x00-\x08\x0a-\x1f\x7f]/

/**
 * Lets one request of each connection through: what follows it may be the rest of a body that two
 * readers end at different places, and is never looked at.
 */
export function onlyFirst(
  listener: (incoming: IncomingMessage, outgoing: ServerResponse) => unknown,
): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  const heard = new WeakSet<Socket>()
  return (incoming, outgoing) => {
    outgoing.shouldKeepAlive = false
    if (heard.has(incoming.socket)) {
      incoming.resume()
      return
    }
    heard.add(incoming.socket)
    const refusal = refuseLegacy(incoming)
    if (refusal === undefined) listener(incoming, outgoing)
    else outgoing.writeHead(refusal, { 'content-length': 0 }).end()
  }
}
