import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { hostName, readTarget } from './addresses.ts'
import { admission } from './core/directory.ts'
import { peerAddress } from './peer.ts'

/** What proxies say with of the client behind them. */
const forwardingHeaders = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
]

const isLoopback = admission(['127.0.0.0/8', '::1'])

export type MetricsAccess = {
  /** Addresses and CIDRs; empty: nobody. */
  readonly metricsFrom: readonly string[]
  readonly trustedProxies: readonly string[]
}

/**
 * Who may read the metrics. A proxy on this machine that nobody told us of would make the whole
 * world look like this machine: so what came through one counts only as a trusted proxy says, and
 * this machine itself only where it asks for no other name.
 */
export function metricsReaders({
  metricsFrom,
  trustedProxies,
}: MetricsAccess): (incoming: IncomingMessage) => boolean {
  // `admission` takes an empty list for everybody.
  const isListed = metricsFrom.length === 0 ? () => false : admission(metricsFrom)
  const isTrusted = trustedProxies.length === 0 ? () => false : admission(trustedProxies)
  return ({ headers, socket, url = '' }) => {
    const isForwarded = forwardingHeaders.some((name) => headers[name] !== undefined)
    const socketPeer = peerAddress(socket.remoteAddress ?? '', undefined, () => false)
    if (isForwarded && !isTrusted(socketPeer)) return false
    const hops = headers['x-forwarded-for']
    const forwardedFor = Array.isArray(hops) ? hops.join(',') : hops
    const peer = peerAddress(socketPeer, forwardedFor, isTrusted)
    // Its proxy said that there is somebody behind it, but not who.
    if (isForwarded && isTrusted(peer)) return false
    const { host } = readTarget(url, headers.host ?? '')
    if (isLoopback(socketPeer) && !isForwarded && !isNameOfThisMachine(host)) return false
    return isListed(peer)
  }
}

/** By number, or as `localhost`: no name that leads here from elsewhere. */
function isNameOfThisMachine(host: string): boolean {
  const name = hostName(host).replace(/^\[(.*)\]$/, '$1')
  return name === '' || name === 'localhost' || isIP(name) !== 0
}
