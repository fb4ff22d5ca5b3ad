import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { type buildConnector, errors } from 'undici'
import {
  allowedAddress,
  checkTarget,
  type Resolve,
  type TargetPolicy,
  TargetRefused,
} from '../core/check-target.ts'
import { isSameAddress } from '../model/address-ranges.ts'

export type ConnectLimits = {
  /** For connection and TLS, once the name is resolved; after it no other address is tried. */
  readonly connectTimeoutMs?: number
  /** Certificates to trust in place of the machine's, as PEM. */
  readonly ca?: string
}

const usualTimeoutMs = 10_000

/** So many silent addresses in a row may each take their share of the time. */
const fairTries = 4

/**
 * The `connect` of an undici Pool or Agent that notices go through: each connection leads to an
 * address that was judged for it just now, and nothing is sent before its other end is looked at.
 * Fails with `TargetRefused`, or with the error of the last address that was tried.
 */
export function guardedConnect(
  policy: TargetPolicy,
  resolve: Resolve,
  limits: ConnectLimits = {},
): buildConnector.connector {
  return (options, callback) => {
    open(options, policy, resolve, limits).then(
      (socket) => callback(null, socket),
      (error) => callback(error instanceof Error ? error : new Error(String(error)), null),
    )
  }
}

async function open(
  options: buildConnector.Options,
  policy: TargetPolicy,
  resolve: Resolve,
  limits: ConnectLimits,
): Promise<Socket> {
  if (options.socketPath || options.httpSocket) {
    throw new TargetRefused('notices go over connections of their own, to no socket or proxy')
  }
  const { url, addresses } = await checkTarget(originOf(options), policy, resolve)
  const timeoutMs = limits.connectTimeoutMs ?? usualTimeoutMs
  const attemptMs = timeoutMs / Math.min(addresses.length, fairTries)
  const end = AbortSignal.timeout(timeoutMs)
  let failure: unknown
  for (const address of addresses) {
    if (end.aborted) break
    const attempt = { url, address, policy, ca: limits.ca }
    try {
      return await inTime(attemptMs, (track) => connectTo(attempt, track))
    } catch (error) {
      if (error instanceof TargetRefused) throw error
      failure = error
    }
  }
  throw failure
}

/** Undici takes the brackets off an IPv6 host name. */
function originOf({ protocol, hostname, port }: buildConnector.Options): string {
  const host = isIP(hostname) === 6 ? `[${hostname}]` : hostname
  return `${protocol}//${host}${port ? `:${port}` : ''}`
}

type Attempt = {
  readonly url: URL
  readonly address: string
  readonly policy: TargetPolicy
  readonly ca: string | undefined
}

type Track = (socket: Socket) => void

async function connectTo({ url, address, policy, ca }: Attempt, track: Track): Promise<Socket> {
  const isHttps = url.protocol === 'https:'
  const port = Number(url.port || (isHttps ? 443 : 80))
  const socket = connectTcp({
    host: address,
    port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: 60_000,
  })
  track(socket)
  await once(socket, 'connect')
  const reached = socket.remoteAddress ?? ''
  if (!isSameAddress(reached, address) || !allowedAddress(reached, policy)) {
    throw new TargetRefused(`the connection to ${address} leads to ${reached || 'nowhere'}`)
  }
  if (!isHttps) return socket
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const secured = connectTls({
    socket,
    // The name that the certificate must be made out to; an address has no place in SNI.
    host,
    ...(isIP(host) === 0 && { servername: host }),
    ALPNProtocols: ['http/1.1'],
    // Not left to NODE_TLS_REJECT_UNAUTHORIZED. No session is kept, so each is proved afresh.
    rejectUnauthorized: true,
    ...(ca !== undefined && { ca }),
  })
  track(secured)
  await once(secured, 'secureConnect')
  return secured
}

/** A listener for errors stays, as one that comes before undici listens would end the process. */
function once(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, resolve)
    socket.on('error', reject)
    socket.once('close', () => reject(new Error('the connection was closed as it was made')))
  })
}

/** Destroys what the work opened, if it fails or is not done in time. */
async function inTime(timeoutMs: number, work: (track: Track) => Promise<Socket>): Promise<Socket> {
  const opened: Socket[] = []
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new errors.ConnectTimeoutError('no connection in time')),
      timeoutMs,
    )
  })
  try {
    return await Promise.race([work((socket) => opened.push(socket)), late])
  } catch (error) {
    for (const socket of opened) socket.destroy()
    throw error
  } finally {
    clearTimeout(timer)
  }
}
