import { isIPv6 } from 'node:net'

/**
 * Whom an address stands for where failures are counted: itself, or with IPv6 its /64, since one
 * line has that many addresses to choose from.
 */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address
  const [front = '', back] = address.split('::')
  const head = groupsOf(front)
  const tail = groupsOf(back ?? '')
  const zeros = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => 0)
  const network = [...head, ...zeros, ...tail].slice(0, 4)
  return `${network.map((group) => group.toString(16)).join(':')}::/64`
}

/** An IPv4 address at the end has two groups, which no /64 reaches to. */
function groupsOf(text: string): number[] {
  const groups = text.split(':').filter((group) => group !== '')
  return groups.flatMap((group) => (group.includes('.') ? [0, 0] : [Number.parseInt(group, 16)]))
}
