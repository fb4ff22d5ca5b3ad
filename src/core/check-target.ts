import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { judgeAddress } from '../model/address-ranges.ts'
import { within } from '../store/deadline.ts'
import { admission } from './directory.ts'

/** What the operator lets notices do; made of the settings. */
export type TargetPolicy = {
  /** Orders may travel in the clear. */
  readonly allowHttp: boolean
  /** Addresses and CIDRs of private networks that may be called. */
  readonly openRanges: readonly string[]
  /** Every address may be called, the machine's own too: for tests only. */
  readonly unsafeTargets: boolean
}

/** The addresses of a host name, best first. */
export type Resolve = (host: string) => Promise<readonly string[]>

export type Target = {
  readonly url: URL
  /** At least one, all of them fit to be called, in the resolver's order. */
  readonly addresses: readonly string[]
}

/** A URL that notices must not be sent to; the message tells the operator why and what to do. */
export class TargetRefused extends Error {
  override readonly name: string = 'TargetRefused'
}

/** The host name leads to no address, at the moment at least. */
export class TargetUnresolved extends TargetRefused {
  override readonly name: string = 'TargetUnresolved'
}

const longestUrl = 2000
const longestHost = 253

/** Ports from 1024 up that browsers refuse, as other protocols live there (fetch standard §2.9). */
const badPorts = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669,
  6679, 6697, 10080,
])

/**
 * The one judge of where notices may go, asked when an endpoint is saved and again for each
 * connection. One bad address of a name refuses the name. Throws `TargetRefused`.
 */
export async function checkTarget(
  text: string,
  policy: TargetPolicy,
  resolve: Resolve,
): Promise<Target> {
  const url = readUrl(text, policy)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const isLiteral = isIP(host) !== 0
  const addresses = isLiteral ? [host] : await addressesOf(host, resolve)
  for (const address of addresses) {
    const refusal = refusalOf(address, policy)
    if (refusal === undefined) continue
    throw new TargetRefused(
      `${isLiteral ? address : `${host} leads to ${address}, which`} ${refusal}`,
    )
  }
  return { url, addresses }
}

/** Whether a connection may lead to this address. */
export function allowedAddress(address: string, policy: TargetPolicy): boolean {
  return refusalOf(address, policy) === undefined
}

function refusalOf(address: string, policy: TargetPolicy): string | undefined {
  const verdict = judgeAddress(address)
  if (verdict.reach === 'public') return undefined
  const family = address.includes('%') ? 0 : isIP(address)
  if (policy.unsafeTargets && family !== 0) return undefined
  if (verdict.reach === 'never') return `is ${verdict.why}, and no notice is sent there`
  if (isOpened(address, policy.openRanges)) return undefined
  const range = `${address}/${family === 6 ? 128 : 32}`
  return `is ${verdict.why}; if notices may go there, add ${range} to NOTICES_NETWORKS`
}

/** Only a range of the address's own family opens it: to a BlockList `::/0` holds IPv4 too. */
function isOpened(address: string, ranges: readonly string[]): boolean {
  const alike = ranges.filter((range) => isIP(range.split('/')[0] ?? '') === isIP(address))
  return alike.length > 0 && admission(alike)(address)
}

/** Everything about a URL that shows without asking for its addresses. */
function readUrl(text: string, policy: TargetPolicy): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined) {
    throw new TargetRefused('no URL; write it like https://shop.example.com/notices')
  }
  const { protocol, hostname } = url
  if (protocol !== 'https:' && protocol !== 'http:') {
    throw new TargetRefused(`${protocol} is no way to send notices; write an https URL`)
  }
  if (protocol === 'http:' && !policy.allowHttp) {
    throw new TargetRefused(
      'orders do not travel in the clear; write an https URL, or set NOTICES_HTTP=on',
    )
  }
  // Longer once parsed, where characters had to be written as %XX.
  if (Math.max(text.length, url.href.length) > longestUrl) {
    throw new TargetRefused(`the URL is longer than ${longestUrl} characters`)
  }
  if (url.username !== '' || url.password !== '') {
    throw new TargetRefused(
      'the URL holds a user name or a password; leave them out, the signature proves the sender',
    )
  }
  if (!hostname.startsWith('[') && !isHostName(hostname)) {
    throw new TargetRefused(
      `"${hostname.slice(0, longestHost)}" is no host name; write it like shop.example.com, ` +
        'without a full stop at the end',
    )
  }
  const port = Number(url.port || (protocol === 'https:' ? 443 : 80))
  if (port !== 80 && port !== 443 && (port < 1024 || badPorts.has(port))) {
    throw new TargetRefused(
      `port ${port} belongs to another protocol; use 443, 80 or a free one from 1024 up`,
    )
  }
  return url
}

function isHostName(host: string): boolean {
  return host.length <= longestHost && /^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/.test(host)
}

async function addressesOf(host: string, resolve: Resolve): Promise<readonly string[]> {
  const advice = 'check the name, and the name server of this machine'
  let addresses: readonly string[]
  try {
    addresses = await resolve(host)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
    throw new TargetUnresolved(`${host} does not resolve${code}; ${advice}`, { cause: error })
  }
  if (addresses.length === 0) {
    throw new TargetUnresolved(`${host} resolves to no address; ${advice}`)
  }
  return [...new Set(addresses)]
}

export type ResolveLimits = { readonly deadlineMs: number; readonly most: number }

/**
 * A resolver with a deadline over one that has none. A lookup that hangs holds a thread which
 * files need too, so at most `most` are under way, and one name is asked for once at a time.
 */
export function boundedResolve(resolve: Resolve, limits: ResolveLimits): Resolve {
  const underWay = new Map<string, Promise<readonly string[]>>()
  const waiting: (() => void)[] = []
  let free = limits.most

  const ask = async (host: string): Promise<readonly string[]> => {
    if (free === 0) await new Promise<void>((start) => waiting.push(start))
    else free -= 1
    try {
      return await resolve(host)
    } finally {
      underWay.delete(host)
      const next = waiting.shift()
      if (next === undefined) free += 1
      else next()
    }
  }

  return async (host) => {
    const asked = underWay.get(host) ?? ask(host)
    underWay.set(host, asked)
    const addresses = await within(limits.deadlineMs, asked)
    if (addresses !== 'late') return addresses
    throw Object.assign(new Error(`no answer for ${host}`), { code: 'ETIMEOUT' })
  }
}

/** What the machine itself knows: its hosts file, then its name servers. */
export const systemResolve: Resolve = boundedResolve(
  async (host) => {
    const found = await lookup(host, { all: true, verbatim: true })
    return found.map(({ address }) => address)
  },
  // Of the four threads that Node has for files and lookups.
  { deadlineMs: 5000, most: 3 },
)
