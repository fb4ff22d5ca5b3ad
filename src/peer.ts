import { isIP } from 'node:net'

/**
 * The address a call came from: the socket's peer, or, where that is a trusted proxy, the
 * nearest address in `X-Forwarded-For` that is not one. IPv4 in IPv6 is shown as IPv4.
 */
export function peerAddress(
  socketAddress: string,
  forwardedFor: string | undefined,
  isTrusted: (address: string) => boolean,
): string {
  let peer = plain(socketAddress)
  const hops = (forwardedFor ?? '').split(',').map((hop) => plain(hop.trim()))
  while (isTrusted(peer)) {
    const hop = hops.pop()
    if (hop === undefined || isIP(hop) === 0) return peer
    peer = hop
  }
  return peer
}

function plain(address: string): string {
  // Some proxies write the port of the caller along.
  const withoutPort = /^(?:\[(.+)\]|(\d+(?:\.\d+){3}))(?::\d+)?$/.exec(address)
  const bare = withoutPort?.[1] ?? withoutPort?.[2] ?? address
  const zoneless = bare.split('%')[0] ?? bare
  return /^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(zoneless) ? zoneless.slice(7) : zoneless
}
