import { findDestination, readTarget } from '../../src/addresses.ts'
import { dialects } from '../../src/dialects/registry.ts'
import { md5Hex } from '../../src/wire/digest.ts'
import { parseXml } from '../dialects/shopsite/well-formed.ts'
import type { HostileCall, Store } from './hostile-call.ts'
import { domain, isPlain, type Request } from './hostile-render.ts'
import type { Reply } from './hostile-wire.ts'

/** What an answer is worth. `find`: why it must not be; else what the caller heard. */
export type Verdict =
  | { readonly find: string }
  | { readonly heard: 'http' | 'nothing-there' | 'unproved' | 'refused' | 'busy' | 'ok' }

type Answer = Extract<Reply, { kind: 'answer' }>

/** Judges what one call heard. */
export function judge(call: HostileCall, request: Request, store: Store, reply: Reply): Verdict {
  const plain = isPlain(call, request)
  if (reply.kind === 'hung') return { find: `hung, after ${JSON.stringify(reply.got)}` }
  if (reply.kind === 'closed') {
    return plain || reply.got !== '' ? { find: `cut off: ${reply.got}` } : { heard: 'http' }
  }
  const text = reply.body.toString('utf8')
  const told = [store.secret, store.mintsoftKey, store.opencartKey, store.password]
  // What a caller has sent himself is no news to him.
  if (told.some((secret) => text.includes(secret) && !sends(request, secret))) {
    return { find: 'a secret is told' }
  }
  const isBare = reply.headers['content-type'] === undefined && text === ''
  if (isBare && reply.status >= 400 && reply.status < 500) {
    return plain ? { find: `${reply.status} of HTTP, not of the protocol` } : { heard: 'http' }
  }
  const { target, host } = request
  const sentHost = call.headers.find(([name]) => name === 'Host')?.[1] ?? host
  const place = findDestination(dialects, [domain], readTarget(target, sentHost.trim()))
  if (call.lineEnds !== undefined && !suitsOld(call, reply)) {
    return { find: `not for an old client: ${shown(reply, text)}` }
  }
  // Who can do without the port for old clients is not served there.
  if (place === undefined || (call.lineEnds !== undefined && !place.dialect.legacyHttp)) {
    return nowhere(reply, text, call)
  }
  if (call.method === 'HEAD') {
    return reply.status < 500 ? { heard: 'ok' } : { find: `${reply.status} to HEAD` }
  }
  try {
    const verdict = inProtocol[place.dialect.name]?.(reply, text, store)
    return verdict ?? { find: `${place.dialect.name} answered ${shown(reply, text)}` }
  } catch (error) {
    return { find: `${String(error)}: ${shown(reply, text)}` }
  }
}

function sends({ head, body }: Request, secret: string): boolean {
  return head.includes(secret) || body.includes(secret)
}

/** They read to the end of the connection, and HTTP/1.0 knows no chunks. */
function suitsOld({ http, method }: HostileCall, { headers }: Answer): boolean {
  if (headers.connection !== 'close') return false
  if (http === '1.1') return true
  const hasLength = headers['content-length'] !== undefined || method === 'HEAD'
  return hasLength && headers['transfer-encoding'] === undefined
}

function nowhere(reply: Answer, text: string, call: HostileCall): Verdict {
  const isRight = reply.status === 404 && (call.method === 'HEAD' || text.startsWith('{"error":'))
  return isRight ? { heard: 'nothing-there' } : { find: `at no address: ${shown(reply, text)}` }
}

function shown({ status, headers }: Answer, text: string): string {
  return `${status} ${headers['content-type']} ${JSON.stringify(text.slice(0, 300))}`
}

type Judge = (answer: Answer, text: string, store: Store) => Verdict | undefined

/** Undefined: this is no answer of the protocol. */
const inProtocol: Readonly<Record<string, Judge>> = {
  influencersoft({ status, headers }, text, { secret }) {
    const envelope = JSON.parse(text)
    const { error_code: code, error_text: words, hash } = envelope
    if (headers['content-type'] !== 'application/json; charset=utf-8') return undefined
    if (Object.keys(envelope).sort().join() !== 'error_code,error_text,hash,result')
      return undefined
    const secrets = [secret, '']
    if (!secrets.some((one) => hash === md5Hex(`${code}::${words}::${one}`))) return undefined
    if (status === 503 && code === 8 && headers['retry-after'] !== undefined) {
      return { heard: 'busy' }
    }
    if (status !== 200 && !(status === 404 && code === 3)) return undefined
    // The words of a bug, which says no more to a caller.
    if (code === 8 && words === 'Temporary error, try again later') return undefined
    if ([1, 2, 4, 5].includes(code)) return { heard: 'unproved' }
    return { heard: code === 0 ? 'ok' : 'refused' }
  },
  mintsoft({ status, headers }, text) {
    if (status !== 200) return undefined
    if (text === '') return { heard: 'ok' }
    if (!/^application\/json/.test(headers['content-type'] ?? '')) return undefined
    const value: unknown = JSON.parse(text)
    if (Array.isArray(value)) return { heard: 'ok' }
    if (typeof value !== 'string') return undefined
    return { heard: value === 'API KEY INVALID' ? 'unproved' : 'refused' }
  },
  opencart({ status, headers }, text) {
    const value = JSON.parse(text)
    const type = headers['content-type'] ?? ''
    if (status === 403)
      return type === 'text/html' && value.error ? { heard: 'unproved' } : undefined
    if (!type.startsWith('application/json') && type !== 'text/html') return undefined
    if (status === 404) return value.error === undefined ? undefined : { heard: 'refused' }
    if (status !== 200) return undefined
    if (/permission to access the API|Incorrect API Key|No access/.test(text)) {
      return { heard: 'unproved' }
    }
    // The warehouse module says an empty error where all went well.
    const isRefusal = Boolean(value?.error) && value.success === undefined
    return { heard: isRefusal ? 'refused' : 'ok' }
  },
  shopsite({ status, headers }, text) {
    const type = headers['content-type'] ?? ''
    if (status === 401) return headers['www-authenticate'] ? { heard: 'unproved' } : undefined
    if (type === 'application/json') {
      const { error, error_description: why, access_token: token } = JSON.parse(text)
      if (token !== undefined) return status === 200 ? { heard: 'ok' } : undefined
      if (typeof error !== 'string' || typeof why !== 'string') return undefined
      if (status !== 200 && status !== 404 && status !== 405) return undefined
      return { heard: /token|client|signature|grant/.test(error + why) ? 'unproved' : 'refused' }
    }
    if (status !== 200) return undefined
    if (type === 'text/plain') return text === 'done\n' ? { heard: 'ok' } : undefined
    if (type !== 'application/x-www-form-urlencoded') return undefined
    parseXml(text)
    return { heard: text.includes('<ResponseCode>3<') ? 'refused' : 'ok' }
  },
}
